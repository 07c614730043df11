"""Fits the cabin encoder that is shipped, in closed form: ridge regression from edges to answers.

    python -m training.vision.fit_cabin --pictures WORK/cabin --out WORK/cabin.onnx

Seconds of work, where `train_cabin` wants an hour of a quiet core to do better.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import linalg
from torch import Tensor, nn

from training.vision import cabin_material, export
from training.vision.cabin_material import Material
from training.vision.cabin_model import POINTS, STATES, Edges
from training.vision.cabin_pictures import GAZES, HELD_OUT, LABELS, SEATS

RIDGE = 100.0
SHARPNESS = 8.0
"""From scores that add up to about 1 to probabilities; right on average on seeds set aside."""
CHUNK = 1000
WIDTHS = [STATES, POINTS, len(GAZES)]


class LinearCabin(nn.Module):
    """`pixels` (1, 3, 120, 160) -> states, points_at and gaze of each seat, as probabilities."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        super().__init__()
        self.edges = Edges()
        self.answers = nn.Linear(weights.shape[0] - 1, weights.shape[1])
        self.answers.weight.data = torch.from_numpy(weights[1:].T.copy())
        self.answers.bias.data = torch.from_numpy(weights[0].copy())

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        scores = self.answers(self.edges(pixels).flatten(1))
        by_seat = scores.view(-1, len(SEATS), sum(WIDTHS))
        states, points_at, gaze = by_seat.split(WIDTHS, dim=2)
        sharp = SHARPNESS
        return states.clamp(0, 1), (points_at * sharp).softmax(2), (gaze * sharp).softmax(2)


def fit(material: Material) -> NDArray[np.float32]:
    """(1 + edges, seats * answers): the least squares solution over the pictures and the same
    pictures seen in a mirror."""
    width = 1 + int(np.prod(material.edges.shape[1:]))
    squares = np.zeros((width, width), np.float32)
    products = np.zeros((width, len(SEATS) * sum(WIDTHS)), np.float32)
    for edges, labels in (
        (material.edges, material.labels),
        (
            cabin_material.mirrored_edges(material.edges),
            cabin_material.mirrored_labels(material.labels),
        ),
    ):
        wanted = _wanted(labels)
        for start in range(0, len(labels), CHUNK):
            some = edges[start : start + CHUNK]
            rows = np.ones((len(some), width), np.float32)
            rows[:, 1:] = some.reshape(len(some), -1)
            squares += rows.T @ rows
            products += rows.T @ wanted[start : start + CHUNK]
    squares[np.diag_indices(width)] += RIDGE
    found: NDArray[np.float32] = linalg.solve(squares, products, assume_a="pos")
    return found.astype(np.float32)


def _wanted(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n, seats * answers): 1 for what is so, 0 for what is not or can't be seen."""
    states = labels[..., :STATES]
    points = labels[..., LABELS.index("points_at"), None] == np.arange(POINTS)
    gaze = labels[..., LABELS.index("gaze"), None] == np.arange(len(GAZES))
    return np.concatenate([states, points, gaze], -1).reshape(len(labels), -1).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    material = cabin_material.for_training(cabin_material.load(arguments.pictures, 0, HELD_OUT))
    export.cabin(LinearCabin(fit(material)), arguments.out)
    print(f"fitted to {len(material)} pictures")


if __name__ == "__main__":
    main()
