"""The values that flow through one turn.

A turn is one value that grows::

    Utterance -> Hypothesis* -> Understanding -> Plan -> Verdict* -> Outcome* -> Reply

Every value is frozen. Times are seconds on one monotonic clock (`Clock`); they are stamped where
the thing happens and are the latency report. Only the bus's own words (zone, verdict, scalar) are
imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vehicle_bus.values import Decision, Scalar, Verdict
from vehicle_bus.values import Zone as Zone


class Language(StrEnum):
    ENGLISH = "en"
    MANDARIN = "zh"


class Target(StrEnum):
    """Where an action is wanted, as it was said; resolved to `Zone`s by the planner. `POINTED` is
    "this one", "that one": what the speaker's hand shows."""

    NONE = "none"
    OWN = "own"
    DRIVER = "driver"
    PASSENGER = "passenger"
    FRONT = "front"
    REAR = "rear"
    LEFT = "left"
    RIGHT = "right"
    REAR_LEFT = "rear_left"
    REAR_RIGHT = "rear_right"
    ALL = "all"
    OTHER = "other"
    POINTED = "pointed"


class Degree(StrEnum):
    """How much of a relative change: "a bit", (plain), "a lot", "all the way", "the lowest"."""

    NONE = "none"
    SMALL = "small"
    LARGE = "large"
    MAX = "max"
    MIN = "min"


class Route(StrEnum):
    """Who finishes the turn."""

    ACT = "act"
    ASK = "ask"
    ANSWER = "answer"
    GENERATE = "generate"
    CLOUD = "cloud"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech (or one typed line) by one person.

    `ended_at` is the end of the last word as the voice activity detector saw it, and None while
    the person is still speaking.
    """

    id: str
    session: str
    zone: Zone
    language: Language
    started_at: float
    ended_at: float | None = None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What was heard so far. `final` when the recogniser will not change it any more.

    `confidence`: the calibrated probability that every word is right. `guesses`: what else it may
    have been, the likeliest first; only for a final hypothesis in doubt.
    """

    text: str
    final: bool
    at: float
    confidence: float = 1.0
    trailing_silence_s: float = 0.0
    guesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, as the model understood it.

    `intent` is `skill.name` ("climate.temperature_set"); `slots` are the words of the sentence by
    slot name ({"value": "twenty two"}); `confidence` is a calibrated probability in 0..1. Actions
    that differ only in confidence are equal.
    """

    intent: str
    target: Target = Target.NONE
    degree: Degree = Degree.NONE
    slots: Mapping[str, str] = field(default_factory=dict)
    confidence: float = field(default=1.0, compare=False)

    @property
    def skill(self) -> str:
        return self.intent.partition(".")[0]

    @property
    def name(self) -> str:
        return self.intent.partition(".")[2]


@dataclass(frozen=True, slots=True)
class SignSeen:
    """The last road sign: its class, in the order of the GTSRB benchmark, and how sure that is."""

    number: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """The model's one joint decision about a hypothesis. Probabilities are in 0..1."""

    text: str
    addressed: float
    complete: float
    route: Route
    route_confidence: float
    actions: tuple[Action, ...]
    at: float
    model_ms: float = 0.0
    sign: SignSeen | None = None

    @property
    def sense(self) -> float:
        """How much sense it makes as a request to the car, 0..1; 0 without an action."""
        surest = min((action.confidence for action in self.actions), default=0.0)
        return self.addressed * self.complete * surest


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a plan with its place resolved: the zones it is meant for, in order.

    `words` is the whole sentence that the action was understood from.
    """

    action: Action
    zones: tuple[Zone, ...]
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done: the understanding after dialogue memory has filled in the rest."""

    route: Route
    steps: tuple[Step, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One signal the turn asked to change: its value before, and the value requested."""

    path: str
    before: Scalar | None
    after: Scalar
    at: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question of ours wants to know: the words for `slot`, one of `options` if there are
    any."""

    slot: str
    options: tuple[str, ...] = ()


class Consent(StrEnum):
    """What a person has said yes to. A yes to a skill's own question is none to the policy's,
    which comes later; one to having been heard right is none to either."""

    NONE = "none"
    HEARING = "hearing"
    SKILL = "skill"
    POLICY = "policy"


class Status(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    NEEDS_CONFIRMATION = "needs_confirmation"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step. `asked`: what it has to know before it can go on; `doubted`: it
    waits for a yes to having been heard right."""

    step: Step
    status: Status
    changes: tuple[Change, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    said: str = ""
    asks: bool = False
    error: str = ""
    asked: Asked | None = None
    doubted: bool = False

    @property
    def policy_asks(self) -> bool:
        """Whether it waits for a yes to the policy's question, not to the skill's own."""
        return any(verdict.decision is Decision.CONFIRM for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Reply:
    """The text that is spoken back, in the speaker's language."""

    text: str
    language: Language
    expects_answer: bool = False


@dataclass(frozen=True, slots=True)
class Stamps:
    """The latency report of a turn: moments on the clock, None where a moment did not occur.

    `last_word` is the end of speech; `first_actuation` the first actuator request.
    """

    speech_start: float | None = None
    last_word: float | None = None
    first_partial: float | None = None
    decided: float | None = None
    first_actuation: float | None = None
    final: float | None = None
    reply: float | None = None

    @property
    def last_word_to_action_ms(self) -> float | None:
        """Milliseconds from the end of the last word to the first actuator request."""
        if self.last_word is None or self.first_actuation is None:
            return None
        return (self.first_actuation - self.last_word) * 1000.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A finished turn: everything that was heard, decided, done and said."""

    utterance: Utterance
    hypothesis: Hypothesis
    understanding: Understanding
    plan: Plan
    outcomes: tuple[Outcome, ...]
    reply: Reply
    stamps: Stamps
    amended: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for outcome in self.outcomes for change in outcome.changes)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return tuple(verdict for outcome in self.outcomes for verdict in outcome.verdicts)
