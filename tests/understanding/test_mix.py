"""The mean of two checkpoints of the same network."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.understanding.mix import mixed  # noqa: E402


def checkpoint(folder: Path, value: float, intents: tuple[str, ...] = ("a.on",)) -> Path:
    folder.mkdir()
    weights = {
        "layers.0": torch.full((2,), value),
        "intent.weight": torch.full((2,), value),
        "ids": torch.arange(2),
    }
    torch.save({"shape": {}, "intents": intents, "weights": weights}, folder / "model.pt")
    return folder


def test_every_weight_is_between_the_two(tmp_path: Path) -> None:
    old, new = checkpoint(tmp_path / "old", 1.0), checkpoint(tmp_path / "new", 3.0)
    weights = mixed(old, new, 0.25, 0.25)["weights"]
    assert weights["layers.0"].tolist() == weights["intent.weight"].tolist() == [2.5, 2.5]
    assert weights["ids"].tolist() == [0, 1]


def test_the_encoder_may_have_a_share_of_its_own(tmp_path: Path) -> None:
    old, new = checkpoint(tmp_path / "old", 1.0), checkpoint(tmp_path / "new", 3.0)
    weights = mixed(old, new, 0.25, 1.0)["weights"]
    assert weights["layers.0"].tolist() == [1.0, 1.0]
    assert weights["intent.weight"].tolist() == [2.5, 2.5]


def test_other_intents_do_not_mix(tmp_path: Path) -> None:
    old = checkpoint(tmp_path / "old", 1.0, ("b.on",))
    with pytest.raises(ValueError, match="other intents"):
        mixed(old, checkpoint(tmp_path / "new", 3.0), 0.5, 0.5)
