"""A record of every request to an actuator and what became of it, in which nothing can be changed
afterwards without showing (UN R155 Annex 5, part A 4.3.7: logs that can't be manipulated).

One JSON object a line. `previous` is the SHA-256 of the line before (of its bytes, without the line
break), 64 zeros for the very first; so a line that was changed, removed or put in breaks the chain
at its place. Lines cut off at the end break nothing: whoever needs to see that keeps the `head`
elsewhere from time to time (`cabin-agent audit verify --head`).

A line is handed to the operating system before the request moves anything, and forced to the disk
every `SYNC_LINES` lines, at the end, and when a file is full; so a crash of the program loses
nothing, and a power cut the last few lines.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import logging
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import Any

from vehicle_bus.errors import shortened
from vehicle_bus.values import Judged, Scalar

_LOG = logging.getLogger(__name__)
FIRST = "0" * 64
SYNC_LINES = 64
MAX_BYTES = 16 << 20
KEPT_FILES = 8
LISTED = 64
"""Values of one request that are told; the number of the others is."""


class AuditError(Exception):
    """The log can't be written; the message names the file, the cause and the mend."""


class AuditBusy(AuditError):
    """Another service writes that log."""


class AuditLog:
    """A witness of a bus that writes `file`. A full file becomes `file.1`, older ones move on, of
    `KEPT_FILES` the oldest goes; the chain goes on through all of them."""

    def __init__(
        self,
        file: Path,
        wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._file = file
        self._wall_clock = wall_clock
        self._max_bytes = max_bytes
        self._missed = 0
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._out = self._open()
            _set_torn_line_aside(file)
            self.head = _last_hash(file)
        except OSError as error:
            raise AuditError(
                f"{file}: can't be written ({error.strerror}); check the path"
            ) from None
        self._unsynced = 0

    def __call__(self, judged: Judged) -> None:
        """Append one line. If the disk takes none, the next line that it takes says how many are
        missing."""
        record = self._record(judged)
        if self._missed:
            record["missed"] = self._missed
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            self._append(line)
        except OSError as error:
            self._missed += 1
            _LOG.critical("%s: a request is not on record: %s", self._file, error)
            return
        try:
            self._keep_house()
        except OSError as error:
            _LOG.error("%s: %s", self._file, error)

    def _append(self, line: bytes) -> None:
        end = self._out.seek(0, os.SEEK_END)
        try:
            if self._out.write(line + b"\n") <= len(line):
                raise OSError(errno.ENOSPC, "the disk is full")
        except OSError:
            self._out.truncate(end)
            raise
        self.head = _hash(line)
        self._missed = 0

    def _keep_house(self) -> None:
        self._unsynced += 1
        if self._unsynced >= SYNC_LINES:
            self._sync()
        if self._out.tell() >= self._max_bytes:
            self._turn_over()

    def close(self) -> None:
        """Force the last lines to the disk."""
        if not self._out.closed:
            self._sync()
            self._out.close()

    def _record(self, judged: Judged) -> dict[str, Any]:
        time = self._wall_clock().isoformat(timespec="milliseconds")
        return {"previous": self.head, "time": time, **row(judged)}

    def _open(self) -> FileIO:
        out = FileIO(self._file, "ab")
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            out.close()
            raise AuditBusy(
                f"{self._file}: another service writes it; give this one a file of its own"
            ) from None
        return out

    def _sync(self) -> None:
        os.fsync(self._out.fileno())
        self._unsynced = 0

    def _turn_over(self) -> None:
        self.close()
        try:
            for number in range(KEPT_FILES - 1, 0, -1):
                older = _numbered(self._file, number)
                if older.exists():
                    older.replace(_numbered(self._file, number + 1))
            self._file.replace(_numbered(self._file, 1))
        finally:
            self._out = self._open()


def row(judged: Judged) -> dict[str, Any]:
    """A request and what became of it as JSON; nobody can make it long."""
    request = judged.request
    return {
        "requester": request.requester.name,
        **({"peer": request.requester.peer} if request.requester.peer else {}),
        "zone": str(request.requester.zone),
        "values": {
            shortened(path): _told(value) for path, value in islice(request.values.items(), LISTED)
        },
        **({"more_values": more} if (more := len(request.values) - LISTED) > 0 else {}),
        "confirmed": request.confirmed,
        "outcome": str(judged.outcome),
        "rule": judged.rule,
        "reason": judged.reason,
    }


def _told(value: Scalar) -> Scalar:
    """What JSON can hold, and a line too."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return shortened(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Checked:
    """What a chain turned out to be: its lines, the hash of each, and the first thing wrong with
    it (empty if nothing is)."""

    hashes: tuple[str, ...]
    problem: str = ""

    @property
    def lines(self) -> int:
        return len(self.hashes)

    @property
    def head(self) -> str:
        """The hash of the last line."""
        return self.hashes[-1] if self.hashes else ""

    def held(self, head: str) -> bool:
        """Whether `head` was once the last line: nothing up to there was cut off."""
        return head in self.hashes


def verify(file: Path) -> Checked:
    """Follow the chain from the oldest file that is kept to the end of `file`. OSError if it can't
    be read."""
    hashes: list[str] = []
    for part in files_of(file):
        for number, line in enumerate(part.read_bytes().split(b"\n"), 1):
            if not line:
                continue
            where = f"{part}:{number}"
            try:
                previous = json.loads(line)["previous"]
            except (ValueError, KeyError, TypeError):
                return Checked(tuple(hashes), f"{where}: no record of an audit log")
            if hashes and previous != hashes[-1]:
                problem = f"{where}: does not follow the line before; something was changed"
                return Checked(tuple(hashes), problem)
            hashes.append(_hash(line))
    return Checked(tuple(hashes))


def records(file: Path) -> Iterator[dict[str, Any]]:
    """Every record that is kept, the oldest first."""
    for part in files_of(file):
        for line in part.read_bytes().splitlines():
            yield json.loads(line)


def files_of(file: Path) -> tuple[Path, ...]:
    """The files of a log, the oldest first."""
    older = (_numbered(file, number) for number in range(KEPT_FILES, 0, -1))
    return (*(part for part in older if part.exists()), file)


def _numbered(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.{number}")


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _last_hash(file: Path) -> str:
    for part in reversed(files_of(file)):
        lines = part.read_bytes().splitlines() if part.exists() else []
        if lines:
            return _hash(lines[-1])
    return FIRST


def _set_torn_line_aside(file: Path) -> None:
    """A line that a power cut left without its end is no record; it is kept beside the log."""
    if not file.exists():
        return
    whole, broken, torn = file.read_bytes().rpartition(b"\n")
    if torn:
        with file.with_name(f"{file.name}.torn").open("ab") as out:
            out.write(torn + b"\n")
        os.truncate(file, len(whole) + len(broken))
