"""A CAN network that the configuration names."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

can = pytest.importorskip("can")

from cabin_agent.assembly import make_bus  # noqa: E402 - only with the extra `can`
from cabin_agent.cli import main  # noqa: E402
from cabin_agent.config import Config, ConfigError  # noqa: E402
from cabin_agent.service.networks import can_network, zone_controllers  # noqa: E402
from vehicle_bus.errors import NoProvider  # noqa: E402
from vehicle_bus.values import ActuationRequest, Requester, Zone  # noqa: E402

EXAMPLE = Path(__file__).parents[2] / "examples" / "can"
CONFIG = Config(
    can="virtual:service",
    can_dbc=str(EXAMPLE / "cabin.dbc"),
    can_mapping=str(EXAMPLE / "mapping.yaml"),
)
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
OUTSIDE = "Vehicle.Exterior.AirTemperature"


async def test_the_configured_network_is_on_the_bus():
    bus = make_bus(CONFIG, time.monotonic)
    with can.Bus(channel="service", interface="virtual") as wire:
        async with can_network(CONFIG, bus, time.monotonic):
            wire.send(can.Message(arbitration_id=272, data=b"\x78\0\0\0", is_extended_id=False))
            async with asyncio.timeout(20):
                update = await anext(bus.subscribe(OUTSIDE))
    assert update.datapoint.value == 20.0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"can": ""}, "can: name the interface"),
        ({"can_dbc": ""}, "can_dbc: name the file that describes the network 'virtual:service'"),
        ({"can_mapping": "nothing.yaml"}, r"can: nothing\.yaml: can't be read"),
    ],
)
async def test_what_is_missing_is_named(change, told):
    config = replace(CONFIG, **change)
    bus = make_bus(config, time.monotonic)
    with pytest.raises(ConfigError, match=told):
        await can_network(config, bus, time.monotonic).__aenter__()


def test_serve_refuses_a_dbc_that_contradicts_vss(tmp_path, capfd, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    dbc = tmp_path / "wrong.dbc"
    right = (EXAMPLE / "cabin.dbc").read_text(encoding="utf-8")
    dbc.write_text(right.replace('(0.01,0) [0|300] "km/h"', '(0.01,0) [0|300] "mph"'))
    flags = ("--can", "virtual:x", "--dbc", str(dbc), "--mapping", CONFIG.can_mapping)
    assert main(["serve", "--port", "0", "--no-kuksa", *flags]) == 2
    _, err = capfd.readouterr()
    assert "can: Vehicle.Speed: is in km/h, but VehicleSpeed in mph" in err


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"zones_key": "zones.key"}, "zones: name the endpoint"),
        ({"zones": "tcp/127.0.0.1:0"}, "zones_key: name a file"),
        ({"zones": "tcp/127.0.0.1:0", "zones_key": "nothing.key"}, "openssl rand -hex 32"),
    ],
)
async def test_what_is_missing_for_zone_controllers_is_named(settings, told):
    pytest.importorskip("zenoh")
    config = Config(**settings)
    with pytest.raises(ConfigError, match=told):
        await zone_controllers(config, make_bus(config, time.monotonic)).__aenter__()


async def test_a_zone_controller_comes_to_the_configured_endpoint(tmp_path):
    pytest.importorskip("zenoh")
    from vehicle_bus.zonal import Key, ZoneController, connect

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"tcp/127.0.0.1:{probe.getsockname()[1]}"
    file = tmp_path / "zones.key"
    file.write_text("0123456789abcdef")
    config = Config(zones=endpoint, zones_key=str(file))
    bus = make_bus(config, time.monotonic)
    taken = []

    async def take(values):
        taken.append(values)

    async with (
        zone_controllers(config, bus),
        ZoneController.running(connect(endpoint), Key.load(file), "climate", (FAN,), take),
        asyncio.timeout(30),
    ):
        asked = ActuationRequest({FAN: 40}, Requester("test", Zone.DRIVER, (FAN,)))
        while not taken:
            try:
                await bus.actuate(asked)
            except NoProvider:
                await asyncio.sleep(0.05)
    assert taken == [{FAN: 40}]
