"""The words of a slot -> the value a method asked for, or a question back to the person."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cabin_agent.sdk import contract
from cabin_agent.sdk.contract import ClockTime, Colour, Option
from cabin_agent.understanding import entities

NAMES = ("value", "option", "colour", "query", "place", "person", "time", "text", "sign")

TEMPERATURE_RANGE = (16.0, 30.0)  # °C, the set points of the climate control (bus overlay)
PERCENT_RANGE = (0, 100)
LEVEL_RANGE = (1, 3)


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter of an intent: the types its words may become, in the order to try."""

    name: str
    kinds: tuple[type, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask the person instead of calling the skill."""

    slot: str
    en: str
    zh: str


class UnsupportedType(TypeError):
    """A parameter's type hint is none that words can become."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


def of(method: Callable[..., Any]) -> dict[str, Slot]:
    """The slots of an intent's method: its parameters after `self` and `cabin`."""
    hints = typing.get_type_hints(method)
    parameters = list(inspect.signature(method).parameters.values())[2:]
    return {
        parameter.name: Slot(
            parameter.name,
            _kinds(parameter.name, hints.get(parameter.name)),
            parameter.default is inspect.Parameter.empty,
        )
        for parameter in parameters
    }


def _kinds(name: str, hint: Any) -> tuple[type, ...]:
    members = typing.get_args(hint) if _is_union(hint) else (hint,)
    kinds = tuple(member for member in members if member is not type(None))
    for kind in kinds:
        known = isinstance(kind, type) and (kind in _READERS or issubclass(kind, Option))
        if not known:
            shown = getattr(kind, "__name__", kind)
            names = ", ".join(reader.__name__ for reader in _READERS)
            raise UnsupportedType(
                name,
                f"parameter {name!r}: words can't become {shown}; use {names} or an Option",
            )
    return kinds


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def fill(slots: Mapping[str, Slot], spoken: Mapping[str, str]) -> dict[str, Any] | Question:
    """The arguments for a method, or what to ask because a value is missing or not understood.

    Words for a slot that the method doesn't have are ignored.
    """
    arguments: dict[str, Any] = {}
    for slot in slots.values():
        words = spoken.get(slot.name, "").strip()
        if words:
            value = _read(slot, words)
            if value is None:
                return question(slot)
            arguments[slot.name] = value
        elif slot.required:
            return question(slot)
    return arguments


def _read(slot: Slot, words: str) -> Any:
    for kind in slot.kinds:
        value = option(kind, words) if issubclass(kind, Option) else _READERS[kind](words)
        if value is not None:
            return value
    return None


def option(kind: type[Option], words: str) -> Option | None:
    """The member with the longest of its words in `words`."""
    text = words.lower()
    found: tuple[int, Option] | None = None
    for member in kind:
        for word in member.words:
            if _contains(text, word.lower()) and (found is None or len(word) > found[0]):
                found = (len(word), member)
    return found[1] if found else None


def _contains(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
    return word in text


def question(slot: Slot) -> Question:
    """What to ask when `slot` is missing or makes no sense."""
    kind = slot.kinds[0]
    if issubclass(kind, Option):
        english = [next((word for word in m.words if word.isascii()), m.code) for m in kind]
        mandarin = [next((word for word in m.words if not word.isascii()), m.code) for m in kind]
        return Question(
            slot.name, f"Which one: {_listed(english)}?", f"您要哪一个：{'、'.join(mandarin)}？"
        )
    en, zh = _QUESTIONS[kind]
    return Question(slot.name, en, zh)


def _listed(names: list[str]) -> str:
    shown = names[:6]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _within(value: float | None, low: float, high: float) -> float | None:
    return value if value is not None and low <= value <= high else None


def _temperature(words: str) -> contract.Temperature | None:
    value = _within(entities.temperature(words), *TEMPERATURE_RANGE)
    return None if value is None else contract.Temperature(value)


def _percent(words: str) -> contract.Percent | None:
    value = _within(entities.percent(words), *PERCENT_RANGE)
    return None if value is None else contract.Percent(value)


def _volume(words: str) -> contract.Volume | None:
    value = _within(entities.percent(words), *PERCENT_RANGE)
    return None if value is None else contract.Volume(value)


def _level(words: str) -> contract.Level | None:
    value = _within(entities.level(words), *LEVEL_RANGE)
    return None if value is None else contract.Level(value)


def _number(words: str) -> contract.Number | None:
    value = entities.number(words)
    return None if value is None else contract.Number(value)


def _duration(words: str) -> contract.Duration | None:
    value = entities.duration(words)
    return None if value is None else contract.Duration(value)


_READERS: dict[type, Callable[[str], Any]] = {
    contract.Temperature: _temperature,
    contract.Percent: _percent,
    contract.Level: _level,
    contract.Volume: _volume,
    contract.Number: _number,
    contract.Duration: _duration,
    ClockTime: entities.clock_time,
    Colour: entities.colour,
    contract.Text: contract.Text,
    contract.Place: contract.Place,
    contract.Person: contract.Person,
    contract.Date: contract.Date,
}

KINDS: Mapping[str, type] = {kind.__name__: kind for kind in _READERS}
"""What words can become, by name, besides an `Option` of one's own."""

_QUESTIONS: dict[type, tuple[str, str]] = {
    contract.Temperature: (
        "What temperature would you like, 16 to 30 degrees?",
        "您想调到多少度？十六到三十度都可以",
    ),
    contract.Percent: ("How far, from 0 to 100 percent?", "调到百分之多少？"),
    contract.Level: ("Which level, one to three?", "要几档？一到三档"),
    contract.Volume: ("How loud, from 0 to 100?", "音量调到多少？零到一百"),
    contract.Number: ("How many?", "多少？"),
    contract.Duration: ("For how long?", "多长时间？"),
    ClockTime: ("At what time?", "几点？"),
    Colour: ("Which colour would you like?", "您想要什么颜色？"),
    contract.Text: ("What should it say?", "内容是什么？"),
    contract.Place: ("Where would you like to go?", "您想去哪里？"),
    contract.Person: ("Who do you mean?", "您指的是谁？"),
    contract.Date: ("On which day?", "哪一天？"),
}
