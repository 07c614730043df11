"""A service in a process of its own, which can be ended at once and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from cabin_agent.errors import NotReady

READY_S = 60.0
ANNOUNCEMENT = "listens on "


class ServiceProcess:
    """`target`: host:port, known from the first start on and the same ever after."""

    def __init__(self, config_file: Path | None) -> None:
        self._configured = () if config_file is None else ("--config", str(config_file))
        self._server: asyncio.subprocess.Process | None = None
        self.target = ""

    async def start(self) -> None:
        """Start it, and wait until it is ready. Raises NotReady."""
        port = self.target.rpartition(":")[2] or "0"
        self._server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cabin_agent", *self._configured),
            *("serve", "--port", port, "--no-kuksa"),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self.target = await asyncio.wait_for(_announced(self._server), READY_S)

    async def kill(self) -> None:
        """End it at once, as a crash would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it as its owner would."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is not None and server.returncode is None:
            server.send_signal(how)
            await server.wait()


async def _announced(server: asyncio.subprocess.Process) -> str:
    """host:port as the service announces it."""
    assert server.stdout is not None
    while line := (await server.stdout.readline()).decode():
        if ANNOUNCEMENT in line:
            return line.split(ANNOUNCEMENT, 1)[1].split()[0]
    raise NotReady("the service stopped before it was ready", "run 'cabin-agent serve' to see why")
