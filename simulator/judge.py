"""What has to be so whoever speaks: the timed checks and the conditions that must never be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from simulator.language.expectations import Never, TimedCheck
from simulator.report import Check, Violation
from simulator.run_events import Checked, RunEvent
from simulator.scenario import Scenario
from simulator.signal_watch import SignalWatch
from simulator.world import Vehicle


@dataclass(slots=True)
class _Open:
    """A timed check that is not decided yet."""

    check: TimedCheck
    watch: SignalWatch
    said: bool
    not_said: bool
    heard: list[str] = field(default_factory=list)

    @property
    def decided(self) -> bool:
        return not (self.watch.waiting or self.said or self.not_said)


class Judge:
    """Watches the car and what is said. `tell` is told each verdict."""

    def __init__(
        self, scenario: Scenario, vehicle: Vehicle, tell: Callable[[RunEvent], None]
    ) -> None:
        self._vehicle = vehicle
        self._tell = tell
        self._never = scenario.never
        self._open = [
            _Open(
                check,
                SignalWatch(check.signals, check.places),
                check.said is not None,
                check.not_said is not None,
            )
            for check in scenario.checks
        ]
        self._said: list[str] = []
        self._violations: dict[int, Violation] = {}
        self.checks: list[Check] = []

    @property
    def violations(self) -> tuple[Violation, ...]:
        return tuple(self._violations.values())

    @property
    def waits(self) -> bool:
        """Whether a timed check is still to be decided."""
        return bool(self._open)

    def undecided(self) -> tuple[Check, ...]:
        """What a run that was cut short left open."""
        return tuple(
            Check("check", "to be decided", "cut short", False, each.check.at, each.check.place)
            for each in self._open
        )

    def hear(self, text: str) -> None:
        """Note what the assistant has just said."""
        self._said.append(text)

    def judge(self, now: float) -> None:
        """Decide what can be decided at `now`."""
        said, self._said = self._said, []
        for each in self._open:
            if each.check.at <= now:
                for check in _decided(each, self._vehicle, said, now):
                    self.checks.append(check)
                    self._tell(Checked(0, check))
        self._open = [each for each in self._open if not each.decided]
        for index, never in enumerate(self._never):
            if index not in self._violations and self._holds(never, said):
                values = {path: self._vehicle.value(path) for path in never.parts}
                self._violations[index] = Violation(str(never), now, values, never.place)
                self._tell(self._violations[index])

    def _holds(self, never: Never, said: list[str]) -> bool:
        if never.said is not None and not _match(never.said, said):
            return False
        return all(part.holds(self._vehicle.value(path)) for path, part in never.parts.items())


def _decided(each: _Open, vehicle: Vehicle, said: list[str], now: float) -> Iterator[Check]:
    check = each.check
    late = now > check.at + check.within
    if not late:
        each.heard += said
    yield from each.watch.settled(vehicle.value, now, late)
    got = "; ".join(each.heard) or "nothing"
    if each.said and check.said is not None and (_match(check.said, each.heard) or late):
        each.said = False
        held = _match(check.said, each.heard)
        yield Check("said", f"/{check.said}/", got, held, now, check.places["said"])
    if each.not_said and check.not_said is not None:
        held = not _match(check.not_said, each.heard)
        if late or not held:
            each.not_said = False
            place = check.places["not_said"]
            yield Check("not said", f"no /{check.not_said}/", got, held, now, place)


def _match(pattern: str, texts: list[str]) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)
