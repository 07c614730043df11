"""What one person says once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulator.acoustics import LOUDNESS_DB
from simulator.language.drive import LONGEST_S
from simulator.language.expectations import Expect, expect
from simulator.language.people import LANGUAGES, SEATS, Occupant, voice
from simulator.yaml_reader import Node
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Zone

TURN_KEYS = tuple(
    "at after pause overlap seat say voice loudness type wav lang answer expect".split()
)


@dataclass(frozen=True, slots=True)
class TurnScript:
    """One turn: `text` is spoken by `voice`, typed, or replaced by the sound of `wav`. `at` is None
    when it follows the turn before it; `overlap`: so long before the last word of the turn before
    it begins (None: it waits for that turn's end); `place` is its `file:line`."""

    text: str
    seat: Zone = Zone.DRIVER
    language: str = "en"
    voice: str = ""
    typed: bool = False
    wav: Path | None = None
    loudness: str = "normal"
    at: float | None = None
    pause: float = 0.5
    overlap: float | None = None
    answer: str | None = None
    expect: Expect = field(default_factory=Expect)
    place: str = ""


def turns(
    node: Node, language: str, people: Mapping[Zone, Occupant], catalogue: Catalogue
) -> tuple[TurnScript, ...]:
    found: list[TurnScript] = []
    for item in node.items():
        turn = _turn(item, language, people, catalogue)
        if turn.overlap is not None:
            _can_overlap(item, turn, found)
        found.append(turn)
    if not found:
        node.fail("nobody says anything", "add a turn: '- say: open the window'")
    return tuple(found)


def _turn(
    node: Node, language: str, people: Mapping[Zone, Occupant], catalogue: Catalogue
) -> TurnScript:
    keys = node.fields(TURN_KEYS)
    given = [key for key in ("say", "type", "wav") if key in keys]
    if len(given) != 1:
        node.fail(f"a turn has {' and '.join(given) or 'no words'}", "give one of say, type, wav")
    _one_way_to_begin(keys)
    seat = SEATS[keys["seat"].choice(SEATS)] if "seat" in keys else Zone.DRIVER
    person = people.get(seat)
    if "lang" in keys:
        language = keys["lang"].choice(LANGUAGES)
    elif person is not None:
        language = person.language
    spoken = given[0] == "say"
    for key in ("voice", "loudness"):
        if key in keys and not spoken:
            keys[key].fail(f"{key!r} needs words to speak", "use 'say', or leave it out")
    own = person.voice if person is not None and person.language == language else ""
    return TurnScript(
        text=keys[given[0]].text(),
        seat=seat,
        language=language,
        voice=(own if own and "voice" not in keys else voice(keys, language)) if spoken else "",
        typed=given[0] == "type",
        wav=_wav(keys["wav"]) if given[0] == "wav" else None,
        loudness=keys["loudness"].choice(LOUDNESS_DB) if "loudness" in keys else "normal",
        at=keys["at"].number(0, LONGEST_S, "seconds") if "at" in keys else None,
        pause=keys["pause"].number(0, 600, "seconds") if "pause" in keys else 0.5,
        overlap=keys["overlap"].number(0, 60, "seconds") if "overlap" in keys else None,
        answer=keys["answer"].choice(("yes", "no")) if "answer" in keys else None,
        expect=expect(keys["expect"], catalogue) if "expect" in keys else Expect(),
        place=node.place,
    )


def _one_way_to_begin(keys: Mapping[str, Node]) -> None:
    if "at" in keys and "after" in keys:
        keys["after"].fail("'at' and 'after' exclude each other", "keep one")
    if "after" in keys:
        keys["after"].choice(("previous",))
    for key in ("at", "pause"):
        if "overlap" in keys and key in keys:
            keys["overlap"].fail(f"{key!r} and 'overlap' exclude each other", "keep one")


def _can_overlap(item: Node, turn: TurnScript, before: list[TurnScript]) -> None:
    if not before:
        item.fail("there is nobody to overlap with", "put another turn before it")
    if before[-1].seat == turn.seat:
        item.fail(f"one person sits at {turn.seat}", "give the turns different seats")
    if turn.typed or before[-1].typed:
        item.fail("typing overlaps with nothing", "use 'say' in both turns")


def _wav(node: Node) -> Path:
    path = Path(node.file).parent / node.text()
    if not path.is_file():
        node.fail(f"no such file: {path}", "give a path relative to the scenario")
    return path
