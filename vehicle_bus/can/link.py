"""Carries values between a CAN network and the bus, as a mapping says."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import can
from cantools.database.can import Database, Message

from vehicle_bus.bus import Bus, Registration
from vehicle_bus.can.agreement import Wired, check, to_dbc, to_vss, wires
from vehicle_bus.can.errors import CanError
from vehicle_bus.can.mapping import FromCan, ToCan
from vehicle_bus.can.mapping import Mapping as CanMapping
from vehicle_bus.catalogue import Catalogue, Leaf
from vehicle_bus.errors import BusError, ProviderFailed
from vehicle_bus.values import Clock, Scalar

_LOG = logging.getLogger(__name__)
USUAL_INTERFACE = "socketcan"
POLL_S = 0.2
AGAIN_S = 1.0
SEND_S = 0.5
FRAMES = 256
"""Read at once before the event loop is told."""


def open_channel(channel: str) -> can.BusABC:
    """`can0` is a SocketCAN interface; `virtual:cabin` names another kind of python-can's."""
    interface, colon, name = channel.rpartition(":")
    try:
        return can.Bus(channel=name, interface=interface if colon else USUAL_INTERFACE)
    except (can.CanError, OSError, ValueError) as error:
        raise CanError(
            f"{channel}: can't be opened ({error}); check the name, and that the interface is up"
        ) from None


@asynccontextmanager
async def carrying(
    bus: Bus, channel: can.BusABC, database: Database, mapping: CanMapping, clock: Clock
) -> AsyncIterator[None]:
    """Meanwhile frames of `channel` are published and targets are sent; closes the channel.
    CanError if DBC, mapping and the bus's signals contradict."""
    try:
        leaves = Catalogue(await bus.signals())
        wired = wires(database, mapping)
        check(mapping, wired, leaves)
        decoder = _Decoder(mapping.from_can, wired, leaves, clock)
        sender = _Sender(channel, mapping.to_can, wired)
        async with (
            _provided(bus, sender) as registration,
            _published(channel, decoder, _Publisher(bus, registration)),
        ):
            yield
    finally:
        channel.shutdown()


@asynccontextmanager
async def _provided(bus: Bus, sender: _Sender) -> AsyncIterator[Registration | None]:
    if not sender.paths:
        yield None
        return
    registration = await bus.provide(sender.paths, sender.send)
    try:
        yield registration
    finally:
        await registration.close()


@asynccontextmanager
async def _published(
    channel: can.BusABC, decoder: _Decoder, publisher: _Publisher
) -> AsyncIterator[None]:
    frames: asyncio.Queue[list[can.Message]] = asyncio.Queue()
    reader = _Reader(channel, decoder.frame_ids, frames)
    publishing = asyncio.create_task(publisher.run(frames, decoder))
    reader.start()
    try:
        yield
    finally:
        await asyncio.to_thread(reader.stop)
        publishing.cancel()


class _Reader:
    """A thread that reads frames of interest and hands them to the event loop."""

    def __init__(
        self,
        channel: can.BusABC,
        frame_ids: Mapping[int, bool],
        frames: asyncio.Queue[list[can.Message]],
    ) -> None:
        self._channel = channel
        self._wanted = frozenset(frame_ids.items())
        self._frames = frames
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="can", daemon=True)
        channel.set_filters(
            [
                {"can_id": number, "can_mask": 0x1FFFFFFF, "extended": extended}
                for number, extended in frame_ids.items()
            ]
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                found = self._read()
            except (can.CanError, OSError) as error:
                _LOG.warning("CAN can't be read: %s; trying again", error)
                self._stopped.wait(AGAIN_S)
                continue
            if found:
                self._loop.call_soon_threadsafe(self._frames.put_nowait, found)

    def _read(self) -> list[can.Message]:
        found: list[can.Message] = []
        frame = self._channel.recv(POLL_S)
        while frame is not None and len(found) < FRAMES:
            if (frame.arbitration_id, frame.is_extended_id) in self._wanted:
                found.append(frame)
            frame = self._channel.recv(0)
        if frame is not None and (frame.arbitration_id, frame.is_extended_id) in self._wanted:
            found.append(frame)
        return found


class _Decoder:
    """Frames in, the values out that are due: often enough, changed, and possible."""

    def __init__(
        self,
        rows: tuple[FromCan, ...],
        wired: Mapping[str, Wired],
        leaves: Mapping[str, Leaf],
        clock: Clock,
    ) -> None:
        self._messages: dict[int, Message] = {}
        self._rows: defaultdict[int, list[FromCan]] = defaultdict(list)
        for row in rows:
            message = wired[row.signal].message
            self._messages[message.frame_id] = message
            self._rows[message.frame_id].append(row)
        self._leaves = leaves
        self._clock = clock
        self._told: dict[str, float] = {}
        self._values: dict[str, Scalar] = {}
        self._complained: set[str] = set()

    @property
    def frame_ids(self) -> dict[int, bool]:
        """Of the frames of interest, and whether each id is an extended one."""
        return {number: each.is_extended_frame for number, each in self._messages.items()}

    def values(self, frame: can.Message) -> dict[str, Scalar]:
        """What a frame says now; nothing if it is damaged."""
        message = self._messages[frame.arbitration_id]
        try:
            decoded = message.decode(bytes(frame.data), decode_choices=True)
        except Exception as error:
            self._complain(message.name, f"a frame can't be decoded ({error})")
            return {}
        assert isinstance(decoded, dict)
        found: dict[str, Scalar] = {}
        for row in self._rows[frame.arbitration_id]:
            if row.signal in decoded and self._selected(row, decoded) and self._due(row):
                self._add(row, decoded[row.signal], found)
        return found

    def _add(self, row: FromCan, raw: object, found: dict[str, Scalar]) -> None:
        try:
            value = to_vss(self._leaves[row.path], row.transform, raw)
        except ValueError as error:
            self._complain(row.path, f"{row.signal} = {raw!s} is ignored ({error})")
            return
        if row.on_change and self._values.get(row.path) == value:
            return
        self._values[row.path] = found[row.path] = value

    def _due(self, row: FromCan) -> bool:
        now = self._clock()
        last = self._told.get(row.path)
        if last is not None and now - last < row.interval_s:
            return False
        self._told[row.path] = now
        return True

    def _selected(self, row: FromCan, decoded: Mapping[str, object]) -> bool:
        return all(int(decoded[name]) == value for name, value in row.only_if)  # type: ignore[call-overload]

    def _complain(self, about: str, text: str) -> None:
        if about not in self._complained:
            self._complained.add(about)
            _LOG.warning("CAN: %s: %s; this is said once", about, text)


class _Publisher:
    """Puts decoded values on the bus; those of our own actuators through the registration."""

    def __init__(self, bus: Bus, registration: Registration | None) -> None:
        self._bus = bus
        self._registration = registration
        self._own = frozenset(registration.paths if registration else ())

    async def run(self, frames: asyncio.Queue[list[can.Message]], decoder: _Decoder) -> None:
        while True:
            for frame in await frames.get():
                if values := decoder.values(frame):
                    await self._publish(values)

    async def _publish(self, values: Mapping[str, Scalar]) -> None:
        own = {path: value for path, value in values.items() if path in self._own}
        others = {path: value for path, value in values.items() if path not in self._own}
        try:
            if own and self._registration is not None:
                await self._registration.publish(own)
            if others:
                await self._bus.publish(others)
        except BusError as error:
            _LOG.warning("CAN: %s", error)


class _Sender:
    """Takes target values of actuators and sends the frames that carry them."""

    def __init__(
        self, channel: can.BusABC, rows: tuple[ToCan, ...], wired: Mapping[str, Wired]
    ) -> None:
        self._channel = channel
        self._rows = {row.path: row for row in rows}
        self._wired = wired
        self._last: dict[str, dict[str, object]] = {}
        self._sending = asyncio.Lock()

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self._rows)

    async def send(self, targets: Mapping[str, Scalar]) -> None:
        """All frames, or `ProviderFailed` for the first signal that can't be sent. Signals of the
        same frames that nobody asked for keep what was last sent, or the DBC's initial value."""
        async with self._sending:
            messages: dict[str, Message] = {}
            contents: dict[str, dict[str, object]] = {}
            for path, target in targets.items():
                row = self._rows[path]
                wired = self._wired[row.signal]
                name = wired.message.name
                messages[name] = wired.message
                content = contents.setdefault(name, dict(self._content(wired.message)))
                try:
                    content[row.signal] = to_dbc(wired.signal, row.transform, target)
                except ValueError as error:
                    raise ProviderFailed(path, str(error), "send another value") from None
            for name, message in messages.items():
                await self._transmit(message, contents[name], next(iter(targets)))
                self._last[name] = contents[name]

    def _content(self, message: Message) -> dict[str, object]:
        return self._last.get(message.name) or {
            signal.name: _at_rest(signal) for signal in message.signals
        }

    async def _transmit(self, message: Message, content: Mapping[str, object], path: str) -> None:
        frame = can.Message(
            arbitration_id=message.frame_id,
            is_extended_id=message.is_extended_frame,
            is_fd=message.is_fd,
            data=message.encode(content),  # type: ignore[arg-type]
        )
        try:
            await asyncio.to_thread(self._channel.send, frame, SEND_S)
        except (can.CanError, OSError) as error:
            cause = f"CAN did not take the frame {message.name} ({error})"
            raise ProviderFailed(path, cause, "check that the interface is up") from error


def _at_rest(signal: object) -> object:
    """The DBC's initial value, or zero, or the nearest that the signal can hold."""
    initial = signal.initial  # type: ignore[attr-defined]
    if initial is not None:
        return initial
    low, high = signal.minimum, signal.maximum  # type: ignore[attr-defined]
    return min(max(0, low if low is not None else 0), high if high is not None else 0)
