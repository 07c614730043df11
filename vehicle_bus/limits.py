"""How often one requester may actuate (UN R155 Annex 5: no denial of service by flooding)."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from vehicle_bus.errors import RateLimited
from vehicle_bus.values import Clock

REQUESTERS = 1024
STREAMS = 1024
"""Open at once for one client: one that floods us with subscriptions takes nothing from others."""
REASON_EN = "That was too many requests at once. Please wait a moment."
REASON_ZH = "请求太频繁了，请稍等一下。"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: `burst` requests at once, `per_second` on average."""

    per_second: float = 50.0
    burst: int = 100


class RateLimiter:
    """One bucket for each requester; the least recent are forgotten beyond 1,024."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, identity: str, name: str = "") -> None:
        """Count one request by `identity`, which calls itself `name`, or raise `RateLimited`."""
        now = self._clock()
        tokens, since = self._buckets.pop(identity, (float(self._limit.burst), now))
        tokens = min(self._limit.burst, tokens + max(0.0, now - since) * self._limit.per_second)
        allowed = tokens >= 1.0
        self._buckets[identity] = (tokens - 1.0 if allowed else tokens, now)
        if len(self._buckets) > REQUESTERS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise RateLimited(
                "",
                f"{name or identity!r} asks more than {self._limit.per_second:g} times a second",
                "wait a moment and send fewer, larger batches",
            )


class OpenStreams:
    """Counts the streams that each client has open."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def of(self, client: str) -> Iterator[None]:
        """One more while it is open; RateLimited if it has too many."""
        if self._open[client] >= STREAMS:
            raise RateLimited("", f"{client} has {STREAMS} streams open", "close some of them")
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
