"""A bus whose vehicle is behind a KUKSA databroker elsewhere (kuksa.val.v2).

A `Broker` here mirrors the databroker: it holds the current values, serves the subscriptions,
judges every actuation by our policy and keeps the audit, whatever the databroker allows. What the
policy lets through goes on to the databroker, and to the provider that is connected there. What is
published goes there too and comes back into the mirror on the one subscription that feeds it, so
the mirror has every signal's values in the databroker's order.

What KUKSA can't say, the contract loses: a batch is one request, but nobody promises that it is
handed over whole, and a publication of several values is one request for each.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import suppress
from typing import TypeVar

import grpc
from kuksa.val.v2 import types_pb2 as types
from kuksa.val.v2 import val_pb2 as pb
from kuksa.val.v2 import val_pb2_grpc

from vehicle_bus.broker import Broker
from vehicle_bus.bus import BUFFER, Actuated, Handler, Registration, Subscription
from vehicle_bus.catalogue import Kind, Leaf, validate
from vehicle_bus.errors import AlreadyProvided, BusError, InvalidValue, UnknownPath, Unreachable
from vehicle_bus.kuksa import values
from vehicle_bus.kuksa.address import Address
from vehicle_bus.kuksa.registration import Held
from vehicle_bus.kuksa.statuses import bus_error
from vehicle_bus.situation import GEAR
from vehicle_bus.values import ActuationRequest, Datapoint, Scalar

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 5.0
CALL_TIMEOUT_S = 5.0
ECHO_S = 0.5
"""What was published and did not come back by then has not changed anything there: a databroker
does not repeat a value that is the same."""
REFRESH_S = 1.0
"""The policy wants to know the gear's age; a databroker tells only its changes, so it is asked."""

_LOG = logging.getLogger(__name__)
_Request = TypeVar("_Request")
_Answer = TypeVar("_Answer")
_Method = grpc.aio.UnaryUnaryMultiCallable[_Request, _Answer]


class KuksaBus:
    """A `Bus`. `mirror` is a fresh broker of ours with the policy in it. Use it as a context."""

    def __init__(self, mirror: Broker, address: Address, refresh_s: float = REFRESH_S) -> None:
        self.catalogue = mirror.catalogue
        self.clock = mirror.clock
        self._mirror = mirror
        self._address = address
        self._metadata = address.metadata()
        self._channel = address.channel()
        self._stub = val_pb2_grpc.VALStub(self._channel)
        self._refresh_s = refresh_s
        self._time = values.WallTime(mirror.clock)
        self._numbers: dict[str, int] = {}
        self._held: dict[str, Held] = {}
        self._expected: defaultdict[str, list[tuple[Scalar, asyncio.Future[None]]]]
        self._expected = defaultdict(list)
        self._synced = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> KuksaBus:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Connect, and wait for the current values. Unreachable if the databroker does not answer,
        Denied if it does not let us in, UnknownPath if it has none of our signals."""
        ours = await self._list()
        if not ours:
            raise UnknownPath(
                "", f"{self._address.target} has none of our signals", "give it a VSS 6 catalogue"
            )
        if missing := len(self.catalogue) - len(ours):
            _LOG.warning("databroker %s lacks %d signals", self._address.target, missing)
        actuators = tuple(p for p in ours if self.catalogue[p].kind is Kind.ACTUATOR)
        await self._mirror.provide(actuators, self._forward)
        following = asyncio.create_task(self._follow())
        self._tasks.append(following)
        synced = asyncio.create_task(self._synced.wait())
        await asyncio.wait(
            (following, synced), timeout=CALL_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED
        )
        synced.cancel()
        if following.done():
            following.result()
        if not self._synced.is_set():
            raise self._unreachable()
        self._tasks.append(asyncio.create_task(self._refresh()))

    async def close(self) -> None:
        """Leave the databroker."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for held in set(self._held.values()):
            await held.close()
        await self._channel.close(None)

    # -- the bus -----------------------------------------------------------------------------------

    async def signals(self, *patterns: str) -> tuple[Leaf, ...]:
        return await self._mirror.signals(*patterns)

    async def get(self, *paths: str) -> dict[str, Datapoint | None]:
        return await self._mirror.get(*paths)

    async def snapshot(self) -> Mapping[str, Datapoint]:
        return await self._mirror.snapshot()

    def subscribe(self, *patterns: str, buffer: int = BUFFER) -> Subscription:
        return self._mirror.subscribe(*patterns, buffer=buffer)

    async def actuate(self, request: ActuationRequest) -> Actuated:
        return await self._mirror.actuate(request)

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        valid = self._valid(values)
        for path in valid:
            if path in self._held:
                raise AlreadyProvided(
                    path,
                    "its provider alone publishes its value",
                    "publish through the provider's registration",
                )
        await self._publish(valid)

    async def provide(self, paths: tuple[str, ...], handler: Handler) -> Registration:
        wanted = self.catalogue.actuators(*paths)
        held = Held(self._stub, self._metadata, self.catalogue, wanted, handler, self)
        await held.open()
        self._held.update(dict.fromkeys(wanted, held))
        return held

    # -- for the registrations -------------------------------------------------------------------

    async def numbers_of(self, paths: tuple[str, ...]) -> Mapping[str, int]:
        """The ids that the databroker has for signals now: another start, other ids."""
        await self._list()
        return {path: self._number(path) for path in paths}

    def forget(self, held: Held) -> None:
        """A registration has ended."""
        self._held = {path: each for path, each in self._held.items() if each is not held}

    async def publish_for(self, held: Held, values: Mapping[str, Scalar]) -> None:
        """What a provider here publishes: its own actuators through its stream."""
        valid = self._valid(values)
        for path in valid:
            if self._held.get(path, held) is not held:
                raise AlreadyProvided(
                    path, "another provider publishes its value", "publish your own actuators"
                )
        own = {path: value for path, value in valid.items() if path in held.paths}
        await self._publish({path: value for path, value in valid.items() if path not in own})
        if own:
            await self._settled(own, held.send(own))

    # -- towards the databroker --------------------------------------------------------------------

    async def _forward(self, targets: Mapping[str, Scalar]) -> None:
        """Targets that the policy has let through."""
        requests = [
            pb.ActuateRequest(
                signal_id=types.SignalID(path=path),
                value=values.to_v2_value(self.catalogue[path], value),
            )
            for path, value in targets.items()
        ]
        batch = pb.BatchActuateRequest(actuate_requests=requests)
        await self._told(next(iter(targets)), self._stub.BatchActuate, batch)

    async def _publish(self, valid: Mapping[str, Scalar]) -> None:
        if valid:
            await self._settled(valid, self._send(valid))

    async def _send(self, valid: Mapping[str, Scalar]) -> None:
        calls = []
        for path, value in valid.items():
            point = types.Datapoint(value=values.to_v2_value(self.catalogue[path], value))
            request = pb.PublishValueRequest(signal_id=types.SignalID(path=path), data_point=point)
            calls.append(self._told(path, self._stub.PublishValue, request))
        for result in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def _settled(self, valid: Mapping[str, Scalar], sending: Awaitable[None]) -> None:
        """Wait for `sending`, and until the mirror has its values."""
        current = await self._mirror.get(*valid)
        same = {p: v for p, v in valid.items() if (point := current[p]) and point.value == v}
        echoes = {path: self._expect(path, v) for path, v in valid.items() if path not in same}
        try:
            await sending
            self._mirror.mirror(same)
            if echoes:
                await asyncio.wait(echoes.values(), timeout=ECHO_S)
            silent = [path for path, echo in echoes.items() if not echo.done()]
            self._mirror.mirror({path: valid[path] for path in silent})
        finally:
            for path, echo in echoes.items():
                waiting = self._expected[path]
                waiting[:] = [each for each in waiting if each[1] is not echo]

    def _expect(self, path: str, value: Scalar) -> asyncio.Future[None]:
        echo: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._expected[path].append((value, echo))
        return echo

    # -- from the databroker -----------------------------------------------------------------------

    async def _list(self) -> tuple[str, ...]:
        """The signals that the databroker has and we know."""
        everything = pb.ListMetadataRequest(root="Vehicle")
        known = await self._told("", self._stub.ListMetadata, everything)
        self._numbers = {each.path: each.id for each in known.metadata}
        return tuple(path for path in self.catalogue if path in self._numbers)

    async def _follow(self) -> None:
        """Keep the mirror up to date, through every interruption but a refusal at the start."""
        wait = FIRST_WAIT_S
        while True:
            try:
                fresh = True
                async for entries in self._updates(await self._list()):
                    self._take(entries, fresh)
                    self._synced.set()
                    fresh, wait = False, FIRST_WAIT_S
            except BusError as problem:
                if not self._synced.is_set():
                    raise
                _LOG.warning("databroker %s: %s", self._address.target, problem)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_S)

    async def _updates(
        self, paths: tuple[str, ...]
    ) -> AsyncIterator[Mapping[str, types.Datapoint]]:
        request = pb.SubscribeRequest(signal_paths=paths, buffer_size=1000)
        try:
            async for response in self._stub.Subscribe(request, metadata=self._metadata):
                yield response.entries
        except grpc.aio.AioRpcError as error:
            raise bus_error("", error) from None

    def _take(self, entries: Mapping[str, types.Datapoint], fresh: bool) -> None:
        """Into the mirror. The first values may be old, all others are from now."""
        for path, point in entries.items():
            if not point.HasField("value") or point.value.WhichOneof("typed_value") is None:
                continue
            leaf = self.catalogue[path]
            age = self._time.age(point.timestamp) if fresh else 0.0
            try:
                value = validate(leaf, values.from_message(leaf, point.value, "typed_value"))
                self._mirror.mirror({path: value}, age)
            except InvalidValue as error:
                _LOG.warning("databroker %s: %s", self._address.target, error)
                continue
            for expected, echo in self._expected.get(path, ()):
                if expected == value and not echo.done():
                    echo.set_result(None)

    async def _refresh(self) -> None:
        """As long as the databroker answers, the gear that it last told still holds; and a dead
        connection shows."""
        gear = pb.GetValueRequest(signal_id=types.SignalID(path=GEAR))
        while True:
            await asyncio.sleep(self._refresh_s)
            with suppress(BusError):
                if GEAR in self._numbers and GEAR in self.catalogue:
                    answer = await self._told(GEAR, self._stub.GetValue, gear)
                    self._take({GEAR: answer.data_point}, fresh=False)
                else:
                    await self._told("", self._stub.GetServerInfo, pb.GetServerInfoRequest())

    def _valid(self, new: Mapping[str, Scalar]) -> dict[str, Scalar]:
        """As it will come back: a float has 32 bits there."""
        valid = {}
        for path, value in new.items():
            leaf = self.catalogue[path]
            self._number(path)
            message = values.to_v2_value(leaf, validate(leaf, value))
            valid[path] = values.from_message(leaf, message, "typed_value")
        return valid

    def _number(self, path: str) -> int:
        if path not in self._numbers:
            raise UnknownPath(
                path, f"{self._address.target} has no such signal", "add it to its VSS file"
            )
        return self._numbers[path]

    async def _told(
        self, path: str, method: _Method[_Request, _Answer], request: _Request
    ) -> _Answer:
        try:
            return await method(request, metadata=self._metadata, timeout=CALL_TIMEOUT_S)
        except grpc.aio.AioRpcError as error:
            raise bus_error(path, error) from None

    def _unreachable(self) -> Unreachable:
        return Unreachable(
            "",
            f"no databroker answers at {self._address.target}",
            "start it, or check address and TLS",
        )
