"""Requests beyond the car, in groups of one meaning (`paraphrases.yaml`).

They train no intent: they teach that sentences of one meaning lie together, so that a plugin's
request is found by the phrases that the plugin declares.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import yaml

from cabin_agent.understanding.tokens import WordPieces
from training.understanding.data import IGNORED, Row
from training.understanding.unlabelled import unlabelled

MEANINGS = 14
FILE = Path(__file__).with_name("paraphrases.yaml")
APART = FILE.with_name("paraphrases_apart.yaml")
"""Never trained on."""


@cache
def groups(file: Path = FILE) -> tuple[tuple[str, ...], ...]:
    """The sentences of each meaning, both languages together."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(tuple(map(str, each)) for each in document)


def rows(pieces: WordPieces, first: int, rng: random.Random) -> list[Row]:
    """`MEANINGS` groups; meanings are numbered from `first + 1` on, after the intents."""
    chosen = rng.sample(list(enumerate(groups(), 1)), MEANINGS)
    return [
        unlabelled(text, pieces, rng, meant=first + number)
        for number, group in chosen
        for text in group
    ]


def only(group: list[Row]) -> bool:
    """Whether a batch holds nothing else."""
    return all(row.meant != IGNORED and row.route == IGNORED for row in group)
