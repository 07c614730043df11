"""Sentences that stand for what was trained, intents and refusals: `landmarks.npy` beside the
model.

python -m training.understanding.landmarks --model cabin_agent/models/understanding
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander
from training.understanding.model import WIDTH
from training.understanding.templates import TEXT, Drawer, load_entries, load_slots
from training.understanding.train_split import split

SENTENCES = 8
LANDMARKS = 6
REFUSED = 30


def chosen(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """`count` rows that leave no row far away (farthest-point traversal, Gonzalez 1985)."""
    picked = [int((vectors @ vectors.mean(0)).argmax())]
    nearest = vectors @ vectors[picked[0]]
    while len(picked) < min(count, len(vectors)):
        picked.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[picked[-1]])
    return vectors[picked]


def landmarks(understander: Understander, text: Path, seed: int = 0) -> NDArray[np.int8]:
    """Up to `LANDMARKS` vectors for each intent in each language, `REFUSED` for each kind of
    sentence that asks for nothing, from training sentences."""
    rng = random.Random(seed)
    drawer = Drawer(load_slots(text))
    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in split(load_entries(text))[0]:
        if len(entry.actions) < 2 and entry.complete and not entry.after:
            key = entry.key, entry.language
            drawn = (drawer.draw(say, entry.language, rng, entry.where).text for say in entry.say)
            lines[key] += drawn
    found = []
    for key in sorted(lines):
        asks = "." in key[0]
        sentences = rng.sample(lines[key], min(SENTENCES if asks else 2 * REFUSED, len(lines[key])))
        vectors = [understander.raw(sentence, Moment()).embedding for sentence in sentences]
        found.append(chosen(np.stack(vectors), LANDMARKS if asks else REFUSED))
    vectors = np.concatenate(found)
    return np.rint(vectors * (127 / np.abs(vectors).max(1, keepdims=True))).astype(np.int8)


def write(model: Path, text: Path = TEXT) -> int:
    """Write `landmarks.npy` of a model folder; gives how many there are."""
    file = model / "landmarks.npy"
    if not file.exists():
        np.save(file, np.zeros((0, WIDTH), np.int8))
    vectors = landmarks(Understander.load(model, lambda: 0.0), text)
    np.save(file, vectors)
    return len(vectors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--text", type=Path, default=TEXT)
    options = parser.parse_args()
    print(f"{write(options.model, options.text)} landmarks")


if __name__ == "__main__":
    main()
