"""Reads ``am/final.mdl`` back into the PyTorch network, so that training can go on from a model.

Only what kaldi_files.py writes is understood. Batch norms were folded into the matrices; they come
back as norms that change nothing once :func:`settle` has measured each unit's mean and deviation.
"""

from __future__ import annotations

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
    AcousticNetwork,
    NetworkShape,
    SplicedLayer,
    splice,
)
from training.speech.phones import PhoneSet

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Stored:
    """Matrix and bias of every affine layer in order, and the class priors as written."""

    layers: tuple[tuple[Matrix, Matrix], ...]
    priors: Matrix


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
    return Stored(tuple(layers), reader.vector())


def load_acoustic_model(
    path: Path, phones: PhoneSet, prior_scale: float, sample: NDArray[np.floating]
) -> AcousticNetwork:
    """The network of ``final.mdl``, ready to be trained on.

    ``sample`` is some training utterances' log-mel, (frames, 40); ``prior_scale`` what the priors
    were raised to when it was written. ValueError if its layers have another shape than ours.
    """
    stored = read_acoustic_model(path)
    shape = NetworkShape(phones.classes, len(stored.layers[0][1]))
    network = AcousticNetwork(shape)
    if len(stored.layers) != len(shape.offsets) + 3 or len(stored.priors) != shape.classes:
        raise ValueError(f"{path}: {len(stored.layers)} layers, {len(stored.priors)} classes")
    network.input_mean.copy_(torch.from_numpy(sample.mean(0)))
    network.input_deviation.copy_(torch.from_numpy(sample.std(0)))
    log_prior = np.log(stored.priors) / prior_scale
    network.class_log_prior.copy_(torch.from_numpy(log_prior))
    layers = [_on_log_mel(network, *stored.layers[0]), *stored.layers[1:]]
    with torch.no_grad():
        hidden = [network.first, network.second, *network.deep]
        for layer, (matrix, bias) in zip(hidden, layers[:-1], strict=True):
            layer.affine.weight.copy_(torch.from_numpy(matrix))
            layer.affine.bias.copy_(torch.from_numpy(bias))
        network.output.weight.copy_(torch.from_numpy(layers[-1][0]))
        network.output.bias.copy_(torch.from_numpy(layers[-1][1]))
    settle(network, torch.from_numpy(sample.astype(np.float32))[None])
    return network


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
    before = (spliced @ matrix.T + bias).reshape(-1, len(bias))
    deviation = before.std(0).clamp(min=1e-2)
    mean = before.mean(0)
    layer.affine.weight.copy_(matrix / deviation[:, None])
    layer.affine.bias.copy_(bias / deviation)
    layer.norm.running_mean.copy_(mean / deviation)
    layer.norm.running_var.copy_(before.var(0) / deviation**2)
    layer.norm.weight.copy_(deviation * (layer.norm.running_var + layer.norm.eps).sqrt())
    layer.norm.bias.copy_(mean)
    return layer(spliced)
