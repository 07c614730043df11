"""Joins both trained parts of the cabin network and writes them as one ONNX file.

    python -m training.vision.join_cabin --pictures WORK/cabin --parts WORK --out WORK/cabin.onnx

How much the finder and the reader count when it comes to whether a hand points at all is fitted on
pictures of neither the training nor the test (`FOR_JOINING`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training.vision import cabin_material, export
from training.vision.cabin_material import Material
from training.vision.cabin_model import Cabin, Finder, Reader
from training.vision.cabin_pictures import FOR_JOINING, POINTS_AT, UNSEEN

STEPS = 600


def joined(parts: Path, material: Material) -> Cabin:
    """Of `reader.pt` and `finder.pt`."""
    finder, reader = Finder(), Reader()
    finder.load_state_dict(torch.load(parts / "finder.pt"))
    reader.load_state_dict(torch.load(parts / "reader.pt"))
    network = Cabin(finder, reader, torch.tensor([[0.5, 0.5, 0.0]] * 2)).eval()
    network.sure = _sure(network, material)
    return network


def _sure(network: Cabin, material: Material) -> Tensor:
    """The weights of the evidence that make the probability of pointing right."""
    found = []
    with torch.no_grad():
        for start in range(0, len(material), 50):
            some = np.ascontiguousarray(material.pictures[start : start + 50])
            pixels = torch.from_numpy(some).permute(0, 3, 1, 2).float()
            found.append(network.evidence(*network.looks(pixels)))
    labels = torch.from_numpy(material.labels[..., POINTS_AT])
    evidence, points, known = torch.cat(found), (labels > 0).float(), (labels != UNSEEN).float()
    sure = network.sure.clone().requires_grad_()
    optimiser = torch.optim.Adam([sure], lr=0.02)
    for _ in range(STEPS):
        logits = network.points(evidence, sure)
        loss = F.binary_cross_entropy_with_logits(logits, points, known)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return sure.detach()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--parts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    material = cabin_material.load(arguments.pictures, FOR_JOINING, 2 * FOR_JOINING)
    network = joined(arguments.parts, material)
    export.cabin(network, arguments.out)
    print(f"{arguments.out}: the finder, the reader and none count {network.sure.tolist()}")


if __name__ == "__main__":
    main()
