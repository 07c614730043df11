"""A zone controller's half: provides actuators at the centre's bus from its own computer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from cabin.v1.vehicle_bus_pb2 import ErrorDetail
from vehicle_bus import translate
from vehicle_bus.bus import Handler
from vehicle_bus.errors import ProviderSilent, Unreachable
from vehicle_bus.values import Scalar, Zone
from vehicle_bus.zonal import keys
from vehicle_bus.zonal.errors import BadSeal, ZonalError
from vehicle_bus.zonal.sealing import Key, nonce
from vehicle_bus.zonal.session import Question, Session

_LOG = logging.getLogger(__name__)
REQUEST_S = 5.0


class ZoneController:
    """`name` is the controller's among the car's. `handler` takes the target values of a command;
    returning accepts them, raising rejects them, and the centre hears which."""

    @classmethod
    @asynccontextmanager
    async def running(
        cls, session: Session, key: Key, name: str, actuators: Iterable[str], handler: Handler
    ) -> AsyncIterator[ZoneController]:
        """Meanwhile the controller answers for `actuators` (paths or patterns)."""
        controller = cls(session, key, name, actuators, handler)
        await controller._start()
        try:
            yield controller
        finally:
            for task in controller._handling:
                task.cancel()
            await session.close()

    def __init__(
        self, session: Session, key: Key, name: str, actuators: Iterable[str], handler: Handler
    ) -> None:
        if not keys.is_name(name):
            raise ZonalError(f"{name!r} is no name; use up to 32 of a-z, 0-9, _ and -")
        self.name = name
        self._session = session
        self._key = key
        self._actuators = tuple(actuators)
        self._handler = handler
        self._run = nonce()
        self._values: dict[str, Scalar] = {}
        self._published = 0
        self._last_command = 0
        self._requests = count(1)
        self._known = asyncio.Event()
        self._handling: set[asyncio.Task[None]] = set()
        self._send: Callable[[bytes], asyncio.Future[None]] | None = None

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        """Tell current values, of the controller's actuators or of sensors it reads."""
        assert self._send is not None
        self._values.update(values)
        self._published += 1
        message = {"run": self._run, "number": self._published, "values": dict(values)}
        await self._send(self._key.seal(keys.signals(self.name), message))

    async def until_known(self) -> None:
        """Wait until a centre has asked what this controller provides."""
        await self._known.wait()

    async def actuate(
        self, values: Mapping[str, Scalar], zone: Zone, confirmed: bool = False
    ) -> None:
        """Ask for target values of anybody's actuators, for a person in `zone` (a switch was
        pressed). Raises what the centre's bus raised; the policy decides there."""
        number = next(self._requests)
        message = {
            "name": self.name,
            "run": self._run,
            "number": number,
            "values": dict(values),
            "zone": str(zone),
            "confirmed": confirmed,
        }
        sealed = self._key.seal(keys.REQUEST, message)
        try:
            answer = await self._session.ask(keys.REQUEST, sealed, REQUEST_S)
        except TimeoutError:
            raise ProviderSilent("", "the centre did not answer", "check its computer") from None
        if answer is None:
            raise Unreachable("", "the centre is not there", "check its computer")
        told = self._key.open(keys.REQUEST, answer)
        if told["run"] != self._run or told["number"] != number:
            raise Unreachable("", "the centre answered something else", "ask again")
        if told["error"]:
            raise translate.from_detail(ErrorDetail.FromString(b64decode(told["error"])))

    async def _start(self) -> None:
        self._send = await self._session.publisher(keys.signals(self.name))
        await self._session.answer(keys.state(self.name), self._asked_for_state)
        await self._session.answer(keys.command(self.name), self._commanded)
        await self._session.be_alive(keys.alive(self.name, self._run))

    def _asked_for_state(self, question: Question) -> None:
        try:
            asked = self._key.open(question.key, question.payload)
        except (BadSeal, ValueError) as error:
            _LOG.warning("zone %s: a question for the state is ignored: %s", self.name, error)
            question.ignore()
            return
        state = {
            "challenge": asked.get("challenge"),
            "run": self._run,
            "actuators": self._actuators,
            "values": self._values,
            "published": self._published,
            "last_command": self._last_command,
        }
        self._start_task(question.reply(self._key.seal(question.key, state)))
        self._known.set()

    def _commanded(self, question: Question) -> None:
        try:
            command = self._key.open(question.key, question.payload)
            self._check(command)
        except (BadSeal, ValueError, KeyError, TypeError) as error:
            _LOG.warning("zone %s: a command is ignored: %s", self.name, error)
            question.ignore()
            return
        self._last_command = command["number"]
        self._start_task(self._carry_out(question, command))

    def _check(self, command: Mapping[str, Any]) -> None:
        if command["run"] != self._run:
            raise BadSeal("it is for an earlier run")
        if command["number"] <= self._last_command:
            raise BadSeal("it was said before")

    async def _carry_out(self, question: Question, command: Mapping[str, Any]) -> None:
        problem = ""
        try:
            await self._handler(command["values"])
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        answer = {"run": self._run, "number": command["number"], "error": problem}
        await question.reply(self._key.seal(question.key, answer))

    def _start_task(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._handling.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            if (error := task.exception()) is not None:
                _LOG.warning("zone %s: an answer could not be sent: %s", self.name, error)
