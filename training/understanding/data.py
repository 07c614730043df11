"""Examples as arrays: token ids, labels, moments and sights, in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cabin_agent.understanding.tokens import Encoded, WordPieces
from training.understanding.generate import Example
from training.understanding.model import K
from training.understanding.templates import DEGREES, ROUTES, SLOTS, TARGETS

IGNORED = -100
LEAST_PLACES = 2
TAGS = ["O", *(f"{kind}-{slot}" for slot in SLOTS for kind in ("B", "I"))]


@dataclass(frozen=True, slots=True)
class Row:
    """One example: `tags` and `belongs` a word piece, `actions` (intent, target, degree) x K.

    `before`: word pieces of the turn before. `subject`: of the first action, where that is all that
    is known (`others`). `meant`: what sentences of one meaning have in common, for the contrast.
    `line`: of the text (`generate.Example.line`).
    """

    ids: tuple[int, ...]
    before: tuple[int, ...]
    tags: tuple[int, ...]
    belongs: tuple[int, ...]
    actions: tuple[tuple[int, int, int], ...]
    addressed: int
    complete: int
    route: int
    moment: tuple[float, ...]
    sight: tuple[float, ...]
    subject: int = IGNORED
    meant: int = IGNORED
    line: str = ""

    @property
    def count(self) -> int:
        """How many actions it has."""
        return sum(target != IGNORED for _, target, _ in self.actions)

    @property
    def length(self) -> int:
        return len(self.ids) + len(self.before)


def encode(example: Example, pieces: WordPieces, intents: Sequence[str]) -> Row:
    """Labels on word pieces. Actions of a beginning are not trained where they can't be known."""
    encoded = pieces.encode(example.text, example.before)
    tags, belongs = _word_labels(example, encoded)
    none = len(intents)
    actions = [(none, IGNORED, IGNORED)] * K
    for index, label in enumerate(example.actions[:K]):
        target = TARGETS.index(label.target)
        actions[index] = (intents.index(label.intent), target, DEGREES.index(label.degree))
    route = ROUTES.index(example.route)
    if not example.actions_known:
        actions = [(IGNORED, IGNORED, IGNORED)] * K
        route = IGNORED
    if not example.addressed:
        route = IGNORED
    single = len(example.actions) == 1 and example.complete and example.actions_known
    return Row(
        encoded.ids,
        encoded.before,
        tags,
        belongs,
        tuple(actions),
        int(example.addressed),
        int(example.complete),
        route,
        example.moment,
        example.sight,
        meant=actions[0][0] if single else IGNORED,
        line=example.line,
    )


def _word_labels(example: Example, encoded: Encoded) -> tuple[tuple[int, ...], tuple[int, ...]]:
    tags, belongs = [], []
    previous = None
    for start, end in encoded.offsets:
        span = next((s for s in example.spans if s.start < end and start < s.end), None)
        if span is None or start == end or span.action >= K:
            tags.append(0 if start < end else IGNORED)
            belongs.append(IGNORED)
            previous = None
            continue
        kind = "I" if span is previous else "B"
        tags.append(TAGS.index(f"{kind}-{span.slot}"))
        belongs.append(span.action)
        previous = span
    return tuple(tags), tuple(belongs)


def batches(rows: Sequence[Row], size: int, rng: random.Random) -> Iterator[list[Row]]:
    """Rows of like length together, batches in random order. `size`: word pieces a batch."""
    order = sorted(rows, key=lambda row: (row.length, rng.random()))
    result: list[list[Row]] = [[]]
    for row in order:
        if (len(result[-1]) + 1) * row.length > size:
            result.append([])
        result[-1].append(row)
    rng.shuffle(result)
    yield from result


def tensors(rows: Sequence[Row]) -> dict[str, Tensor]:
    """A padded batch. The words of the turn before follow those being said. There are places for
    one action more than any row has: what is behind the first empty place is never read."""
    length = max(row.length for row in rows)

    def padded(name: str, fill: int) -> Tensor:
        array = np.full((len(rows), length), fill, np.int64)
        for index, row in enumerate(rows):
            values = getattr(row, name)
            array[index, : len(values)] = values
        return torch.from_numpy(array)

    places = min(K, max(LEAST_PLACES, 1 + max(row.count for row in rows)))
    ids = padded("ids", 0)
    mask, kinds = torch.zeros(len(rows), length), torch.zeros_like(ids)
    for index, row in enumerate(rows):
        mask[index, : row.length] = 1.0
        ids[index, len(row.ids) : row.length] = torch.tensor(row.before, dtype=torch.int64)
        kinds[index, len(row.ids) : row.length] = 1
    return {
        "ids": ids,
        "mask": mask,
        "kinds": kinds,
        "tags": padded("tags", IGNORED),
        "belongs": padded("belongs", IGNORED),
        "actions": torch.tensor([row.actions[:places] for row in rows]),
        "addressed": torch.tensor([float(row.addressed) for row in rows]),
        "complete": torch.tensor([float(row.complete) for row in rows]),
        "route": torch.tensor([row.route for row in rows]),
        "subject": torch.tensor([row.subject for row in rows]),
        "meant": torch.tensor([row.meant for row in rows]),
        "moment": torch.tensor([row.moment for row in rows], dtype=torch.float32),
        "sight": torch.tensor([row.sight for row in rows], dtype=torch.float32),
    }


def inputs(batch: dict[str, Tensor]) -> tuple[Tensor, ...]:
    """What the network takes of a batch."""
    return tuple(batch[name] for name in ("ids", "mask", "kinds", "moment", "sight"))
