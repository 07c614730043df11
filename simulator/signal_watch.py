"""Signals that have to get somewhere by a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from simulator.language.conditions import Condition, show
from simulator.report import Check
from vehicle_bus.values import Scalar

STEADY_S = 0.3
"""So long a value has to stay, so that a window that moves past a half is not half open."""


@dataclass(slots=True)
class SignalWatch:
    """Each condition is decided once: when it holds, or with the deadline. `places`: their
    `file:line`, by path."""

    conditions: Mapping[str, Condition]
    places: Mapping[str, str]
    _waiting: dict[str, Condition] = field(default_factory=dict)
    _held_since: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._waiting = dict(self.conditions)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Paths whose expectations are not decided yet."""
        return tuple(self._waiting)

    def settled(
        self, value_of: Callable[[str], Scalar | None], now: float, late: bool
    ) -> Iterator[Check]:
        """The expectations that are decided now."""
        for path, condition in list(self._waiting.items()):
            value = value_of(path)
            holds = condition.holds(value)
            if not holds:
                self._held_since.pop(path, None)
            if (holds and self._steady(path, condition, now)) or late:
                del self._waiting[path]
                got = "nothing" if value is None else show(value)
                yield Check(path, str(condition), got, holds, now, self.places.get(path, ""))

    def _steady(self, path: str, condition: Condition, now: float) -> bool:
        """Whether a value is not just passing by."""
        since = self._held_since.setdefault(path, now)
        return condition.equals is None or now - since >= STEADY_S
