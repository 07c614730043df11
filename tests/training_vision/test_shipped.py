"""A shipped cabin network comes back from its graph as it was, to be trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

import simulator.cameras  # noqa: E402
from training.vision.cabin_model import as_pixels  # noqa: E402
from training.vision.shipped import SHIPPED, parts_of  # noqa: E402

FRAMES = sorted((Path(simulator.cameras.__file__).parent / "frames").glob("front_left-*.png"))


def test_the_network_of_a_graph_answers_as_the_graph_does() -> None:
    pictures = np.stack([np.asarray(Image.open(file).convert("RGB")) for file in FRAMES])
    network = parts_of(SHIPPED, pictures)
    session = onnxruntime.InferenceSession(SHIPPED)
    for picture in pictures:
        pixels = as_pixels(picture[None])
        states, points_at, gaze = session.run(None, {"pixels": pixels.numpy()})
        with torch.no_grad():
            found, evidence, places = network.looks(pixels)
        assert np.abs(found.states.sigmoid().numpy() - states).max() < 1e-3
        assert np.abs(found.gaze.softmax(2).numpy() - gaze).max() < 1e-3
        best = evidence.sum(3).argmax(2)
        read = [places[0, seat, best[0, seat]].argmax().item() for seat in range(2)]
        assert read == points_at[0, :2, 1:].argmax(1).tolist()
