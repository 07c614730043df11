"""How far a recogniser is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cabin_agent.hearing.confidence import FILE, Calibration
from cabin_agent.hearing.models import ModelError


def test_without_a_calibration_the_mean_is_believed() -> None:
    assert Calibration().right([0.9, 0.5]) == pytest.approx(0.7)


def test_nothing_heard_is_certainly_nothing() -> None:
    assert Calibration().right([]) == 1.0


def test_the_weakest_word_pulls_a_calibrated_sentence_down(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / FILE).write_text('{"offset": -1.0, "weakest": 1.0, "mean": 0.5}')
    calibration = Calibration.of(tmp_path)
    assert calibration.right([1.0, 1.0, 0.4]) < 0.5 < calibration.right([1.0, 1.0, 0.99])
    assert 0.0 < calibration.right([0.0]) < calibration.right([1.0]) < 1.0


@pytest.mark.parametrize("content", ["{", "[1]", '{"slope": 1}'])
def test_a_broken_calibration_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError, match=r"confidence\.json"):
        Calibration.of(tmp_path)
