"""Joins both trained parts of the cabin network and writes them as one ONNX file.

    python -m training.vision.join_cabin --pictures WORK/cabin --parts WORK --out WORK/cabin.onnx

How much the finder and the reader count when it comes to whether a hand points at all is fitted on
pictures of neither the training nor the test (`FOR_JOINING`). Hands that point and hands that don't
count alike (`POINTING`): what a hand shows is asked for only by words like "this window", and
whoever says them mostly does point, while in the pictures nine hands in ten rest.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from training.vision import cabin_material, export
from training.vision.cabin_material import Material
from training.vision.cabin_model import Cabin, Finder, Reader, in_batches
from training.vision.cabin_pictures import FOR_JOINING, POINTS_AT

STEPS = 600
POINTING = 0.5
"""The share of hands that point, among those that the words ask about."""


def joined(parts: Path, material: Material) -> Cabin:
    """Of `reader.pt` and `finder.pt`."""
    finder, reader = Finder(), Reader()
    finder.load_state_dict(torch.load(parts / "finder.pt"))
    reader.load_state_dict(torch.load(parts / "reader.pt"))
    network = Cabin(finder, reader, torch.tensor([[0.5, 0.5, 0.0]] * 2)).eval()
    network.sure = _sure(network, material)
    return network


def _sure(network: Cabin, material: Material) -> Tensor:
    """The weights of the evidence that make what is pointed at likeliest."""
    with torch.no_grad():
        looked = [network.looks(pixels) for pixels in in_batches(material.pictures)]
    evidence = torch.cat([own for _, own, _ in looked])
    places = torch.cat([where for _, _, where in looked])
    labels = torch.from_numpy(material.labels[..., POINTS_AT])
    points, rests = labels > 0, labels == 0
    weight = POINTING * points / points.sum() + (1.0 - POINTING) * rests / rests.sum()
    sure = network.sure.clone().requires_grad_()
    optimiser = torch.optim.Adam([sure], lr=0.02)
    for _ in range(STEPS):
        chances = network.points_at(evidence, places, sure)
        right = chances.gather(2, labels.clamp(min=0)[..., None])[..., 0]
        loss = -(weight * right.clamp(min=1e-6).log()).sum()
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
