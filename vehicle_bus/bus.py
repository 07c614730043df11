"""What everyone above sees of the vehicle bus, wherever the bus runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vehicle_bus.catalogue import Leaf
from vehicle_bus.values import ActuationRequest, Datapoint, Scalar, Verdict

BUFFER = 32
"""Updates of one signal that wait for a slow reader before the oldest is dropped."""

Handler = Callable[[Mapping[str, Scalar]], Awaitable[None]]
"""Takes the target values of a batch. Returning accepts them; raising rejects them."""


@dataclass(frozen=True, slots=True)
class Update:
    """A new value of one signal. `dropped`: older ones of it that this reader was too slow for,
    since its last update."""

    path: str
    datapoint: Datapoint
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Actuated:
    """A batch that its providers accepted. `before`: the values at that moment, None where nobody
    had published any. `at`: seconds on the bus's clock when the targets were handed over."""

    before: Mapping[str, Scalar | None]
    verdict: Verdict
    at: float


class Subscription(Protocol):
    """An endless iterator of updates; of one signal always in the order of publication."""

    def __aiter__(self) -> Subscription: ...

    async def __anext__(self) -> Update: ...

    async def batch(self) -> list[Update]:
        """Everything that waits, at least one update; empty once the subscription is closed."""
        ...

    async def aclose(self) -> None:
        """End the subscription."""
        ...


class Registration(Protocol):
    """A provider's hold on its actuators."""

    @property
    def paths(self) -> tuple[str, ...]: ...

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        """Publish current values, those of the provider's own actuators among them."""
        ...

    async def close(self) -> None:
        """Let go of the actuators."""
        ...


class Bus(Protocol):
    """The vehicle. Every method raises a `BusError` that names signal, cause and mend."""

    async def signals(self, *patterns: str) -> tuple[Leaf, ...]:
        """The leaves that `patterns` stand for; all without a pattern."""
        ...

    async def get(self, *paths: str) -> dict[str, Datapoint | None]:
        """The last known values, None where nobody has published any."""
        ...

    async def snapshot(self) -> Mapping[str, Datapoint]:
        """Every known value, as of one moment."""
        ...

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        """Publish current values of sensors and attributes, and of actuators that no provider
        holds (those that one holds come through its `Registration`). All or nothing."""
        ...

    def subscribe(self, *patterns: str, buffer: int = BUFFER) -> Subscription:
        """Updates of every signal that `patterns` stand for, current values first. `buffer`:
        updates of one signal that may wait; then the oldest of that signal is dropped. An unknown
        path is told at the first update."""
        ...

    async def actuate(self, request: ActuationRequest) -> Actuated:
        """Hand target values to their providers, if the policy allows it. All or nothing."""
        ...

    async def provide(self, paths: tuple[str, ...], handler: Handler) -> Registration:
        """Become the one provider of these actuators (patterns select actuators only)."""
        ...
