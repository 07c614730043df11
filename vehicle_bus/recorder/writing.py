"""Writes a drive in compressed chunks. A chunk is closed and handed to the operating system every
second, so that a crash of the program loses the last second at most."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mcap.writer import Writer

from vehicle_bus.audit import row
from vehicle_bus.bus import Bus, Subscription, Update
from vehicle_bus.catalogue import Leaf
from vehicle_bus.recorder import schemas
from vehicle_bus.recorder.errors import RecordingError
from vehicle_bus.values import Clock, Judged

PROFILE = "vss"
DRIVE = "drive"
"""Name of the metadata record that says when the drive began, on either clock."""
BUFFER = 1024
FLUSH_S = 1.0


class Recording:
    """One drive, from now on, in `file`: a new file, or a folder in which one is made.

    `clock` is the bus's; `wall_clock` gives seconds since 1970. `leaves` say what signals are.
    """

    def __init__(
        self,
        file: Path,
        clock: Clock,
        leaves: Mapping[str, Leaf],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        began = datetime.fromtimestamp(wall_clock(), UTC)
        self.file = file / f"drive-{began:%Y%m%dT%H%M%SZ}.mcap" if file.is_dir() else file
        self._clock = clock
        self._leaves = leaves
        self._epoch_s = began.timestamp() - clock()
        self._channels: dict[str, int] = {}
        self._signal_schema = 0
        try:
            self._out = self.file.open("xb")
        except OSError as error:
            exists = isinstance(error, FileExistsError)
            mend = "choose another name, or give a folder" if exists else "check the path"
            raise RecordingError(f"{self.file}: {error.strerror}; {mend}") from None
        self._writer = Writer(self._out)
        self._writer.start(PROFILE, f"cabin-agent {version('cabin-agent')}")
        told = {"began": began.isoformat(), "clock_s": f"{clock():.9f}"}
        self._writer.add_metadata(DRIVE, told)

    def signal(self, update: Update) -> None:
        """A new value of a signal."""
        point = update.datapoint
        message = {"path": update.path, "value": point.value, "at_s": point.at}
        if update.dropped:
            message["dropped"] = update.dropped
        channel = self._channels.get(update.path) or self._signal_channel(update.path)
        self._add(channel, message, point.at)

    def decision(self, judged: Judged) -> None:
        """A request to an actuator and what became of it: a witness of the bus."""
        self.event(schemas.DECISION, row(judged), judged.at)

    def event(self, topic: str, message: Mapping[str, Any], at_s: float | None = None) -> None:
        """Anything else. `at_s`: when, on the bus's clock; now if it is not given."""
        at_s = self._clock() if at_s is None else at_s
        channel = self._channels.get(topic) or self._event_channel(topic)
        self._add(channel, {"at_s": at_s, **message}, at_s)

    def flush(self) -> None:
        """Close the chunk and hand it to the operating system."""
        if not self._out.closed:
            self._writer.flush()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """The end of the drive: what comes later is not recorded."""
        if not self._out.closed:
            self._writer.finish()  # type: ignore[no-untyped-call]
            self._out.close()

    def _signal_channel(self, path: str) -> int:
        self._signal_schema = self._signal_schema or self._writer.register_schema(
            "vehicle_bus.Signal", "jsonschema", schemas.encoded(schemas.SIGNAL)
        )
        leaf = self._leaves[path]
        told = {"kind": str(leaf.kind), "datatype": leaf.datatype, "unit": leaf.unit}
        return self._channel(path, self._signal_schema, told)

    def _event_channel(self, topic: str) -> int:
        schema = self._writer.register_schema(topic, "jsonschema", schemas.of_event(topic))
        return self._channel(topic, schema, {})

    def _channel(self, topic: str, schema: int, told: dict[str, str]) -> int:
        channel: int = self._writer.register_channel(topic, "json", schema, told)
        self._channels[topic] = channel
        return channel

    def _add(self, channel: int, message: Mapping[str, Any], at_s: float) -> None:
        if self._out.closed:
            return
        moment = int((self._epoch_s + at_s) * 1e9)
        data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        self._writer.add_message(channel, moment, data, moment)


@asynccontextmanager
async def recording_signals(bus: Bus, recording: Recording) -> AsyncIterator[None]:
    """Meanwhile every signal of `bus` is recorded, current values first; closes the recording."""
    subscription = bus.subscribe(buffer=BUFFER)
    tasks = (
        asyncio.create_task(_record(subscription, recording)),
        asyncio.create_task(_flush(recording)),
    )
    try:
        yield
    finally:
        await subscription.aclose()
        await tasks[0]
        tasks[1].cancel()
        with suppress(asyncio.CancelledError):
            await tasks[1]
        recording.close()


async def _record(subscription: Subscription, recording: Recording) -> None:
    while updates := await subscription.batch():
        for update in updates:
            recording.signal(update)


async def _flush(recording: Recording) -> None:
    while True:
        await asyncio.sleep(FLUSH_S)
        recording.flush()
