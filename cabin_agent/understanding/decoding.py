"""The model's numbers -> an understanding.

An action is accepted from the first place on as long as its intent passes the threshold; the words
of its slots are the tagged words that belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cabin_agent.turn import Action, Route, SignSeen
from cabin_agent.understanding.labels import Labels
from cabin_agent.understanding.moment import Moment, nearness
from cabin_agent.understanding.tokens import Encoded

NOTHING_WEIGHT = 0.25
ABOUT_SIGNS = "signs"
CLEAR_SIGN = 0.6
SELECT = "screen.select"
ANSWERS = ["dialogue.yes", "dialogue.no"]
IMPOSSIBLE = -30.0
ELSEWHERE = (Route.DECLINE, Route.CLOUD, Route.GENERATE)
"""The routes of what the car itself does not do."""
_HAN_DIGITS = "零〇一二两三四五六七八九十百千万亿点.%"
_SIGN = re.compile(r"(?:\b(?:minus|negative)\s+|零下|负|百分之)$")
_SCALE = re.compile(r"(?:\s+(?:hundred|thousand|million|billion)\b)+")

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Raw:
    """One row of the model's outputs (logits); `embedding` has length 1."""

    addressed: float
    complete: float
    route: Array
    intent: Array
    target: Array
    degree: Array
    tags: Array
    belongs: Array
    embedding: Array
    sign: Array


def sigmoid(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))))


def softmax(logits: Array) -> Array:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)


def possible(raw: Raw, labels: Labels, now: Moment) -> Raw:
    """Without the intents that mean nothing at this moment: a tap on an empty screen, the answer to
    a question that nobody asked."""
    out = [] if now.on_screen else [SELECT]
    out += [] if now.pending_question else ANSWERS
    columns = [labels.intents.index(intent) for intent in out if intent in labels.intents]
    intents = raw.intent.copy()
    intents[:, columns] = IMPOSSIBLE
    return replace(raw, intent=intents)


def actions(raw: Raw, encoded: Encoded, labels: Labels) -> tuple[Action, ...]:
    """The actions in order of mention, up to the first place that holds none."""
    found: list[Action] = []
    likely = softmax(raw.intent / labels.temperature)
    slots = _slots(raw, encoded, labels, len(likely))
    for place, probabilities in enumerate(likely):
        best = int(probabilities.argmax())
        if best == len(labels.intents) or probabilities[best] < labels.accept:
            break
        found.append(
            Action(
                labels.intents[best],
                labels.targets[int(raw.target[place].argmax())],
                labels.degrees[int(raw.degree[place].argmax())],
                slots[place],
                float(probabilities[best]),
            )
        )
    return tuple(_without_doubles(found))


def first_as(raw: Raw, encoded: Encoded, labels: Labels, intent: str, confidence: float) -> Action:
    """The first action, taken to be `intent`."""
    return Action(
        intent,
        labels.targets[int(raw.target[0].argmax())],
        labels.degrees[int(raw.degree[0].argmax())],
        _slots(raw, encoded, labels, len(raw.intent))[0],
        confidence,
    )


def route(raw: Raw, labels: Labels, found: tuple[Action, ...]) -> tuple[Route, float]:
    """Who finishes the turn: to act needs an action, and an action needs a route that allows it."""
    by_route = _by_route(raw, labels)
    best = max(by_route, key=lambda each: by_route[each])
    refusing = sum(by_route[each] for each in ELSEWHERE)
    if not found:
        if best is Route.ACT:
            return Route.ASK, by_route[Route.ASK]
        return best, by_route[best]
    if refusing >= labels.reject:
        away = max(ELSEWHERE, key=lambda each: by_route[each])
        return away, by_route[away]
    if best in (Route.ACT, Route.ANSWER):
        return best, by_route[best]
    return Route.ACT, by_route[Route.ACT]


def sign(raw: Raw, seen: bool) -> SignSeen | None:
    """The road sign, if one was seen at all."""
    if not seen:
        return None
    likely = softmax(raw.sign)
    best = int(likely.argmax())
    return SignSeen(best, float(likely[best]))


def with_sign(found: tuple[Action, ...], seen: SignSeen | None) -> tuple[Action, ...]:
    """What is asked about signs is told which one it is (slot `sign`: its number)."""
    if seen is None or seen.confidence < CLEAR_SIGN:
        return found
    number = {"sign": str(seen.number)}
    return tuple(
        replace(each, slots={**each.slots, **number}) if each.skill == ABOUT_SIGNS else each
        for each in found
    )


def with_label(found: tuple[Action, ...], text: str, labels: Sequence[str]) -> tuple[Action, ...]:
    """What is picked on the screen is named as the screen names it (slot `query`)."""
    if not labels:
        return found
    label = max(labels, key=lambda each: nearness(text, each))
    return tuple(
        replace(each, slots={"query": label}) if each.intent == SELECT else each for each in found
    )


def route_share(raw: Raw, labels: Labels, wanted: Route) -> float:
    """The probability of a route."""
    return _by_route(raw, labels)[wanted]


def share_of(raw: Raw, labels: Labels, wanted: tuple[Action, ...]) -> float:
    """The joint probability of actions with their places, in this order."""
    intents, targets = softmax(raw.intent / labels.temperature), softmax(raw.target)
    share = 1.0
    for place, action in enumerate(wanted):
        share *= float(intents[place, labels.intents.index(action.intent)])
        share *= float(targets[place, labels.targets.index(action.target)])
    return share


def refusal(raw: Raw, labels: Labels) -> float:
    """How sure the model is that the words are not for the car: by the route, the addressee, and
    the lack of an action."""
    by_route = _by_route(raw, labels)
    elsewhere = sum(by_route[each] for each in ELSEWHERE)
    nothing = float(softmax(raw.intent / labels.temperature)[0, -1])
    away = 1.0 - sigmoid(raw.addressed)
    return float(max(elsewhere, away)) + NOTHING_WEIGHT * nothing


def _by_route(raw: Raw, labels: Labels) -> dict[Route, float]:
    """The probability of each route."""
    return dict(zip(labels.routes, softmax(raw.route).tolist(), strict=True))


def _slots(raw: Raw, encoded: Encoded, labels: Labels, places: int) -> list[dict[str, str]]:
    """The words of each place's slots; of two spans of one name the later one holds, but a day and
    a time of day ("tomorrow", "at ten") are one time."""
    result: list[dict[str, str]] = [{} for _ in range(places)]
    said = len(encoded.offsets)
    tags = raw.tags[:said].argmax(-1)
    owners = raw.belongs[:said].argmax(-1)
    index = 0
    while index < len(encoded.offsets):
        kind, _, slot = labels.tags[int(tags[index])].partition("-")
        if kind == "O" or not _holds_words(encoded, index):
            index += 1
            continue
        end = index + 1
        while _holds_words(encoded, end) and labels.tags[int(tags[end])] == f"I-{slot}":
            end += 1
        start, stop = _whole_words(encoded, index, end - 1)
        if slot == "value":
            start, stop = _whole_number(encoded.text, start, stop)
        owner = int(np.bincount(owners[index:end], minlength=places).argmax())
        words = encoded.text[start:stop].strip()
        earlier = result[owner].get(slot) if slot == "time" else None
        result[owner][slot] = f"{earlier} {words}" if earlier else words
        index = end
    return result


def _holds_words(encoded: Encoded, index: int) -> bool:
    """Whether piece `index` exists and stands for characters ([CLS] and [SEP] do not)."""
    return index < len(encoded.offsets) and encoded.offsets[index][0] < encoded.offsets[index][1]


def _whole_words(encoded: Encoded, first: int, last: int) -> tuple[int, int]:
    """Characters of the pieces first..last, widened to the ends of a Latin word."""
    start, stop = encoded.offsets[first][0], encoded.offsets[last][1]
    text = encoded.text
    while start > 0 and _latin(text[start]) and _latin(text[start - 1]):
        start -= 1
    while stop < len(text) and _latin(text[stop - 1]) and _latin(text[stop]):
        stop += 1
    return start, stop


def _whole_number(text: str, start: int, stop: int) -> tuple[int, int]:
    """Widened by what would make it another number: a sign before it, a scale behind it, the rest
    of a Mandarin numeral."""
    if text[start:stop].strip(_HAN_DIGITS) == "":
        while start > 0 and text[start - 1] in _HAN_DIGITS:
            start -= 1
        while stop < len(text) and text[stop] in _HAN_DIGITS:
            stop += 1
    if scale := _SCALE.match(text, stop):
        stop = scale.end()
    if sign := _SIGN.search(text, 0, start):
        start = sign.start()
    return start, stop


def _latin(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "'")


def _without_doubles(found: list[Action]) -> list[Action]:
    """The same thing for the same place twice in one breath is one action."""
    kept: list[Action] = []
    for action in found:
        same = any(
            (action.intent, action.target, action.degree, action.slots)
            == (other.intent, other.target, other.degree, other.slots)
            for other in kept
        )
        if not same:
            kept.append(action)
    return kept
