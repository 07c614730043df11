"""Trains the road-sign network and writes it as ONNX.

python -m training.vision.train_signs --shared ../shared/data --out WORK/signs.onnx
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision import export, sign_pictures
from training.vision.budget import Budget, pace
from training.vision.sign_model import SignNetwork
from training.vision.sign_pictures import TEST_SEEDS, Labelled

BATCH = 64
BATCHES = 240
"""In a pass. The photographs of one track are much alike: a pass takes some of them."""
FASTEST = 4e-3
DRAWN, EMPTY = 2_400, 3_200


def training_pictures(photographed: Labelled) -> Labelled:
    """Photographs, drawn signs and places without one."""
    empty = sign_pictures.without_sign(EMPTY, 0, photographed.pictures)
    return photographed + sign_pictures.drawn(DRAWN, 0) + empty


def test_pictures(photographed: Labelled) -> Labelled:
    """Drawn signs and empty places of other seeds than the training's."""
    empty = sign_pictures.without_sign(600, TEST_SEEDS, photographed.pictures)
    return sign_pictures.drawn(600, TEST_SEEDS) + empty


def train(
    material: Labelled, budget: Budget, seed: int, watch: dict[str, Labelled], out: Path
) -> None:
    """`out` holds what was learnt so far after every pass."""
    torch.manual_seed(seed)
    network = SignNetwork()
    pictures = torch.from_numpy(material.pictures).permute(0, 3, 1, 2).contiguous()
    classes = torch.from_numpy(material.classes)
    loss_of = nn.CrossEntropyLoss(weight=_balance(material.classes), label_smoothing=0.05)
    optimiser = torch.optim.AdamW(network.parameters(), lr=FASTEST, weight_decay=1e-3)
    done, spent = 0, 0.0
    while spent < 1.0:
        losses = []
        network.train()
        for rows in _batches(len(classes)):
            spent = budget.spent(done)
            if spent >= 1.0:
                break
            for group in optimiser.param_groups:
                group["lr"] = FASTEST * pace(spent)
            logits = network(_varied(pictures[rows].float()))[:, :, 0, 0]
            loss = loss_of(logits, classes[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(loss.detach()))
            done += 1
        right = {name: f"{accuracy(network, part):.4f}" for name, part in watch.items()}
        export.signs(network, out)
        print(f"{done} batches, {spent:.0%}: loss {np.mean(losses):.3f}, {right}", flush=True)


def accuracy(network: SignNetwork, part: Labelled) -> float:
    network.eval()
    right = 0
    with torch.no_grad():
        for start in range(0, len(part.classes), 256):
            some = torch.from_numpy(part.pictures[start : start + 256]).permute(0, 3, 1, 2)
            found = network(some.float())[:, :, 0, 0].argmax(1).numpy()
            right += int((found == part.classes[start : start + 256]).sum())
    return right / len(part.classes)


def _batches(count: int) -> Iterator[Tensor]:
    order = torch.randperm(count)
    for start in range(0, BATCH * BATCHES, BATCH):
        yield order[start : start + BATCH]


def _balance(classes: np.ndarray) -> Tensor:
    """Rare signs count more, by the root of how rare they are."""
    counts = np.bincount(classes, minlength=sign_pictures.NONE + 1).clip(min=1)
    weight = 1.0 / np.sqrt(counts)
    return torch.tensor(weight / weight.mean(), dtype=torch.float32)


def _varied(pixels: Tensor) -> Tensor:
    """Shifted, turned, larger or smaller, brighter or darker, blurred, noisy."""
    count = len(pixels)
    angle = torch.randn(count) * 0.09
    size = torch.empty(count, 2).uniform_(0.84, 1.2) * torch.empty(count, 1).uniform_(0.9, 1.1)
    shift = torch.empty(count, 2).uniform_(-0.14, 0.14)
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = torch.stack(
        [
            torch.stack([cos * size[:, 0], -sin * size[:, 0], shift[:, 0]], 1),
            torch.stack([sin * size[:, 1], cos * size[:, 1], shift[:, 1]], 1),
        ],
        1,
    )
    grid = F.affine_grid(rows, list(pixels.shape), align_corners=False)
    moved = F.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
    blurred = F.avg_pool2d(moved, 3, 1, 1, count_include_pad=False)
    share = torch.rand(count, 1, 1, 1).pow(2)
    moved = moved * (1 - share) + blurred * share
    gain = torch.empty(count, 1, 1, 1).uniform_(0.5, 1.5)
    offset = torch.empty(count, 1, 1, 1).uniform_(-15, 15)
    noise = torch.randn_like(moved) * torch.rand(count, 1, 1, 1) * 6
    return (moved * gain + offset + noise).clamp(0, 255)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=4_000)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    archive = arguments.shared / "images" / "road_signs_train.zip"
    training, aside = sign_pictures.photographs(archive)
    material = training_pictures(training)
    print(f"{len(material.classes)} pictures, {len(aside.classes)} of tracks set aside", flush=True)
    watch = {"tracks": aside, "drawn": test_pictures(aside)}
    budget = Budget(arguments.batches, arguments.minutes)
    train(material, budget, arguments.seed, watch, arguments.out)


if __name__ == "__main__":
    main()
