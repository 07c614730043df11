"""What a conversation tells its client, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cabin_agent.seeing.eyes import Look
from cabin_agent.turn import Change, Outcome, Reply, Turn, Understanding


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    at: float


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """`at` is the end of the last word."""

    at: float


@dataclass(frozen=True, slots=True)
class Partial:
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Understood:
    understanding: Understanding
    final: bool


@dataclass(frozen=True, slots=True)
class ActionDone:
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Amended:
    """What had been done early was taken back: the values written back."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ConfirmationRequested:
    question: str


@dataclass(frozen=True, slots=True)
class Replied:
    reply: Reply


@dataclass(frozen=True, slots=True)
class ReplyAudio:
    """A piece of the spoken reply: signed 16-bit little-endian mono."""

    pcm: bytes
    sample_rate: int
    last: bool


@dataclass(frozen=True, slots=True)
class HeadUnitEvent:
    """Something for the head unit to do that is no signal."""

    name: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Announced:
    """Something a skill says between turns: a timer is up, a call comes in."""

    skill: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class FrameSeen:
    look: Look


@dataclass(frozen=True, slots=True)
class TurnEnded:
    turn: Turn


Event = (
    SpeechStarted
    | SpeechStopped
    | Partial
    | Understood
    | ActionDone
    | Amended
    | ConfirmationRequested
    | Replied
    | ReplyAudio
    | HeadUnitEvent
    | Announced
    | FrameSeen
    | TurnEnded
)
