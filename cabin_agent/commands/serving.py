"""`cabin-agent serve`: the service."""

from __future__ import annotations

import argparse
import asyncio

from cabin_agent.commands.base import Commands, add_command, load_config


def add(commands: Commands) -> None:
    command = add_command(commands, "serve", serve, "run the gRPC service (cabin.v1)")
    command.add_argument("--host", help="address to listen on (127.0.0.1)")
    command.add_argument("--port", type=int, help="port (50551); 0 takes any free one")


def serve(options: argparse.Namespace) -> int:
    from cabin_agent.assembly import assemble
    from cabin_agent.service.server import serve_until_stopped

    config = load_config(options, "host", "port")
    asyncio.run(serve_until_stopped(assemble(config), config.host, config.port))
    return 0
