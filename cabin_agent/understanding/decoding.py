"""The model's numbers -> an understanding.

An action is accepted from the first place on as long as its intent passes the threshold; the words
of its slots are the tagged words that belong to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cabin_agent.turn import Action, Route
from cabin_agent.understanding.labels import Labels
from cabin_agent.understanding.tokens import Encoded

NOTHING_WEIGHT = 0.25

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


def sigmoid(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))))


def softmax(logits: Array) -> Array:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)


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


def route(raw: Raw, labels: Labels, found: tuple[Action, ...]) -> tuple[Route, float]:
    """Who finishes the turn: to act needs an action, and an action needs a route that allows it."""
    likely = softmax(raw.route)
    by_route = dict(zip(labels.routes, likely.tolist(), strict=True))
    best = max(by_route, key=lambda each: by_route[each])
    refusing = by_route[Route.DECLINE] + by_route[Route.CLOUD] + by_route[Route.GENERATE]
    if not found:
        if best is Route.ACT:
            return Route.ASK, by_route[Route.ASK]
        return best, by_route[best]
    if refusing >= labels.reject:
        elsewhere = (Route.DECLINE, Route.CLOUD, Route.GENERATE)
        away = max(elsewhere, key=lambda each: by_route[each])
        return away, by_route[away]
    if best in (Route.ACT, Route.ANSWER):
        return best, by_route[best]
    return Route.ACT, by_route[Route.ACT]


def refusal(raw: Raw, labels: Labels) -> float:
    """How sure the model is that the words are not for the car: by the route, the addressee, and
    the lack of an action."""
    routes = dict(zip(labels.routes, softmax(raw.route).tolist(), strict=True))
    elsewhere = routes[Route.DECLINE] + routes[Route.CLOUD] + routes[Route.GENERATE]
    nothing = float(softmax(raw.intent / labels.temperature)[0, -1])
    away = 1.0 - sigmoid(raw.addressed)
    return float(max(elsewhere, away)) + NOTHING_WEIGHT * nothing


def _slots(raw: Raw, encoded: Encoded, labels: Labels, places: int) -> list[dict[str, str]]:
    """The words of each place's slots; of two spans of one name the later one holds, but a day and
    a time of day ("tomorrow", "at ten") are one time."""
    result: list[dict[str, str]] = [{} for _ in range(places)]
    tags = raw.tags.argmax(-1)
    owners = raw.belongs.argmax(-1)
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
