"""The JSON Schema of scenario files, for editors: `python -m simulator --schema` prints it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator import voices
from simulator.acoustics import LOUDNESS_DB
from simulator.cabins import CABINS
from simulator.language.drive import GEARS, IGNITION, LONGEST_S, NETWORK, SEATED, WEATHER
from simulator.language.faults import CLOUD, KINDS, SERVICE
from simulator.language.frames import GAZES, PLACES, SIGNS
from simulator.language.people import LANGUAGES, SEATS
from simulator.language.sound import PLAIN
from simulator.motion import movers

Schema = dict[str, Any]

REFERENCE: Schema = {"type": "string", "pattern": r"^\$\{[^}]+\}$"}
"""A parameter in place of a value."""
SCALAR: Schema = {"type": ["boolean", "number", "string"]}
TEXT: Schema = {"type": "string"}
REGEX: Schema = {"type": "string", "format": "regex"}
FLAG: Schema = {"anyOf": [{"type": "boolean"}, REFERENCE]}


def schema() -> Schema:
    """The whole of it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cabin_agent scenario",
        "description": "A drive, the people who talk in it, and what has to happen. The reference "
        "is the docstring of simulator/scenario.py.",
        "$defs": _definitions(),
        **_mapping(_top(), required=("name", "turns")),
    }


def as_text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _top() -> dict[str, Schema]:
    points = {"type": "array", "items": _number(-180, 180, ""), "minItems": 2, "maxItems": 2}
    return {
        "name": _about(TEXT, "What the scenario shows"),
        "about": TEXT,
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
        "language": _choice(LANGUAGES),
        "patience": _number(0.5, 60, "Seconds after the last word within which a turn has to end"),
        "limit": _number(1, LONGEST_S, "Seconds after which the run is cut short"),
        "include": _one_or_more(TEXT, "Files whose content comes first"),
        "parameters": {
            "type": "object",
            "additionalProperties": _ref("parameter"),
            "description": "Values for ${name}",
        },
        "occupants": {"anyOf": [_list(_ref("seat")), _by_seat(_ref("occupant"))]},
        "vehicle": _ref("values"),
        "sensors": _choice(("ideal", "real")),
        "route": _about(_list(points, 2), "[latitude, longitude] points"),
        "recording": _about(TEXT, "A recorded drive (MCAP) to play"),
        "sound": _ref("sound"),
        "drive": _list(_ref("drive")),
        "turns": _list(_ref("turn"), 1),
        "faults": _list(_ref("fault")),
        "checks": _list(_ref("check")),
        "never": _about(_list(_ref("never")), "What must not be at any moment"),
    }


def _definitions() -> dict[str, Schema]:
    path = {"type": "string", "pattern": r"^Vehicle(\.[A-Za-z0-9]+)+$", "description": "VSS path"}
    limits = {"at_least": _number(), "at_most": _number(), "is_not": SCALAR}
    condition = {"anyOf": [SCALAR, _mapping(limits, least=1)]}
    by_path = {"type": "object", "propertyNames": _ref("path")}
    never = {
        "type": "object",
        "minProperties": 1,
        "properties": {"said": REGEX},
        "propertyNames": {"anyOf": [_ref("path"), {"const": "said"}]},
        "additionalProperties": _ref("condition"),
    }
    patterns = {"type": "string", "pattern": r"^Vehicle\..+"}
    return {
        "path": path,
        "paths": _one_or_more(patterns, "Signals: a path, a pattern with *, or a list"),
        "values": {**by_path, "additionalProperties": SCALAR},
        "condition": _about(condition, "A value (numbers within 0.05), or limits"),
        "conditions": {
            **by_path,
            "minProperties": 1,
            "additionalProperties": _ref("condition"),
        },
        "never": never,
        "seat": _choice(SEATS),
        "voice": _about(_choice(voices.CAST), "Who speaks"),
        "occupant": _mapping({"voice": _ref("voice"), "lang": _choice(LANGUAGES)}),
        "parameter": {"anyOf": [SCALAR, _mapping(_draw(), least=1)]},
        "sound": _mapping(_sound()),
        "drive": _mapping(_drive(), required=("at",), least=2),
        "turn": {**_mapping(_turn()), "oneOf": [{"required": [k]} for k in ("say", "type", "wav")]},
        "expect": _mapping(_expect()),
        "check": _mapping(_check(), required=("at",)),
        "fault": {
            **_mapping(_fault(), required=("at",)),
            "oneOf": [{"required": [kind]} for kind in KINDS],
        },
    }


def _draw() -> dict[str, Schema]:
    return {"one_of": _list(SCALAR, 1), "from": _number(), "to": _number(), "step": _number()}


def _sound() -> dict[str, Schema]:
    return {
        "cabin": _about(_choice((PLAIN, *CABINS)), "Whose echo"),
        "music": _number(0, 60, "dB below speech at full volume"),
        "assistant": _number(0, 60, "dB below speech"),
    }


def _drive() -> dict[str, Schema]:
    percent = _number(0, 100, "percent")
    profile = _list({"type": "array", "items": _number(), "minItems": 2, "maxItems": 2}, 1)
    obstacle = {"anyOf": [percent, {"type": "null"}]}
    openers = [mover.path for mover in movers()]
    return {
        "at": _number(0, LONGEST_S, "Seconds since the start"),
        "speed": {"anyOf": [_number(0, 300, "km/h the driver wants"), profile]},
        "gear": _about(_choice(GEARS), "P waits for standstill"),
        "ignition": _choice(IGNITION),
        "weather": _choice(WEATHER),
        "rain": percent,
        "light": _number(0, 100, "Light outside, percent"),
        "time": {"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$|^\$\{"},
        "outside": _number(-60, 60, "Air temperature outside, Celsius"),
        "network": _choice(NETWORK),
        "charge": percent,
        "fuel": percent,
        "driver": _mapping(
            {
                **dict.fromkeys(("attention", "distraction", "fatigue"), percent),
                **dict.fromkeys(("eyes_on_road", "hands_on_wheel"), FLAG),
            }
        ),
        "seats": _by_seat(_choice(SEATED)),
        "obstacle": _mapping(dict.fromkeys(openers, obstacle)),
        "inform": {
            "type": "object",
            "additionalProperties": {"type": "object"},
            "description": "topic: what the head unit tells",
        },
        "frames": _mapping(_frames(), least=1),
        "signals": _ref("values"),
    }


def _frames() -> dict[str, Schema]:
    figure = {
        "points_at": _choice(PLACES),
        "looks": _choice(GAZES),
        **dict.fromkeys(("asleep", "child", "child_seat"), FLAG),
    }
    road = {"sign": _choice(SIGNS), "light": _number(0, 100), "fog": _number(0, 100)}
    picture = _about(TEXT, "A PNG or JPEG file, relative to the scenario")
    return {
        "cabin": {"anyOf": [picture, _by_seat(_mapping(figure))]},
        "road": {"anyOf": [picture, _mapping(road)]},
    }


def _turn() -> dict[str, Schema]:
    return {
        "at": _number(0, LONGEST_S, "Seconds since the start; later if the turn before goes on"),
        "after": _about({"const": "previous"}, "As soon as the turn before is over (default)"),
        "pause": _number(0, 600, "Seconds of silence before it"),
        "overlap": _number(0, 60, "Seconds before the last word of the turn before"),
        "seat": _ref("seat"),
        "say": _about(TEXT, "Words to speak; ... is a hesitation of half a second"),
        "voice": _ref("voice"),
        "loudness": _choice(LOUDNESS_DB),
        "type": _about(TEXT, "Words to type"),
        "wav": _about(TEXT, "A 16 kHz mono 16-bit file to play, relative to the scenario"),
        "lang": _choice(LANGUAGES),
        "answer": _about({"enum": ["yes", "no"]}, "The answer if the assistant asks"),
        "expect": _ref("expect"),
    }


def _expect() -> dict[str, Schema]:
    return {
        "signals": _ref("conditions"),
        "within": _number(0, 3600, "Seconds after the last word"),
        "reply": _about(REGEX, "Found in the reply"),
        "not_said": _about(REGEX, "Not found in the reply"),
        "reply_within": _number(0, 600, "Seconds after the last word"),
        "heard": _about(REGEX, "Found in what was heard"),
        "intents": _about(_list(TEXT), "The intents understood, in order"),
        "refused": _about({"type": ["boolean", "string"]}, "true, or the rule's name"),
        "reason": _about(REGEX, "Found in the reason of the refusal"),
        "asked": FLAG,
        "not_addressed": FLAG,
        "no_change": FLAG,
        "unanswered": FLAG,
        "latency_ms": _number(-60_000, 60_000, "Last word to first signal, at most"),
    }


def _check() -> dict[str, Schema]:
    return {
        "at": _number(0, LONGEST_S, "Seconds since the start"),
        "within": _number(0, 3600, "Seconds after at"),
        "signals": _ref("conditions"),
        "said": _about(REGEX, "Found in what the assistant says"),
        "not_said": _about(REGEX, "Not found in it"),
    }


def _fault() -> dict[str, Schema]:
    dropouts = {"seats": _list(_ref("seat"), 1), "share": _number(0.1, 100, "percent lost")}
    return {
        "at": _number(0, LONGEST_S, "Seconds since the start"),
        "for": _number(0.1, LONGEST_S, "Seconds; default: to the end"),
        "lost": _about(_ref("paths"), "Signals that the car stops telling"),
        "stuck": _about(_ref("paths"), "Signals that keep telling their last value"),
        "refuses": _about(_ref("paths"), "Actuators whose control unit says no"),
        "silent": _about(_ref("paths"), "Actuators whose control unit does not answer"),
        "jams": _about(_ref("paths"), "Actuators that say yes and do not move"),
        "skill": _about(TEXT, "A skill that crashes"),
        "cloud": _choice(CLOUD),
        "dropouts": _mapping(dropouts, required=("share",)),
        "service": _choice(SERVICE),
    }


def _mapping(
    properties: Mapping[str, Schema], required: tuple[str, ...] = (), least: int = 0
) -> Schema:
    found: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
    }
    if required:
        found["required"] = list(required)
    if least:
        found["minProperties"] = least
    return found


def _by_seat(schema: Schema) -> Schema:
    return {"type": "object", "propertyNames": _ref("seat"), "additionalProperties": schema}


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items} | ({"minItems": least} if least else {})


def _one_or_more(item: Schema, text: str) -> Schema:
    return {"anyOf": [item, _list(item, 1)], "description": text}


def _number(low: float | None = None, high: float | None = None, text: str = "") -> Schema:
    number: Schema = {"type": "number"}
    if low is not None:
        number["minimum"] = low
    if high is not None:
        number["maximum"] = high
    return _about({"anyOf": [number, REFERENCE]}, text) if text else {"anyOf": [number, REFERENCE]}


def _choice(known: Mapping[str, object] | tuple[str, ...]) -> Schema:
    return {"anyOf": [{"enum": list(known)}, REFERENCE]}


def _about(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
