"""The outcomes of a sweep in a file, a line each: what is written stays, whatever happens next."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from simulator.sweeping.errors import SweepError
from simulator.sweeping.outcome import Outcome, as_row, from_row
from simulator.sweeping.variants import Variant

NAME = "outcomes.jsonl"
FORMAT = 1


class Journal:
    """Use it as a context. `done`: the outcomes of earlier, by key."""

    def __init__(self, folder: Path, scenario: str, resume: bool) -> None:
        """`scenario`: the text that is varied. Raises SweepError if there is a journal and nobody
        said to resume, or if it is of another scenario."""
        self._path = folder / NAME
        self._head = {"sweep": FORMAT, "scenario": hashlib.sha256(scenario.encode()).hexdigest()}
        self.done: dict[str, Outcome] = {}
        if self._path.exists():
            if not resume:
                raise SweepError(f"{self._path} is there already", "add --resume, or take it away")
            self._read()
        else:
            folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Journal:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.open(self._path, flags, 0o644)
        if os.fstat(self._file).st_size == 0:
            self._append(self._head)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def add(self, variant: Variant, outcome: Outcome) -> None:
        """One write each, so that a line is there as a whole or not at all."""
        self._append(as_row(outcome, variant.values))
        self.done[outcome.key] = outcome

    def _append(self, row: Mapping[str, Any]) -> None:
        os.write(self._file, (json.dumps(row, ensure_ascii=False) + "\n").encode())

    def _read(self) -> None:
        text = self._path.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if len(whole) < len(text):
            os.truncate(self._path, len(whole))
        head, *rows = whole.decode().splitlines() or [json.dumps(self._head)]
        if _parsed(self._path, 1, head) != self._head:
            raise SweepError(
                f"{self._path} is of another scenario, or of one that was changed since",
                "take another --out",
            )
        for number, line in enumerate(rows, 2):
            row = _parsed(self._path, number, line)
            try:
                key = Variant(row["values"]).key
                self.done[key] = from_row(key, row)
            except (KeyError, TypeError):
                raise _broken(self._path, number) from None


def _parsed(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        raise _broken(path, number) from None
    if not isinstance(row, dict):
        raise _broken(path, number)
    return row


def _broken(path: Path, number: int) -> SweepError:
    return SweepError(f"{path}:{number}: no line of a sweep", "take it out, or take another --out")
