"""Counts what a subscriber did not get, and what it got in the wrong order."""

from __future__ import annotations

from dataclasses import dataclass, field

from vehicle_bus.bus import Update


@dataclass
class Order:
    """Every signal is published as 1, 2, 3, ...; zero is the value before."""

    lost: int = 0
    reordered: int = 0
    seen: int = 0
    _last: dict[str, int] = field(default_factory=dict)

    def see(self, update: Update) -> None:
        number = int(update.datapoint.value)
        last = self._last.get(update.path, 0)
        if number == 0:
            return
        self.seen += 1
        if number <= last:
            self.reordered += 1
            return
        self.lost += number - last - 1
        self._last[update.path] = number

    def end(self, paths: tuple[str, ...], number: int) -> None:
        """Nothing more comes; `number` was the last of each path."""
        self.lost += sum(number - self._last.get(path, 0) for path in paths)
