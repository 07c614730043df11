"""Which skills are loaded, whose signature counts, and loading again while everything goes on."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest
from probe_skill import WriteSkill

from cabin_agent.errors import BadRequest
from cabin_agent.sdk import discovery, signing
from cabin_agent.sdk.hosts import State
from cabin_agent.sdk.isolation.confinement import Limits
from cabin_agent.sdk.isolation.nursery import Nursery
from cabin_agent.sdk.loader import Loader, Reloaded, Rules
from cabin_agent.sdk.registry import Registry
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from vehicle_bus.catalogue import Catalogue

PATIENT_S = 30.0

SAYS = """
@say("word")
async def word(self, cabin):
    return cabin.say("{word}", "词")
"""
SLOW = """
@say("word")
async def word(self, cabin):
    import asyncio
    open("begun", "w").close()
    while not __import__("os").path.exists("go on"):
        await asyncio.sleep(0.01)
    return cabin.say("The old one.", "旧的")
"""

MakeLoader = Callable[..., Loader]


@pytest.fixture
def loader(tmp_path: Path, nursery: Nursery) -> MakeLoader:
    def make(*folders: Path, **rules: object) -> Loader:
        plain = Rules(
            tmp_path / "home",
            folders,
            allow_unsigned=True,
            built_in=False,
            packages=False,
            limits=Limits(PATIENT_S),
        )
        return Loader(replace(plain, **rules), nursery)  # type: ignore[arg-type]

    return make


async def word(car: TestCar) -> str:
    return (await car.ask("probe.word")).said


async def car_with(registry: Registry) -> TestCar:
    return await TestCar.parked(registry, deadline_s=PATIENT_S)


# -- signatures ----------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return signing.make_keys(tmp_path / "maker")


def test_an_unsigned_skill_is_refused_with_the_mend(
    write_skill: WriteSkill, loader: MakeLoader
) -> None:
    folder = write_skill(SAYS.format(word="one"))
    (problem,) = loader(folder, allow_unsigned=False).load().problems
    assert str(problem) == (
        f"{folder}/probe/skill.py:1: not loaded: it is not signed; "
        "sign it ('cabin-agent skill sign') with a key in trusted_skill_keys, or, to develop it, "
        "set allow_unsigned_skills: true"
    )


async def test_a_signed_skill_is_loaded_and_names_its_signer(
    write_skill: WriteSkill, loader: MakeLoader, keys: tuple[Path, Path]
) -> None:
    folder = write_skill(SAYS.format(word="one"))
    signing.sign(folder / "probe", signing.read_private(keys[0]))
    trusted = (signing.read_trusted(keys[1]),)
    (skill,) = loader(folder, allow_unsigned=False, trusted=trusted).load().skills
    assert skill.signer == "maker"
    assert skill.body.isolated


def _edit(folder: Path) -> None:
    with (folder / "skill.py").open("a", encoding="utf-8") as file:
        file.write("\n# a word more\n")


def _add(folder: Path) -> None:
    (folder / "more.py").write_text("x = 1\n", encoding="utf-8")


def _forge(folder: Path) -> None:
    file = folder / signing.SIGNATURE
    document = json.loads(file.read_text(encoding="utf-8"))
    _edit(folder)
    document["skill"] = signing.fingerprint(folder)
    file.write_text(json.dumps(document), encoding="utf-8")


def _break(folder: Path) -> None:
    (folder / signing.SIGNATURE).write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_edit, "a file has changed since it was signed"),
        (_add, "a file has changed since it was signed"),
        (_forge, "its signature is forged or damaged"),
        (_break, "its skill.sig can't be read"),
    ],
)
def test_a_signature_that_does_not_fit_is_none(
    write_skill: WriteSkill,
    loader: MakeLoader,
    keys: tuple[Path, Path],
    harm: Callable[[Path], None],
    message: str,
) -> None:
    folder = write_skill(SAYS.format(word="one"))
    signing.sign(folder / "probe", signing.read_private(keys[0]))
    harm(folder / "probe")
    trusted = (signing.read_trusted(keys[1]),)
    (problem,) = loader(folder, allow_unsigned=False, trusted=trusted).load().problems
    assert message in problem.message


def test_a_strangers_key_is_not_trusted(write_skill: WriteSkill, keys: tuple[Path, Path]) -> None:
    folder = write_skill(SAYS.format(word="one")) / "probe"
    signing.sign(folder, signing.read_private(keys[0]))
    with pytest.raises(signing.Unsigned, match="which is not trusted"):
        signing.verify(folder, ())


def test_compiled_files_are_neither_signed_nor_used(write_skill: WriteSkill) -> None:
    folder = write_skill(SAYS.format(word="one")) / "probe"
    before = signing.fingerprint(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "skill.cpython-311.pyc").write_bytes(b"evil")
    assert signing.fingerprint(folder) == before


def test_a_link_out_of_the_folder_is_refused(write_skill: WriteSkill, loader: MakeLoader) -> None:
    folder = write_skill(SAYS.format(word="one"))
    (folder / "probe" / "secrets").symlink_to("/etc")
    (problem,) = loader(folder).load().problems
    assert "a link; put the file itself into the skill" in problem.message


def test_keys_are_not_overwritten_and_others_files_are_no_keys(
    keys: tuple[Path, Path], tmp_path: Path
) -> None:
    assert keys[0].stat().st_mode & 0o077 == 0
    with pytest.raises(BadRequest, match="there is one already"):
        signing.make_keys(tmp_path / "maker")
    for read in (signing.read_private, signing.read_trusted):
        with pytest.raises(BadRequest, match="skill keygen"):
            read(Path(__file__))


# -- where skills are ----------------------------------------------------------------------------


def test_installed_packages_are_found_without_being_imported(
    write_skill: WriteSkill, loader: MakeLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_skill(SAYS.format(word="one"))
    package = tmp_path / "site" / "someones_probe"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    shutil.copy(tmp_path / "probe" / "skill.py", package / "skill.py")
    monkeypatch.syspath_prepend(tmp_path / "site")
    points = (
        metadata.EntryPoint("probe", "someones_probe", discovery.GROUP),
        metadata.EntryPoint("gone", "no_such_package", discovery.GROUP),
    )
    monkeypatch.setattr(metadata, "entry_points", lambda group: points)
    registry = loader(packages=True).load()
    assert [skill.manifest.name for skill in registry.skills] == ["probe"]
    (problem,) = registry.problems
    assert "entry point 'gone' of cabin_agent.skills: no folder with a skill.py" in problem.message


def test_ours_run_inside_and_cannot_be_replaced(
    write_skill: WriteSkill, loader: MakeLoader
) -> None:
    folder = write_skill(SAYS.format(word="one"))
    (folder / "probe").rename(folder / "climate")
    file = folder / "climate" / "skill.py"
    text = file.read_text(encoding="utf-8").replace('name="probe"', 'name="climate"')
    file.write_text(text, encoding="utf-8")
    registry = loader(folder, built_in=True).load()
    climate = registry.skill("climate")
    assert climate is not None
    assert not climate.body.isolated
    assert any("'climate' is taken by" in problem.message for problem in registry.problems)


def test_a_signal_that_the_vehicle_lacks_is_told_with_its_line(
    write_skill: WriteSkill, loader: MakeLoader
) -> None:
    folder = write_skill(SAYS.format(word="one"))
    file = folder / "probe" / "skill.py"
    text = file.read_text(encoding="utf-8").replace("Vehicle.Cabin.HVAC.*", "Vehicle.Cabin.HVAK.*")
    file.write_text(text, encoding="utf-8")
    (problem,) = loader(folder, leaves=tuple(Catalogue.load())).load().problems
    assert "'Vehicle.Cabin.HVAK.*' stands for no signal" in problem.message
    assert "HVAK" in text.splitlines()[problem.line - 1]


def test_a_syntax_error_and_a_crash_while_loading_are_told(
    write_skill: WriteSkill, loader: MakeLoader
) -> None:
    write_skill("x = 1\nclass Probe(:\n", "broken", whole=True)
    folder = write_skill("import os\nos._exit(1)\n", "dies", whole=True)
    broken, dies = loader(folder).load().problems
    assert (broken.line, broken.message) == (2, "not Python: invalid syntax")
    assert dies.message.startswith("ended while it loaded")
    assert dies.message.endswith("/home/dies/log.txt")


def test_code_is_confined_before_it_is_read(write_skill: WriteSkill, loader: MakeLoader) -> None:
    folder = write_skill("import os\nos.fork()\n", "forks", whole=True)
    (problem,) = loader(folder).load().problems
    assert "PermissionError" in problem.message
    assert problem.line == 2


# -- loading again -------------------------------------------------------------------------------


async def test_what_has_not_changed_keeps_its_process_and_state(
    write_skill: WriteSkill, loader: MakeLoader
) -> None:
    folder = write_skill(SAYS.format(word="one"))
    loading = loader(folder)
    first = loading.load()
    assert loading.load(first).skills[0] is first.skills[0]
    again = loading.load(first, ("probe",))
    assert again.skills[0] is not first.skills[0]
    assert Reloaded.between(first, again) == Reloaded(("probe",), (), ())


async def test_a_new_version_takes_over(write_skill: WriteSkill, loader: MakeLoader) -> None:
    loading = loader(write_skill(SAYS.format(word="one")))
    first = loading.load()
    car = await car_with(first)
    assert await word(car) == "one"
    write_skill(SAYS.format(word="two"))
    second = loading.load(first)
    car.runner.adopt(second)
    await first.skills[0].body.close()
    assert await word(car) == "two"


async def test_a_version_that_cannot_be_loaded_leaves_the_old_one(
    write_skill: WriteSkill, loader: MakeLoader
) -> None:
    loading = loader(write_skill(SAYS.format(word="one")))
    first = loading.load()
    car = await car_with(first)
    write_skill("class Probe(:\n", whole=True)
    second = loading.load(first)
    assert second.skills == first.skills
    assert "not Python" in second.problems[0].message
    car.runner.adopt(second)
    assert await word(car) == "one"


async def test_an_upgrade_in_the_middle_of_a_call_lets_it_finish(
    write_skill: WriteSkill, loader: MakeLoader, tmp_path: Path
) -> None:
    loading = loader(write_skill(SLOW))
    first = loading.load()
    car = await car_with(first)
    running = asyncio.create_task(word(car))
    files = tmp_path / "home" / "probe" / "files"
    while not (files / "begun").exists():
        await asyncio.sleep(0.01)
    write_skill(SAYS.format(word="The new one."))
    second = loading.load(first)
    car.runner.adopt(second)
    closing = asyncio.create_task(first.skills[0].body.close())
    assert await word(car) == "The new one."
    (files / "go on").touch()
    assert await running == "The old one."
    await closing
    assert first.skills[0].body.health().state is State.QUARANTINED


async def test_a_reload_lifts_a_quarantine(write_skill: WriteSkill, loader: MakeLoader) -> None:
    loading = loader(write_skill(SAYS.format(word="one")))
    first = loading.load()
    await first.skills[0].body.close()
    car = await car_with(first)
    assert (await car.ask("probe.word")).outcome.status is Status.FAILED
    car.runner.adopt(loading.load(first, ("probe",)))
    assert await word(car) == "one"


async def test_one_of_ours_is_loaded_anew_with_its_modules(
    write_skill: WriteSkill, monkeypatch: pytest.MonkeyPatch, loader: MakeLoader
) -> None:
    text = "from .words import WORD\n"
    folder = write_skill(SAYS.replace('"{word}"', "WORD"))
    file = folder / "probe" / "skill.py"
    file.write_text(text + file.read_text(encoding="utf-8"), encoding="utf-8")
    words = folder / "probe" / "words.py"
    words.write_text('WORD = "one"\n', encoding="utf-8")
    ours = (discovery.Candidate(file, "probe", ours=True),)
    monkeypatch.setattr(discovery, "built_in", lambda: ours)
    loading = loader(built_in=True)
    first = loading.load()
    car = await car_with(first)
    assert await word(car) == "one"
    words.write_text('WORD = "another"\n', encoding="utf-8")
    car.runner.adopt(loading.load(first))
    assert await word(car) == "another"
