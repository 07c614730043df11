"""Why a sentence was understood as it was: what the decision would lose without each of its causes.

Every word, signal, and thing seen is left out in turn (occlusion, Zeiler and Fergus 2014); the
effect is how much the probability of the decision falls. The model has one graph, so the words, the
moment and the pictures are weighed on one scale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from cabin_agent.seen import PLACES, SEATS, Seen
from cabin_agent.turn import Understanding
from cabin_agent.understanding.moment import SIGNALS, SPEAKERS_OWN, Moment, own_path
from cabin_agent.understanding.session import Understander
from cabin_agent.understanding.sight import seat_of
from cabin_agent.understanding.tokens import normalise
from vehicle_bus.values import Zone
from vehicle_bus.zones import DRIVER_POSITION, RIGHT

LONGEST = 40
LEAST = 0.02
_PARTS = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")


class Kind(StrEnum):
    """What a cause is."""

    WORD = "word"
    SIGNAL = "signal"
    SPEAKER = "speaker"
    BEFORE = "before"
    QUESTION = "question"
    SCREEN = "screen"
    CABIN = "cabin_camera"
    ROAD = "road_camera"
    PIXELS = "pixels"


@dataclass(frozen=True, slots=True)
class Cause:
    """`effect`: what the probability of the decision loses without it, -1..1; negative for what
    spoke against it."""

    kind: Kind
    name: str
    value: str
    effect: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """`decision` in words ("windows.open [rear_left]"); the causes, strongest first."""

    text: str
    decision: str
    confidence: float
    causes: tuple[Cause, ...]


def explain(
    understander: Understander, text: str, now: Moment, covered: Mapping[str, Seen] | None = None
) -> Explanation:
    """Why `text` was understood as it was at the moment `now`.

    `covered`: a part of a picture -> what the cameras would have seen with that part covered.
    """
    decided = understander.understand(text, now)
    sure = understander.support(text, now, decided)
    causes = []
    for kind, name, value, words, moment in _without(text, now, covered or {}):
        effect = sure - understander.support(words, moment, decided)
        if abs(effect) >= LEAST:
            causes.append(Cause(kind, name, value, effect))
    causes.sort(key=lambda cause: -abs(cause.effect))
    return Explanation(text, described(decided), sure, tuple(causes))


def described(decided: Understanding) -> str:
    """The actions with their places, or the route where there is none."""
    if not decided.actions:
        return f"no action: {decided.route}"
    return ", ".join(
        action.intent if action.target == "none" else f"{action.intent} [{action.target}]"
        for action in decided.actions
    )


_Left = tuple[Kind, str, str, str, Moment]


def _without(text: str, now: Moment, covered: Mapping[str, Seen]) -> Iterator[_Left]:
    """(kind, name, value, the words, the moment) with one cause left out in each."""
    clean = normalise(text)
    for part in list(_PARTS.finditer(clean))[-LONGEST:]:
        yield Kind.WORD, part[0], "", clean[: part.start()] + clean[part.end() :], now
    own = [own_path(template, now.speaker) for template, _ in SPEAKERS_OWN]
    for path in (*(path for path, _ in SIGNALS), *own):
        if path is not None and path in now.signals:
            others = {each: value for each, value in now.signals.items() if each != path}
            yield Kind.SIGNAL, path, str(now.signals[path]), text, replace(now, signals=others)
    if now.speaker is not Zone.UNKNOWN:
        unknown = replace(now, speaker=Zone.UNKNOWN)
        yield Kind.SPEAKER, "speaker", str(now.speaker), text, unknown
    if now.before:
        yield Kind.BEFORE, "turn before", now.before, text, replace(now, before="")
    if now.pending_question:
        yield Kind.QUESTION, "open question", "", text, replace(now, pending_question=False)
    if now.on_screen:
        labels = ", ".join(now.on_screen)
        yield Kind.SCREEN, "labels on the screen", labels, text, replace(now, on_screen=())
    yield from _unseen(text, now, covered)


def _unseen(text: str, now: Moment, covered: Mapping[str, Seen]) -> Iterator[_Left]:
    seen = now.seen
    if seen.seats:
        shown = _pointing(now)
        yield Kind.CABIN, "cabin camera", shown, text, replace(now, seen=replace(seen, seats=()))
    if seen.sign:
        shown = f"sign {max(range(len(seen.sign)), key=seen.sign.__getitem__)}"
        yield Kind.ROAD, "road camera", shown, text, replace(now, seen=replace(seen, sign=()))
    for part, otherwise in covered.items():
        yield Kind.PIXELS, part, "", text, replace(now, seen=otherwise)


def _pointing(now: Moment) -> str:
    """What the speaker's hand shows, in words."""
    own = seat_of(now.speaker, now.signals.get(DRIVER_POSITION) != RIGHT)
    if not own:
        return "speaker not seen"
    points = now.seen.seats[SEATS.index(own)].points_at
    best = max(range(len(points)), key=points.__getitem__)
    return f"points at {PLACES[best - 1]}" if best else "points at nothing"
