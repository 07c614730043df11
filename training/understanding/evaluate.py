"""Measure an exported model (`python -m training.understanding.evaluate --help`).

On sentences of our text that were held out: the share with every intent, place, degree and slot
right. With `--shared`: the domain of what other people say to cars, and how much that is not for a
car is rejected while 95 % of what is gets accepted. Rows whose id ends in an even hex digit are for
tuning; `--final` takes the odd ones, which nobody looks at otherwise.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from bench import shared
from bench.figures import Options
from bench.shared import PARKED
from cabin_agent.turn import Understanding
from cabin_agent.understanding.session import Understander
from training.understanding.generate import Example, Generator
from training.understanding.templates import TEXT, Drawer, load_entries, load_slots
from training.understanding.train_split import split

HELD_OUT_EXAMPLES = 2000


def exactness(understander: Understander, examples: Iterable[Example]) -> dict[str, float]:
    """Shares of complete, addressed examples: intents right, everything right; by language."""
    counts: Counter[str] = Counter()
    for example in examples:
        if not example.asks:
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
    parser.add_argument("--shared", type=Path, metavar="DIR", help="DIR/text/*.jsonl")
    parser.add_argument("--final", action="store_true", help="the half that nobody looks at")
    options = parser.parse_args()
    understander = Understander.load(options.model, time.monotonic)
    _, held = split(load_entries(TEXT))
    examples = list(Generator(held, Drawer(load_slots(TEXT)), 7).examples(HELD_OUT_EXAMPLES))
    for name, share in exactness(understander, examples).items():
        print(f"held out, {name}: {share:.3f}")
    for heard in shared.measure(understander, Options(options.shared, options.final)):
        print(f"shared, {heard.language}: domain {heard.domain:.3f}, reject {heard.rejected:.3f}")
        print("\n".join(heard.table()))
    middle, high = latency(understander, [example.text for example in examples[:500]])
    print(f"one decision: median {middle:.2f} ms, p95 {high:.2f} ms")


if __name__ == "__main__":
    main()
