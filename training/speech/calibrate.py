"""How far a model's confidences are to be believed: writes conf/confidence.json.

    python -m training.speech.calibrate MODEL TESTS

Fits the curve of `cabin_agent.hearing.confidence` on the development part of the test material
(materials.py) and tells on the test part how far the promised share of right sentences is from the
real one, before and after.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cabin_agent.hearing.confidence import FILE, Calibration, log_odds
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.hearing.writing import written
from training.speech.evaluate import read_clips

BINS = 10
RIDGE = 0.02
"""Keeps the curve near "believe the mean" where there is little to learn from."""


@dataclass(frozen=True)
class Heard:
    """The words' confidences of one clip, and whether its sentence was right."""

    words: tuple[float, ...]
    right: bool


def listen(model: VoskModel, folders: Iterable[Path], most: int) -> list[Heard]:
    """Up to `most` clips of each folder; clips in which nothing was heard are left out."""
    found = []
    for folder in folders:
        for clip in read_clips(folder)[:most]:
            recognised = model.recogniser().whole(clip.samples.tobytes())
            if recognised.words:
                words = tuple(word.confidence for word in recognised.words)
                found.append(Heard(words, recognised.text == written(clip.text.split())))
    return found


def fit(heard: list[Heard]) -> Calibration:
    """By maximum likelihood."""
    features = np.array([_features(each.words) for each in heard])
    right = np.array([each.right for each in heard], np.float64)

    def loss(weights: NDArray[np.float64]) -> float:
        odds = features @ weights
        likelihood = np.logaddexp(0, odds) - right * odds
        return float(likelihood.mean() + RIDGE * ((weights - [0, 0, 1]) ** 2).sum())

    offset, weakest, mean = minimize(loss, np.array([0.0, 0.0, 1.0])).x
    return Calibration(round(offset, 4), round(weakest, 4), round(mean, 4))


def _features(words: tuple[float, ...]) -> tuple[float, float, float]:
    return 1.0, log_odds(min(words)), log_odds(sum(words) / len(words))


def calibration_error(heard: list[Heard], calibration: Calibration) -> float:
    """Expected calibration error: the mean distance between promised and real share, by tenths."""
    promised = np.array([calibration.right(each.words) for each in heard])
    right = np.array([each.right for each in heard])
    tenth = np.minimum((promised * BINS).astype(int), BINS - 1)
    distances = [
        abs(promised[tenth == n].mean() - right[tenth == n].mean()) * (tenth == n).mean()
        for n in range(BINS)
        if (tenth == n).any()
    ]
    return float(sum(distances))


def _folders(tests: Path, part: str) -> list[Path]:
    return sorted(path for path in (tests / part).iterdir() if path.is_dir())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("tests", type=Path)
    parser.add_argument("--most", type=int, default=250, help="clips of each condition")
    options = parser.parse_args()
    (options.model / FILE).unlink(missing_ok=True)
    model = VoskModel.load(options.model)
    found = fit(listen(model, _folders(options.tests, "dev"), options.most))
    (options.model / FILE).write_text(json.dumps(asdict(found)) + "\n")
    judged = listen(model, _folders(options.tests, "test"), options.most)
    for name, calibration in (("before", Calibration()), ("after", found)):
        print(f"{name}: calibration error {calibration_error(judged, calibration):.3f}")


if __name__ == "__main__":
    main()
