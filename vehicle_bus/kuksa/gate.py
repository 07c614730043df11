"""What both services have in common: the bus, its signals by number, and who may do what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NoReturn, TypeVar

import grpc

from vehicle_bus import translate
from vehicle_bus.bus import BUFFER, Bus, Handler, Registration, Subscription
from vehicle_bus.catalogue import Leaf
from vehicle_bus.errors import (
    AlreadyProvided,
    BusError,
    ConfirmationNeeded,
    Denied,
    UnknownPath,
    Unreachable,
)
from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.paths import checked_length, leaves_of
from vehicle_bus.kuksa.permissions import BadToken, Permissions
from vehicle_bus.kuksa.values import WallTime
from vehicle_bus.limits import OpenStreams
from vehicle_bus.subscriptions import BufferedSubscription, UpdateBuffer, subscribers_first
from vehicle_bus.values import ActuationRequest, Clock, Datapoint, Scalar

NAME = "cabin-agent vehicle bus"
VERSION = version("cabin-agent")
Context = Any
"""A `grpc.aio.ServicerContext`; its type parameters differ with every method."""
STATUS = translate.STATUS | {ConfirmationNeeded: grpc.StatusCode.PERMISSION_DENIED}
"""KUKSA has no way to ask the person and send it again."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Claim:
    """Actuators that a KUKSA client provides."""

    holder: str
    registration: Registration


class Gate:
    """`bus` for KUKSA's clients. Every target value goes through `Bus.actuate`, so through the
    policy; `targets` are the last ones that came this way, which v1 clients may read back."""

    def __init__(
        self, bus: Bus, leaves: Iterable[Leaf], doorkeeper: Doorkeeper, clock: Clock
    ) -> None:
        self.bus = bus
        self.leaves: Mapping[str, Leaf] = {leaf.path: leaf for leaf in leaves}
        self.time = WallTime(clock)
        self.targets: dict[str, Datapoint] = {}
        self._doorkeeper = doorkeeper
        self._clock = clock
        self._numbers = {path: number for number, path in enumerate(self.leaves, 1)}
        self._paths = dict(enumerate(self.leaves, 1))
        self._claims: dict[str, Claim] = {}
        self._announced: dict[str, object] = {}
        self.streams = OpenStreams()
        self._waiting: set[asyncio.Task[Any]] = set()
        self._watchers: dict[UpdateBuffer, frozenset[str]] = {}

    async def admit(self, context: Context) -> Permissions:
        """Who calls; ends the call with UNAUTHENTICATED if the token is not good."""
        try:
            return self._doorkeeper.admit(context)
        except BadToken as error:
            await abort(context, error)

    async def in_time(self, who: Permissions, work: Awaitable[_Result]) -> _Result:
        """What `work` gives; BadToken as soon as the token of `who` expires, Unreachable when the
        gate closes."""
        task = asyncio.current_task()
        assert task is not None
        self._waiting.add(task)
        try:
            async with asyncio.timeout(who.seconds_left(self._doorkeeper.now())) as deadline:
                return await work
        except TimeoutError:
            if deadline.expired():
                raise BadToken("the token has expired; get a new one") from None
            raise
        except asyncio.CancelledError:
            if task in self._waiting:
                raise
            task.uncancel()
            raise Unreachable("", "the server stops", "connect again") from None
        finally:
            self._waiting.discard(task)

    def close(self) -> None:
        """End every stream, wherever it waits."""
        waiting = self._waiting.copy()
        self._waiting.clear()
        for task in waiting:
            task.cancel()

    # -- signals -----------------------------------------------------------------------------------

    def number(self, path: str) -> int:
        """The id of a signal on this server."""
        return self._numbers[path]

    def leaf(self, path: str) -> Leaf:
        """The signal of that very path; UnknownPath for a branch too."""
        leaf = self.leaves.get(checked_length(path))
        if leaf is not None:
            return leaf
        below = next((each for each in self.leaves if each.startswith(f"{path}.")), None)
        if below is not None:
            raise UnknownPath(path, "is a branch, not a signal", f"name a leaf, say {below}")
        raise UnknownPath(path, "no such signal", "list the metadata of `Vehicle` for all of them")

    def by_number(self, number: int) -> Leaf:
        path = self._paths.get(number)
        if path is None:
            raise UnknownPath(str(number), "no signal has that id", "list the metadata for the ids")
        return self.leaves[path]

    def below(self, path: str) -> list[str]:
        """Every signal that `path` stands for."""
        return leaves_of(path, self.leaves)

    # -- what a client may do ----------------------------------------------------------------------

    def check_read(self, who: Permissions, paths: Iterable[str]) -> None:
        for path in paths:
            if not who.may_read(path):
                raise Denied(path, "the token does not let you read it", "ask for that scope")

    def check_provide(self, who: Permissions, paths: Iterable[str]) -> None:
        for path in paths:
            if not who.may_provide(path):
                raise Denied(path, "the token does not let you provide it", "ask for that scope")

    async def actuate(self, who: Permissions, values: Mapping[str, Scalar]) -> None:
        """Hand targets to their providers, if token and policy allow it. What the token does not
        cover is refused by the bus, so that the refusal is on its record."""
        await self.bus.actuate(ActuationRequest(values, who.requester(*values)))
        at = self._clock()
        for path, value in values.items():
            point = self.targets[path] = Datapoint(value, at)
            for watcher, wanted in self._watchers.items():
                if path in wanted:
                    watcher.push(path, point)

    async def publish(self, who: Permissions, values: Mapping[str, Scalar]) -> None:
        """Current values of sensors, of actuators that nobody provides, and of those that this very
        client does."""
        self.check_provide(who, values)
        try:
            for path, value in values.items():
                claim = self._claims.get(path)
                if claim is not None and claim.holder == who.name:
                    await claim.registration.publish({path: value})
                else:
                    await self.bus.publish({path: value})
            await subscribers_first()
        except AlreadyProvided as error:
            raise Denied(error.path, error.cause, error.mend) from None

    async def provide(
        self, who: Permissions, paths: tuple[str, ...], handler: Handler
    ) -> Registration:
        """Make the client the one provider of these actuators."""
        self.check_provide(who, paths)
        registration = await self.bus.provide(paths, handler)
        self._claims.update(dict.fromkeys(registration.paths, Claim(who.name, registration)))
        return registration

    async def release(self, registration: Registration) -> None:
        """The client lets go of its actuators."""
        for path in registration.paths:
            self._claims.pop(path, None)
        await registration.close()

    def announce(self, who: Permissions, paths: Iterable[str], owner: object) -> None:
        """The client `owner` will publish these signals, and no other client may say so too."""
        paths = tuple(paths)
        self.check_provide(who, paths)
        for path in paths:
            if self._announced.get(path, owner) is not owner:
                raise AlreadyProvided(
                    path, "another provider publishes it", "stop that provider first"
                )
        self._announced.update(dict.fromkeys(paths, owner))

    def fall_silent(self, owner: object) -> None:
        """Forget what `owner` announced."""
        self._announced = {p: each for p, each in self._announced.items() if each is not owner}

    def watch_targets(self, paths: Iterable[str]) -> Subscription:
        """Targets of `paths` from now on."""
        updates = UpdateBuffer(BUFFER)
        self._watchers[updates] = frozenset(paths)
        return BufferedSubscription(updates, lambda: self._watchers.pop(updates, None))


async def abort(context: Context, error: BusError | BadToken) -> NoReturn:
    """End the call with the status of `error`. What KUKSA's statuses can't say travels beside them,
    as on `cabin.v1.VehicleBus`."""
    if isinstance(error, BadToken):
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, str(error))
    else:
        detail = translate.to_detail(error).SerializeToString()
        await context.abort(status_of(error), str(error), ((translate.DETAIL_KEY, detail),))
    raise AssertionError("abort returned")


def status_of(error: BusError) -> grpc.StatusCode:
    return STATUS.get(type(error), grpc.StatusCode.UNKNOWN)
