"""The cabin network: one picture in, what there is at each seat out."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from training.vision.cabin_pictures import GAZES, PLACES, SEATS

STATES = 3
"""Occupied, child seat, asleep: three yes-or-no answers."""
POINTS = 1 + len(PLACES)
HAND, TRACES = 6, 2
ROWS, COLUMNS = 8, 10
"""Of the last map: a picture of 120 x 160 made sixteen times smaller."""


class CabinLogits(NamedTuple):
    """Each (n, seats, ...). `hand` (wrist and aim in metres) and `traces` (n, 2, 15, 20: where in
    the picture wrists and fingertips that point are) are learnt with the rest because they show
    the network what to look for; the exported graph leaves them out."""

    states: Tensor
    points_at: Tensor
    gaze: Tensor
    hand: Tensor
    traces: Tensor


class CabinNetwork(nn.Module):
    """`pixels` (n, 3, 120, 160) in 0..255."""

    def __init__(self) -> None:
        super().__init__()
        self.near = nn.Sequential(_block(3, 24, 6, 4), _block(24, 48, 3, 2), _Residual(48))
        self.traces = nn.Conv2d(48, TRACES, 1)
        self.far = nn.Sequential(_block(48 + TRACES, 72, 3, 2), _Residual(72), _block(72, 40, 1, 1))
        self.shared = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.2), nn.Linear(40 * ROWS * COLUMNS, 192), nn.ReLU()
        )
        self.widths = [STATES, POINTS, len(GAZES), HAND]
        self.seats = nn.Linear(192, len(SEATS) * sum(self.widths))

    def forward(self, pixels: Tensor) -> CabinLogits:
        near = self.near(_evened(pixels))
        traces = self.traces(near)
        far = self.far(torch.cat([near, traces.sigmoid()], 1))
        by_seat = self.seats(self.shared(far)).view(-1, len(SEATS), sum(self.widths))
        states, points_at, gaze, hand = by_seat.split(self.widths, dim=2)
        return CabinLogits(states, points_at, gaze, hand, traces)


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, maps: Tensor) -> Tensor:
        return torch.relu(maps + self.change(maps))


def _block(inputs: int, outputs: int, size: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


def _evened(pixels: Tensor) -> Tensor:
    """As bright and as rich in contrast as any other picture."""
    mean = pixels.mean((1, 2, 3), keepdim=True)
    spread = (pixels - mean).pow(2).mean((1, 2, 3), keepdim=True).sqrt()
    return (pixels - mean) / (spread + 4.0)
