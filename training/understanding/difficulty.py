"""Which lines of the text are still difficult, so that they are drawn more often than known ones.

Most of the text is known after a few epochs; another look at it teaches little. A line is drawn at
most `1 + GAIN` times as often as one that is always right: one that stays wrong may have a wrong
label.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from torch import Tensor

from training.understanding.data import Row
from training.understanding.held_out import Batch, answered, has_actions, has_route, hits
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

    def survey(self, model: JointModel, rows: Sequence[Row], none: int) -> float:
        """Judge every row once; the share that is wrong."""
        for group, batch, out in answered(model, rows):
            self.judge([row.line for row in group], out, batch, none)
        return sum(self._wrong.values()) / max(1, len(self._wrong))

    def judge(self, lines: Sequence[str], out: tuple[Tensor, ...], batch: Batch, none: int) -> None:
        """Remember what the network makes of a batch now, whose rows are of `lines`."""
        hit = hits(out, batch, none)
        right = hit["addressed"] & hit["complete"] & (hit["route"] | ~has_route(batch))
        right &= hit["all"] | ~has_actions(batch)
        for line, known in zip(lines, right.tolist(), strict=True):
            if line:
                now = 0.0 if known else 1.0
                before = self._wrong.get(line, now)
                self._wrong[line] = before + NEWEST * (now - before)

    def save(self) -> None:
        written = self._file.with_suffix(".new")
        written.write_text(json.dumps(self._wrong, ensure_ascii=False), encoding="utf-8")
        written.replace(self._file)
