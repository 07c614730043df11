"""Writes ``am/final.mdl``: a Kaldi transition model and nnet3 network, without Kaldi.

Format facts (read from Kaldi's ``hmm/``, ``nnet3/`` and ``matrix/`` sources): a binary file starts
with ``\\0B``; tokens end in a space; numbers are their size in one byte and the value; matrices are
``FM``/``FV`` (float32) or ``CM2`` (16 bits per element between the matrix's least and greatest
value, which every Kaldi matrix reader accepts: half the size, error below 1e-4 of the range).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from training.speech.features import NUM_MEL
from training.speech.network import (
    FIRST_OFFSETS,
    SECOND_OFFSETS,
    SUBSAMPLING,
    AcousticNetwork,
)
from training.speech.phones import PhoneSet

Matrix = NDArray[np.floating]
CEPSTRAL_LIFTER = 22.0


def mfcc_matrix() -> NDArray[np.float64]:
    """(40, 40): MFCC = matrix @ log-mel, for 40 cepstra of 40 bands with lifter 22."""
    index = np.arange(NUM_MEL)
    cosine = np.cos(np.pi / NUM_MEL * (index[None, :] + 0.5) * index[:, None])
    cosine *= np.sqrt(2 / NUM_MEL)
    cosine[0] = np.sqrt(1 / NUM_MEL)
    lifter = 1 + 0.5 * CEPSTRAL_LIFTER * np.sin(np.pi * index / CEPSTRAL_LIFTER)
    return lifter[:, None] * cosine


class KaldiWriter:
    """Kaldi's basic binary input/output."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.write(b"\0B")

    def token(self, *names: str) -> None:
        for name in names:
            self._file.write(name.encode() + b" ")

    def integer(self, *values: int) -> None:
        for value in values:
            self._file.write(b"\x04" + struct.pack("<i", value))

    def real(self, value: float) -> None:
        self._file.write(b"\x04" + struct.pack("<f", value))

    def integers(self, values: Iterable[int]) -> None:
        array = np.fromiter(values, "<i4")
        self._file.write(b"\x04" + struct.pack("<i", len(array)) + array.tobytes())

    def vector(self, values: Matrix | list[float]) -> None:
        self.token("FV")
        self.integer(len(values))
        self._file.write(np.ascontiguousarray(values, "<f4").tobytes())

    def matrix(self, values: Matrix) -> None:
        """16 bits per element ("CM2")."""
        low, span = float(values.min()), float(values.max() - values.min())
        span = max(span, 1e-10)
        self.token("CM2")
        self._file.write(struct.pack("<ffii", low, span, *values.shape))
        steps = np.rint((values - low) / span * 65535).clip(0, 65535)
        self._file.write(steps.astype("<u2").tobytes())

    def text(self, text: str) -> None:
        self._file.write(text.encode())


def write_acoustic_model(
    path: Path, network: AcousticNetwork, phones: PhoneSet, prior_scale: float
) -> None:
    """Export ``network``; class priors to the power ``prior_scale`` divide its outputs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = KaldiWriter(file)
        _transition_model(writer, phones)
        _network(writer, network.eval())
        log_prior = np.maximum(network.class_log_prior.double().numpy(), -9.0)
        writer.token("<LeftContext>")
        writer.integer(network.shape.left_context)
        writer.token("<RightContext>")
        writer.integer(network.shape.right_context)
        writer.token("<Priors>")
        writer.vector(np.exp(prior_scale * log_prior))


def _transition_model(writer: KaldiWriter, phone_set: PhoneSet) -> None:
    """One emitting state per position-dependent phone; transitions of probability one half.

    A phone has one tuple for each context (``PhoneSet.transition_state``). Transition ids of tuple
    t: 2t-1 is the self-loop, 2t goes on.
    """
    phones = range(1, phone_set.positioned + 1)
    tuples = [(phone, unit) for phone in phones for unit in phone_set.units_of(phone)]
    writer.token("<TransitionModel>", "<Topology>")
    writer.integers(phones)
    writer.integers([-1] + [0] * len(phones))
    writer.integer(-1)  # extended format: separate classes for entering and for staying
    writer.integer(1, 2)  # one kind of phone, with two states
    writer.integer(0, 1, 2)  # emitting state: classes 0 (enter) and 1 (stay), two transitions
    writer.integer(0)
    writer.real(0.5)
    writer.integer(1)
    writer.real(0.5)
    writer.integer(-1, -1, 0)  # final state: no classes, no transitions
    writer.token("</Topology>", "<Tuples>")
    writer.integer(len(tuples))
    for phone, unit in tuples:
        writer.integer(phone, 0, 2 * unit, 2 * unit + 1)
    writer.token("</Tuples>", "<LogProbs>")
    writer.vector([0.0] + [float(np.log(0.5))] * (2 * len(tuples)))
    writer.token("</LogProbs>", "</TransitionModel>")


def _network(writer: KaldiWriter, network: AcousticNetwork) -> None:
    layers = network.folded_layers()
    [(matrix, bias)] = layers[0]
    width = network.shape.width
    inverse = np.linalg.inv(mfcc_matrix())  # the network learned on log-mel, Vosk feeds MFCC
    shaped = matrix.reshape(width, len(FIRST_OFFSETS), NUM_MEL) @ inverse
    layers[0] = [(shaped.reshape(width, -1), bias)]
    graph = _NetworkGraph()
    node = graph.hidden_layer("first", _append("input", FIRST_OFFSETS, 1), layers[0])
    node = graph.hidden_layer("second", _append(node, SECOND_OFFSETS, 1), layers[1])
    for number, taps in enumerate(network.shape.offsets):
        name = f"deep{number + 1}"
        spliced = _append(node, taps, SUBSAMPLING)
        change = graph.hidden_layer(name, spliced, layers[2 + number])
        node = graph.add(f"{name}.sum", ("sum", width), f"Sum({node}, {change})")
    node = graph.add("output.affine", layers[-1][0], node)
    node = graph.add("output.logsoftmax", ("LogSoftmaxComponent", network.shape.classes), node)
    graph.lines.append(f"output-node name=output input={node} objective=linear")
    writer.token("<Nnet3>")
    writer.text("\n".join(graph.lines) + "\n\n")
    writer.token("<NumComponents>")
    writer.integer(len(graph.components))
    for name, component in graph.components:
        writer.token("<ComponentName>", name)
        _component(writer, component)
    writer.token("</Nnet3>")


def _append(node: str, offsets: Iterable[int], step: int) -> str:
    """Kaldi's descriptor for frames spliced at ``offsets`` times ``step`` input frames."""
    parts = [f"Offset({node}, {o * step})" if o else node for o in offsets]
    return f"Append({', '.join(parts)})"


Component = tuple[str, int] | tuple[Matrix, Matrix]


class _NetworkGraph:
    """Collects configuration lines and components in step."""

    def __init__(self) -> None:
        self.lines = ["", f"input-node name=input dim={NUM_MEL}"]
        self.components: list[tuple[str, Component]] = []

    def add(self, name: str, component: Component, source: str) -> str:
        self.components.append((name, component))
        self.lines.append(f"component-node name={name} component={name} input={source}")
        return name

    def hidden_layer(self, name: str, source: str, maps: Sequence[tuple[Matrix, Matrix]]) -> str:
        *narrow, wide = maps
        for factor in narrow:
            source = self.add(f"{name}.narrow", factor, source)
        affine = self.add(f"{name}.affine", wide, source)
        return self.add(f"{name}.relu", ("RectifiedLinearComponent", len(wide[1])), affine)


def _component(writer: KaldiWriter, component: Component) -> None:
    kind, size = component
    if not isinstance(kind, str):
        assert not isinstance(size, int)
        writer.token("<AffineComponent>", "<LearningRate>")
        writer.real(0.001)
        writer.token("<LinearParams>")
        writer.matrix(kind)
        writer.token("<BiasParams>")
        writer.vector(size)
        writer.token("</AffineComponent>")
        return
    assert isinstance(size, int)
    if kind == "sum":
        writer.token("<NoOpComponent>", "<Dim>")
        writer.integer(size)
        writer.token("<BackpropScale>")
        writer.real(1.0)
        writer.token("</NoOpComponent>")
        return
    writer.token(f"<{kind}>", "<Dim>")
    writer.integer(size)
    for statistic in ("<ValueAvg>", "<DerivAvg>"):
        writer.token(statistic)
        writer.vector([])
    writer.token("<Count>")
    writer.real(0.0)
    writer.token("<OderivRms>")
    writer.vector([])
    for count in ("<OderivCount>", "<NumDimsSelfRepaired>", "<NumDimsProcessed>"):
        writer.token(count)
        writer.real(0.0)
    writer.token(f"</{kind}>")
