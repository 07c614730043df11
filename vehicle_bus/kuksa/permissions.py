"""Who a KUKSA client is and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from vehicle_bus.kuksa.paths import pattern_of
from vehicle_bus.values import Requester, Zone

EVERYTHING = ("**",)


class BadToken(Exception):
    """The token is missing, forged, expired or meant for somebody else: UNAUTHENTICATED."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """Patterns (`paths.pattern_of`) of what a client may read, actuate, provide and create; `name`
    and `zone` are who it is. `expires`: seconds since 1970, None for never."""

    name: str
    zone: Zone = Zone.UNKNOWN
    read: tuple[str, ...] = EVERYTHING
    actuate: tuple[str, ...] = EVERYTHING
    provide: tuple[str, ...] = EVERYTHING
    create: tuple[str, ...] = EVERYTHING
    expires: float | None = None

    def may_read(self, path: str) -> bool:
        """Who may do anything else with a signal may read it, as with KUKSA's databroker."""
        return any(
            _covers(each, path) for each in (self.read, self.actuate, self.provide, self.create)
        )

    def may_provide(self, path: str) -> bool:
        return _covers(self.provide, path)

    def may_actuate(self, path: str) -> bool:
        return _covers(self.actuate, path)

    def requester(self, *paths: str) -> Requester:
        """Who asks the policy for `paths`, with those of them as scope that the token covers."""
        return Requester(f"kuksa:{self.name}", self.zone, tuple(filter(self.may_actuate, paths)))

    def seconds_left(self, now: float) -> float | None:
        """Until the token expires; None if it never does."""
        return None if self.expires is None else max(0.0, self.expires - now)


@lru_cache(maxsize=16384)
def _covers(patterns: tuple[str, ...], path: str) -> bool:
    return any(pattern_of(pattern).fullmatch(path) for pattern in patterns)
