"""Loading skills, and what the author of a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from probe_skill import HEAD, WriteSkill

from cabin_agent.sdk import registry
from cabin_agent.sdk.contract import Percent, Temperature
from cabin_agent.turn import Language
from vehicle_bus.catalogue import Catalogue

FINE = """
@say("a")
async def a(self, cabin):
    return cabin.say("a", "一")
"""


def line_of(folder: Path, text: str, name: str = "probe") -> int:
    lines = (folder / name / "skill.py").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_a_fine_skill_is_loaded_with_its_slots(write_skill: WriteSkill) -> None:
    folder = write_skill("""
        @say("{value} a", reversible=False, name="raise")
        async def a(self, cabin, value: Temperature | Percent | None = None):
            return cabin.say("a", "一")
    """)
    loaded = registry.load([folder])
    assert loaded.problems == ()
    intent = loaded.intents()["probe.raise"]
    assert intent.method == "a"
    assert intent.domain == "climate"
    assert not intent.reversible
    assert intent.slots["value"].kinds == (Temperature, Percent)
    assert not intent.slots["value"].required
    assert intent.phrases[Language.ENGLISH][0] == "one {value} a"
    assert intent.line == line_of(folder, '@say("{value} a"')


@pytest.mark.parametrize(
    ("body", "at", "message"),
    [
        ('@say("a")\ndef a(self, cabin): ...', "@say", "must be `async def`"),
        ('@say("a")\nasync def a(self): ...', "@say", "first parameters must be (self, cabin"),
        ('@say("a")\nasync def a(self, cabin, heat): ...', "async def", "'heat' is no slot"),
        (
            '@say("a")\nasync def a(self, cabin, value: dict): ...',
            "async def",
            "words can't become dict; use Temperature",
        ),
        ('@say("{colour}")\nasync def a(self, cabin): ...', "@say", "{colour}, which is no param"),
        ('@say("a", domain="cooking")\nasync def a(self, cabin): ...', "@say", "'cooking' is unkn"),
        (
            '@intent(domain="seat", en=("x",), zh=ZH)\nasync def a(self, cabin): ...',
            "@intent",
            "en: at least 4 phrases",
        ),
        (
            '@intent(domain="seat", en=EN, zh=EN)\nasync def a(self, cabin): ...',
            "EN = (",
            "is in the wrong language",
        ),
        ("def __init__(self): raise OSError('no file')", "class Probe", "OSError('no file')"),
        ("pass", "class Probe", "no method marked with @intent"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    write_skill: WriteSkill, body: str, at: str, message: str
) -> None:
    folder = write_skill(body)
    loaded = registry.load([folder])
    assert loaded.skills == ()
    problem = next(problem for problem in loaded.problems if message in problem.message)
    assert problem.blocking
    assert problem.file == folder / "probe" / "skill.py"
    start = line_of(folder, "EN = (" if at == "EN = (" else "class Probe")
    marks = [at] if at.startswith("class") else [at + "(", at]
    lines = problem.file.read_text(encoding="utf-8").splitlines()
    wanted = next(
        number
        for number, line in enumerate(lines, 1)
        if number >= start and any(mark in line for mark in marks)
    )
    assert problem.line == wanted
    assert str(problem).startswith(f"{problem.file}:{problem.line}: ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('name="probe"', 'name="Other one"'), "use lower case letters"),
        (('name="probe"', 'name="other"'), "not the folder's name 'probe'"),
        (('name="probe"', 'name="platform"'), "'platform' is the platform's own"),
        (('"1.0.0"', '"first"'), "use three numbers"),
        (('"探针"', '""'), "must both say"),
        (('"Vehicle.Cabin.HVAC.*"', '"Cabin.HVAC"'), "'Cabin.HVAC' is no VSS path"),
        (('"Vehicle.Cabin.HVAC.*"', '"Vehicle.Cabin.HVAK.*"'), "stands for no signal"),
        (("manifest = Manifest(", "manifesto = Manifest("), "has no `manifest"),
    ],
)
def test_a_wrong_manifest_is_told(
    write_skill: WriteSkill, change: tuple[str, str], message: str
) -> None:
    text = (HEAD + FINE.replace("\n", "\n    ")).replace(*change)
    folder = write_skill(text, whole=True)
    loaded = registry.load([folder], tuple(Catalogue.load()))
    assert any(message in problem.message for problem in loaded.problems)
    assert loaded.skills == ()


def test_a_syntax_error_has_its_line(write_skill: WriteSkill) -> None:
    folder = write_skill("x = 1\n\nclass Probe(:\n", whole=True)
    (problem,) = registry.load([folder]).problems
    assert problem.line == 3
    assert "not Python" in problem.message


def test_an_import_error_has_the_line_that_failed(write_skill: WriteSkill) -> None:
    folder = write_skill("x = 1\nimport no_such_module_at_all\n", whole=True)
    (problem,) = registry.load([folder]).problems
    assert problem.line == 2
    assert "ModuleNotFoundError" in problem.message


def test_a_broken_skill_does_not_keep_the_others_out(write_skill: WriteSkill) -> None:
    write_skill(FINE)
    folder = write_skill("oops(", "broken", whole=True)
    loaded = registry.load([folder])
    assert [skill.manifest.name for skill in loaded.skills] == ["probe"]
    assert [problem.file.parent.name for problem in loaded.problems] == ["broken"]


def test_a_phrase_claimed_twice_is_reported_and_both_are_loaded(write_skill: WriteSkill) -> None:
    write_skill(FINE)
    text = (HEAD + FINE.replace("\n", "\n    ")).replace('"probe"', '"second"')
    folder = write_skill(text, "second", whole=True)
    loaded = registry.load([folder])
    assert len(loaded.skills) == 2
    assert len(loaded.problems) == 8
    problem = loaded.problems[0]
    assert not problem.blocking
    assert "'one a' is also claimed by probe.a" in problem.message
    assert "probe/skill.py:" in problem.message


def test_a_name_taken_by_an_earlier_folder_is_refused(tmp_path: Path) -> None:
    for where in ("first", "second"):
        folder = tmp_path / where / "probe"
        folder.mkdir(parents=True)
        text = HEAD + FINE.replace("\n", "\n    ")
        (folder / "skill.py").write_text(text, encoding="utf-8")
    loaded = registry.load([tmp_path / "first", tmp_path / "second"])
    assert loaded.skills[0].file == tmp_path / "first" / "probe" / "skill.py"
    assert "is taken by" in loaded.problems[0].message


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    (problem,) = registry.load([tmp_path / "nowhere"]).problems
    assert "no such folder" in problem.message


def test_modules_beside_a_skill_are_its_own(write_skill: WriteSkill) -> None:
    folder = write_skill(
        "from .numbers import TWO\n" + HEAD + FINE.replace("\n", "\n    "), whole=True
    )
    (folder / "probe" / "numbers.py").write_text("TWO = 2\n", encoding="utf-8")
    assert registry.load([folder]).problems == ()
