"""KUKSA beside `cabin.v1`, over one car."""

import asyncio
import logging
import socket
import time

import pytest
from harness_service import CONFIG
from kuksa_client.grpc import Datapoint
from kuksa_client.grpc.aio import VSSClient

from cabin.v1 import cabin_pb2 as pb
from cabin_agent.assembly import make_bus
from cabin_agent.config import Config, ConfigError
from cabin_agent.errors import NotReady
from cabin_agent.service import kuksa
from cabin_agent.service.kuksa import databroker, doorkeeper, server_tls, serving_kuksa, vehicle
from vehicle_bus.values import ActuationRequest, Requester, Zone

FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
SERVED = Config(kuksa_port=0, kuksa_zone="driver")


async def until_value(client, path, value):
    async with asyncio.timeout(5):
        async for updates in client.subscribe_current_values([path]):
            if updates[path].value == value:
                return


async def test_what_a_client_sets_moves_and_what_is_said_is_seen(service):
    async with (
        serving_kuksa(SERVED, service.bus, time.monotonic) as port,
        VSSClient("127.0.0.1", port) as client,
    ):
        await client.set_target_values({FAN: Datapoint(60)})
        await until_value(client, FAN, 60)
        asked = pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, text="set it to 24 degrees")
        await service.stub.Ask(asked)
        await until_value(client, TEMPERATURE, 24.0)


async def test_a_service_takes_another_one_for_its_vehicle(service):
    async with serving_kuksa(SERVED, service.bus, time.monotonic) as port:
        config = Config(bus=f"kuksa://127.0.0.1:{port}")
        async with vehicle(config, make_bus(CONFIG, time.monotonic)) as bus:
            asked = ActuationRequest({FAN: 60}, Requester("test", Zone.DRIVER, ("Vehicle.*",)))
            await bus.actuate(asked)
            async with asyncio.timeout(5):
                async for update in bus.subscribe(FAN):
                    if update.datapoint.value == 60:
                        break
        assert await service.value(FAN) == 60


async def test_it_can_be_switched_off(service):
    config = Config(kuksa=False)
    async with serving_kuksa(config, service.bus, time.monotonic) as port:
        assert port is None


async def test_its_usual_port_may_be_taken_but_none_that_was_asked_for(
    service, monkeypatch, caplog
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        config = Config(kuksa_port=number)
        with pytest.raises(NotReady, match="--kuksa-port"):
            async with serving_kuksa(config, service.bus, time.monotonic):
                pass
        monkeypatch.setattr(kuksa, "KUKSA_PORT", number)
        with caplog.at_level(logging.WARNING):
            async with serving_kuksa(config, service.bus, time.monotonic) as port:
                assert port is None
    assert "--no-kuksa" in caplog.text


@pytest.mark.parametrize(
    ("make", "config", "named"),
    [
        (doorkeeper, Config(kuksa_zone="boot"), "kuksa_zone"),
        (doorkeeper, Config(kuksa_token_key="/nowhere"), "kuksa_token_key"),
        (server_tls, Config(kuksa_key="/nowhere"), "give both"),
        (server_tls, Config(kuksa_client_ca=__file__), "kuksa_client_ca"),
        (databroker, Config(bus="kuksa://car", bus_token="/nowhere"), "bus_token"),
        (databroker, Config(bus="http://car"), "kuksa://host:port"),
    ],
)
def test_mistakes_in_the_configuration_are_named(make, config, named):
    with pytest.raises(ConfigError, match=named):
        make(config)
