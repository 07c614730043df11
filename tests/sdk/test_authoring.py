"""What a skill's author is told: new, check, test, and the kit's cabin."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cabin_agent.cli import main
from cabin_agent.config import Config
from cabin_agent.errors import BadRequest
from cabin_agent.sdk.authoring.check import Report, check
from cabin_agent.sdk.authoring.scaffold import scaffold
from cabin_agent.sdk.authoring.trial import trials
from cabin_agent.sdk.cabin_kit import BrokenSkill, Garage, TestCabin
from cabin_agent.sdk.isolation.nursery import Nursery
from cabin_agent.sdk.places import skill_folders, skill_folders_above
from cabin_agent.sdk.registry import BUILT_IN
from cabin_agent.understanding.session import Understander
from vehicle_bus.catalogue import Catalogue

CATALOGUE = Catalogue.load()
SHADE = "Vehicle.Cabin.RearShade.Position"

Edit = Callable[[str, str], Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    scaffold("parking", tmp_path)
    return tmp_path / "parking"


@pytest.fixture
def edit(project: Path) -> Edit:
    """Replace text in the scaffold's skill.py; gives the file."""

    def replace(old: str, new: str) -> Path:
        file = project / "parking" / "skill.py"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return file

    return replace


Checked = Callable[[Path], Report]


@pytest.fixture
def checked(nursery: Nursery) -> Checked:
    return lambda project: check(skill_folders(project), CATALOGUE, nursery=nursery)


# -- new -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Parking", "use lower case letters"),
        ("9lives", "use lower case letters"),
        ("class", "use lower case letters"),
        ("climate", "is taken by the product"),
        ("platform", "is taken by the product"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        scaffold(name, tmp_path)


def test_nothing_is_overwritten(project: Path) -> None:
    with pytest.raises(BadRequest, match="is there already"):
        scaffold("parking", project.parent)


def test_the_scaffold_passes_its_own_test(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["skill", "new", "ice_maker", "--in", str(tmp_path)]) == 0
    assert main(["skill", "test", str(tmp_path / "ice_maker")]) == 0
    out = capfd.readouterr().out
    assert "20 of 20 sentences do what they should" in out
    assert "3 passed" in out


# -- check ---------------------------------------------------------------------------------------


def test_the_scaffold_has_no_mistakes(project: Path, checked: Checked) -> None:
    report = checked(project)
    assert report.problems == ()
    assert report.passed


@pytest.mark.parametrize(
    ("old", "new", "message", "blocking"),
    [
        ('"set parking to {value}",', '"set parking to {speed}",', "names {speed}, which", True),
        ('"把parking调到{value}",', '"set parking {value}",', "is in the wrong language", True),
        ('domain="app"', 'domain="apps"', "domain 'apps' is unknown", True),
        ("async def adjust", "def adjust", "not Python: 'await' outside async function", True),
        ("value: Percent", "value: bytes", "words can't become bytes", True),
        ("value: Percent", "much: Percent", "parameter 'much' is no slot", True),
        ('name="parking"', 'name="park"', "'park' is not the folder's name 'parking'", True),
        ('version="0.1.0"', 'version="1"', "version '1': use three numbers", True),
        (
            'SHADE = "Vehicle.Cabin.RearShade.Position"',
            'SHADE = "Vehicle.Cabin.RearShade.Positon"',
            "'Vehicle.Cabin.RearShade.Positon' stands for no signal",
            True,
        ),
        (
            "now = await cabin.get(SHADE)",
            'now = await cabin.get("Vehicle.Speed")',
            "Vehicle.Speed is not declared; add it to `reads` or `actuates`",
            True,
        ),
        (
            "now = await cabin.get(SHADE)",
            'now = await cabin.get("Vehicle.Sped")',
            "Vehicle.Sped: the vehicle has no such signal; did you mean Vehicle.Speed?",
            True,
        ),
        ("from __future__", "from __future__ import (", "not Python", True),
        ("value: Percent)", "value: Percent, person: Who)", "name 'Who' is not defined", True),
        (
            '"how far is parking",',
            '"turn on the air conditioning",',
            "claims what is said, as",
            False,
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(
    project: Path,
    edit: Edit,
    checked: Checked,
    old: str,
    new: str,
    message: str,
    blocking: bool,
) -> None:
    file = edit(old, new)
    report = checked(project)
    problem = next(problem for problem in report.problems if message in problem.message)
    assert problem.blocking == blocking
    assert report.passed != blocking
    assert problem.file == file
    lines = file.read_text(encoding="utf-8").splitlines()
    assert _what_is_wrong(new) in lines[problem.line - 1]


def _what_is_wrong(text: str) -> str:
    """Python shows the first `await` of a method that is not async, not its `def`."""
    return "await cabin.actuate" if text == "def adjust" else text


def test_a_missing_language_is_told(project: Path, edit: Edit, checked: Checked) -> None:
    edit('zh=("parking现在多少", "查一下parking",', 'zh=("parking现在多少",')
    edit('"parking在什么位置", "告诉我parking的设置"', "")
    report = checked(project)
    assert any("state: zh: at least 4 phrases are needed" in str(p) for p in report.problems)


def test_a_parameter_that_no_phrase_has_is_told(
    project: Path, edit: Edit, checked: Checked
) -> None:
    edit("Percent, Said", "Percent, Person, Said")
    file = edit("value: Percent)", "value: Percent, person: Person | None = None)")
    problems = checked(project).problems
    assert [problem.blocking for problem in problems] == [False, False]
    assert "adjust: no en phrase has {person}, a parameter" in problems[0].message
    assert "person: Person" in file.read_text(encoding="utf-8").splitlines()[problems[0].line - 1]


def test_code_is_not_run_in_this_process(project: Path, edit: Edit, checked: Checked) -> None:
    edit("SHADE = ", "import os, sys\nsys.modules['os'].environ['RAN'] = '1'\nSHADE = ")
    assert checked(project).passed
    assert "RAN" not in os.environ


def test_two_skills_with_one_phrase_are_told(tmp_path: Path, nursery: Nursery) -> None:
    for name in ("first", "second"):
        scaffold(name, tmp_path)
        file = tmp_path / name / name / "skill.py"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f'"how far is {name}"', '"how far is the boat"'), "utf-8")
    folders = tuple(tmp_path / name / name for name in ("first", "second"))
    report = check(tuple(folder.resolve() for folder in folders), CATALOGUE, nursery=nursery)
    told = [str(problem) for problem in report.problems]
    assert any("'how far is the boat' claims what is said, as" in each for each in told)
    assert report.passed


def test_what_the_model_confuses_is_told(project: Path, nursery: Nursery) -> None:
    understander = Understander.load(Path(Config().understanding_model), time.monotonic)
    report = check(skill_folders(project), CATALOGUE, understander, nursery)
    assert report.passed
    told = [str(confusion) for confusion in report.confused]
    assert all("would be taken for" in each for each in told)
    assert all(confusion.intent.startswith("parking.") for confusion in report.confused)
    assert all(confusion.line > 1 for confusion in report.confused)


def test_one_of_ours_can_be_checked_too(checked: Checked) -> None:
    report = checked(BUILT_IN / "climate")
    assert [skill.manifest.name for skill in report.skills] == ["climate"]
    assert report.passed


def test_a_folder_without_a_skill_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="skill new"):
        skill_folders(tmp_path)


def test_the_command_ends_with_1_for_a_mistake(
    project: Path, edit: Edit, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["skill", "check", "--no-model", str(project)]) == 0
    file = edit("value: Percent", "value: bytes")
    assert main(["skill", "check", "--no-model", str(project)]) == 1
    out = capfd.readouterr().out
    assert f"error   {file}:" in out
    assert "words can't become bytes" in out


# -- test ----------------------------------------------------------------------------------------


async def test_a_skill_that_fails_is_seen(project: Path, edit: Edit, tmp_path: Path) -> None:
    edit("now = await cabin.get(SHADE)", "now = 1 / 0")
    garage = Garage((project,), tmp_path / "home")
    skill = garage.registry.skill("parking")
    assert skill is not None
    done = [trial async for trial in trials(garage, skill)]
    failed = {trial.sentence.intent for trial in done if trial.error}
    assert failed == {"parking.state"}
    assert any("ZeroDivisionError" in trial.error for trial in done)
    assert all(trial.passed for trial in done if trial.sentence.intent == "parking.adjust")


async def test_a_wrong_phrases_file_is_told(project: Path, tmp_path: Path) -> None:
    file = project / "parking" / "phrases.yaml"
    file.write_text('en:\n  - ["go", parking.fly]\n', encoding="utf-8")
    garage = Garage((project,))
    skill = garage.registry.skill("parking")
    assert skill is not None
    with pytest.raises(BadRequest, match=r"no intent 'parking.fly'"):
        _ = [trial async for trial in trials(garage, skill)]


# -- the kit -------------------------------------------------------------------------------------


async def test_a_cabin_without_skills_of_ones_own(cabin: TestCabin) -> None:
    window = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
    result = await cabin.say("open my window halfway", zone="driver")
    assert result.signals == {window: 50}
    assert result.intents == ("windows.open",)
    assert await cabin.get(window) == 50
    assert (await cabin.say("把我的车窗关上")).signals == {window: 0}


async def test_time_only_passes_when_it_is_told_to(cabin: TestCabin) -> None:
    await cabin.say("set a timer for five minutes")
    assert await cabin.wait(299.0) == ()
    (rung,) = await cabin.wait(2.0)
    assert rung.said == "The timer is up."
    assert [event.name for event in rung.events] == ["calendar.ring"]


async def test_the_head_unit_informs(cabin: TestCabin) -> None:
    assert await cabin.inform("contacts", {"contacts": []}) == ()
    with pytest.raises(BadRequest, match="topics are"):
        await cabin.inform("nonsense", {})


def test_a_skill_that_cannot_be_loaded_says_why(project: Path, edit: Edit) -> None:
    file = edit("value: Percent", "value: bytes")
    with pytest.raises(BrokenSkill, match=f"{file}:.*words can't become bytes"):
        Garage((project,))


def test_the_skills_of_a_test_are_those_of_its_project(project: Path, tmp_path: Path) -> None:
    assert skill_folders_above(project / "tests" / "test_parking.py") == (project.resolve(),)
    assert skill_folders_above(BUILT_IN.parent / "tests" / "test_x.py") == ()
    assert skill_folders_above(tmp_path / "elsewhere" / "test_x.py") in ((), (project.resolve(),))
