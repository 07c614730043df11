"""The sign network: a classifier of 40 x 40 pixels that slides over larger pictures by itself.

It has no padding and no fully connected layer, so a picture of any size gives a map of classes, one
for each window of 40 pixels every 8 pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision.sign_pictures import NONE

CLASSES = NONE + 1
AROUND = 31
"""Pixels: brightness and contrast are judged against this neighbourhood."""


class SignNetwork(nn.Module):
    """`pixels` (n, 3, height, width) in 0..255 -> logits (n, 44, rows, columns)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _block(4, 24, 5, stride=2),
            _block(24, 48, 3),
            nn.MaxPool2d(2),
            _block(48, 96, 3),
            nn.MaxPool2d(2),
            _block(96, 192, 3),
            nn.Dropout(0.3),
            nn.Conv2d(192, CLASSES, 1),
        )

    def forward(self, pixels: Tensor) -> Tensor:
        logits: Tensor = self.layers(_evened(pixels / 255.0))
        return logits


def _block(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def _evened(light: Tensor) -> Tensor:
    """Colours and brightness relative to what is around, so that night and noon look alike."""
    luma = light.mean(1, keepdim=True)
    mean = _around(luma)
    spread = (_around(luma * luma) - mean * mean).clamp(min=0.0).sqrt()
    colours = (light - luma) / (mean + 0.05)
    return torch.cat([(luma - mean) / (spread + 0.02), colours * 2.0], 1)


def _around(values: Tensor) -> Tensor:
    """The mean of the neighbourhood, along one axis after the other."""
    half = AROUND // 2
    down = F.avg_pool2d(values, (AROUND, 1), 1, (half, 0), count_include_pad=False)
    return F.avg_pool2d(down, (1, AROUND), 1, (0, half), count_include_pad=False)
