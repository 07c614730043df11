"""What a training run reads: the text as it is now, as batches without end.

Drawing and encoding an example costs a processor a millisecond: a GPU needs several that do nothing
else (`torch.utils.data.DataLoader` starts them, each draws its own).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from cabin_agent.understanding.tokens import WordPieces
from training.understanding import others, paraphrases
from training.understanding.data import Row, batches, encode, tensors
from training.understanding.difficulty import Difficulty
from training.understanding.generate import SELECT, Generator, line_of
from training.understanding.templates import Drawer, Entry, TextError, load_entries, load_slots
from training.understanding.train_split import split

PARAPHRASES_EVERY = 16_000
"""Word pieces of the text between two batches of paraphrases."""


@dataclass(frozen=True)
class Prepared:
    """A batch, the lines of its rows, and whether it only tells what means the same."""

    batch: dict[str, Tensor]
    lines: tuple[str, ...]
    only_meaning: bool


def prepared(rows: Sequence[Row]) -> Prepared:
    """Rows as arrays."""
    return Prepared(tensors(rows), tuple(row.line for row in rows), paraphrases.only(list(rows)))


def intents_of(entries: Sequence[Entry]) -> list[str]:
    """Every intent of the text, and the one of the screen."""
    named = {label.intent for entry in entries for label in entry.actions}
    return sorted(named | {SELECT.intent})


@dataclass
class Material(IterableDataset[Prepared]):
    """Epoch after epoch of the text. `grow` is told of intents that are new and says which there
    are now; without it lines with new intents are left out. A broken file changes nothing."""

    text: Path
    pieces: WordPieces
    intents: list[str]
    shared: Path | None
    examples: int
    batch_pieces: int
    difficulty: Path
    seed: int
    grow: Callable[[list[str]], list[str]] | None = None

    def __iter__(self) -> Iterator[Prepared]:
        worker = get_worker_info()
        epoch = self.seed + (1000 * worker.id if worker else 0)
        rows: list[Row] = []
        while True:
            try:
                rows = self._rows(epoch)
            except (TextError, yaml.YAMLError) as error:
                print(f"text unchanged: {error}", flush=True)
                if not rows:
                    raise
            rng, every = random.Random(epoch), max(1, PARAPHRASES_EVERY // self.batch_pieces)
            for number, group in enumerate(batches(rows, self.batch_pieces, rng)):
                yield prepared(group)
                if number % every == 0:
                    yield prepared(paraphrases.rows(self.pieces, len(self.intents), rng))
            epoch += 1

    def entries(self) -> tuple[list[Entry], list[Entry]]:
        """The text without what has unknown intents: for training, held out."""
        train, held = split(load_entries(self.text))
        new = sorted(set(intents_of(train)) - set(self.intents))
        if new and self.grow:
            self.intents = self.grow(new)
        known = set(self.intents)

        def kept(entries: list[Entry]) -> list[Entry]:
            return [e for e in entries if all(label.intent in known for label in e.actions)]

        return kept(train), kept(held)

    def _rows(self, epoch: int) -> list[Row]:
        """Fresh examples of the text as it is now."""
        entries, _ = self.entries()
        lines = (line_of(entry, say) for entry in entries for say in entry.say)
        weights = Difficulty(self.difficulty).weights(lines)
        generator = Generator(entries, Drawer(load_slots(self.text)), 1000 + epoch, weights)
        rows = [encode(e, self.pieces, self.intents) for e in generator.examples(self.examples)]
        if self.shared:
            rows += others.rows(self.shared, self.pieces, self.intents, random.Random(epoch))
        return rows
