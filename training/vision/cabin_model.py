"""The cabin network: one picture in, what there is at each seat out.

Its first layer is fixed: edges by direction in cells of 8 pixels, relative to what is around (as in
histograms of oriented gradients; Dalal & Triggs 2005). It makes night and day, dark and bright
clothes alike, and is worked out once for each picture, so that the rest learns in minutes.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision.cabin_pictures import GAZES, PLACES, SEATS

STATES = 3
"""Occupied, child seat, asleep: three yes-or-no answers."""
POINTS = 1 + len(PLACES)
HAND, TRACES = 6, 2
DIRECTIONS = 16
CELL = 8
EDGES = DIRECTIONS + 3
"""Directions, brightness, and how much redder and bluer than grey."""
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


class Edges(nn.Module):
    """`pixels` (n, 3, 120, 160) in 0..255 -> (n, 19, 15, 20). Nothing here is learnt."""

    def __init__(self) -> None:
        super().__init__()
        angles = torch.arange(DIRECTIONS) * (2 * math.pi / DIRECTIONS)
        ways = torch.stack([angles.cos(), angles.sin()], 1)[:, :, None, None]
        self.register_buffer("ways", ways, persistent=False)
        blur = torch.tensor([1.0, 2.0, 1.0]) / 4.0
        slope = torch.tensor([-1.0, 0.0, 1.0])
        across, down = torch.outer(blur, slope), torch.outer(slope, blur)
        self.register_buffer("slopes", torch.stack([across, down])[:, None], persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        light = pixels / 255.0
        luma = light.mean(1, keepdim=True)
        small = F.avg_pool2d(luma, 2)
        slopes = F.conv2d(F.pad(small.sqrt(), [1] * 4, mode="replicate"), self.slopes)
        steepness = slopes.pow(2).sum(1, keepdim=True).sqrt() + 1e-4
        towards = F.conv2d(slopes / steepness, self.ways).relu().pow(3) * steepness
        cells = F.avg_pool2d(towards, 6, CELL // 2, 1, count_include_pad=False)
        energy = cells.pow(2).sum(1, keepdim=True)
        around = F.avg_pool2d(energy, 3, 1, 1, count_include_pad=False).sqrt()
        edges = cells / (around + 0.01)
        mean = luma.mean((2, 3), keepdim=True)
        spread = (luma - mean).pow(2).mean((2, 3), keepdim=True).sqrt()
        bright = F.avg_pool2d((luma - mean) / (spread + 0.02), CELL)
        colour = (light[:, 0::2] - luma) / (luma + 0.1)
        return torch.cat([edges * 2.0, bright, F.avg_pool2d(colour, CELL) * 2.0], 1)


MIRRORED = [(DIRECTIONS // 2 - way) % DIRECTIONS for way in range(DIRECTIONS)] + [16, 17, 18]
"""The channels of `Edges` of a picture flipped left to right."""


class CabinNetwork(nn.Module):
    """`edges` (n, 19, 15, 20)."""

    def __init__(self) -> None:
        super().__init__()
        self.near = _block(EDGES, 56, 1)
        self.traces = nn.Conv2d(56, TRACES, 3, padding=1)
        self.far = nn.Sequential(_block(56 + TRACES, 96, 2), nn.Flatten(), nn.Dropout(0.3))
        self.shared = nn.Sequential(nn.Linear(96 * ROWS * COLUMNS, 256), nn.ReLU())
        self.widths = [STATES, POINTS, len(GAZES), HAND]
        self.seats = nn.Linear(256, len(SEATS) * sum(self.widths))

    def forward(self, edges: Tensor) -> CabinLogits:
        near = self.near(edges)
        traces = self.traces(near)
        far = self.far(torch.cat([near, traces.sigmoid()], 1))
        by_seat = self.seats(self.shared(far)).view(-1, len(SEATS), sum(self.widths))
        states, points_at, gaze, hand = by_seat.split(self.widths, dim=2)
        return CabinLogits(states, points_at, gaze, hand, traces)


def _block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())
