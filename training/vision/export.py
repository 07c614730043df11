"""Writes the trained networks as ONNX files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from simulator.cameras.stage import HEIGHT, WIDTH
from training.vision.cabin_model import Cabin
from training.vision.sign_model import SignNetwork
from training.vision.sign_pictures import SIZE

OPSET = 17
LARGE = 100_000
"""Weights of so many numbers are stored in 16 bits."""


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


def cabin(network: Cabin, file: Path) -> None:
    """`pixels` (1, 3, 240, 320) -> `states` (1, seats, 3), `points_at` (1, seats, places),
    `gaze` (1, seats, ways), all of them probabilities."""
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, HEIGHT, WIDTH),),
        str(file),
        input_names=["pixels"],
        output_names=["states", "points_at", "gaze"],
        opset_version=OPSET,
        dynamo=False,
    )
    _store_smaller(file)


def _store_smaller(file: Path) -> None:
    """Large weights in 16 bits; the runtime widens them once, when it loads the file."""
    model = onnx.load(file)
    graph = model.graph
    for weight in [each for each in graph.initializer if np.prod(each.dims) > LARGE]:
        values = numpy_helper.to_array(weight).astype(np.float16)
        name = f"{weight.name}_16"
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(values, name))
        widened = helper.make_node("Cast", [name], [weight.name], to=TensorProto.FLOAT)
        graph.node.insert(0, widened)
    onnx.save(model, file)
