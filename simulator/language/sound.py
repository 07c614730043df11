"""What the cabin does to sound."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.cabins import CABINS
from simulator.yaml_reader import Node

SOUND_KEYS = ("cabin", "music", "assistant")
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Sound:
    """`cabin`: whose echo. `music` and `assistant`: dB below speech at which the loudspeakers reach
    the microphones; None: not at all."""

    cabin: str = PLAIN
    music: float | None = None
    assistant: float | None = None


def sound(node: Node) -> Sound:
    keys = node.fields(SOUND_KEYS)

    def below(key: str) -> float | None:
        return keys[key].number(0, 60, "dB below speech") if key in keys else None

    cabin = keys["cabin"].choice((PLAIN, *CABINS)) if "cabin" in keys else PLAIN
    return Sound(cabin, below("music"), below("assistant"))
