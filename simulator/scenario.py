"""Scenario files (`*.scenario.yaml`): a drive, the people who talk in it, and what has to happen.

This is the reference of the language; `scenario.schema.json` is the same for editors. A small one::

    # yaml-language-server: $schema=../scenario.schema.json
    name: Warmer on the motorway
    seed: 7
    vehicle:
      Vehicle.Exterior.AirTemperature: 4
    drive:
      - {at: 0, speed: 100, rain: 40}
    turns:
      - at: 3
        seat: driver
        voice: ben
        say: set the temperature to twenty two degrees
        expect:
          signals: {Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature: 22}
          reply: twenty.two|22
    never:
      - {Vehicle.Body.Trunk.Rear.IsOpen: true, Vehicle.Speed: {at_least: 1}}

**Top**

========== ====================================================================================
name       what the scenario shows (required)
about      a longer description
seed       whole number; the run's noise comes from it (default 1)
language   ``en`` or ``zh`` for turns that don't say (default ``en``)
patience   seconds after the last word within which a turn has to end (default 5)
occupants  seats with people in them (default: the driver and who speaks)
vehicle    signals before the first second: ``path: value``
drive      the driving context over time, a list (below)
turns      what is said, a list (below)
never      conditions that must not hold at any moment, a list; each is a mapping
           ``path: condition``, and all of its parts hold together when it is violated
========== ====================================================================================

**drive**: each item has ``at`` (seconds since the start) and any of

========== ====================================================================================
speed      km/h the driver wants; reached with the car's acceleration and brakes
gear       P, R, N or D. D is selected by itself when a speed is wanted; P waits for standstill
rain       0..100 %
light      light outside, 0..100 %
outside    air temperature outside, Celsius
signals    any others: ``path: value``
========== ====================================================================================

**turns**: one of ``say``, ``type`` and ``wav`` is required

========== ====================================================================================
at         seconds since the start; later if the turn before has not ended by then
after      ``previous``: as soon as the turn before has ended (the default)
pause      seconds of silence before it (default 0.5)
seat       ``driver`` (default), ``passenger``, ``rear_left``, ``rear_right``
say        words to speak; ``...`` is a hesitation of half a second
voice      who speaks, see ``python -m simulator --voices`` (default by language)
loudness   ``whisper``, ``soft``, ``normal`` (default), ``loud``
type       words to type instead of speaking
wav        a 16 kHz mono 16-bit file to play instead, relative to the scenario
lang       ``en`` or ``zh``
answer     ``yes`` or ``no``: what the same person answers if the assistant asks
expect     what has to come of it (below)
========== ====================================================================================

**expect**: everything that is given has to hold

============== ================================================================================
signals        ``path: condition``; each has to hold at some moment before the deadline, and a
               plain value for 0.3 s, so that something moving past it does not count
within         the deadline in seconds after the last word (default 3)
reply          regular expression found in the reply, upper and lower case alike
heard          regular expression found in what was heard
intents        the intents understood, in order: ``[windows.close, seats.heat_on]``
refused        ``true``, or the name of the policy's rule
asked          ``true``: the assistant asks for a yes; ``false``: it does not
not_addressed  ``true``: it takes the words as not meant for it
no_change      ``true``: it changes no signal
============== ================================================================================

A **condition** is a value (numbers within 0.05 of it) or a mapping of ``at_least``, ``at_most``,
``is_not``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from simulator import voices
from simulator.acoustics import LOUDNESS_DB
from simulator.yaml_reader import Node, ScenarioError, read, read_text
from vehicle_bus.catalogue import Catalogue, validate
from vehicle_bus.errors import InvalidValue, UnknownPath
from vehicle_bus.values import Scalar, Zone

__all__ = ["Condition", "Drive", "Expect", "Scenario", "ScenarioError", "TurnScript", "load"]

TOLERANCE = 0.05
LONGEST_S = 24 * 3600.0
LANGUAGES = ("en", "zh")
GEARS: Mapping[str, int] = {"P": 126, "R": -1, "N": 0, "D": 127}
SEATS: Mapping[str, Zone] = {str(zone): zone for zone in Zone if zone is not Zone.UNKNOWN}

TOP_KEYS = tuple("name about seed language patience occupants vehicle drive turns never".split())
DRIVE_KEYS = tuple("at speed gear rain light outside signals".split())
TURN_KEYS = tuple("at after pause seat say voice loudness type wav lang answer expect".split())
EXPECT_KEYS = tuple(
    "signals within reply heard intents refused asked not_addressed no_change".split()
)
CONDITION_KEYS = ("at_least", "at_most", "is_not")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a value has to be: all parts that are not None."""

    equals: Scalar | None = None
    at_least: float | None = None
    at_most: float | None = None
    is_not: Scalar | None = None

    def holds(self, value: Scalar | None) -> bool:
        """Whether `value` fits. A missing value fits nothing."""
        if value is None:
            return False
        if self.equals is not None and not _same(value, self.equals):
            return False
        if self.is_not is not None and _same(value, self.is_not):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        if not _is_number(value):
            return False
        low = float("-inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return low <= value <= high

    def __str__(self) -> str:
        parts = {"": self.equals, ">= ": self.at_least, "<= ": self.at_most, "not ": self.is_not}
        return " and ".join(
            f"{word}{show(part)}" for word, part in parts.items() if part is not None
        )


@dataclass(frozen=True, slots=True)
class Drive:
    """A change of the driving context at `at` seconds. None: stays as it is."""

    at: float
    speed: float | None = None
    gear: int | None = None
    rain: float | None = None
    light: float | None = None
    outside: float | None = None
    signals: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expect:
    """What has to come of a turn; None and empty: no matter. `places`: the `file:line` of each
    expectation, by its key or, of a signal, by its path."""

    signals: Mapping[str, Condition] = field(default_factory=dict)
    within: float = 3.0
    reply: str | None = None
    heard: str | None = None
    intents: tuple[str, ...] | None = None
    refused: bool | str | None = None
    asked: bool | None = None
    not_addressed: bool | None = None
    no_change: bool | None = None
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TurnScript:
    """One turn: `text` is spoken by `voice`, typed, or replaced by the sound of `wav`. `at` is None
    when it follows the turn before it; `place` is its `file:line`."""

    text: str
    seat: Zone = Zone.DRIVER
    language: str = "en"
    voice: str = ""
    typed: bool = False
    wav: Path | None = None
    loudness: str = "normal"
    at: float | None = None
    pause: float = 0.5
    answer: str | None = None
    expect: Expect = field(default_factory=Expect)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Never:
    """A condition on several signals that must not hold at any moment."""

    parts: Mapping[str, Condition]
    place: str = ""

    def __str__(self) -> str:
        return " and ".join(f"{path} {part}" for path, part in self.parts.items())


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file."""

    name: str
    turns: tuple[TurnScript, ...]
    about: str = ""
    seed: int = 1
    language: str = "en"
    patience: float = 5.0
    occupants: tuple[Zone, ...] = (Zone.DRIVER,)
    vehicle: Mapping[str, Scalar] = field(default_factory=dict)
    drive: tuple[Drive, ...] = ()
    never: tuple[Never, ...] = ()

    @property
    def seats(self) -> tuple[Zone, ...]:
        """The seats whose microphones are used, in the order of zones."""
        used = {turn.seat for turn in self.turns}
        return tuple(zone for zone in SEATS.values() if zone in used)


def load(path: Path, catalogue: Catalogue | None = None) -> Scenario:
    """Read a scenario file; paths and values are checked against `catalogue` (default: the bus's
    own). Raises ScenarioError with file, line and column."""
    return _scenario(read(path), path.parent, catalogue or Catalogue.load())


def loads(text: str, name: str = "scenario", catalogue: Catalogue | None = None) -> Scenario:
    """Read a scenario from a text; `name` stands for the file in messages."""
    return _scenario(read_text(text, name), Path(), catalogue or Catalogue.load())


def show(value: Scalar) -> str:
    """A value as people write it: `on` numbers without useless digits, true/false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _scenario(top: Node, folder: Path, catalogue: Catalogue) -> Scenario:
    keys = top.fields(TOP_KEYS)
    for required in ("name", "turns"):
        if required not in keys:
            top.fail(f"{required!r} is missing", f"add '{required}: ...' at the top")
    language = keys["language"].choice(LANGUAGES) if "language" in keys else "en"
    turns = tuple(_turn(each, language, folder, catalogue) for each in keys["turns"].items())
    if not turns:
        keys["turns"].fail("nobody says anything", "add a turn: '- say: open the window'")
    occupants = {Zone.DRIVER, *(turn.seat for turn in turns)}
    if "occupants" in keys:
        occupants |= {SEATS[seat.choice(SEATS)] for seat in keys["occupants"].items()}
    return Scenario(
        name=keys["name"].text(),
        turns=turns,
        about=keys["about"].text() if "about" in keys else "",
        seed=keys["seed"].whole(0, 2**31 - 1) if "seed" in keys else 1,
        language=language,
        patience=keys["patience"].number(0.5, 60, "seconds") if "patience" in keys else 5.0,
        occupants=tuple(zone for zone in SEATS.values() if zone in occupants),
        vehicle=_values(keys["vehicle"], catalogue) if "vehicle" in keys else {},
        drive=_drives(keys["drive"], catalogue) if "drive" in keys else (),
        never=tuple(
            Never(_conditions(each, catalogue), each.place) for each in keys["never"].items()
        )
        if "never" in keys
        else (),
    )


def _drives(node: Node, catalogue: Catalogue) -> tuple[Drive, ...]:
    drives: list[Drive] = []
    for item in node.items():
        drive = _drive(item, catalogue)
        if drives and drive.at < drives[-1].at:
            item.fail(f"{drive.at:g} s comes before {drives[-1].at:g} s", "sort the list by 'at'")
        drives.append(drive)
    return tuple(drives)


def _drive(node: Node, catalogue: Catalogue) -> Drive:
    keys = node.fields(DRIVE_KEYS)
    if "at" not in keys:
        node.fail("'at' is missing", "say when: 'at: 3'")
    if len(keys) == 1:
        node.fail("nothing changes", f"add one of {', '.join(DRIVE_KEYS[1:])}")
    speed = keys["speed"].number(0, 300, "km/h") if "speed" in keys else None
    gear = GEARS[keys["gear"].choice(GEARS)] if "gear" in keys else None
    if speed and gear in (GEARS["P"], GEARS["N"]):
        keys["gear"].fail("a car can't drive in P or N", "select D or R, or set speed to 0")
    return Drive(
        at=keys["at"].number(0, LONGEST_S, "seconds"),
        speed=speed,
        gear=gear,
        rain=keys["rain"].number(0, 100, "percent") if "rain" in keys else None,
        light=keys["light"].number(0, 100, "percent") if "light" in keys else None,
        outside=keys["outside"].number(-60, 60, "Celsius") if "outside" in keys else None,
        signals=_values(keys["signals"], catalogue) if "signals" in keys else {},
    )


def _turn(node: Node, language: str, folder: Path, catalogue: Catalogue) -> TurnScript:
    keys = node.fields(TURN_KEYS)
    given = [key for key in ("say", "type", "wav") if key in keys]
    if len(given) != 1:
        node.fail(f"a turn has {' and '.join(given) or 'no words'}", "give one of say, type, wav")
    if "at" in keys and "after" in keys:
        keys["after"].fail("'at' and 'after' exclude each other", "keep one")
    if "after" in keys:
        keys["after"].choice(("previous",))
    language = keys["lang"].choice(LANGUAGES) if "lang" in keys else language
    spoken = given[0] == "say"
    for key in ("voice", "loudness"):
        if key in keys and not spoken:
            keys[key].fail(f"{key!r} needs words to speak", "use 'say', or leave it out")
    return TurnScript(
        text=keys[given[0]].text(),
        seat=SEATS[keys["seat"].choice(SEATS)] if "seat" in keys else Zone.DRIVER,
        language=language,
        voice=_voice(keys, language) if spoken else "",
        typed=given[0] == "type",
        wav=_wav(keys["wav"], folder) if given[0] == "wav" else None,
        loudness=keys["loudness"].choice(LOUDNESS_DB) if "loudness" in keys else "normal",
        at=keys["at"].number(0, LONGEST_S, "seconds") if "at" in keys else None,
        pause=keys["pause"].number(0, 600, "seconds") if "pause" in keys else 0.5,
        answer=keys["answer"].choice(("yes", "no")) if "answer" in keys else None,
        expect=_expect(keys["expect"], catalogue) if "expect" in keys else Expect(),
        place=node.place,
    )


def _voice(keys: Mapping[str, Node], language: str) -> str:
    if "voice" not in keys:
        return voices.DEFAULT_VOICE[language]
    name = keys["voice"].choice(voices.CAST)
    spoken = voices.CAST[name].language
    if spoken != language:
        keys["voice"].fail(f"{name!r} speaks {spoken!r}, the turn is {language!r}", "set 'lang'")
    return name


def _wav(node: Node, folder: Path) -> Path:
    path = folder / node.text()
    if not path.is_file():
        node.fail(f"no such file: {path}", "give a path relative to the scenario")
    return path


def _expect(node: Node, catalogue: Catalogue) -> Expect:
    keys = node.fields(EXPECT_KEYS)
    flags = {
        key: keys[key].flag() for key in ("asked", "not_addressed", "no_change") if key in keys
    }
    signals = _conditions(keys["signals"], catalogue) if "signals" in keys else {}
    for flag in ("no_change", "not_addressed"):
        if flags.get(flag) and signals:
            keys[flag].fail(f"{flag!r} contradicts 'signals'", "keep one")
    refused = _refused(keys["refused"]) if "refused" in keys else None
    if refused and flags.get("not_addressed"):
        keys["refused"].fail("what was not addressed can't be refused", "keep one")
    intents = tuple(each.text() for each in keys["intents"].items()) if "intents" in keys else None
    return Expect(
        signals=signals,
        within=keys["within"].number(0, 3600, "seconds") if "within" in keys else 3.0,
        reply=_regex(keys["reply"]) if "reply" in keys else None,
        heard=_regex(keys["heard"]) if "heard" in keys else None,
        intents=intents,
        refused=refused,
        asked=flags.get("asked"),
        not_addressed=flags.get("not_addressed"),
        no_change=flags.get("no_change"),
        places=_places(keys),
    )


def _places(expectations: Mapping[str, Node]) -> dict[str, str]:
    places = {key: node.place for key, node in expectations.items()}
    if "signals" in expectations:
        places |= {key.text(): key.place for key, _ in expectations["signals"].entries()}
    return places


def _refused(node: Node) -> bool | str:
    value = node.scalar()
    return value if isinstance(value, bool) else node.text()


def _regex(node: Node) -> str:
    pattern = node.text()
    try:
        re.compile(pattern)
    except re.error as error:
        node.fail(f"{pattern!r} is no regular expression ({error})", "escape special characters")
    return pattern


def _values(node: Node, catalogue: Catalogue) -> dict[str, Scalar]:
    return {key.text(): _value(key, value, catalogue) for key, value in node.entries()}


def _value(key: Node, value: Node, catalogue: Catalogue) -> Scalar:
    try:
        return validate(catalogue[key.text()], value.scalar())
    except UnknownPath as error:
        key.fail(f"no signal {error.path!r}", error.mend)
    except InvalidValue as error:
        value.fail(f"{error.path}: {error.cause}", error.mend)


def _conditions(node: Node, catalogue: Catalogue) -> dict[str, Condition]:
    found = {key.text(): _condition(key, value, catalogue) for key, value in node.entries()}
    if not found:
        node.fail("no condition is given", "write 'path: value'")
    return found


def _condition(key: Node, value: Node, catalogue: Catalogue) -> Condition:
    if not value.is_mapping():
        return Condition(equals=_value(key, value, catalogue))
    if key.text() not in catalogue:
        _value(key, value, catalogue)
    parts = value.fields(CONDITION_KEYS)
    low = parts["at_least"].number(-1e12, 1e12, "a number") if "at_least" in parts else None
    high = parts["at_most"].number(-1e12, 1e12, "a number") if "at_most" in parts else None
    if low is not None and high is not None and low > high:
        value.fail(f"nothing is at least {low:g} and at most {high:g}", "swap them")
    unlike = _value(key, parts["is_not"], catalogue) if "is_not" in parts else None
    if low is None and high is None and unlike is None:
        value.fail("the condition is empty", f"use one of {', '.join(CONDITION_KEYS)}")
    return Condition(at_least=low, at_most=high, is_not=unlike)


def _same(value: Scalar, wanted: Scalar) -> bool:
    if _is_number(value) and _is_number(wanted):
        return abs(value - wanted) <= TOLERANCE
    return type(value) is type(wanted) and value == wanted


def _is_number(value: Scalar) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
