"""`python -m training.understanding.calibrate --model DIR`: what the probabilities are worth.

Writes three numbers of `labels.json`, found on sentences that were held out: the temperature at
which the intents' probabilities are honest (Guo et al. 2017), and how near a sentence must be to a
plugin's phrase. Plugins are played by groups of one meaning that no training saw: half of a group
declares, the other half asks; held-out sentences of the trained intents must not be taken for
theirs.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cabin_agent.understanding.decoding import softmax
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander
from training.understanding.generate import Example, Generator
from training.understanding.paraphrases import APART, groups
from training.understanding.templates import TEXT, Drawer, load_entries, load_slots
from training.understanding.train_split import split

EXAMPLES = 2500
TEMPERATURES = np.arange(0.6, 3.01, 0.05)
NEAR = np.arange(0.40, 0.57, 0.02)
MARGINS = np.arange(-0.12, 0.09, 0.02)
COST_OF_A_THEFT = 3.0
"""In requests lost. There are more groups than a car has plugins, so they steal more."""
SLACK = 0.02
"""Some 180 requests tell no finer than this: of the thresholds that do nearly as well as the best,
the least strict one."""

Vectors = NDArray[np.float32]


def honest_temperature(logits: Vectors, labels: Sequence[int]) -> float:
    """The temperature with the least cross entropy."""
    rows = np.arange(len(labels))
    losses = [-np.log(softmax(logits / t)[rows, labels] + 1e-9).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def nearness(understander: Understander, others: Vectors) -> tuple[float, float]:
    """(near, margin): most requests of plugins found, hardly any of the others taken."""
    apart = list(enumerate(groups(APART)))
    declared = [phrase for _, group in apart for phrase in group[::2]]
    owners = np.array([n for n, group in apart for _ in group[::2]])
    asked = [(n, phrase) for n, group in apart for phrase in group[1::2]]
    phrases = np.stack([_meaning(understander, phrase) for phrase in declared])
    said = np.stack([_meaning(understander, phrase) for _, phrase in asked])
    landmarks = understander.landmarks
    theirs, trained = said @ phrases.T, (said @ landmarks.T).max(1)
    right = owners[theirs.argmax(1)] == np.array([n for n, _ in asked])
    found, stolen = theirs.max(1), (others @ phrases.T).max(1)
    at_home = (others @ landmarks.T).max(1)

    def worth(choice: tuple[float, float]) -> float:
        near, margin = choice
        hits = right & (found >= np.maximum(near, trained + margin))
        thefts = stolen >= np.maximum(near, at_home + margin)
        return float(hits.mean() - COST_OF_A_THEFT * thefts.mean())

    choices = list(itertools.product(NEAR, MARGINS))
    worths = [worth(choice) for choice in choices]
    good = (c for c, each in zip(choices, worths, strict=True) if each >= max(worths) - SLACK)
    near, margin = min(good)
    return float(near), float(margin)


def _meaning(understander: Understander, text: str) -> Vectors:
    return understander.raw(text, Moment()).embedding


def _held_out(text: Path) -> list[Example]:
    _, held = split(load_entries(text))
    examples = Generator(held, Drawer(load_slots(text)), 11).examples(EXAMPLES)
    return [
        e for e in examples if len(e.actions) == 1 and e.complete and e.addressed and not e.before
    ]


def calibrate(model: Path, text: Path = TEXT) -> dict[str, float]:
    """Find the numbers and write them into `labels.json`."""
    understander = Understander.load(model, lambda: 0.0)
    file = model / "labels.json"
    labels = json.loads(file.read_text(encoding="utf-8"))
    examples = [e for e in _held_out(text) if e.actions[0].intent in labels["intents"]]
    raws = [understander.raw(example.text, Moment()) for example in examples]
    wanted = [labels["intents"].index(example.actions[0].intent) for example in examples]
    temperature = honest_temperature(np.stack([raw.intent[0] for raw in raws]), wanted)
    near, margin = nearness(understander, np.stack([raw.embedding for raw in raws]))
    found = {"temperature": temperature, "near": near, "margin": margin}
    labels.update({name: round(value, 2) for name, value in found.items()})
    file.write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--text", type=Path, default=TEXT)
    options = parser.parse_args()
    found = calibrate(options.model, options.text)
    print(", ".join(f"{name} {value:.2f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
