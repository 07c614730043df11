"""Starts and ends the processes of skills, through one zygote for the whole service."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cabin_agent.errors import NotReady
from cabin_agent.sdk.isolation.confinement import Limits
from cabin_agent.sdk.isolation.zygote import LONGEST

START_S = 30.0
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


class Nursery:
    """Thread-safe. The zygote is started with the first child, and again if it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._zygote: _Zygote | None = None

    def start(
        self, file: Path, name: str, own: Path, log: int, network: bool, limits: Limits
    ) -> tuple[int, socket.socket]:
        """A process that will load `file`; gives its number and our end of the connection. `own`
        is its folder, `log` where its output goes."""
        ours, theirs = socket.socketpair()
        request = {
            "file": str(file),
            "name": name,
            "own": str(own),
            "network": network,
            "limits": asdict(limits),
        }
        try:
            pid = self._ask(request, [theirs.fileno(), log])
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return pid, ours

    def end(self, pid: int) -> None:
        """Kill a process that was started here, and whatever it started."""
        with self._lock:
            if self._zygote is not None:
                with suppress(OSError):
                    self._zygote.ask({"end": pid}, [])

    def close(self) -> None:
        """End the zygote and every process with it."""
        with self._lock:
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    def _ask(self, request: dict[str, Any], files: list[int]) -> int:
        with self._lock:
            for _ in range(2):
                if self._zygote is None:
                    self._zygote = _Zygote()
                try:
                    return self._zygote.ask(request, files)
                except OSError:
                    self._zygote.close()
                    self._zygote = None
        raise NotReady(
            "skills: the process that isolates them can't be started",
            f"run '{sys.executable} -m cabin_agent.sdk.isolation.zygote' to see why",
        )


class _Zygote:
    def __init__(self) -> None:
        if not hasattr(os, "fork"):
            raise NotReady("skills: this system can't fork", "run the service on Linux")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                (
                    *(sys.executable, "-I", "-B", "-X", "pycache_prefix=/nonexistent"),
                    *("-m", "cabin_agent.sdk.isolation.zygote", str(theirs.fileno())),
                ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
        ours.settimeout(START_S)
        self._control = ours
        self.close = weakref.finalize(self, _stop, ours, process)

    def ask(self, request: dict[str, Any], files: list[int]) -> int:
        socket.send_fds(self._control, [json.dumps(request).encode()], files)
        text = self._control.recv(LONGEST)
        if not text:
            raise ConnectionError("the zygote is gone")
        return int(json.loads(text))


def _stop(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """Closing its socket ends it."""
    control.close()
    process.kill()
    process.wait()
