"""`cabin-agent demo`: a service of its own, driven by the simulator as a head unit would."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from cabin_agent.errors import NotReady

READY_S = 60.0
ANNOUNCEMENT = "listens on "


async def run(scenario: Path, out: Path) -> int:
    """Start the service on a free port, drive `scenario` through it; 0 if all held."""
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "cabin_agent", "serve", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        target = await asyncio.wait_for(_target(server), READY_S)
        head_unit = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "simulator", str(scenario), "--target", target),
            *("--out", str(out), "--json", str(out / "trace.json")),
        )
        return await head_unit.wait()
    finally:
        if server.returncode is None:
            server.terminate()
            await server.wait()


async def _target(server: asyncio.subprocess.Process) -> str:
    """host:port as the service announces it."""
    assert server.stdout is not None
    while line := (await server.stdout.readline()).decode():
        if ANNOUNCEMENT in line:
            return line.split(ANNOUNCEMENT, 1)[1].split()[0]
    raise NotReady("the service stopped before it was ready", "run 'cabin-agent serve' to see why")
