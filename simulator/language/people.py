"""Who sits where, and how they speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator import voices
from simulator.yaml_reader import Node
from vehicle_bus.values import Zone

LANGUAGES = ("en", "zh")
SEATS: Mapping[str, Zone] = {str(zone): zone for zone in Zone if zone is not Zone.UNKNOWN}
OCCUPANT_KEYS = ("voice", "lang")


@dataclass(frozen=True, slots=True)
class Occupant:
    """A person in a seat; their turns are in this voice and language unless they say otherwise."""

    language: str
    voice: str


def occupants(node: Node, language: str) -> dict[Zone, Occupant]:
    """A list of seats, or a mapping from seats to people."""
    if not node.is_mapping():
        seats = (SEATS[seat.choice(SEATS)] for seat in node.items())
        return {seat: Occupant(language, voices.DEFAULT_VOICE[language]) for seat in seats}
    return {
        SEATS[seat.choice(SEATS)]: occupant(person, language) for seat, person in node.entries()
    }


def occupant(node: Node, language: str) -> Occupant:
    keys = node.fields(OCCUPANT_KEYS)
    if "lang" in keys:
        language = keys["lang"].choice(LANGUAGES)
    elif "voice" in keys:
        language = voices.CAST[keys["voice"].choice(voices.CAST)].language
    return Occupant(language, voice(keys, language))


def voice(keys: Mapping[str, Node], language: str) -> str:
    """The voice that `keys` name for somebody who speaks `language`."""
    if "voice" not in keys:
        return voices.DEFAULT_VOICE[language]
    name = keys["voice"].choice(voices.CAST)
    spoken = voices.CAST[name].language
    if spoken != language:
        keys["voice"].fail(f"{name!r} speaks {spoken!r}, the turn is {language!r}", "set 'lang'")
    return name
