"""Whatever is wrong with a file, the answer is a ScenarioError that names a place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator
from simulator.scenario import ScenarioError, loads
from vehicle_bus.catalogue import Catalogue

CATALOGUE = Catalogue.load()
SCENARIOS = Path(simulator.__file__).parent / "scenarios"
TEXTS = [
    (SCENARIOS / name).read_text(encoding="utf-8")
    for name in (
        "world/evening_drive.scenario.yaml",
        "faults/control_units.scenario.yaml",
        "mandarin.scenario.yaml",
    )
]
WORDS = re.compile(r"[A-Za-z_.]+|\d+|[\[\]{}:,-]")
ODD = [
    "",
    "null",
    "-1",
    "1e999",
    ".nan",
    "true",
    "[]",
    "{}",
    "&a *a",
    "!!x y",
    "${x}",
    "'",
    "𐍈",
    "\t",
]
PLACE = re.compile(r"^t\.yaml:\d+")


@given(
    text=st.sampled_from(TEXTS),
    which=st.integers(0, 10_000),
    instead=st.one_of(st.sampled_from(ODD), st.text(max_size=6)),
)
@settings(max_examples=120, deadline=None)
def test_one_word_of_a_scenario_is_wrong(text: str, which: int, instead: str) -> None:
    words = list(WORDS.finditer(text))
    word = words[which % len(words)]
    broken = text[: word.start()] + instead + text[word.end() :]
    try:
        loads(broken, "t.yaml", CATALOGUE)
    except ScenarioError as error:
        told = str(error)
    else:
        return
    assert PLACE.match(told), told
    assert "; " in told


@pytest.mark.parametrize(
    "text", ["\x00", "a: \x07", "? [1]\n: 2\n", "- - - -", "%YAML 9.9\n---\n", "a: *b"]
)
def test_what_is_hardly_yaml(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"^t\.yaml:\d+:\d+: .*; "):
        loads(text, "t.yaml", CATALOGUE)
