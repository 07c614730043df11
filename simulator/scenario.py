"""Scenario files (`*.scenario.yaml`): a drive, the people who talk in it, and what has to happen.

This is the reference of the language; `scenario.schema.json` is the same for editors. A small one::

    # yaml-language-server: $schema=../scenario.schema.json
    name: Warmer on the motorway
    seed: 7
    parameters:
      degrees: {one_of: [twenty, twenty two]}
    vehicle:
      Vehicle.Exterior.AirTemperature: 4
    drive:
      - {at: 0, speed: 100, weather: rain, time: "21:30"}
    turns:
      - at: 3
        seat: driver
        voice: ben
        say: set the temperature to ${degrees} degrees
        expect:
          signals: {Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature: {at_least: 20}}
          reply: twenty|2\\d
          latency_ms: 800
    faults:
      - {at: 6, for: 4, lost: Vehicle.Speed}
    never:
      - {Vehicle.Body.Trunk.Rear.IsOpen: true, Vehicle.Speed: {at_least: 1}}
      - said: as an ai

**Top**

========== ====================================================================================
name       what the scenario shows (required)
about      a longer description
seed       whole number; noise, parameters and faults are drawn from it (default 1)
language   ``en`` or ``zh`` for turns that don't say (default ``en``)
patience   seconds after the last word within which a turn has to end (default 5)
limit      seconds after which the run is cut short (default: an hour after the last ``at``)
include    files, relative to this one, whose content comes first: lists are joined, mappings are
           joined with our entries on top, of anything else ours counts
parameters values for ``${name}`` anywhere in the file (below)
occupants  seats with people in them, a list, or ``seat: {voice, lang}`` for how they speak
           (default: the driver and who speaks)
vehicle    signals before the first second: ``path: value``
sensors    ``ideal`` (default), or ``real``: noise, resolution and rates of a car's own sensors
route      the road, ``[latitude, longitude]`` points that the car follows as it drives
recording  a drive that was recorded (MCAP), relative to the scenario: its sensors are played
sound      what the cabin does to voices (below)
drive      the driving context over time, a list (below)
turns      what is said, a list (below; required)
faults     what breaks, a list (below)
checks     what has to be so at a moment, whoever speaks, a list (below)
never      what must not be at any moment, a list; each is a mapping ``path: condition``, and all
           of its parts hold together when it is violated; ``said: pattern`` is one of its parts
========== ====================================================================================

**parameters**: ``name: value``, ``name: {one_of: [...]}`` or ``name: {from, to, step}``. What is
drawn depends on the seed and the name alone, and is shown with the run. ``${name}`` alone has the
value's own type; inside a text it is written into it. ``simulate --set name=value`` sets one.

**sound**

========== ====================================================================================
cabin      whose echo: ``plain`` (default), ``compact``, ``saloon`` or ``van``: from a model of the
           room, with its own cross-talk between the seats
music      how loud what is played reaches the microphones at full volume, dB below speech
           (default: not at all)
assistant  how loud the assistant's own voice reaches them, likewise
========== ====================================================================================

**drive**: each item has ``at`` (seconds since the start) and any of

========== ====================================================================================
speed      km/h the driver wants; reached with the car's acceleration and brakes. Or a profile:
           ``[[seconds after at, km/h], ...]``, in between along straight lines
gear       P, R, N or D. D is selected by itself when a speed is wanted; P waits for standstill
ignition   OFF, ACC, ON or START
weather    ``clear``, ``cloudy``, ``rain``, ``heavy_rain``, ``fog`` or ``snow``: rain, humidity and
           what is left of the daylight
rain       0..100 %; the road gets wet and dries again
light      light outside, 0..100 %
time       time of day, ``"21:30"``: from now on the sun makes the light
outside    air temperature outside, Celsius
network    ``none`` or ``good``
charge     of the battery, 0..100 %
fuel       0..100 %
driver     ``attention``, ``distraction``, ``fatigue`` in percent, ``eyes_on_road`` and
           ``hands_on_wheel``
seats      ``seat: occupied``, ``unbelted`` or ``empty``
obstacle   ``path of a position: percent`` where something is in its way; ``null`` takes it away
frames     what the cameras see from now on: ``cabin: {seat: {points_at, looks, asleep, child,
           child_seat}}`` and ``road: {sign, light, fog}``, or a picture file for either. Cabin
           pictures are drawn with the extra ``cameras``
inform     ``topic: {...}``: what the head unit tells the assistant, as a message that came in
signals    any others: ``path: value``
========== ====================================================================================

**turns**: one of ``say``, ``type`` and ``wav`` is required

========== ====================================================================================
at         seconds since the start; later if the turn before has not ended by then
after      ``previous``: as soon as the turn before has ended (the default)
pause      seconds of silence before it (default 0.5)
overlap    it begins so many seconds before the last word of the turn before
seat       ``driver`` (default), ``passenger``, ``rear_left``, ``rear_right``
say        words to speak; ``...`` is a hesitation of half a second
voice      who speaks, see ``python -m simulator --voices`` (default: the occupant's voice, or one
           by language)
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
not_said       regular expression that is not found in it
reply_within   seconds after the last word by which the reply comes
heard          regular expression found in what was heard
intents        the intents understood, in order: ``[windows.close, seats.heat_on]``
refused        ``true``, or the name of the policy's rule
reason         regular expression found in the reason of a refusal
asked          ``true``: the assistant asks for a yes; ``false``: it does not
not_addressed  ``true``: it takes the words as not meant for it
no_change      ``true``: it changes no signal
unanswered     ``true``: nobody answers, as while the service is down
latency_ms     milliseconds from the last word to the first signal at the car, at most
============== ================================================================================

**checks**: each item has ``at`` and any of

========== ====================================================================================
within     seconds after ``at`` (default 3)
signals    as in ``expect``
said       regular expression found in what the assistant says in that time, also unasked
not_said   regular expression not found in it
========== ====================================================================================

**faults**: each item has ``at``, perhaps ``for`` (seconds; default: to the end), and one of

========== ====================================================================================
lost       a path, a pattern or a list of them: signals that the car stops telling. From second 0
           they were never there; later their last value grows stale
stuck      the same: signals that keep telling their last value
refuses    actuators whose control unit says no
silent     actuators whose control unit does not answer
jams       actuators that say yes and do not move
skill      the name of a skill that crashes whenever it is used
cloud      ``slow``, ``wrong`` or ``gone``
dropouts   ``{seats: [...], share: percent}`` of the microphones' sound that is lost, in pieces of
           20 ms
service    ``killed``: the assistant is ended at once; after ``for`` it is started again
========== ====================================================================================

A **condition** is a value (numbers within 0.05 of it) or a mapping of ``at_least``, ``at_most``,
``is_not``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from simulator.language import conditions, parameters
from simulator.language.conditions import CONDITION_KEYS, Condition, show
from simulator.language.drive import (
    DRIVE_KEYS,
    DRIVER_KEYS,
    GEARS,
    LONGEST_S,
    Drive,
    drives,
)
from simulator.language.expectations import (
    CHECK_KEYS,
    EXPECT_KEYS,
    Expect,
    Never,
    TimedCheck,
    checks,
    nevers,
)
from simulator.language.faults import DROPOUT_KEYS, FAULT_KEYS, Fault, faults
from simulator.language.frames import FIGURE_KEYS, FRAME_KEYS, ROAD_KEYS
from simulator.language.includes import with_includes
from simulator.language.people import LANGUAGES, OCCUPANT_KEYS, SEATS, occupants
from simulator.language.sound import SOUND_KEYS, Sound, sound
from simulator.language.turns import TURN_KEYS, TurnScript, turns
from simulator.yaml_reader import Node, ScenarioError, read, read_text, suggestion
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Scalar, Zone

__all__ = [
    "CHECK_KEYS",
    "CONDITION_KEYS",
    "DRIVER_KEYS",
    "DRIVE_KEYS",
    "DROPOUT_KEYS",
    "EXPECT_KEYS",
    "FAULT_KEYS",
    "FIGURE_KEYS",
    "FRAME_KEYS",
    "GEARS",
    "NOTHING",
    "OCCUPANT_KEYS",
    "ROAD_KEYS",
    "SEATS",
    "SOUND_KEYS",
    "TOP_KEYS",
    "TURN_KEYS",
    "Condition",
    "Drive",
    "Expect",
    "Fault",
    "Never",
    "Scenario",
    "ScenarioError",
    "Sound",
    "TimedCheck",
    "TurnScript",
    "load",
    "loads",
    "show",
]

TOP_KEYS = tuple(
    "name about seed language patience limit include parameters occupants vehicle sensors route "
    "recording sound drive turns faults checks never".split()
)
SENSORS = ("ideal", "real")
PATIENCE_S = 5.0
SLACK_S = 3600.0
SPEED = "Vehicle.Speed"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"

Place = tuple[float, float]
NOTHING: Mapping[str, Scalar] = {}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file. `parameters`: the values of this run."""

    name: str
    turns: tuple[TurnScript, ...]
    about: str = ""
    seed: int = 1
    language: str = "en"
    patience: float = PATIENCE_S
    limit: float = SLACK_S
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    occupants: tuple[Zone, ...] = (Zone.DRIVER,)
    vehicle: Mapping[str, Scalar] = field(default_factory=dict)
    real_sensors: bool = False
    route: tuple[Place, ...] = ()
    recording: Path | None = None
    sound: Sound = field(default_factory=Sound)
    drive: tuple[Drive, ...] = ()
    faults: tuple[Fault, ...] = ()
    checks: tuple[TimedCheck, ...] = ()
    never: tuple[Never, ...] = ()

    @property
    def seats(self) -> tuple[Zone, ...]:
        """The seats whose microphones are used, in the order of zones."""
        used = {turn.seat for turn in self.turns}
        return tuple(zone for zone in SEATS.values() if zone in used)


def load(
    path: Path,
    catalogue: Catalogue | None = None,
    seed: int | None = None,
    given: Mapping[str, Scalar] = NOTHING,
) -> Scenario:
    """Read a scenario file; paths and values are checked against `catalogue` (default: the bus's
    own). `seed` takes the place of the file's, `given` that of its parameters. Raises ScenarioError
    with file, line and column."""
    return _loaded(read(path), catalogue, seed, given)


def loads(
    text: str,
    name: str = "scenario",
    catalogue: Catalogue | None = None,
    seed: int | None = None,
    given: Mapping[str, Scalar] = NOTHING,
) -> Scenario:
    """Read a scenario from a text; `name` stands for the file in messages."""
    return _loaded(read_text(text, name), catalogue, seed, given)


def _loaded(
    top: Node, catalogue: Catalogue | None, seed: int | None, given: Mapping[str, Scalar]
) -> Scenario:
    whole = Node(with_includes(top))
    keys = whole.fields(TOP_KEYS)
    if seed is None:
        seed = keys["seed"].whole(0, 2**31 - 1) if "seed" in keys else 1
    declared = keys.get("parameters")
    if strange := parameters.unknown(declared, given):
        known = tuple(key.text() for key, _ in declared.entries()) if declared else ()
        mend = suggestion(strange, known) if known else "the file has none"
        whole.fail(f"no parameter {strange!r} can be set", mend)
    values = parameters.drawn(declared, seed, given)
    rest = whole.only([(k, v) for k, v in whole.entries() if k.text() != "parameters"])
    filled = Node(parameters.substituted(rest.node, values))
    return _scenario(filled, seed, values, catalogue or Catalogue.load())


def _scenario(top: Node, seed: int, values: Mapping[str, Scalar], catalogue: Catalogue) -> Scenario:
    keys = top.fields(TOP_KEYS)
    for required in ("name", "turns"):
        if required not in keys:
            top.fail(f"{required!r} is missing", f"add '{required}: ...' at the top")
    language = keys["language"].choice(LANGUAGES) if "language" in keys else "en"
    people = occupants(keys["occupants"], language) if "occupants" in keys else {}
    said = turns(keys["turns"], language, people, catalogue)
    seated = {Zone.DRIVER, *(turn.seat for turn in said), *people}
    scenario = Scenario(
        name=keys["name"].text(),
        turns=said,
        about=keys["about"].text() if "about" in keys else "",
        seed=seed,
        language=language,
        patience=keys["patience"].number(0.5, 60, "s") if "patience" in keys else PATIENCE_S,
        parameters=values,
        occupants=tuple(zone for zone in SEATS.values() if zone in seated),
        vehicle=_vehicle(keys["vehicle"], catalogue) if "vehicle" in keys else {},
        real_sensors="sensors" in keys and keys["sensors"].choice(SENSORS) == "real",
        route=_route(keys["route"]) if "route" in keys else (),
        recording=_recording(keys["recording"]) if "recording" in keys else None,
        sound=sound(keys["sound"]) if "sound" in keys else Sound(),
        drive=drives(keys["drive"], catalogue) if "drive" in keys else (),
        faults=faults(keys["faults"], catalogue) if "faults" in keys else (),
        checks=checks(keys["checks"], catalogue) if "checks" in keys else (),
        never=nevers(keys["never"], catalogue) if "never" in keys else (),
    )
    _agree(keys, scenario)
    return _limited(scenario, keys.get("limit"))


def _limited(scenario: Scenario, node: Node | None) -> Scenario:
    ats = [item.at for item in scenario.drive] + [item.at for item in scenario.checks]
    last = max([0.0, *ats, *(turn.at or 0.0 for turn in scenario.turns)])
    limit = last + SLACK_S if node is None else node.number(1, LONGEST_S, "seconds")
    if node is not None and limit <= last:
        node.fail(f"something is still to come at {last:g} s", "give a later limit")
    return replace(scenario, limit=limit)


def _vehicle(node: Node, catalogue: Catalogue) -> dict[str, Scalar]:
    values = conditions.values(node, catalogue)
    if values.get(SPEED) and values.get(GEAR) in (GEARS["P"], GEARS["N"]):
        node.fail(
            f"a car in {'P' if values[GEAR] == GEARS['P'] else 'N'} does not do "
            f"{values[SPEED]} km/h",
            "select D (127), or set the speed to 0",
        )
    return values


def _route(node: Node) -> tuple[Place, ...]:
    points = []
    for item in node.items():
        pair = item.items()
        if len(pair) != 2:
            item.fail("a point of a route has two numbers", "write [latitude, longitude]")
        points.append((pair[0].number(-85, 85, "degrees"), pair[1].number(-180, 180, "degrees")))
    if len(points) < 2 or any(a == b for a, b in pairwise(points)):
        node.fail("it leads nowhere", "give at least two different points")
    return tuple(points)


def _recording(node: Node) -> Path:
    file = Path(node.file).parent / node.text()
    if not file.is_file():
        node.fail(f"no such file: {file}", "give a path relative to the scenario")
    return file


def _agree(keys: Mapping[str, Node], scenario: Scenario) -> None:
    """No turn may expect what must never be."""
    forbidden = {
        path: (part, never.place)
        for never in scenario.never
        if len(never.parts) == 1 and never.said is None
        for path, part in never.parts.items()
    }
    expected = [(turn.expect.signals, turn.expect.places) for turn in scenario.turns]
    expected += [(check.signals, check.places) for check in scenario.checks]
    for signals, places in expected:
        for path, condition in signals.items():
            if path not in forbidden or condition.equals is None:
                continue
            never, place = forbidden[path]
            if never.holds(condition.equals):
                where = places.get(path, "")
                cause = f"{where} expects {path} {condition}, which must never be ({place})"
                keys["never"].fail(cause, "take one of them away")
