"""`cabin-agent serve`: the service."""

from __future__ import annotations

import argparse
import time
from contextlib import AsyncExitStack

from cabin_agent import event_loop
from cabin_agent.commands.base import Commands, add_command, load_config
from cabin_agent.config import Config

FLAGS = (
    *("host", "port", "vss", "policy", "audit_log", "record"),
    *("can", "can_dbc", "can_mapping", "zones", "zones_key"),
    *("bus", "bus_token", "bus_ca", "bus_certificate", "bus_key"),
    *("kuksa", "kuksa_port", "kuksa_zone", "kuksa_token_key"),
    *("kuksa_certificate", "kuksa_key", "kuksa_client_ca"),
)


def add(commands: Commands) -> None:
    command = add_command(
        commands, "serve", serve, "run the gRPC service (cabin.v1, and kuksa.val.v1 and v2)"
    )
    command.add_argument("--host", help="address to listen on (127.0.0.1)")
    command.add_argument("--port", type=int, help="port (50551); 0 takes any free one")
    command.add_argument(
        "--watch-skills", action="store_true", help="reload skills when their files change"
    )
    car = command.add_argument_group("the vehicle bus (docs/vehicle-bus.md)")
    car.add_argument("--vss", metavar="FILE", help="the car's signals, as VSS JSON")
    car.add_argument("--policy", metavar="FILE", help="a carmaker's stricter safety rules")
    car.add_argument("--audit-log", metavar="FILE", help="record of every request to the car")
    car.add_argument("--record", metavar="FILE", help="record the drive: an MCAP file or a folder")
    car.add_argument("--can", metavar="CHANNEL", help="a CAN interface: can0, virtual:NAME")
    car.add_argument("--dbc", dest="can_dbc", metavar="FILE", help="what is on it")
    car.add_argument(
        "--mapping", dest="can_mapping", metavar="FILE", help="which of it is which VSS signal"
    )
    car.add_argument(
        "--zones", metavar="ENDPOINT", help="let zone controllers come to tcp/HOST:PORT (Zenoh)"
    )
    car.add_argument("--zones-key", metavar="FILE", help="the key that the car's computers share")
    bus = command.add_argument_group("a KUKSA databroker instead of the embedded bus")
    bus.add_argument("--bus", metavar="URL", help="kuksa://host:port, or kuksas://... with TLS")
    bus.add_argument("--bus-token", metavar="FILE", help="its JSON web token for us")
    bus.add_argument("--bus-ca", metavar="FILE", help="who signed its certificate (PEM)")
    bus.add_argument("--bus-certificate", metavar="FILE", help="ours, for mutual TLS (PEM)")
    bus.add_argument("--bus-key", metavar="FILE", help="the private key to it (PEM)")
    kuksa = command.add_argument_group("clients of KUKSA on this bus (docs/kuksa.md)")
    kuksa.add_argument("--kuksa-port", type=int, help="port (55555); 0 takes any free one")
    kuksa.add_argument(
        "--no-kuksa", dest="kuksa", action="store_false", default=None, help="do not serve them"
    )
    kuksa.add_argument(
        "--kuksa-zone",
        metavar="ZONE",
        help="the seat whose rights a client without a token has (unknown: any passenger's)",
    )
    kuksa.add_argument(
        "--kuksa-token-key", metavar="FILE", help="let in who has a token signed for this key (PEM)"
    )
    kuksa.add_argument("--kuksa-certificate", metavar="FILE", help="serve with TLS (PEM)")
    kuksa.add_argument("--kuksa-key", metavar="FILE", help="the private key to it (PEM)")
    kuksa.add_argument(
        "--kuksa-client-ca", metavar="FILE", help="mutual TLS: who signs the clients' (PEM)"
    )


def serve(options: argparse.Namespace) -> int:
    event_loop.run(_run(load_config(options, *FLAGS), options.watch_skills))
    return 0


async def _run(config: Config, watch_skills: bool) -> None:
    from cabin_agent.assembly import assemble, make_bus
    from cabin_agent.service.kuksa import serving_kuksa, vehicle
    from cabin_agent.service.networks import can_network, zone_controllers
    from cabin_agent.service.server import serve_until_stopped
    from cabin_agent.service.watching import watching_skills
    from cabin_agent.service.witnesses import audited, recorded

    clock = time.monotonic
    broker = make_bus(config, clock)
    async with AsyncExitStack() as stack:
        stack.enter_context(audited(config, broker))
        bus = await stack.enter_async_context(vehicle(config, broker))
        await stack.enter_async_context(can_network(config, bus, clock))
        await stack.enter_async_context(zone_controllers(config, bus))
        assistant = assemble(config, clock, bus)
        drive = recorded(config, broker, bus, assistant, clock)
        if (file := await stack.enter_async_context(drive)) is not None:
            print(f"the drive is recorded in {file}", flush=True)
        kuksa = serving_kuksa(config, bus, clock)
        if (port := await stack.enter_async_context(kuksa)) is not None:
            print(f"KUKSA's clients are served on {config.host}:{port}", flush=True)
        await stack.enter_async_context(watching_skills(assistant, watch_skills))
        await serve_until_stopped(assistant, config.host, config.port)
