"""One thing of a scenario set to another value: what the keys of `--vary` mean.

========================= ==========================================================================
NAME                      a parameter of the scenario
seed                      the scenario's seed
voice                     who speaks, in every spoken turn of the voice's own language
loudness                  how loud, in every spoken turn
phrase                    the words of the first turn
latency                   the bound ``latency_ms`` of every spoken turn
speed                     km/h over the whole drive, from the first second on
rain, light, ...          any other single value of ``drive`` over the whole drive
Vehicle.Some.Signal       its value before the first second
turns.2.say, sound.music  any place in the file, items of a list counted from 1
========================= ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable

import yaml

from simulator import voices
from simulator.scenario import TOP_KEYS
from simulator.sweeping import document
from simulator.sweeping.errors import SweepError
from simulator.yaml_reader import suggestion
from vehicle_bus.values import Scalar

SPEED = "Vehicle.Speed"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
DRIVE = tuple("ignition weather rain light time outside network charge fuel gear".split())
"""What is one value in an item of `drive`, but for the speed."""

Assign = Callable[[yaml.MappingNode, Scalar], None]


def assign(top: yaml.MappingNode, key: str, value: Scalar) -> None:
    """Set `key` of the scenario `top` to `value`. Raises SweepError where there is no such key."""
    declared = document.get(top, "parameters")
    if declared is not None and document.get(declared, key) is not None:
        document.put(document.mapping_at(top, "parameters"), key, value)
    elif key in SHORT:
        SHORT[key](top, value)
    elif key in DRIVE:
        _whole_drive(top, key, value)
    elif key.startswith("Vehicle."):
        document.put(document.mapping_at(top, "vehicle"), key, value)
    elif "." in key:
        _at_path(top, key, value)
    else:
        known = document.mapping_at(top, "parameters").value if declared is not None else []
        names = (*(name.value for name, _ in known), *SHORT, *DRIVE)
        raise SweepError(f"nothing here is called {key!r}", suggestion(key, names))


def _seed(top: yaml.MappingNode, value: Scalar) -> None:
    document.put(top, "seed", value)


def _voice(top: yaml.MappingNode, value: Scalar) -> None:
    voice = voices.CAST.get(str(value))
    if voice is None:
        raise SweepError(f"no voice {value!r}", suggestion(str(value), tuple(voices.CAST)))
    default = _text(document.get(top, "language")) or "en"
    own = [
        turn
        for turn in _spoken(top)
        if (_text(document.get(turn, "lang")) or default) == voice.language
    ]
    if not own:
        raise SweepError(
            f"voice {value!r} speaks {voice.language} and nobody here says a word of it",
            "take a voice of the scenario's language, see python -m simulator --voices",
        )
    for turn in own:
        document.put(turn, "voice", value)


def _loudness(top: yaml.MappingNode, value: Scalar) -> None:
    for turn in _spoken(top):
        document.put(turn, "loudness", value)


def _phrase(top: yaml.MappingNode, value: Scalar) -> None:
    turn = next(iter(document.items(top, "turns")), None)
    how = next((key for key in ("say", "type") if turn and document.get(turn, key)), None)
    if how is None or not isinstance(turn, yaml.MappingNode):
        raise SweepError("the first turn has no words", "name the place, as in turns.2.say=...")
    document.put(turn, how, str(value))


def _latency(top: yaml.MappingNode, value: Scalar) -> None:
    for turn in _spoken(top):
        document.put(document.mapping_at(turn, "expect"), "latency_ms", value)


def _speed(top: yaml.MappingNode, value: Scalar) -> None:
    vehicle = document.mapping_at(top, "vehicle")
    document.drop(vehicle, (GEAR,))
    document.put(vehicle, SPEED, value)
    _whole_drive(top, "speed", value, also=("gear",))


SHORT: dict[str, Assign] = {
    "seed": _seed,
    "voice": _voice,
    "loudness": _loudness,
    "phrase": _phrase,
    "latency": _latency,
    "speed": _speed,
}


def _whole_drive(
    top: yaml.MappingNode, key: str, value: Scalar, also: tuple[str, ...] = ()
) -> None:
    """`value` from the first second on, and nothing else of `key` later."""
    drive = document.items(top, "drive")
    kept = []
    for item in drive:
        if isinstance(item, yaml.MappingNode):
            document.drop(item, (key, *also))
            if len(item.value) > 1:
                kept.append(item)
    first = document.made({"at": 0, key: value})
    document.put(top, "drive", yaml.SequenceNode("tag:yaml.org,2002:seq", [first, *kept]))


def _at_path(top: yaml.MappingNode, key: str, value: Scalar) -> None:
    first, *_ = key.split(".")
    if first not in TOP_KEYS:
        raise SweepError(f"{key!r}: no {first!r} in a scenario", suggestion(first, TOP_KEYS))
    place: yaml.Node = top
    *above, last = _segments(key)
    for segment in above:
        place = _below(place, segment, key)
    if isinstance(place, yaml.SequenceNode):
        place.value[_index(place, last, key)] = document.made(value)
    elif isinstance(place, yaml.MappingNode):
        document.put(place, last, value)
    else:
        raise SweepError(f"{key!r} goes below a single value", "stop where that value stands")


def _segments(key: str) -> list[str]:
    """Split at dots; the path of a signal is one."""
    before, signal, path = key.partition(".Vehicle.")
    return before.split(".") + ([f"Vehicle.{path}"] if signal else [])


def _below(place: yaml.Node, segment: str, key: str) -> yaml.Node:
    if isinstance(place, yaml.SequenceNode):
        found = place.value[_index(place, segment, key)]
        assert isinstance(found, yaml.Node)
        return found
    if not isinstance(place, yaml.MappingNode):
        raise SweepError(f"{key!r} goes below a single value", "stop where that value stands")
    return document.get(place, segment) or document.mapping_at(place, segment)


def _index(place: yaml.SequenceNode, segment: str, key: str) -> int:
    count = len(place.value)
    if not segment.isdecimal() or not 1 <= int(segment) <= count:
        raise SweepError(f"{key!r}: there is no item {segment!r}", f"count from 1 to {count}")
    return int(segment) - 1


def _spoken(top: yaml.MappingNode) -> list[yaml.MappingNode]:
    return [
        turn
        for turn in document.items(top, "turns")
        if isinstance(turn, yaml.MappingNode) and document.get(turn, "say") is not None
    ]


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
