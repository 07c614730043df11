"""How well the network does on sentences that were held out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from training.understanding.data import IGNORED, Row, batches, inputs, tensors
from training.understanding.model import JointModel

BATCH_PIECES = 1400

Batch = Mapping[str, Tensor]


def exactness(model: JointModel, rows: list[Row], none: int) -> dict[str, float]:
    """Shares of held-out rows that are right: all intents, with places and degrees, all tags."""
    right = {"intents": 0, "actions": 0, "tags": 0, "all": 0, "n": 0}
    sums = {"addressed": 0, "complete": 0, "route": 0, "routes": 0, "rows": 0}
    for group, batch, out in answered(model, rows):
        hit, routed, known = hits(out, batch, none), has_route(batch), has_actions(batch)
        for name in ("addressed", "complete"):
            sums[name] += int(hit[name].sum())
        sums["route"] += int((hit["route"] & routed).sum())
        sums["routes"] += int(routed.sum())
        sums["rows"] += len(group)
        for name in ("intents", "actions", "tags", "all"):
            right[name] += int((hit[name] & known).sum())
        right["n"] += int(known.sum())
    shares = {
        name: right[name] / max(1, right["n"]) for name in ("intents", "actions", "tags", "all")
    }
    for name in ("addressed", "complete"):
        shares[name] = sums[name] / max(1, sums["rows"])
    shares["route"] = sums["route"] / max(1, sums["routes"])
    return shares


@torch.no_grad()
def answered(
    model: JointModel, rows: Sequence[Row]
) -> Iterator[tuple[list[Row], Batch, tuple[Tensor, ...]]]:
    """Rows in batches, and what the network makes of them; afterwards it is in training again."""
    model.eval()
    device = model.queries.device
    for group in batches(rows, BATCH_PIECES, random.Random(0)):
        batch = {name: values.to(device) for name, values in tensors(group).items()}
        yield group, batch, model(*inputs(batch), places=batch["actions"].shape[1])
    model.train()


def hits(out: tuple[Tensor, ...], batch: Batch, none: int) -> dict[str, Tensor]:
    """Which rows are right: in each of the three decisions about the whole; all intents, with
    places and degrees, all tags, and all these."""
    truth = batch["actions"]
    intents = (out[3].argmax(-1) == truth[..., 0]).all(-1)
    empty = truth[..., 0] == none
    places = ((out[4].argmax(-1) == truth[..., 1]) | empty).all(-1)
    degrees = ((out[5].argmax(-1) == truth[..., 2]) | empty).all(-1)
    words = ((out[6].argmax(-1) == batch["tags"]) | (batch["tags"] == IGNORED)).all(-1)
    actions = intents & places & degrees
    return {
        "addressed": (out[0] > 0) == (batch["addressed"] > 0.5),
        "complete": (out[1] > 0) == (batch["complete"] > 0.5),
        "route": out[2].argmax(-1) == batch["route"],
        "intents": intents,
        "actions": actions,
        "tags": words,
        "all": actions & words,
    }


def has_route(batch: Batch) -> Tensor:
    """Which rows have a route to be right about."""
    return batch["route"] != IGNORED


def has_actions(batch: Batch) -> Tensor:
    """Which rows have actions, or none, to be right about."""
    return (batch["actions"][:, 0, 0] != IGNORED) & (batch["addressed"] > 0.5)
