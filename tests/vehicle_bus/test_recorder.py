"""A recorded drive: every change of a signal and every decision, readable after a crash too."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from mcap.reader import make_reader

from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import BusError
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.recorder import (
    Recording,
    RecordingError,
    read,
    recording_signals,
    summary,
    writing,
)
from vehicle_bus.values import ActuationRequest, Requester, Zone

SPEED = "Vehicle.Speed"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
EPOCH_S = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "drive.mcap"


@pytest.fixture
def recording(file: Path, clock: Clock) -> Recording:
    return Recording(file, clock, Catalogue.load(), lambda: EPOCH_S)


@pytest.fixture
def bus(recording: Recording, clock: Clock) -> Broker:
    return Broker(Catalogue.load(), SafetyPolicy(), clock, witnesses=(recording.decision,))


async def drive(bus: Broker, clock: Clock) -> None:
    for speed in range(1, 6):
        clock.now += 0.5
        await bus.publish({SPEED: float(speed)})


async def test_signals_come_back_with_their_times_current_values_first(bus, recording, file, clock):
    await bus.publish({SPEED: 0.0})
    async with recording_signals(bus, recording):
        await drive(bus, clock)
    entries = list(read(file))
    assert [entry.topic for entry in entries] == [SPEED] * 6
    assert [entry.data["value"] for entry in entries] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert [entry.at_s for entry in entries] == [50.0, 50.5, 51.0, 51.5, 52.0, 52.5]
    assert entries[-1].at_ns == int((EPOCH_S + 2.5) * 1e9)
    assert entries[0].is_signal


async def test_decisions_are_recorded_as_they_are_audited(bus, recording, file):
    async with recording_signals(bus, recording):
        driver = Requester("trunk", Zone.DRIVER, ("Vehicle.*",))
        with pytest.raises(BusError):
            await bus.actuate(ActuationRequest({TRUNK: True}, driver))
    (entry,) = read(file)
    assert (entry.topic, entry.data["outcome"]) == ("decision", "refused")
    assert entry.data["rule"] == "openings_only_in_park"
    assert not entry.is_signal


async def test_other_programs_find_channels_schemas_and_units(bus, recording, file, clock):
    async with recording_signals(bus, recording):
        await drive(bus, clock)
    with file.open("rb") as source:
        reader = make_reader(source)
        messages = list(reader.iter_messages(topics=[SPEED]))
        metadata = {each.name: each.metadata for each in reader.iter_metadata()}
    schema, channel, message = messages[0]
    assert (channel.message_encoding, schema.encoding) == ("json", "jsonschema")
    assert channel.metadata == {"kind": "sensor", "datatype": "float", "unit": "km/h"}
    assert set(json.loads(message.data)) == set(json.loads(schema.data)["required"])
    assert metadata["drive"] == {"began": "2027-01-15T08:00:00+00:00", "clock_s": "50.000000000"}


async def test_what_was_flushed_survives_a_crash(bus, recording, file, clock):
    async with recording_signals(bus, recording):
        await drive(bus, clock)
        while len(list(read(file))) < 5:
            await _turn_of_the_loop(recording)
        left_behind = file.with_name("left-behind.mcap")
        left_behind.write_bytes(file.read_bytes())
    assert [entry.data["value"] for entry in read(left_behind)] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert not summary(left_behind).whole
    assert summary(file).whole


async def _turn_of_the_loop(recording: Recording) -> None:
    await asyncio.sleep(0)
    recording.flush()


async def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes(bus, recording, file, clock):
    async with recording_signals(bus, recording):
        for _ in range(3):
            await drive(bus, clock)
            await _turn_of_the_loop(recording)
    whole = file.read_bytes()
    counts = []
    for length in range(8, len(whole)):
        file.write_bytes(whole[:length])
        found = summary(file)
        assert not found.whole
        counts.append(found.entries)
    assert counts == sorted(counts)
    assert {0, 5, 10, 15} <= set(counts)


async def test_a_damaged_chunk_ends_what_is_read(bus, recording, file, clock):
    async with recording_signals(bus, recording):
        await drive(bus, clock)
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 3] ^= 0xFF
    file.write_bytes(damaged)
    assert summary(file).entries in (0, 5)


def test_an_existing_file_is_not_written_over(recording, file, clock):
    with pytest.raises(RecordingError, match=r"drive\.mcap: File exists; choose another name"):
        Recording(file, clock, {})


def test_in_a_folder_every_drive_has_a_file_of_its_own(tmp_path, clock):
    made = Recording(tmp_path, clock, {}, lambda: EPOCH_S)
    made.close()
    assert made.file == tmp_path / "drive-20270115T080000Z.mcap"


def test_what_is_no_recording_is_told(tmp_path):
    other = tmp_path / "x.mcap"
    other.write_bytes(b"hello, this is no recording")
    with pytest.raises(RecordingError, match="no MCAP file"):
        list(read(other))
    with pytest.raises(RecordingError, match="No such file"):
        list(read(tmp_path / "nothing.mcap"))


async def test_a_recorder_that_was_too_slow_says_so(bus, recording, file, monkeypatch):
    monkeypatch.setattr(writing, "BUFFER", 2)
    async with recording_signals(bus, recording):
        for speed in range(5):
            await bus.publish({SPEED: float(speed)})
    told = [(entry.data["value"], entry.data.get("dropped")) for entry in read(file)]
    assert told == [(3.0, 3), (4.0, None)]


async def test_events_of_the_assistant_have_topics_of_their_own(recording, file, clock):
    recording.event("turn", {"heard": "打开车窗"})
    recording.event("turn", {"heard": "too"}, at_s=51.0)
    recording.close()
    recording.event("turn", {"heard": "after the end"})
    assert [(e.topic, e.at_s, e.data["heard"]) for e in read(file)] == [
        ("turn", 50.0, "打开车窗"),
        ("turn", 51.0, "too"),
    ]
