"""What a running service writes down: the audit log and the drive."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from harness_service import CONFIG, Service

from cabin.v1 import cabin_pb2 as pb
from cabin.v1 import vehicle_bus_pb2 as bus_pb
from cabin.v1 import vehicle_bus_pb2_grpc
from cabin_agent.cli import main
from cabin_agent.config import ConfigError
from cabin_agent.service.witnesses import audited, recorded
from vehicle_bus.audit import records, verify
from vehicle_bus.recorder import read, summary

TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"


async def ask(service: Service, text: str) -> pb.TurnSummary:
    request = pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, text=text)
    return (await service.stub.Ask(request)).turn


async def test_every_path_to_an_actuator_is_on_the_audit_log(service, tmp_path):
    config = replace(CONFIG, audit_log=str(tmp_path / "audit.jsonl"))
    with audited(config, service.bus) as file:
        await ask(service, "set the temperature to 24 degrees")
        stub = vehicle_bus_pb2_grpc.VehicleBusStub(service.channel)
        actuate = bus_pb.ActuateRequest(client="head-unit", zone=pb.ZONE_DRIVER)
        actuate.values[TEMPERATURE].double_value = 19.0
        await stub.Actuate(actuate)
    told = [(r["requester"], r["outcome"], bool(r.get("peer"))) for r in records(file)]
    assert told == [("climate", "allowed", False), ("grpc:head-unit", "allowed", True)]
    assert verify(file).problem == ""


async def test_a_drive_holds_signals_decisions_and_turns(service, tmp_path):
    config = replace(CONFIG, record=str(tmp_path / "drive.mcap"))
    clock = time.monotonic
    async with recorded(config, service.bus, service.bus, service.assistant, clock) as file:
        turn = await ask(service, "set the temperature to 24 degrees")
        async with asyncio.timeout(5):
            async for update in service.bus.subscribe(TEMPERATURE):
                if update.datapoint.value == 24.0:
                    break
    entries = list(read(file))
    (spoken,) = [entry for entry in entries if entry.topic == "turn"]
    assert (spoken.data["heard"], spoken.data["id"]) == (turn.heard, turn.id)
    (decided,) = [entry for entry in entries if entry.topic == "decision"]
    assert decided.data["values"] == {TEMPERATURE: 24.0}
    assert [e.data["value"] for e in entries if e.topic == TEMPERATURE][-1] == 24.0
    assert summary(file).whole
    assert summary(file).topics["Vehicle.Speed"] >= 1


async def test_without_a_file_no_drive_is_recorded(service):
    clock = time.monotonic
    async with recorded(CONFIG, service.bus, service.bus, service.assistant, clock) as file:
        assert file is None


async def test_what_can_not_be_written_is_told_by_its_key(service, tmp_path):
    taken = tmp_path / "drive.mcap"
    taken.write_text("")
    config = replace(CONFIG, record=str(taken), audit_log=str(tmp_path / "audit.jsonl"))
    drive = recorded(config, service.bus, service.bus, service.assistant, time.monotonic)
    with pytest.raises(ConfigError, match=r"record: .*drive\.mcap: File exists"):
        await drive.__aenter__()
    second = audited(config, service.bus)
    with (
        audited(config, service.bus),
        pytest.raises(ConfigError, match=r"audit_log: .*another service writes it"),
    ):
        second.__enter__()


async def test_two_services_of_a_user_have_logs_of_their_own(service, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with audited(CONFIG, service.bus) as first, audited(CONFIG, service.bus) as second:
        assert [Path(first).name, Path(second).name] == ["audit.jsonl", "audit-2.jsonl"]


async def test_a_recording_is_shown(service, tmp_path, capfd):
    config = replace(CONFIG, record=str(tmp_path))
    clock = time.monotonic
    async with recorded(config, service.bus, service.bus, service.assistant, clock) as file:
        await ask(service, "set the temperature to 24 degrees")
    assert main(["record", "show", str(file)]) == 0
    out, _ = capfd.readouterr()
    assert "decision" in out
    assert "closed" in out
