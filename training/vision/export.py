"""Writes the trained networks as ONNX files."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from simulator.cameras.cabin_frame import HEIGHT, WIDTH
from training.vision.cabin_model import CabinNetwork, Edges
from training.vision.sign_model import SignNetwork
from training.vision.sign_pictures import SIZE

OPSET = 17


def signs(network: SignNetwork, file: Path) -> None:
    """`pixels` (1, 3, height, width) -> `classes` (1, 44, rows, columns), any size from 40 up."""
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, SIZE, SIZE),),
        str(file),
        input_names=["pixels"],
        output_names=["classes"],
        dynamic_axes={
            "pixels": {2: "height", 3: "width"},
            "classes": {2: "rows", 3: "columns"},
        },
        opset_version=OPSET,
        dynamo=False,
    )


class Answers(nn.Module):
    """Probabilities in place of logits, without what was only learnt for learning's sake."""

    def __init__(self, network: CabinNetwork) -> None:
        super().__init__()
        self.edges, self.network = Edges(), network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logits = self.network(self.edges(pixels))
        return logits.states.sigmoid(), logits.points_at.softmax(2), logits.gaze.softmax(2)


def cabin(answers: nn.Module, file: Path) -> None:
    """`pixels` (1, 3, 120, 160) -> `states` (1, seats, 3), `points_at` (1, seats, places),
    `gaze` (1, seats, ways), all of them probabilities."""
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        answers.eval(),
        (torch.zeros(1, 3, HEIGHT, WIDTH),),
        str(file),
        input_names=["pixels"],
        output_names=["states", "points_at", "gaze"],
        opset_version=OPSET,
        dynamo=False,
    )
