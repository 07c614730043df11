"""Which lines of the text are still difficult, so that they are drawn more often than known ones.

Most of the text is known after a few epochs; another look at it teaches little. A line is drawn at
most `1 + GAIN` times as often as one that is always right: one that stays wrong may have a wrong
label.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from training.understanding.data import IGNORED, Row, batches, inputs, tensors
from training.understanding.held_out import BATCH_PIECES, hits
from training.understanding.model import JointModel

GAIN = 3.0
UNKNOWN = 0.5
NEWEST = 0.4


class Difficulty:
    """How often lines were wrong lately: 0 never, 1 always."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._wrong: dict[str, float] = {}
        if file.exists():
            self._wrong = json.loads(file.read_text(encoding="utf-8"))

    def __len__(self) -> int:
        return len(self._wrong)

    def weights(self, lines: Iterable[str]) -> Mapping[str, float]:
        """How often each is to be drawn; a line that was never seen counts as half known."""
        return {line: 1.0 + GAIN * self._wrong.get(line, UNKNOWN) for line in lines}

    @torch.no_grad()
    def survey(self, model: JointModel, rows: Sequence[Row], none: int) -> float:
        """Judge every row once; the share that is wrong."""
        model.eval()
        for group in batches(rows, BATCH_PIECES, random.Random(0)):
            batch = tensors(group)
            out = model(*inputs(batch), places=batch["actions"].shape[1])
            self.judge(group, out, batch, none)
        model.train()
        return sum(self._wrong.values()) / max(1, len(self._wrong))

    def judge(
        self, group: Sequence[Row], out: tuple[Tensor, ...], batch: Mapping[str, Tensor], none: int
    ) -> None:
        """Remember what the network makes of `group` now."""
        right = ((out[0] > 0) == (batch["addressed"] > 0.5)) & (
            (out[1] > 0) == (batch["complete"] > 0.5)
        )
        right &= (out[2].argmax(-1) == batch["route"]) | (batch["route"] == IGNORED)
        unknown = (batch["actions"][:, 0, 0] == IGNORED) | (batch["addressed"] < 0.5)
        right &= hits(out, batch, none)["all"] | unknown
        for row, hit in zip(group, right.tolist(), strict=True):
            if row.line:
                now = 0.0 if hit else 1.0
                before = self._wrong.get(row.line, now)
                self._wrong[row.line] = before + NEWEST * (now - before)

    def save(self) -> None:
        self._file.write_text(json.dumps(self._wrong, ensure_ascii=False), encoding="utf-8")
