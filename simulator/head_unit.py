"""What the simulator needs of an assistant, and what it hears back.

A `HeadUnit` opens one `SeatLine` a seat microphone. The runner gives it sound and typed lines and
collects events; `grpc_head_unit` is the real one, tests bring their own. The events are the
simulator's own plain values; times `at` are seconds on the assistant's clock (only differences
mean anything).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from vehicle_bus.bus import Bus
from vehicle_bus.values import Scalar, Zone


class HeadUnitError(RuntimeError):
    """The assistant can't be driven any further; the message names the cause and the mend."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the assistant understood: `intent` is `skill.name`, `slots` the words by slot."""

    intent: str
    target: str = "none"
    degree: str = "none"
    slots: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """A signal that the assistant asked to change. `before` is None if nobody had published it."""

    path: str
    before: Scalar | None
    after: Scalar
    at: float


class Camera(StrEnum):
    CABIN = "cabin"
    ROAD = "road"


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """What a camera sees: `rgb` is red, green, blue, a byte each, row by row from the top."""

    camera: Camera
    width: int
    height: int
    rgb: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    at: float


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    at: float


@dataclass(frozen=True, slots=True)
class Partial:
    text: str


@dataclass(frozen=True, slots=True)
class Understood:
    """The decision about the words so far; `final` once they will not change."""

    text: str
    route: str
    actions: tuple[Action, ...]
    addressed: float
    complete: float
    final: bool


@dataclass(frozen=True, slots=True)
class ActionDone:
    """`status`: done, refused, needs_confirmation, failed."""

    intent: str
    status: str
    changes: tuple[Change, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The policy said no to `paths`; `rule` is the row of its table."""

    rule: str
    reason: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amended:
    """What had been done early was taken back or replaced."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The assistant wants a yes before it acts."""

    question: str


@dataclass(frozen=True, slots=True)
class ReplyText:
    text: str
    expects_answer: bool = False


@dataclass(frozen=True, slots=True)
class ReplyAudio:
    """A piece of the spoken reply: signed 16-bit little-endian mono."""

    pcm: bytes
    sample_rate: int
    last: bool = False


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Something for the head unit that is no signal (show a route, play a track)."""

    name: str
    payload: str


@dataclass(frozen=True, slots=True)
class Announced:
    """Something a skill says between turns."""

    skill: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The assistant's own summary. `last_word_to_action_ms` is as it measured it; None where
    nothing was done. `stamps`: the moments of the turn by name, seconds on its clock."""

    heard: str
    addressed: bool
    complete: bool
    route: str
    actions: tuple[Action, ...] = ()
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refused, ...] = ()
    reply: str = ""
    expects_answer: bool = False
    amended: bool = False
    last_word_to_action_ms: float | None = None
    stamps: Mapping[str, float] = field(default_factory=dict)


Event = (
    SpeechStarted
    | SpeechStopped
    | Partial
    | Understood
    | ActionDone
    | Refused
    | Amended
    | Asked
    | ReplyText
    | ReplyAudio
    | HandedOver
    | Announced
    | TurnEnded
)


class SeatLine(Protocol):
    """One seat's conversation. Each call returns what has happened since the last one, in order.
    Raises HeadUnitError when the assistant is gone or rejects the request."""

    async def hear(self, pcm: bytes) -> list[Event]:
        """Give 16 kHz mono s16le microphone sound, in time order. Empty: only collect."""
        ...

    async def read(self, text: str) -> list[Event]:
        """Give a typed line."""
        ...

    async def see(self, frame: CameraFrame) -> list[Event]:
        """Give a picture; it serves all seats of the car."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class HeadUnit(Protocol):
    """The assistant of one car. Lines opened from it are one conversation. `speaks`: replies come
    as sound too."""

    @property
    def speaks(self) -> bool: ...

    async def open(self, zone: Zone, language: str, microphone: bool) -> SeatLine:
        """Open the line of a seat; `language` is "en" or "zh". One line a seat at a time. Without
        `microphone` only typed lines will come."""
        ...

    async def inform(self, topic: str, payload: Mapping[str, object]) -> None:
        """Tell the assistant something that is no signal: a message that came in."""
        ...


class Service(Protocol):
    """What can be done to an assistant from outside. `breakable`: which kinds of faults of
    `simulator.scenario` can be made here, of "skill" and "service"."""

    @property
    def breakable(self) -> frozenset[str]: ...

    @property
    def skills(self) -> tuple[str, ...]:
        """The names of those that can crash."""
        ...

    def break_skill(self, name: str) -> None:
        """From now on this skill crashes whenever it is used."""
        ...

    def mend_skill(self, name: str) -> None: ...

    async def kill(self) -> None:
        """End the assistant at once; its vehicle bus goes with it."""
        ...

    async def start(self) -> Bus:
        """Start it again; gives the bus for the car. Raises HeadUnitError if it can't."""
        ...
