"""What the service writes down: the audit log of every request to an actuator, and the drive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from platformdirs import user_state_path

from cabin_agent import events
from cabin_agent.assistant import Assistant
from cabin_agent.config import Config, ConfigError
from cabin_agent.service import translate
from vehicle_bus.audit import AuditBusy, AuditError, AuditLog
from vehicle_bus.broker import Broker
from vehicle_bus.bus import Bus
from vehicle_bus.recorder import Recording, RecordingError, recording_signals
from vehicle_bus.values import Clock

AUDIT = "audit.jsonl"


def audit_file(config: Config) -> Path:
    """Where the audit log is, unless another service writes there."""
    return Path(config.audit_log) if config.audit_log else user_state_path("cabin-agent") / AUDIT


@contextmanager
def audited(config: Config, broker: Broker) -> Iterator[Path]:
    """Meanwhile every request is recorded; yields the file. ConfigError if it can't be."""
    try:
        file, log = _open_log(config)
    except AuditError as error:
        raise ConfigError(f"audit_log: {error}") from None
    broker.witnessed_by(log)
    try:
        yield file
    finally:
        log.close()


def _open_log(config: Config) -> tuple[Path, AuditLog]:
    """The configured file. Of the usual ones, the first that no other service writes."""
    file = usual = audit_file(config)
    for number in count(2):
        try:
            return file, AuditLog(file)
        except AuditBusy:
            if config.audit_log:
                raise
            file = usual.with_stem(f"{usual.stem}-{number}")
    raise AssertionError("there is always another number")


@asynccontextmanager
async def recorded(
    config: Config, broker: Broker, bus: Bus, assistant: Assistant, clock: Clock
) -> AsyncIterator[Path | None]:
    """Meanwhile the drive is recorded, if configured; yields the file."""
    if not config.record:
        yield None
        return
    try:
        recording = Recording(Path(config.record), clock, broker.catalogue)
    except RecordingError as error:
        raise ConfigError(f"record: {error}") from None
    broker.witnessed_by(recording.decision)
    async with recording_signals(bus, recording):
        watching = asyncio.create_task(_watch(assistant, recording))
        try:
            yield recording.file
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


async def _watch(assistant: Assistant, recording: Recording) -> None:
    async for session, event in assistant.watch():
        told = _told(assistant, event)
        if told is not None:
            topic, message = told
            recording.event(topic, {"session": session, **message})


def _told(assistant: Assistant, event: events.Event) -> tuple[str, dict[str, Any]] | None:
    """(topic, message) of what `WatchEvents` would tell, in the shape of its messages."""
    match event:
        case events.TurnEnded(turn=turn):
            message = translate.turn(turn, assistant.names, assistant.addressed_from)
            return "turn", MessageToDict(message, preserving_proto_field_name=True)
        case events.HeadUnitEvent(name=name, payload=payload):
            plain = json.loads(json.dumps(dict(payload), ensure_ascii=False))
            return "head_unit_event", {"name": name, "payload": plain}
        case events.Announced(skill=skill, reply=reply):
            return "announcement", {"skill": skill, "text": reply.text}
    return None
