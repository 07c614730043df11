"""How well the network does on sentences that were held out."""

from __future__ import annotations

import random
from collections.abc import Mapping

import torch
from torch import Tensor

from training.understanding.data import IGNORED, Row, batches, inputs, tensors
from training.understanding.model import JointModel

BATCH_PIECES = 1400


@torch.no_grad()
def exactness(model: JointModel, rows: list[Row], none: int) -> dict[str, float]:
    """Shares of held-out rows that are right: all intents, with places and degrees, all tags."""
    model.eval()
    right = {"intents": 0, "actions": 0, "tags": 0, "all": 0, "n": 0}
    sums = {"addressed": 0, "complete": 0, "route": 0, "routes": 0, "rows": 0}
    for group in batches(rows, BATCH_PIECES, random.Random(0)):
        batch = tensors(group)
        out = model(*inputs(batch), places=batch["actions"].shape[1])
        sums["addressed"] += int(((out[0] > 0) == (batch["addressed"] > 0.5)).sum())
        sums["complete"] += int(((out[1] > 0) == (batch["complete"] > 0.5)).sum())
        judged = batch["route"] != IGNORED
        sums["route"] += int((out[2].argmax(-1) == batch["route"])[judged].sum())
        sums["routes"] += int(judged.sum())
        sums["rows"] += len(group)
        known = (batch["actions"][:, 0, 0] != IGNORED) & (batch["addressed"] > 0.5)
        for name, hit in hits(out, batch, none).items():
            right[name] += int((hit & known).sum())
        right["n"] += int(known.sum())
    model.train()
    shares = {
        name: right[name] / max(1, right["n"]) for name in ("intents", "actions", "tags", "all")
    }
    for name in ("addressed", "complete"):
        shares[name] = sums[name] / max(1, sums["rows"])
    shares["route"] = sums["route"] / max(1, sums["routes"])
    return shares


def hits(out: tuple[Tensor, ...], batch: Mapping[str, Tensor], none: int) -> dict[str, Tensor]:
    """Which rows have all intents right, with places and degrees, all tags, and everything."""
    truth = batch["actions"]
    intents = (out[3].argmax(-1) == truth[..., 0]).all(-1)
    empty = truth[..., 0] == none
    places = ((out[4].argmax(-1) == truth[..., 1]) | empty).all(-1)
    degrees = ((out[5].argmax(-1) == truth[..., 2]) | empty).all(-1)
    words = ((out[6].argmax(-1) == batch["tags"]) | (batch["tags"] == IGNORED)).all(-1)
    actions = intents & places & degrees
    return {"intents": intents, "actions": actions, "tags": words, "all": actions & words}
