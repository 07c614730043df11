"""Reads ``am/final.mdl`` back into the PyTorch network, so that training can go on from a model.

Only what kaldi_files.py writes is understood. Batch norms were folded into the matrices; they come
back as norms that change nothing once :func:`settle` has measured each unit's mean and deviation.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.speech.features import NUM_MEL
from training.speech.kaldi_files import mfcc_matrix
from training.speech.network import (
    FIRST_OFFSETS,
    SECOND_OFFSETS,
    SUBSAMPLING,
    AcousticNetwork,
    NetworkShape,
    SplicedLayer,
    splice,
)

Matrix = NDArray[np.float64]


_NODE = re.compile(r"component-node name=(\w+)\.(?:narrow|affine) \S+ input=(.*)")
_OFFSET = re.compile(r"Offset\(\S+, (-?\d+)\)|[\w.]+")


@dataclass(frozen=True)
class Stored:
    """Matrix and bias of every affine map in order, the offsets in input frames of every layer but
    the last, and the class priors as written."""

    layers: tuple[tuple[Matrix, Matrix], ...]
    offsets: tuple[tuple[int, ...], ...]
    priors: Matrix

    def shape(self) -> NetworkShape:
        """ValueError if there is no network of ours with these layers."""
        first, second, *deep = self.offsets
        if (first, second) != (FIRST_OFFSETS, SECOND_OFFSETS):
            raise ValueError(f"offsets {first}, {second} of the first two layers are not ours")
        factors = len(self.layers) - len(self.offsets) - 1
        narrow = len(self.layers[1][1]) if factors else 0
        if factors not in (0, len(self.offsets) - 1):
            raise ValueError(f"{len(self.layers)} maps in {len(self.offsets) + 1} layers")
        taps = tuple(tuple(offset // SUBSAMPLING for offset in each) for each in deep)
        return NetworkShape(len(self.priors), len(self.layers[0][1]), taps, narrow)


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def seek(self, token: str) -> bool:
        """Go behind the next ``token``; False if there is none."""
        found = self._content.find(token.encode() + b" ", self._at)
        if found >= 0:
            self._at = found + len(token) + 1
        return found >= 0

    def matrix(self) -> Matrix:
        self.seek("CM2")
        low, span, rows, columns = self._unpack("<ffii")
        steps = np.frombuffer(self._content, "<u2", rows * columns, self._at)
        self._at += steps.nbytes
        return low + span * steps.reshape(rows, columns).astype(np.float64) / 65535

    def vector(self) -> Matrix:
        self.seek("FV")
        self._at += 1
        (size,) = self._unpack("<i")
        values = np.frombuffer(self._content, "<f4", size, self._at)
        self._at += values.nbytes
        return values.astype(np.float64)

    def text(self) -> str:
        """Up to the first binary part."""
        end = self._content.find(b"<NumComponents>")
        return self._content[:end].decode("latin-1")

    def _unpack(self, form: str) -> tuple:
        values = struct.unpack_from(form, self._content, self._at)
        self._at += struct.calcsize(form)
        return values


def read_acoustic_model(path: Path) -> Stored:
    """ValueError if there are no layers in it."""
    reader = _Reader(path.read_bytes())
    layers = []
    while reader.seek("<LinearParams>"):
        matrix = reader.matrix()
        reader.seek("<BiasParams>")
        layers.append((matrix, reader.vector()))
    if not layers or not reader.seek("<Priors>"):
        raise ValueError(f"{path}: no acoustic model that this recipe wrote")
    return Stored(tuple(layers), _offsets(reader.text()), reader.vector())


def _offsets(text: str) -> tuple[tuple[int, ...], ...]:
    """What each layer but the last appends, read off the network's configuration."""
    spliced = {
        name: tuple(int(found[1] or 0) for found in _OFFSET.finditer(source[len("Append(") : -1]))
        for name, source in _NODE.findall(text)
        if source.startswith("Append(")
    }
    return tuple(spliced.values())


def load_acoustic_model(
    path: Path, prior_scale: float, sample: NDArray[np.floating]
) -> AcousticNetwork:
    """The network of ``final.mdl``, ready to be trained on.

    ``sample`` is some training utterances' log-mel, (frames, 40); ``prior_scale`` what the priors
    were raised to when it was written. ValueError if its layers have another shape than ours.
    """
    stored = read_acoustic_model(path)
    network = AcousticNetwork(stored.shape())
    network.input_mean.copy_(torch.from_numpy(sample.mean(0)))
    network.input_deviation.copy_(torch.from_numpy(sample.std(0)))
    network.class_log_prior.copy_(torch.from_numpy(np.log(stored.priors) / prior_scale))
    maps = iter([_on_log_mel(network, *stored.layers[0]), *stored.layers[1:]])
    with torch.no_grad():
        for layer in (network.first, network.second, *network.deep):
            if layer.narrow is not None:
                layer.narrow.weight.copy_(torch.from_numpy(next(maps)[0]))
            _copy(layer.affine, next(maps))
        _copy(network.output, next(maps))
    settle(network, torch.from_numpy(sample.astype(np.float32))[None])
    return network


def _copy(target: torch.nn.Linear, source: tuple[Matrix, Matrix]) -> None:
    target.weight.copy_(torch.from_numpy(source[0]))
    target.bias.copy_(torch.from_numpy(source[1]))


def _on_log_mel(network: AcousticNetwork, matrix: Matrix, bias: Matrix) -> tuple[Matrix, Matrix]:
    """The first layer on normalised log-mel instead of on MFCC."""
    shaped = matrix.reshape(len(bias), len(FIRST_OFFSETS), NUM_MEL) @ mfcc_matrix()
    flat = shaped.reshape(len(bias), -1)
    mean = np.tile(network.input_mean.double().numpy(), len(FIRST_OFFSETS))
    deviation = np.tile(network.input_deviation.double().numpy(), len(FIRST_OFFSETS))
    return flat * deviation, bias + flat @ mean


def settle(network: AcousticNetwork, frames: torch.Tensor) -> None:
    """Give each norm the statistics of ``frames`` (batch, time, 40) and the factor that undoes it.

    The function stays; in training mode, where batches' own statistics are used, nearly so.
    """
    network.eval()
    with torch.no_grad():
        hidden = (frames - network.input_mean) / network.input_deviation
        hidden = _settle_layer(network.first, splice(hidden, FIRST_OFFSETS))
        hidden = _settle_layer(network.second, splice(hidden, SECOND_OFFSETS)[:, ::3])
        for layer, taps in zip(network.deep, network.shape.offsets, strict=True):
            change = _settle_layer(layer, splice(hidden, taps))
            hidden = hidden[:, -min(taps) : hidden.shape[1] - max(taps)] + change


def _settle_layer(layer: SplicedLayer, spliced: torch.Tensor) -> torch.Tensor:
    """Fold the norm away, scale every unit to deviation 1 and let the norm scale it back."""
    matrix, bias = (torch.from_numpy(each).float() for each in layer.folded())
    before = (layer.narrowed(spliced) @ matrix.T + bias).reshape(-1, len(bias))
    deviation = before.std(0).clamp(min=1e-2)
    mean = before.mean(0)
    layer.affine.weight.copy_(matrix / deviation[:, None])
    layer.affine.bias.copy_(bias / deviation)
    layer.norm.running_mean.copy_(mean / deviation)
    layer.norm.running_var.copy_(before.var(0) / deviation**2)
    layer.norm.weight.copy_(deviation * (layer.norm.running_var + layer.norm.eps).sqrt())
    layer.norm.bias.copy_(mean)
    return layer(spliced)
