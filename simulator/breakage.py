"""What is broken in the car at present: signals that are no longer told or stuck, control units
that refuse, are silent, or let things jam."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vehicle_bus.errors import ProviderFailed, ProviderSilent
from vehicle_bus.values import Scalar


class Breakage:
    """Faults come and go; one path may have several of a kind."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, int]] = {}
        self._stuck_at: dict[str, Scalar] = {}

    def begin(self, kind: str, paths: Iterable[str], values: Mapping[str, Scalar]) -> None:
        """Break `paths` in the way of `kind`; `values` are the present ones."""
        broken = self._counts.setdefault(kind, {})
        for path in paths:
            broken[path] = broken.get(path, 0) + 1
            if kind == "stuck" and path in values:
                self._stuck_at.setdefault(path, values[path])

    def end(self, kind: str, paths: Iterable[str]) -> None:
        """Mend what `begin` broke."""
        broken = self._counts[kind]
        for path in paths:
            broken[path] -= 1
            if not broken[path]:
                del broken[path]
                if kind == "stuck":
                    self._stuck_at.pop(path, None)

    def is_broken(self, kind: str, path: str) -> bool:
        return path in self._counts.get(kind, ())

    def told(self, values: Mapping[str, Scalar]) -> dict[str, Scalar]:
        """What of `values` reaches the bus, and as what."""
        lost = self._counts.get("lost", {})
        return {
            path: self._stuck_at.get(path, value)
            for path, value in values.items()
            if path not in lost
        }

    def check(self, targets: Iterable[str]) -> None:
        """Raise what a control unit says to `targets` that it does not take."""
        for path in targets:
            if self.is_broken("refuses", path):
                raise ProviderFailed(path, "its control unit refused", "check the control unit")
            if self.is_broken("silent", path):
                raise ProviderSilent(
                    path, "its control unit did not answer", "check the control unit"
                )
