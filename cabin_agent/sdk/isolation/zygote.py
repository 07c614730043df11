"""The clean interpreter that every skill's process is forked from.

It is started with an empty environment and no files but its control socket, has the kit imported,
and does nothing but fork and end children. A fork takes milliseconds and shares the memory of all
that is imported already. It ends when the service does, and its children with it.
"""

from __future__ import annotations

import asyncio  # noqa: F401 - every child needs it: imported once, here
import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import cabin_agent.sdk  # noqa: F401 - likewise
from cabin_agent.sdk.isolation import child
from cabin_agent.sdk.isolation.confinement import Limits, die_with_parent

LONGEST = 1 << 16
_STANDARD = 3


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    alive: set[int] = set()
    gc.freeze()
    while True:
        text, files, _, _ = socket.recv_fds(control, LONGEST, 2)
        if not text:
            return
        request = json.loads(text)
        _reap(alive)
        if "end" in request:
            answer = int(_end(request["end"], alive))
        else:
            answer = _fork(control, request, files)
            alive.add(answer)
        control.send(json.dumps(answer).encode())


def _fork(control: socket.socket, request: dict[str, Any], files: list[int]) -> int:
    """A child with `files`: its end of the connection, and where its output goes."""
    pid = os.fork()
    if pid:
        for file in files:
            os.close(file)
        return pid
    status = 1
    try:
        control.close()
        die_with_parent()
        if os.getppid() == 1:
            os._exit(status)
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        line, log = files
        for standard in (1, 2):
            os.dup2(log, standard)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        _close_all_but(line)
        child.main(
            socket.socket(fileno=line),
            Path(request["file"]),
            request["name"],
            Path(request["own"]),
            bool(request["network"]),
            Limits(**request["limits"]),
        )
        status = 0
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _close_all_but(kept: int) -> None:
    most = os.sysconf("SC_OPEN_MAX")
    os.closerange(_STANDARD, kept)
    os.closerange(kept + 1, min(most, LONGEST))


def _reap(alive: set[int]) -> None:
    for pid in tuple(alive):
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                continue
        alive.discard(pid)


def _end(pid: int, alive: set[int]) -> bool:
    """Only what was forked here and is not reaped yet: its number can't be anybody else's."""
    if pid not in alive:
        return False
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


if __name__ == "__main__":
    main()
