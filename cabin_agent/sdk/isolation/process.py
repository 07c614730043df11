"""Our side of one skill's process: start it, learn what it can do, and serve one call at a time."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cabin_agent.sdk.contract import CannotDo
from cabin_agent.sdk.handle import BusCabin, UnknownSeat
from cabin_agent.sdk.hosts import Call
from cabin_agent.sdk.isolation import errors_on_the_wire, wire
from cabin_agent.sdk.isolation.confinement import Limits
from cabin_agent.sdk.isolation.failures import Broken, CannotLoad, SkillRaised
from cabin_agent.sdk.isolation.frames import BadFrame, HungUp, Line, Message, Unpacker, encode
from cabin_agent.sdk.isolation.nursery import Nursery

LOAD_S = 10.0
MAX_REQUESTS = 500
MAX_LOG_BYTES = 1 << 20
_PIECE = 1 << 16
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a skill's code is, what it is called, and the folder that is its own: `files` to work
    in, `log.txt` for what it prints."""

    file: Path
    name: str
    home: Path
    network: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def log(self) -> Path:
        return self.home / "log.txt"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended. `raised`: what our side had raised for its requests, by number."""

    message: Message
    raised: tuple[Exception, ...]


class SkillProcess:
    """One process. Not for concurrent use."""

    def __init__(self, nursery: Nursery, place: Place) -> None:
        """Start it; it loads its code meanwhile."""
        place.files.mkdir(parents=True, exist_ok=True)
        log = _open_log(place.log)
        try:
            self.pid, self._end = nursery.start(
                place.file, place.name, place.files, log, place.network, place.limits
            )
        finally:
            os.close(log)
        self._nursery = nursery
        self._unpacker = Unpacker()
        self.serving = False

    def description(self) -> Message:
        """What it says it can do, once it has loaded; CannotLoad if it says nothing."""
        self._end.settimeout(LOAD_S)
        line = Line(self._end)
        try:
            self.confined = tuple(map(str, line.receive().get("confined", ())))
            message = line.receive()
        except TimeoutError:
            raise CannotLoad(f"did not load within {LOAD_S:g} s") from None
        except (HungUp, BadFrame) as error:
            raise CannotLoad(f"ended while it loaded ({error})") from None
        self._end.setblocking(False)
        return message

    async def call(self, call: Call, cabin: BusCabin, car: int) -> Answer:
        """Send it and serve its requests until it answers. Broken if the process ends, or says
        what makes no sense."""
        raised: list[Exception] = []
        try:
            await self._send(_message(call, cabin, car))
            for _ in range(MAX_REQUESTS):
                message = await self._receive()
                if "request" not in message:
                    return Answer(message, tuple(raised))
                self.serving = True
                await self._send(await _served(message, cabin, raised))
                self.serving = False
        except BadFrame as error:
            raise Broken(f"said what makes no sense: {error}") from None
        except (HungUp, OSError):
            raise Broken("ended") from None
        raise Broken(f"made more than {MAX_REQUESTS} requests in one call")

    def has_ended(self) -> bool:
        """Whether it died while nobody talked to it."""
        try:
            return self._end.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def end(self) -> None:
        """Kill it and all it started."""
        self._end.close()
        self._nursery.end(self.pid)

    async def _send(self, message: Message) -> None:
        await asyncio.get_running_loop().sock_sendall(self._end, encode(message))

    async def _receive(self) -> Message:
        loop = asyncio.get_running_loop()
        while (message := self._unpacker.take()) is None:
            self._unpacker.feed(await loop.sock_recv(self._end, _PIECE))
        return message


def concluded(answer: Answer, cabin: BusCabin) -> object:
    """What the method returned, or the exception that it ended with."""
    message = answer.message
    if "said" in message:
        cabin.events.extend(wire.read_events(message.get("events")))
        return wire.read_said(message["said"], cabin.manifest)
    if "cannot" in message:
        raise CannotDo(*wire.pair(message["cannot"], "cannot"))
    if "unknown_seat" in message:
        raise UnknownSeat
    if "ours" in message:
        number = message["ours"]
        if isinstance(number, int) and 0 <= number < len(answer.raised):
            raise answer.raised[number]
    if "raised" in message:
        raise SkillRaised(wire.text(message["raised"], "raised"))
    if "nonsense" in message:
        what = wire.text(message["nonsense"], "nonsense")
        raise SkillRaised(
            f"NonsenseReply: {cabin.step.action.intent} returned {what}; return cabin.say(...)"
        )
    raise BadFrame(f"an answer of {', '.join(message) or 'nothing'}")


def _message(call: Call, cabin: BusCabin, car: int) -> Message:
    return {
        "car": car,
        "method": call.method,
        "intent": cabin.step.action.intent,
        "zones": [str(zone) for zone in cabin.zones],
        "explicit_place": cabin.explicit_place,
        "degree": str(cabin.degree),
        "words": cabin.words,
        "language": str(cabin.language),
        "speaker": str(cabin.speaker),
        "driver_position": cabin.driver_position,
        "confirmed": cabin.confirmed,
        "now": cabin.now().isoformat(),
        "positional": [wire.argument(value) for value in call.positional],
        "named": {name: wire.argument(value) for name, value in call.named.items()},
    }


async def _served(message: Message, cabin: BusCabin, raised: list[Exception]) -> Message:
    request = _REQUESTS.get(str(message["request"]))
    arguments = message.get("arguments")
    if request is None or not isinstance(arguments, list):
        raise BadFrame(f"request {str(message['request'])[: wire.MAX_NAME]!r}")
    try:
        return {"value": await request(cabin, *arguments)}
    except BadFrame:
        raise
    except Exception as error:
        raised.append(error)
        return {"error": errors_on_the_wire.pack(error), "number": len(raised) - 1}


async def _get(cabin: BusCabin, path: object) -> object:
    return await cabin.get(wire.text(path, "path"))


async def _actuate(cabin: BusCabin, values: object, undo: object) -> None:
    await cabin.actuate(wire.scalars(values, "values"), wire.scalars(undo, "undo"))


async def _skills(cabin: BusCabin) -> object:
    return [asdict(manifest) for manifest in cabin.skills]


async def _storage_get(cabin: BusCabin, key: object) -> object:
    value = cabin.storage.get(wire.text(key, "key"), _MISSING)
    return [False, None] if value is _MISSING else [True, value]


async def _storage_set(cabin: BusCabin, key: object, value: object) -> None:
    cabin.storage.set(wire.text(key, "key"), value)


async def _storage_delete(cabin: BusCabin, key: object) -> None:
    cabin.storage.delete(wire.text(key, "key"))


async def _schedule(
    cabin: BusCabin, key: object, when: object, method: object, data: object
) -> None:
    at = wire.scalar(when, "when")
    cabin.schedule(
        wire.text(key, "key"),
        datetime.fromisoformat(at) if isinstance(at, str) else float(at),
        wire.text(method, "method"),
        wire.mapping(data, "data"),
    )


async def _unschedule(cabin: BusCabin, key: object) -> None:
    cabin.unschedule(wire.text(key, "key"))


_REQUESTS: Mapping[str, Callable[..., Awaitable[Any]]] = {
    "get": _get,
    "actuate": _actuate,
    "skills": _skills,
    "storage.get": _storage_get,
    "storage.set": _storage_set,
    "storage.delete": _storage_delete,
    "schedule": _schedule,
    "unschedule": _unschedule,
}


def _open_log(file: Path) -> int:
    """To append; what is long is kept as `.1`."""
    if file.exists() and file.stat().st_size > MAX_LOG_BYTES:
        file.replace(file.with_suffix(".1"))
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
