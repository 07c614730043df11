"""The two batch commands by which anyone evaluates the assistant; their shapes are stable.

`understand`: rows {id, text, lang, zone?, session?, signals?} -> rows {id, addressed, complete,
route, actions, signals, verdicts, reply, ms}. Each session is one conversation in a fresh simulated
vehicle, parked with the ignition on unless its signals say otherwise; confirmations are answered
with yes.

`transcribe`: rows {id, file, lang} -> rows {id, text, ms, real_time_factor}.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO, TypeVar

from rich.console import Console
from rich.progress import track

from cabin_agent.assembly import vosk_model_directory
from cabin_agent.assistant import Seat
from cabin_agent.config import Config
from cabin_agent.errors import BadRequest
from cabin_agent.hearing.transcribe import Transcriber
from cabin_agent.local import LocalCar, Workshop
from cabin_agent.turn import Language, Zone
from vehicle_bus.values import Scalar

PROGRESS = Console(stderr=True)

Kind = TypeVar("Kind", Language, Zone)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the input of `understand`."""

    id: str
    text: str
    language: Language
    zone: Zone
    session: str
    signals: Mapping[str, Scalar] = field(default_factory=dict)


def read_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(place, row) for every line of a JSONL file; a bad line is an error that names it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadRequest(f"{path}: can't be read ({error.strerror})", "check the path") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadRequest(f"{where}: not JSON ({error})", "one object on each line") from None
        if not isinstance(row, dict):
            raise BadRequest(f"{where}: not an object", "one object on each line")
        yield where, row


def parse_line(where: str, row: Mapping[str, Any]) -> Line:
    """Check one row of `understand`."""
    try:
        identity, text = str(row["id"]), str(row["text"])
    except KeyError as error:
        raise BadRequest(f"{where}: no {error}", "every row needs id and text") from None
    signals = row.get("signals") or {}
    if not isinstance(signals, dict):
        raise BadRequest(f"{where}: signals is no object", "use {path: value}")
    return Line(
        id=identity,
        text=text,
        language=_member(Language, row.get("lang") or "en", f"{where}: lang"),
        zone=_member(Zone, row.get("zone") or "driver", f"{where}: zone"),
        session=str(row.get("session") or f"row:{identity}"),
        signals=signals,
    )


def _member(kind: type[Kind], name: object, where: str) -> Kind:
    try:
        return kind(str(name))
    except ValueError:
        known = ", ".join(kind)
        raise BadRequest(f"{where}: {name!r} is unknown", f"use one of {known}") from None


async def understand(config: Config, source: Path, out: Path) -> None:
    """Every row of `source` through its session's car; results are written as they come."""
    lines = [parse_line(where, row) for where, row in read_rows(source)]
    garage = _Garage(Workshop.load(config), Counter(line.session for line in lines))
    async with garage.all_cars:
        with out.open("w", encoding="utf-8") as results:
            for line in track(lines, "understand", console=PROGRESS):
                _write(results, {"id": line.id, **await garage.run(line)})


def transcribe(config: Config, source: Path, out: Path) -> None:
    """Every file of `source` through the recogniser; relative files are beside the JSONL."""
    ears: dict[Language, Transcriber] = {}
    rows = list(read_rows(source))
    with out.open("w", encoding="utf-8") as results:
        for where, row in track(rows, "transcribe", console=PROGRESS):
            language = _member(Language, row.get("lang") or "en", f"{where}: lang")
            if language not in ears:
                ears[language] = Transcriber(vosk_model_directory(config, language))
            if not row.get("file"):
                raise BadRequest(f"{where}: no file", "every row needs id and file")
            heard = ears[language].transcribe(source.parent / str(row["file"]))
            result = {
                "id": row.get("id"),
                "text": heard.text,
                "ms": round(heard.ms, 1),
                "real_time_factor": round(heard.real_time_factor, 5),
            }
            _write(results, result)


def _write(results: TextIO, row: Mapping[str, Any]) -> None:
    results.write(json.dumps(row, ensure_ascii=False) + "\n")
    results.flush()


class _Garage:
    """The cars of the sessions under way; one is handed back after its session's last row."""

    def __init__(self, workshop: Workshop, rows_left: Counter[str]) -> None:
        self.all_cars = AsyncExitStack()
        self._workshop = workshop
        self._rows_left = rows_left
        self._cars: dict[str, tuple[LocalCar, AsyncExitStack]] = {}

    async def run(self, line: Line) -> dict[str, Any]:
        """One row in its session's car."""
        car = await self._car(line)
        self._complain(line, await car.set(line.signals))
        seat = Seat("batch", line.session, line.zone, line.language)
        row = await car.ask(seat, line.text)
        self._rows_left[line.session] -= 1
        if not self._rows_left[line.session]:
            _, exit_stack = self._cars.pop(line.session)
            await exit_stack.aclose()
        return row

    async def _car(self, line: Line) -> LocalCar:
        if line.session not in self._cars:
            exit_stack = AsyncExitStack()
            car = await exit_stack.enter_async_context(self._workshop.car(line.signals, line.zone))
            self.all_cars.push_async_callback(exit_stack.aclose)
            self._cars[line.session] = (car, exit_stack)
        return self._cars[line.session][0]

    def _complain(self, line: Line, unknown: Sequence[str]) -> None:
        for path in unknown:
            PROGRESS.print(f"row {line.id}: the car has no signal {path}; it was left out")
