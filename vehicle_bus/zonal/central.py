"""The centre's half: puts the zone controllers' actuators and signals on the bus."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from vehicle_bus import translate
from vehicle_bus.bus import Bus, Registration
from vehicle_bus.errors import (
    BusError,
    ProviderFailed,
    ProviderSilent,
    shortened,
)
from vehicle_bus.values import ActuationRequest, Requester, Scalar, Zone
from vehicle_bus.zonal import keys
from vehicle_bus.zonal.errors import BadSeal
from vehicle_bus.zonal.sealing import Key, nonce
from vehicle_bus.zonal.session import Question, Session

_LOG = logging.getLogger(__name__)
COMMAND_S = 1.5
"""Less than the bus gives its providers, so that the controller is named."""
STATE_S = 2.0
AGAIN_S = 0.5


@asynccontextmanager
async def zones(
    bus: Bus, session: Session, key: Key, scopes: tuple[str, ...] = ("Vehicle.*",)
) -> AsyncIterator[Centre]:
    """Meanwhile the controllers on the network provide their actuators to `bus`. `scopes`: what
    they may ask of others' actuators, under the policy. Closes the session."""
    centre = Centre(bus, session, key, scopes)
    await session.subscribe(keys.signals(keys.ANY), centre._heard)
    await session.answer(keys.REQUEST, centre._requested)
    await session.watch_lives(keys.alive(keys.ANY, keys.ANY), centre._lives)
    try:
        yield centre
    finally:
        await centre._close()
        await session.close()


class Centre:
    """Knows which controllers are there. `lost` counts signals that were sent and never came."""

    def __init__(self, bus: Bus, session: Session, key: Key, scopes: tuple[str, ...]) -> None:
        self._bus = bus
        self._session = session
        self._key = key
        self._scopes = scopes
        self._controllers: dict[str, _Controller] = {}
        self._leaving: list[_Controller] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self.lost = 0

    def there(self) -> frozenset[str]:
        """The controllers whose actuators are on the bus now."""
        return frozenset(name for name, each in self._controllers.items() if each.serving)

    async def until_there(self, *names: str) -> None:
        """Wait until all of these are."""
        async with self._changed:
            await self._changed.wait_for(lambda: set(names) <= self.there())

    async def until_gone(self, name: str) -> None:
        """Wait until nothing of this one is on the bus."""

        def gone() -> bool:
            return name not in {*self.there(), *(each.name for each in self._leaving)}

        async with self._changed:
            await self._changed.wait_for(gone)

    # -- what comes from the network -------------------------------------------------------------

    def _lives(self, key: str, alive: bool) -> None:
        name, run = keys.name_of(key), keys.run_of(key)
        former = self._controllers.get(name)
        if alive and keys.is_name(name):
            controller = _Controller(name, run, self._bus, self._session, self._key)
            self._controllers[name] = controller
            controller.welcoming = self._start(self._welcome(controller, former))
        elif former is not None and former.run == run:
            del self._controllers[name]
            self._leaving.append(former)
            self._start(self._farewell(former))

    def _heard(self, key: str, payload: bytes) -> None:
        controller = self._controllers.get(keys.name_of(key))
        if controller is None:
            return
        try:
            controller.take(self._key.open(key, payload))
        except (BadSeal, ValueError, KeyError, TypeError) as error:
            _LOG.warning("zone %s: a signal is ignored: %s", controller.name, error)

    def _requested(self, question: Question) -> None:
        try:
            asked = self._key.open(question.key, question.payload)
            request = self._request(asked)
        except (BadSeal, ValueError, KeyError, TypeError) as error:
            _LOG.warning("zones: a request is ignored: %s", error)
            question.ignore()
            return
        self._start(self._actuate(question, asked, request))

    def _request(self, asked: Mapping[str, Any]) -> ActuationRequest:
        controller = self._controllers.get(asked["name"])
        if controller is None or controller.run != asked["run"]:
            raise BadSeal("it is from no controller that is there")
        if asked["number"] <= controller.last_request:
            raise BadSeal("it was said before")
        controller.last_request = asked["number"]
        name = f"zenoh:{controller.name}"
        requester = Requester(name, Zone(asked["zone"]), self._scopes, peer=name)
        return ActuationRequest(asked["values"], requester, asked["confirmed"] is True)

    # -- what follows from it ----------------------------------------------------------------------

    async def _actuate(
        self, question: Question, asked: Mapping[str, Any], request: ActuationRequest
    ) -> None:
        told: dict[str, Any] = {"run": asked["run"], "number": asked["number"], "error": ""}
        try:
            await self._bus.actuate(request)
        except BusError as error:
            told["error"] = b64encode(translate.to_detail(error).SerializeToString()).decode()
        await question.reply(self._key.seal(question.key, told))

    async def _welcome(self, controller: _Controller, former: _Controller | None) -> None:
        if former is not None:
            await self._farewell(former)
        said = ""
        while self._controllers.get(controller.name) is controller:
            try:
                await controller.join()
                break
            except (BusError, BadSeal, TimeoutError, ValueError, KeyError, TypeError) as error:
                if said != str(error):
                    said = str(error)
                    _LOG.warning("zone %s: not on the bus yet: %s", controller.name, said)
                await asyncio.sleep(AGAIN_S)
        if controller.serving:
            _LOG.info("zone %s: there", controller.name)
            controller.pumping = self._start(self._pump(controller))
        await self._tell()

    async def _pump(self, controller: _Controller) -> None:
        while True:
            self.lost += await controller.publish_next()

    async def _farewell(self, controller: _Controller) -> None:
        _LOG.info("zone %s: gone", controller.name)
        await controller.leave()
        if controller in self._leaving:
            self._leaving.remove(controller)
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _close(self) -> None:
        controllers = list(self._controllers.values())
        self._controllers.clear()
        for controller in controllers:
            await controller.leave()
        for task in list(self._tasks):
            task.cancel()

    def _start(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            if (error := task.exception()) is not None:
                _LOG.error("zones: %s", error, exc_info=error)


class _Controller:
    """One that has a token on the network."""

    def __init__(self, name: str, run: str, bus: Bus, session: Session, key: Key) -> None:
        self.name = name
        self.run = run
        self.serving = False
        self.last_request = 0
        self.welcoming: asyncio.Task[None] | None = None
        self.pumping: asyncio.Task[None] | None = None
        self._bus = bus
        self._session = session
        self._key = key
        self._registration: Registration | None = None
        self._commands = count(1)
        self._number = 0
        self._signals: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()

    async def join(self) -> None:
        """Ask what it provides, claim that, and publish its values."""
        challenge = nonce()
        key = keys.state(self.name)
        sealed = self._key.seal(key, {"challenge": challenge})
        answer = await self._session.ask(key, sealed, STATE_S)
        if answer is None:
            raise TimeoutError("it does not answer")
        state = self._key.open(key, answer)
        if state["challenge"] != challenge:
            raise BadSeal("an old answer")
        if state["run"] != self.run:
            raise BadSeal("an answer of another run")
        self._number = state["published"]
        self._commands = count(state["last_command"] + 1)
        if state["actuators"] and self._registration is None:
            paths = tuple(state["actuators"])
            self._registration = await self._bus.provide(paths, self.command)
        self.serving = True
        await self._publish(state["values"])

    async def leave(self) -> None:
        """Its actuators are nobody's."""
        self.serving = False
        for task in (self.welcoming, self.pumping):
            if task is not None:
                task.cancel()
        if self._registration is not None:
            await self._registration.close()

    async def command(self, values: Mapping[str, Scalar]) -> None:
        """Hand target values over; ProviderFailed unless it says that it took them."""
        path = next(iter(values))
        key = keys.command(self.name)
        number = next(self._commands)
        message = {"run": self.run, "number": number, "values": dict(values)}
        try:
            answer = await self._session.ask(key, self._key.seal(key, message), COMMAND_S)
        except TimeoutError:
            cause = f"zone controller {self.name} did not answer within {COMMAND_S:g} s"
            raise ProviderSilent(path, cause, "check its computer") from None
        if answer is None:
            cause = f"zone controller {self.name} vanished"
            raise ProviderFailed(path, cause, "check its computer")
        try:
            told = self._key.open(key, answer)
        except (BadSeal, ValueError) as error:
            cause = f"{self.name} gave an answer not of this car ({error})"
            raise ProviderFailed(path, cause, "check who is on the network") from None
        if (told.get("run"), told.get("number")) != (self.run, number):
            raise ProviderFailed(path, f"{self.name} answered something else", "ask again")
        if told["error"]:
            cause = f"zone controller {self.name} said: {shortened(told['error'])}"
            raise ProviderFailed(path, cause, "check the control unit")

    def take(self, message: Mapping[str, Any]) -> None:
        """A message with signals, in the order of arrival."""
        if message["run"] != self.run:
            raise BadSeal("it is from another run")
        self._signals.put_nowait(message)

    async def publish_next(self) -> int:
        """Publish what was told next; how many messages before it never came."""
        message = await self._signals.get()
        lost = message["number"] - self._number - 1
        if lost < 0:
            return 0
        self._number = message["number"]
        await self._publish(message["values"])
        return int(lost)

    async def _publish(self, values: Mapping[str, Scalar]) -> None:
        if not values:
            return
        try:
            target = self._registration or self._bus
            await target.publish(values)
        except BusError as error:
            _LOG.warning("zone %s: %s", self.name, error)
