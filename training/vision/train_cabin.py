"""Trains the cabin network and writes it as ONNX.

    python -m training.vision.train_cabin --pictures WORK/cabin --out WORK/cabin.onnx

Learns from the pictures that are there; the poses set aside and the seeds set aside stay out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from training.vision import cabin_material, export
from training.vision.budget import Budget, pace
from training.vision.cabin_material import Material
from training.vision.cabin_model import STATES, CabinLogits, CabinNetwork
from training.vision.cabin_pictures import HELD_OUT, UNSEEN
from training.vision.set_aside import GAZE, POINTS_AT, pose_set_aside

BATCH = 32
FASTEST = 2e-3
NOTHING = 0.25
"""How much a hand that points at nothing counts: most do."""
NOISE = 0.05
ASLEEP = 2

Rows = NDArray[np.int64]


class Batch(NamedTuple):
    """What `Material` holds, as tensors; `traces`: where hands are seen."""

    edges: Tensor
    labels: Tensor
    hands: Tensor
    traces: Tensor


def train(folder: Path, test: Material, budget: Budget, seed: int, out: Path) -> CabinNetwork:
    """Pictures that are drawn while this runs join in at the next pass; after each, what was learnt
    so far is saved beside `out`."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = CabinNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), lr=FASTEST, weight_decay=2e-3)
    done, spent = 0, 0.0
    while spent < 1.0:
        material = cabin_material.for_training(cabin_material.load(folder, 0, HELD_OUT))
        losses = []
        network.train()
        for batch in _batches(material, random):
            spent = budget.spent(done)
            if spent >= 1.0:
                break
            for group in optimiser.param_groups:
                group["lr"] = FASTEST * pace(spent)
            loss = _loss(network(batch.edges), batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(loss.detach()))
            done += 1
        right = pointing_accuracy(network, test)
        torch.save(network.state_dict(), out.with_suffix(".pt"))
        words = f"{done} batches, {spent:.0%}, {len(material)} pictures"
        print(f"{words}: loss {np.mean(losses):.3f}, {right}", flush=True)
    return network.eval()


def pointing_accuracy(network: CabinNetwork, test: Material) -> dict[str, float]:
    """Of the seats that point somewhere, how many are right; of the others, how many are."""
    network.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(test), 256):
            edges = torch.from_numpy(test.edges[start : start + 256]).float()
            found.append(network(edges).points_at.argmax(2).numpy())
    guess, truth = np.concatenate(found), test.labels[:, :, POINTS_AT]
    right = guess == truth
    aside = pose_set_aside(test.hands)
    front = right[:, :2][truth[:, :2] > 0]
    return {
        "set_aside": round(float(right[aside & (truth > 0)].mean()), 4),
        "pointing": round(float(right[truth > 0].mean()), 4),
        "front": round(float(front.mean()), 4),
        "not_pointing": round(float(right[truth == 0].mean()), 4),
    }


def _batches(material: Material, random: np.random.Generator) -> Iterator[Batch]:
    order = random.permutation(len(material))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        rows = order[start : start + BATCH]
        edges, labels, hands = material.edges[rows], material.labels[rows], material.hands[rows]
        if random.random() < 0.5:
            edges = cabin_material.mirrored_edges(edges)
            labels = cabin_material.mirrored_labels(labels)
            hands = cabin_material.mirrored_hands(hands)
        maps = torch.from_numpy(np.ascontiguousarray(edges)).float()
        traces = cabin_material.traces(hands, labels[..., POINTS_AT] > 0)
        yield Batch(
            maps + torch.randn_like(maps) * NOISE,
            torch.from_numpy(labels),
            torch.from_numpy(hands),
            torch.from_numpy(traces),
        )


def _loss(logits: CabinLogits, batch: Batch) -> Tensor:
    states = batch.labels[:, :, :STATES].float()
    counts = torch.ones_like(states)
    counts[:, :, ASLEEP] = states[:, :, 0]
    said = F.binary_cross_entropy_with_logits(logits.states, states, counts)
    weight = torch.ones(logits.points_at.shape[2])
    weight[0] = NOTHING
    points_at = _choice(logits.points_at, batch.labels[:, :, POINTS_AT], weight)
    gaze = _choice(logits.gaze, batch.labels[:, :, GAZE], None)
    shown = (batch.labels[:, :, POINTS_AT] > 0).unsqueeze(2).float()
    off = F.smooth_l1_loss(logits.hand, batch.hands, reduction="none", beta=0.1) * shown
    hand = off.sum() / (shown.sum() * batch.hands.shape[2]).clamp(min=1.0)
    seen = F.binary_cross_entropy_with_logits(
        logits.traces, batch.traces, 1.0 + 20.0 * batch.traces
    )
    return said + 2.0 * points_at + 0.5 * gaze + 4.0 * hand + 2.0 * seen


def _choice(logits: Tensor, wanted: Tensor, weight: Tensor | None) -> Tensor:
    return F.cross_entropy(
        logits.flatten(0, 1), wanted.flatten(), weight, ignore_index=UNSEEN, label_smoothing=0.02
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=8_000)
    parser.add_argument("--minutes", type=float, default=240.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    test = cabin_material.load(arguments.pictures, HELD_OUT, 2 * HELD_OUT)
    budget = Budget(arguments.batches, arguments.minutes)
    network = train(arguments.pictures, test, budget, arguments.seed, arguments.out)
    export.cabin(export.Answers(network), arguments.out)


if __name__ == "__main__":
    main()
