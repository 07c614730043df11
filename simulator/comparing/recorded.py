"""Runs as `simulate --json` wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.reporting.files import VERDICT
from simulator.reporting.verdict import FORMAT


class CompareError(Exception):
    """What was given are no two runs; the message is `cause; mend`."""


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """`broken`: the expectations that did not hold, and what came instead."""

    number: int
    seat: str
    text: str
    passed: bool
    heard: str
    intents: tuple[str, ...]
    reply: str
    latency_ms: float | None
    broken: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """`troubles`: what went wrong beside the turns."""

    scenario: str
    seed: int
    passed: bool
    latency_ms: float | None
    turns: tuple[RecordedTurn, ...]
    troubles: tuple[str, ...]


def recorded(place: Path) -> tuple[RecordedRun, ...]:
    """The runs of a file, or of a folder that `--out` made. Raises CompareError."""
    file = place / VERDICT if place.is_dir() else place
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CompareError(f"{file}: can't be read ({error}); check the path") from None
    except ValueError as error:
        raise CompareError(f"{file}: no JSON ({error}); name what --json wrote") from None
    try:
        if document["format"] != FORMAT:
            raise CompareError(
                f"{file}: format {document['format']}, known is {FORMAT}; drive it again"
            )
        return tuple(_run(run) for run in document.get("runs", [document]))
    except (KeyError, TypeError, AttributeError):
        raise CompareError(f"{file}: no verdicts; name what simulate --json wrote") from None


def _run(run: Mapping[str, Any]) -> RecordedRun:
    troubles = [str(run["aborted"])] if run["aborted"] else []
    troubles += [f"never {each['condition']}" for each in run["violations"]]
    troubles += [f"check: {each['what']}" for each in run["checks"] if not each["held"]]
    return RecordedRun(
        scenario=run["scenario"],
        seed=run["seed"],
        passed=run["passed"],
        latency_ms=run["figures"].get("last_word_to_signal_ms_median"),
        turns=tuple(_turn(turn) for turn in run["turns"]),
        troubles=tuple(troubles),
    )


def _turn(turn: Mapping[str, Any]) -> RecordedTurn:
    return RecordedTurn(
        number=turn["number"],
        seat=turn["seat"],
        text=turn["text"],
        passed=turn["passed"],
        heard=turn["heard"],
        intents=tuple(action["intent"] for action in turn["actions"]),
        reply=turn["reply"],
        latency_ms=turn["latency_ms"],
        broken={
            check["what"]: f"wanted {check['wanted']}, got {check['got']}"
            for check in turn["checks"]
            if not check["held"]
        },
    )
