"""Gr.fst as arrays: which words follow each other, and at what cost.

The file is OpenFst's ConstFst of the standard arc type, version 2, not aligned, without symbols: a
header, then for each state (float32 final weight, uint32 first arc, arcs, input and output
epsilons), then for each arc (int32 input label, int32 output label, float32 weight, int32 state).
Weights are costs: the negative logarithm of a probability. Label 0 is epsilon.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cabin_agent.hearing.models import UNPACK, ModelError

EPSILON = 0
NEVER = float("inf")

_MAGIC = 0x7EB2FDD6
_KIND, _ARC_TYPE = b"const", b"standard"
_VERSION, _FLAGS = 2, 0
_EXPANDED, _ACCEPTOR, _SORTED = 0x1, 0x10000, 0x50000000
_HEADER = struct.Struct("<iiQqqq")
_STATES = np.dtype(
    [("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("inputs", "<u4"), ("outputs", "<u4")]
)
_ARCS = np.dtype([("input", "<i4"), ("output", "<i4"), ("weight", "<f4"), ("target", "<i4")])


@dataclass(frozen=True, slots=True)
class Grammar:
    """An acceptor over word labels.

    `final`: (states,) cost of ending in a state, infinity where nothing ends. The other arrays are
    (arcs,): `source` and `target` state, `label`, `weight`.
    """

    start: int
    final: NDArray[np.float32]
    source: NDArray[np.int32]
    label: NDArray[np.int32]
    weight: NDArray[np.float32]
    target: NDArray[np.int32]

    @property
    def states(self) -> int:
        return len(self.final)

    def leaving(self, state: int) -> NDArray[np.intp]:
        """The numbers of the arcs that leave `state`."""
        return np.flatnonzero(self.source == state)

    def following(self, state: int, label: int) -> int | None:
        """Where `label` leads from `state`; None if nowhere."""
        arcs = self.leaving(state)
        found = arcs[self.label[arcs] == label]
        return int(self.target[found[0]]) if len(found) else None


def read(file: Path) -> Grammar:
    """The grammar in `file`; raises ModelError if it is none of that kind."""
    content = file.read_bytes()
    try:
        start, states, arcs, at = _header(content)
        state = np.frombuffer(content, _STATES, states, at)
        arc = np.frombuffer(content, _ARCS, arcs, at + state.nbytes)
    except (struct.error, ValueError) as error:
        raise ModelError(
            f"{file}: no grammar that words can be added to ({error})", UNPACK
        ) from None
    source = np.repeat(np.arange(states, dtype=np.int32), state["arcs"])
    if len(source) != arcs:
        raise ModelError(f"{file}: truncated", UNPACK)
    return Grammar(start, state["final"], source, arc["input"], arc["weight"], arc["target"])


def write(grammar: Grammar, file: Path) -> None:
    """Write `grammar`, the arcs of each state sorted by label as the look-ahead needs them."""
    order = np.lexsort((grammar.label, grammar.source))
    counts = np.bincount(grammar.source, minlength=grammar.states)
    silent = np.bincount(grammar.source[grammar.label == EPSILON], minlength=grammar.states)
    state = np.zeros(grammar.states, _STATES)
    state["final"] = grammar.final
    state["first"] = np.concatenate([[0], np.cumsum(counts)[:-1]])
    state["arcs"] = counts
    state["inputs"] = state["outputs"] = silent
    arc = np.zeros(len(order), _ARCS)
    arc["input"] = arc["output"] = grammar.label[order]
    arc["weight"] = grammar.weight[order]
    arc["target"] = grammar.target[order]
    properties = _EXPANDED | _ACCEPTOR | _SORTED
    numbers = (_VERSION, _FLAGS, properties, grammar.start, len(state), len(arc))
    kind = struct.pack("<ii", _MAGIC, len(_KIND)) + _KIND
    kind += struct.pack("<i", len(_ARC_TYPE)) + _ARC_TYPE
    file.write_bytes(kind + _HEADER.pack(*numbers) + state.tobytes() + arc.tobytes())


def _header(content: bytes) -> tuple[int, int, int, int]:
    """(start state, states, arcs, where the states begin)."""
    magic, length = struct.unpack_from("<ii", content)
    kind = content[8 : 8 + length]
    at = 8 + length
    (length,) = struct.unpack_from("<i", content, at)
    arc_type = content[at + 4 : at + 4 + length]
    at += 4 + length
    version, flags, _, start, states, arcs = _HEADER.unpack_from(content, at)
    if (magic, kind, arc_type, version, flags) != (_MAGIC, _KIND, _ARC_TYPE, _VERSION, _FLAGS):
        raise ValueError(f"{kind!r} of {arc_type!r}, version {version}, flags {flags}")
    return start, states, arcs, at + _HEADER.size
