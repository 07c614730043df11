"""The scenarios that are shipped leave no skill, no rule of the policy and no fault out."""

from pathlib import Path

import pytest

from simulator.language.faults import FAULT_KEYS
from simulator.scenario import Scenario
from simulator.suite import PATTERN, loaded
from vehicle_bus.rules import RULES

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "simulator" / "scenarios"
POLICY_TESTS = ROOT / "tests" / "vehicle_bus"
STORIES = {
    "charging_trip",
    "deaf_driver_typing",
    "emergency",
    "motorway_at_night",
    "rental_car_in_a_foreign_language",
    "school_run",
}
NOT_BY_A_VOICE = {
    "closing_without_auto_reverse": "of a car that is configured without auto-reverse",
    "out_of_scope": "no skill of ours asks beyond its manifest",
    "unknown_speaker": "every seat of a scenario is known",
    "unlisted_function": "no skill of ours asks for it",
}
QUIET = "quiet_for_a_tired_driver"
"""Of the rules about showing and saying the one that is heard; the head unit is told the others."""
NOTHING_TO_BREAK = ("cloud",)
"""Refused by the simulator as long as the assistant asks no cloud."""
SKILLS = sorted(file.parent.name for file in (ROOT / "skills").glob("*/skill.py"))


@pytest.fixture(scope="module")
def library() -> dict[str, Scenario]:
    files = sorted(LIBRARY.rglob(PATTERN))
    return {str(e.file.relative_to(LIBRARY)).split(".")[0]: e.scenario for e in loaded(files)}


def test_there_are_enough_in_both_languages(library: dict[str, Scenario]) -> None:
    languages = [
        {turn.language for turn in scenario.turns} | {scenario.language}
        for scenario in library.values()
    ]
    assert len(library) >= 60
    assert sum("zh" in each for each in languages) >= 25
    assert sum("en" in each for each in languages) >= 25


def test_each_has_a_name_of_its_own(library: dict[str, Scenario]) -> None:
    names = [scenario.name for scenario in library.values()]
    assert len(set(names)) == len(names)


def test_the_six_stories_are_there(library: dict[str, Scenario]) -> None:
    assert {f"stories/{name}" for name in STORIES} <= library.keys()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("skill", SKILLS)
def test_every_skill_is_used(library: dict[str, Scenario], skill: str, language: str) -> None:
    scenario = library[f"skills/{skill}_{language}"]
    assert {turn.language for turn in scenario.turns} >= {language}
    assert any(
        turn.expect.signals or turn.expect.reply or turn.expect.intents for turn in scenario.turns
    )


@pytest.mark.parametrize("rule", [*(rule.name for rule in RULES), QUIET])
def test_every_rule_decides_somewhere(library: dict[str, Scenario], rule: str) -> None:
    if rule in NOT_BY_A_VOICE:
        tests = [file.read_text(encoding="utf-8") for file in POLICY_TESTS.glob("test_*.py")]
        assert any(f'"{rule}"' in text for text in tests), NOT_BY_A_VOICE[rule]
        return
    refused = any(
        turn.expect.refused == rule for scenario in library.values() for turn in scenario.turns
    )
    assert refused or any(rule in scenario.about for scenario in library.values())


@pytest.mark.parametrize(
    "kind", [key for key in FAULT_KEYS if key not in ("at", "for", *NOTHING_TO_BREAK)]
)
def test_every_fault_breaks_something(library: dict[str, Scenario], kind: str) -> None:
    kinds = {fault.kind for scenario in library.values() for fault in scenario.faults}
    assert kind in kinds
