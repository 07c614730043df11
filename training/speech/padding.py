"""Batches are padded to their longest row."""

from __future__ import annotations

import torch
from torch import Tensor


def within(lengths: Tensor, steps: int) -> Tensor:
    """(batch, steps): what belongs to a row of that length, and is not padding."""
    return torch.arange(steps, device=lengths.device) < lengths[:, None]
