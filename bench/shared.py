"""Other people's sentences: which subject they are about, and which of them are not for a car.

`DIR/text/incar_{en,zh}.jsonl` and `out_of_domain_{en,zh}.jsonl`. Rows whose id ends in an even hex
digit are for tuning; the others are for the final figures.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.figures import Options
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander
from vehicle_bus.values import Zone

PARKED = Moment(
    Zone.DRIVER,
    {
        "Vehicle.Speed": 0.0,
        "Vehicle.Powertrain.Transmission.SelectedGear": 126,
        "Vehicle.LowVoltageSystemState": "ON",
        "Vehicle.Cabin.HVAC.AmbientAirTemperature": 21.0,
    },
)
COMFORT = frozenset("climate window sunroof seat light wiper mirror door_trunk volume".split())
NOT_JUDGED = frozenset({"multi", "vehicle_other", "dialogue"})
ACCEPTANCE = 0.95
LANGUAGES = ("en", "zh")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """One language. `hits`: (source, domain, right) of every sentence judged; `rejected`: of what
    is not for a car, when `ACCEPTANCE` of what is gets through."""

    language: str
    hits: tuple[tuple[str, str, bool], ...]
    rejected: float

    @property
    def domain(self) -> float:
        return float(np.mean([right for _, _, right in self.hits]))

    def table(self) -> Iterator[str]:
        """Per source and per domain, one line each."""
        for name, column in (("source", 0), ("domain", 1)):
            groups: dict[str, list[bool]] = defaultdict(list)
            for hit in self.hits:
                groups[str(hit[column])].append(hit[2])
            shares = ", ".join(
                f"{key} {np.mean(rights):.2f} (n = {len(rights)})"
                for key, rights in sorted(groups.items())
            )
            yield f"shared {self.language} by {name}: {shares}"


def measure(understander: Understander, options: Options) -> list[Heard]:
    """Both languages; nothing without a folder."""
    if options.shared is None:
        return []
    return [_measure(understander, options, language) for language in LANGUAGES]


def _measure(understander: Understander, options: Options, language: str) -> Heard:
    inside, outside = rows(options, f"incar_{language}"), rows(options, f"out_of_domain_{language}")
    limit = np.quantile([_refusal(understander, row) for row in inside], ACCEPTANCE)
    hits = [
        (
            row["source"],
            row["domain"],
            same_subject(row["domain"], understander.likeliest_domain(row["text"], PARKED)),
        )
        for row in judged(options, language)
    ]
    rejected = [_refusal(understander, row) > limit for row in outside]
    return Heard(language, tuple(hits), float(np.mean(rejected)))


def judged(options: Options, language: str) -> list[Row]:
    """The sentences whose subject is one that can be judged."""
    return [row for row in rows(options, f"incar_{language}") if row["domain"] not in NOT_JUDGED]


def rows(options: Options, name: str) -> Sequence[Row]:
    """The half of a file that the options ask for."""
    if options.shared is None:
        return []
    lines = (options.shared / "text" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    every = [json.loads(line) for line in lines]
    return [row for row in every if (int(row["id"][-1], 16) % 2 == 1) == options.final]


def same_subject(wanted: str, got: str) -> bool:
    return got in COMFORT if wanted == "implicit" else wanted == got


def _refusal(understander: Understander, row: Row) -> float:
    return understander.refusal(row["text"], PARKED)
