"""Which lines of the training text are difficult is remembered from what the network says."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.understanding.data import IGNORED, Row  # noqa: E402
from training.understanding.difficulty import GAIN, UNKNOWN, Difficulty  # noqa: E402

NONE = 2
ROUTE = 0


def row(line: str) -> Row:
    """One word, one action of intent 1."""
    actions = ((1, 0, 0), (NONE, IGNORED, IGNORED))
    return Row((5,), (), (0,), (IGNORED,), actions, 1, 1, ROUTE, (), (), line=line)


def judged(file: Path, line: str, intent: int) -> Difficulty:
    """After the network said `intent` for the first action of `line`."""
    one = row(line)
    sure = torch.full((1,), 3.0)
    intents = torch.zeros(1, 2, NONE + 1)
    intents[0, 0, intent] = intents[0, 1, NONE] = 1.0
    flat = torch.zeros(1, 2, 3)
    out = (sure, sure, torch.eye(3)[:1], intents, flat, flat, torch.eye(3)[:1, None])
    batch = {
        "addressed": torch.ones(1),
        "complete": torch.ones(1),
        "route": torch.tensor([ROUTE]),
        "actions": torch.tensor([one.actions]),
        "tags": torch.zeros(1, 1, dtype=torch.int64),
    }
    difficulty = Difficulty(file)
    difficulty.judge([line], out, batch, NONE)
    difficulty.save()
    return difficulty


def test_a_line_that_is_wrong_counts_more_than_a_known_one(tmp_path: Path) -> None:
    file = tmp_path / "difficulty.json"
    judged(file, "wrong", intent=0)
    weights = judged(file, "right", intent=1).weights(["wrong", "right", "new"])
    assert weights == {"wrong": 1.0 + GAIN, "right": 1.0, "new": 1.0 + GAIN * UNKNOWN}


def test_a_line_that_is_learnt_counts_less_and_less(tmp_path: Path) -> None:
    file = tmp_path / "difficulty.json"
    judged(file, "line", intent=0)
    once = judged(file, "line", intent=1).weights(["line"])["line"]
    twice = judged(file, "line", intent=1).weights(["line"])["line"]
    assert 1.0 < twice < once < 1.0 + GAIN


def test_what_comes_from_no_single_line_is_not_remembered(tmp_path: Path) -> None:
    assert len(judged(tmp_path / "difficulty.json", "", intent=0)) == 0
