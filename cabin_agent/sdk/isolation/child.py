"""The process of one skill: confine itself, load the code, then answer calls until told to end."""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from cabin_agent.sdk import registry
from cabin_agent.sdk.contract import CannotDo, Option, Said, Skill
from cabin_agent.sdk.handle import UnknownSeat
from cabin_agent.sdk.hosts import Inside
from cabin_agent.sdk.isolation import source_only, wire
from cabin_agent.sdk.isolation.confinement import Limits, confine
from cabin_agent.sdk.isolation.frames import HungUp, Line, Message
from cabin_agent.sdk.isolation.remote_cabin import NUMBER, RemoteCabin, Requests
from cabin_agent.sdk.registry import LoadedSkill

MAX_CARS = 16


def main(
    end: socket.socket, file: Path, name: str, own: Path, network: bool, limits: Limits
) -> None:
    """Runs to the end of the process."""
    line = Line(end)
    os.chdir(own)
    line.send({"confined": list(confine(file.parent, own, network, limits))})
    source_only.install(file.parent)
    found = registry.load_file(file, name=name, loader=source_only.SourceOnly)
    if not isinstance(found, LoadedSkill):
        line.send({"problems": [wire.describe_problem(problem) for problem in found]})
        return
    line.send(wire.describe(found))
    with suppress(HungUp):
        asyncio.run(_Answering(line, found).until_the_end())


class _Answering:
    def __init__(self, line: Line, loaded: LoadedSkill) -> None:
        assert isinstance(loaded.body, Inside)
        self._line = line
        self._kind: type[Skill] = loaded.body.kind
        self._manifest = loaded.manifest
        self._options = {
            intent.method: {
                kind.__name__: kind
                for slot in intent.slots.values()
                for kind in slot.kinds
                if issubclass(kind, Option)
            }
            for intent in loaded.intents
        }
        self._cars: dict[int, Skill] = {}

    async def until_the_end(self) -> None:
        """Between calls the loop is free for what a skill has started in the background."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Event = asyncio.Event()
        loop.add_reader(self._line.end, arrived.set)
        while True:
            await arrived.wait()
            loop.remove_reader(self._line.end)
            arrived.clear()
            answer = await self._answer(self._line.receive())
            try:
                self._line.send(answer)
            except (TypeError, ValueError) as error:
                self._line.send(_told(error))
            loop.add_reader(self._line.end, arrived.set)

    async def _answer(self, call: Message) -> Message:
        requests = Requests(self._line)
        cabin = RemoteCabin(self._manifest, call, requests)
        try:
            result = await self._call(call, cabin)
            if inspect.isawaitable(result) or not isinstance(result, Said | None):
                return {"nonsense": repr(result)[: wire.MAX_NAME]}
            return {"said": wire.said(result), "events": cabin.events}
        except CannotDo as why:
            return {"cannot": [why.en, why.zh]}
        except UnknownSeat:
            return {"unknown_seat": True}
        except MemoryError:
            raise
        except Exception as error:
            return _told(error)
        finally:
            requests.open = False

    async def _call(self, call: Message, cabin: RemoteCabin) -> object:
        method = getattr(self._skill(call["car"]), call["method"])
        options = self._options.get(call["method"], {})
        positional = [wire.read_argument(raw, options) for raw in call["positional"]]
        named = {key: wire.read_argument(raw, options) for key, raw in call["named"].items()}
        result: object = await method(cabin, *positional, **named)
        return result

    def _skill(self, car: int) -> Skill:
        if car not in self._cars:
            if len(self._cars) >= MAX_CARS:
                del self._cars[next(iter(self._cars))]
            self._cars[car] = self._kind()
        return self._cars[car]


def _told(error: Exception) -> Message:
    """Cause and origin, and the whole trace for the log."""
    number: Any = getattr(error, NUMBER, None)
    if number is not None:
        return {"ours": number}
    traceback.print_exception(error, file=sys.stderr)
    sys.stderr.flush()
    return {"raised": f"{type(error).__name__}: {error}"[: wire.MAX_TEXT]}
