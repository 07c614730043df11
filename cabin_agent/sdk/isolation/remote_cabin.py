"""The child's `Cabin`: what the call brought with it, and a request to the service for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cabin_agent.sdk.contract import Manifest, Storage
from cabin_agent.sdk.handle import CallIsOver, Handle
from cabin_agent.sdk.isolation import errors_on_the_wire, wire
from cabin_agent.sdk.isolation.frames import Line, Message
from cabin_agent.turn import Action, Consent, Degree, Language, Step, Target
from vehicle_bus.values import Scalar, Zone

NUMBER = "cabin_request"
"""The attribute of an exception that the service raised, by which it finds the original."""


class Requests:
    """One request after the other; each waits for its answer."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.open = True

    def ask(self, what: str, *arguments: object) -> Any:
        if not self.open:
            raise CallIsOver("the call is over; a handle can't be kept for later")
        self._line.send({"request": what, "arguments": list(arguments)})
        answer = self._line.receive()
        if "error" in answer:
            error = errors_on_the_wire.unpack(answer["error"])
            setattr(error, NUMBER, answer["number"])
            raise error
        return answer["value"]


class RemoteCabin(Handle):
    """One call's handle in the process of a skill."""

    def __init__(self, manifest: Manifest, call: Message, requests: Requests) -> None:
        step = Step(
            Action(
                call["intent"],
                Target.ALL if call["explicit_place"] else Target.NONE,
                Degree(call["degree"]),
            ),
            tuple(Zone(zone) for zone in call["zones"]),
            call["words"],
        )
        super().__init__(
            manifest,
            step,
            Zone(call["speaker"]),
            Language(call["language"]),
            call["driver_position"],
            Consent.SKILL if call["confirmed"] else Consent.NONE,
        )
        self._now = datetime.fromisoformat(call["now"])
        self._requests = requests
        self.events: list[tuple[str, dict[str, Any]]] = []

    @property
    def skills(self) -> tuple[Manifest, ...]:
        return tuple(wire.read_manifest(raw) for raw in self._requests.ask("skills"))

    @property
    def storage(self) -> Storage:
        self._may_keep()
        return RemoteStorage(self._requests)

    def now(self) -> datetime:
        return self._now

    async def get(self, path: str) -> Scalar | None:
        value: Scalar | None = self._requests.ask("get", path)
        return value

    async def actuate(
        self, values: Mapping[str, Scalar], undo: Mapping[str, Scalar] | None = None
    ) -> None:
        self._requests.ask("actuate", dict(values), dict(undo or {}))

    def event(self, name: str, payload: Mapping[str, Any]) -> None:
        self.events.append((name, dict(payload)))

    def schedule(
        self, key: str, when: datetime | float, method: str, data: Mapping[str, Any]
    ) -> None:
        at = when.isoformat() if isinstance(when, datetime) else float(when)
        self._requests.ask("schedule", key, at, method, dict(data))

    def unschedule(self, key: str) -> None:
        self._requests.ask("unschedule", key)


class RemoteStorage:
    """What a skill keeps, kept by the service."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    def get(self, key: str, default: Any = None) -> Any:
        known, value = self._requests.ask("storage.get", key)
        return value if known else default

    def set(self, key: str, value: Any) -> None:
        self._requests.ask("storage.set", key, value)

    def delete(self, key: str) -> None:
        self._requests.ask("storage.delete", key)
