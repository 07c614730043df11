"""The acoustic network: a small time-delay network that looks far back and only 0.12 s ahead.

Input: log-mel frames every 10 ms. Output: log probabilities of the acoustic classes every
30 ms. Every layer is a matrix on frames spliced at fixed offsets, batch norm and ReLU; layers after
the second add their input (residual). The matrix may be a product of two with a narrow place in
between ("factorised", Povey et al. 2018). Splicing as concatenation keeps it one matrix product,
which bf16 makes fast on a CPU, and is what Kaldi's ``Append`` descriptor does.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.averaging import mean_of
from training.speech.features import NUM_MEL

SUBSAMPLING = 3
FIRST_OFFSETS = (-2, -1, 0, 1, 2)  # input frames
SECOND_OFFSETS = (-1, 0, 1)  # input frames; evaluated every third frame
DEFAULT_OFFSETS = (
    (-1, 0, 1),
    (-1, 0, 1),
    (-2, -1, 0),
    (-1, 0, 1),
    (-4, -2, 0),
    (-4, -2, 0),
    (-6, -3, 0),
)
DEEPER_OFFSETS = (
    (-1, 0),
    (-2, -1, 0),
    (-3, -1, 0),
    (-3, -2, 0),
    (-5, -2, 0),
    (-6, -3, 0),
)
"""Of layers that `deepened` adds: none looks ahead."""
FAINT = 0.1
"""The deviation of what a layer that knows nothing yet adds."""
WIDE_OFFSETS = (
    (-1, 0, 1),
    (-1, 0),
    (-1, 0, 1),
    (-2, -1, 0),
    (-1, 0, 1),
    (-3, -1, 0),
    (-3, -2, 0),
    (-4, -2, 0),
    (-4, -2, 0),
    (-6, -3, 0),
)


@dataclass(frozen=True)
class NetworkShape:
    """Width of the hidden layers; offsets (in output frames of 30 ms) of the residual ones; how
    narrow the factors of all layers but the first and the last are (0: they are not factorised)."""

    classes: int
    width: int = 384
    offsets: tuple[tuple[int, ...], ...] = DEFAULT_OFFSETS
    bottleneck: int = 0

    @property
    def left_context(self) -> int:
        """Input frames needed before the output's own."""
        deep = sum(-min(taps) for taps in self.offsets)
        return -FIRST_OFFSETS[0] - SECOND_OFFSETS[0] + SUBSAMPLING * deep

    @property
    def right_context(self) -> int:
        """Input frames needed after the output's own: the look-ahead."""
        deep = sum(max(taps) for taps in self.offsets)
        return FIRST_OFFSETS[-1] + SECOND_OFFSETS[-1] + SUBSAMPLING * deep


Folded = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Matrix and bias of an affine map."""


class SplicedLayer(nn.Module):
    """Affine map of spliced frames (in two factors if ``bottleneck``), batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, bottleneck: int = 0) -> None:
        super().__init__()
        narrow = nn.Linear(inputs, bottleneck, bias=False) if bottleneck else None
        self.narrow: nn.Linear | None = narrow
        self.affine = nn.Linear(bottleneck or inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, spliced: Tensor) -> Tensor:
        """(batch, time, inputs) -> (batch, time, outputs)."""
        hidden = self.affine(self.narrowed(spliced))
        flat = self.norm(hidden.reshape(-1, hidden.shape[-1]))
        return functional.relu(flat).view(hidden.shape)

    def narrowed(self, spliced: Tensor) -> Tensor:
        """What the affine map gets."""
        return self.narrow(spliced) if self.narrow else spliced

    def maps(self) -> list[Folded]:
        """The affine maps in order."""
        if self.narrow is None:
            return [self.folded()]
        matrix = self.narrow.weight.detach().double().numpy()
        return [(matrix, np.zeros(len(matrix))), self.folded()]

    def folded(self) -> Folded:
        """Matrix and bias of the last map with the batch norm multiplied in."""
        scale = self.norm.weight.double() / (self.norm.running_var.double() + self.norm.eps).sqrt()
        matrix = self.affine.weight.double() * scale[:, None]
        bias = (self.affine.bias.double() - self.norm.running_mean.double()) * scale
        bias = bias + self.norm.bias.double()
        return matrix.detach().numpy(), bias.detach().numpy()


def splice(frames: Tensor, offsets: tuple[int, ...]) -> Tensor:
    """Concatenate shifted copies: (batch, time, d) -> (batch, time - span, d * len(offsets))."""
    low, high = offsets[0], offsets[-1]
    length = frames.shape[1] - (high - low)
    return torch.cat([frames[:, o - low : o - low + length] for o in offsets], dim=2)


class AcousticNetwork(nn.Module):
    """See the module's docstring."""

    def __init__(self, shape: NetworkShape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = dropout
        width = self.shape.width
        self.register_buffer("input_mean", torch.zeros(NUM_MEL))
        self.register_buffer("input_deviation", torch.ones(NUM_MEL))
        uniform = torch.full((shape.classes,), -np.log(shape.classes))
        self.register_buffer("class_log_prior", uniform)
        narrow = shape.bottleneck
        self.first = SplicedLayer(len(FIRST_OFFSETS) * NUM_MEL, width)
        self.second = SplicedLayer(len(SECOND_OFFSETS) * width, width, narrow)
        self.deep = nn.ModuleList(
            SplicedLayer(len(taps) * width, width, narrow) for taps in self.shape.offsets
        )
        self.output = nn.Linear(width, shape.classes)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, time, 40) padded by the two contexts -> (batch, outputs, classes), log probs.

        For ``n`` output frames, time must be at least ``3 n - 2 + left + right context``.
        """
        hidden = (frames - self.input_mean) / self.input_deviation
        hidden = self.first(splice(hidden, FIRST_OFFSETS))
        batch, length, width = hidden.shape
        steps = (length - len(SECOND_OFFSETS)) // SUBSAMPLING + 1
        hidden = self.second(
            hidden[:, : SUBSAMPLING * steps].reshape(batch, steps, SUBSAMPLING * width)
        )
        for layer, taps in zip(self.deep, self.shape.offsets, strict=True):
            change = layer(splice(hidden, taps))
            if self.training and self.dropout:
                change = functional.dropout(change, self.dropout)
            end = hidden.shape[1] - max(taps)
            hidden = hidden[:, -min(taps) : end] + change
        return self.output(hidden).float().log_softmax(-1)

    def folded_layers(self) -> list[list[Folded]]:
        """The affine maps of every layer, input normalisation and batch norms multiplied in."""
        matrix, bias = self.first.folded()
        mean = np.tile(self.input_mean.double().numpy(), len(FIRST_OFFSETS))
        deviation = np.tile(self.input_deviation.double().numpy(), len(FIRST_OFFSETS))
        matrix = matrix / deviation
        layers = [[(matrix, bias - matrix @ mean)], self.second.maps()]
        layers += [layer.maps() for layer in self.deep]  # type: ignore[operator]
        last = self.output.weight.detach().double().numpy()
        layers.append([(last, self.output.bias.detach().double().numpy())])
        return layers

    def save(self, path: Path) -> None:
        """Shape and weights in one file."""
        torch.save({"shape": asdict(self.shape), "weights": self.state_dict()}, path)


def for_other_classes(trained: AcousticNetwork, classes: int) -> AcousticNetwork:
    """The hidden layers of ``trained`` under an output layer that knows nothing yet."""
    network = AcousticNetwork(replace(trained.shape, classes=classes))
    own = {"output.weight", "output.bias", "class_log_prior"}
    hidden = {name: value for name, value in trained.state_dict().items() if name not in own}
    network.load_state_dict(hidden, strict=False)
    return network


def deepened(trained: AcousticNetwork) -> AcousticNetwork:
    """The same network with a layer of `DEEPER_OFFSETS` after each of its deep ones, as far as
    there are any; they add nearly nothing yet, so that it goes on where it was."""
    offsets: list[tuple[int, ...]] = []
    places, added = [], []
    for taps, more in zip_longest(trained.shape.offsets, DEEPER_OFFSETS[: len(trained.deep)]):
        places.append(len(offsets))
        offsets.append(taps)
        if more:
            added.append(len(offsets))
            offsets.append(more)
    network = AcousticNetwork(replace(trained.shape, offsets=tuple(offsets)))
    renamed = {
        re.sub(r"^deep\.(\d+)", lambda found: f"deep.{places[int(found[1])]}", name): value
        for name, value in trained.state_dict().items()
    }
    network.load_state_dict(renamed, strict=False)
    with torch.no_grad():
        for place in added:
            network.deep[place].norm.weight.fill_(FAINT)  # type: ignore[union-attr]
    return network


def load_network(path: Path) -> AcousticNetwork:
    """Read what :meth:`AcousticNetwork.save` wrote."""
    stored = torch.load(path, map_location="cpu", weights_only=True)
    offsets = tuple(tuple(taps) for taps in stored["shape"]["offsets"])
    shape = NetworkShape(**{**stored["shape"], "offsets": offsets})
    network = AcousticNetwork(shape)
    network.load_state_dict(stored["weights"])
    return network


def average(paths: list[Path], weights: list[float] | None = None) -> AcousticNetwork:
    """The weighted mean of several checkpoints of one shape."""
    networks = [load_network(path) for path in paths]
    shares = weights or [1.0] * len(paths)
    result = networks[0]
    result.load_state_dict(mean_of([network.state_dict() for network in networks], shares))
    return result
