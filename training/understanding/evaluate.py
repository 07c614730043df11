"""Measure an exported model (`python -m training.understanding.evaluate --help`).

On sentences of our text that were held out: the share with every intent, place, degree and slot
right. With `--shared`: the domain of what other people say to cars, and how much that is not for a
car is rejected while 95 % of what is gets accepted. Rows whose id ends in an even hex digit are for
tuning; `--final` takes the odd ones, which nobody looks at otherwise.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cabin_agent.turn import Route, Understanding, Zone
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander
from training.understanding.generate import Example, Generator
from training.understanding.templates import TEXT, Drawer, load_entries, load_slots
from training.understanding.train_split import split

ACCEPTANCE = 0.95
COMFORT = frozenset("climate window sunroof seat light wiper mirror door_trunk volume".split())
NOT_JUDGED = frozenset({"multi", "vehicle_other", "dialogue"})
REFUSING = (Route.DECLINE, Route.CLOUD, Route.GENERATE)
HELD_OUT_EXAMPLES = 2000
PARKED = Moment(
    Zone.DRIVER,
    {
        "Vehicle.Speed": 0.0,
        "Vehicle.Powertrain.Transmission.SelectedGear": 126,
        "Vehicle.LowVoltageSystemState": "ON",
        "Vehicle.Cabin.HVAC.AmbientAirTemperature": 21.0,
    },
)


def exactness(understander: Understander, examples: Iterable[Example]) -> dict[str, float]:
    """Shares of complete, addressed examples: intents right, everything right; by language."""
    counts: Counter[str] = Counter()
    for example in examples:
        if not (example.complete and example.addressed and example.actions):
            continue
        got = understander.understand(example.text, PARKED)
        for key in ("all", example.language, _size(example)):
            counts[f"{key} n"] += 1
            counts[f"{key} intents"] += _intents(example, got)
            counts[f"{key} exact"] += _intents(example, got) and _details(example, got)
    return {
        key: counts[key] / counts[f"{key.rsplit(' ', 1)[0]} n"]
        for key in sorted(counts)
        if not key.endswith(" n")
    }


def _size(example: Example) -> str:
    return "one action" if len(example.actions) == 1 else "several actions"


def _intents(example: Example, got: Understanding) -> bool:
    return [a.intent for a in got.actions] == [label.intent for label in example.actions]


def _details(example: Example, got: Understanding) -> bool:
    for index, (label, action) in enumerate(zip(example.actions, got.actions, strict=True)):
        slots = {
            span.slot: example.text[span.start : span.end]
            for span in example.spans
            if span.action == index
        }
        if (action.target, action.degree) != (label.target, label.degree):
            return False
        if dict(action.slots) != slots:
            return False
    return True


def shared_rows(folder: Path, name: str, final: bool) -> list[dict[str, Any]]:
    """The even half of a file, or the odd one for the final figures."""
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if (int(row["id"][-1], 16) % 2 == 1) == final]


def shared(
    understander: Understander, folder: Path, language: str, final: bool
) -> dict[str, float]:
    """Domain accuracy, and rejection at `ACCEPTANCE`."""
    inside = shared_rows(folder, f"incar_{language}", final)
    outside = shared_rows(folder, f"out_of_domain_{language}", final)
    judged = [
        (row, understander.likeliest_domain(row["text"], PARKED)) for row in inside if _judged(row)
    ]
    right = [_same(row["domain"], found) for row, found in judged]
    accepted = [understander.refusal(row["text"], PARKED) for row in inside]
    limit = float(np.quantile(accepted, ACCEPTANCE))
    rejected = [understander.refusal(row["text"], PARKED) > limit for row in outside]
    _show_confusions(judged)
    return {
        f"{language} domain": float(np.mean(right)),
        f"{language} reject": float(np.mean(rejected)),
        f"{language} n": float(len(judged)),
    }


def _judged(row: dict[str, Any]) -> bool:
    return row["domain"] not in NOT_JUDGED


def _same(wanted: str, got: str) -> bool:
    return got in COMFORT if wanted == "implicit" else wanted == got


def _show_confusions(judged: Sequence[tuple[dict[str, Any], str]]) -> None:
    wrong = Counter(
        (row["domain"], found) for row, found in judged if not _same(row["domain"], found)
    )
    print("  confused:", ", ".join(f"{a}->{b} {n}" for (a, b), n in wrong.most_common(12)))


def latency(understander: Understander, texts: Sequence[str]) -> tuple[float, float]:
    """(median, p95) milliseconds of one decision on one thread."""
    spent = []
    for text in texts:
        began = time.perf_counter()
        understander.understand(text, PARKED)
        spent.append((time.perf_counter() - began) * 1000.0)
    return float(np.median(spent)), float(np.percentile(spent, 95))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--shared", type=Path, metavar="DIR")
    parser.add_argument("--final", action="store_true", help="the half that nobody looks at")
    options = parser.parse_args()
    understander = Understander.load(options.model, time.monotonic)
    _, held = split(load_entries(TEXT))
    examples = list(Generator(held, Drawer(load_slots(TEXT)), 7).examples(HELD_OUT_EXAMPLES))
    for name, share in exactness(understander, examples).items():
        print(f"held out, {name}: {share:.3f}")
    for language in ("en", "zh") if options.shared else ():
        for name, share in shared(understander, options.shared, language, options.final).items():
            print(f"shared, {name}: {share:.3f}")
    middle, high = latency(understander, [example.text for example in examples[:500]])
    print(f"one decision: median {middle:.2f} ms, p95 {high:.2f} ms")


if __name__ == "__main__":
    main()
