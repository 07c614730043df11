"""A grammar as the file that Vosk reads: Gr.fst, composed with a model's HCLr.fst while it listens.

An :class:`Acceptor` is a finite-state acceptor over word numbers of the model's graph/words.txt
(which are already those of the look-ahead graph). It is written as OpenFst's "const" type, so that
neither OpenFst nor pynini is needed at run time; pynini and Vosk can't share a process anyway.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

EPSILON = 0

_MAGIC = 0x7EB2FDD6
_VERSION = 2  # not aligned
_EXPANDED, _ACCEPTOR, _INPUT_SORTED, _OUTPUT_SORTED = 1, 1 << 16, 1 << 28, 1 << 30
_PROPERTIES = _EXPANDED | _ACCEPTOR | _INPUT_SORTED | _OUTPUT_SORTED
_STATE = np.dtype(
    [
        ("final", "<f4"),
        ("first", "<u4"),
        ("arcs", "<u4"),
        ("i_epsilons", "<u4"),
        ("o_epsilons", "<u4"),
    ]
)
_ARC = np.dtype([("input", "<i4"), ("output", "<i4"), ("weight", "<f4"), ("target", "<i4")])


def read_words(model: Path) -> dict[str, int]:
    """Word -> number, from the words.txt of a Vosk model's directory."""
    lines = (model / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line.strip())
    return {word: int(number) for word, number in pairs}


@dataclass
class Acceptor:
    """States from 0 (the start) on, each with its arcs (label, target) -> weight and final weight.

    Weights are negative logarithms of probabilities; of two arcs with the same label and target
    the cheaper one stays.
    """

    arcs: list[dict[tuple[int, int], float]] = field(default_factory=lambda: [{}])
    finals: dict[int, float] = field(default_factory=dict)

    def add_state(self) -> int:
        self.arcs.append({})
        return len(self.arcs) - 1

    def add_arc(self, source: int, label: int, target: int, weight: float = 0.0) -> None:
        """``label`` 0 is an epsilon: it takes no word (backing off, leaving an optional part)."""
        known = self.arcs[source].get((label, target))
        self.arcs[source][label, target] = weight if known is None else min(weight, known)

    def set_final(self, state: int, weight: float = 0.0) -> None:
        self.finals[state] = weight

    def to_bytes(self) -> bytes:
        """The file's content."""
        sizes = np.array([len(leaving) for leaving in self.arcs], np.uint32)
        states = np.zeros(len(self.arcs), _STATE)
        states["final"] = np.inf
        for state, weight in self.finals.items():
            states["final"][state] = weight
        states["arcs"] = sizes
        states["first"] = np.cumsum(sizes) - sizes
        epsilons = [sum(label == EPSILON for label, _ in leaving) for leaving in self.arcs]
        states["i_epsilons"] = states["o_epsilons"] = epsilons
        rows = [
            (label, label, weight, target)
            for leaving in self.arcs
            for (label, target), weight in sorted(leaving.items())
        ]
        arcs = np.array(rows, _ARC)
        return _header(len(states), len(arcs)) + states.tobytes() + arcs.tobytes()


def sentences(texts: Iterable[str], words: Mapping[str, int]) -> Acceptor:
    """Exactly these sentences, words between spaces; one with an unknown word is left out."""
    acceptor = Acceptor()
    children: dict[tuple[int, int], int] = {}
    for text in texts:
        labels = [words.get(word, EPSILON) for word in text.split()]
        if not labels or EPSILON in labels:
            continue
        state = 0
        for label in labels:
            if (state, label) not in children:
                children[state, label] = acceptor.add_state()
                acceptor.add_arc(state, label, children[state, label])
            state = children[state, label]
        acceptor.set_final(state)
    return acceptor


def _header(states: int, arcs: int) -> bytes:
    kind, arc_kind = b"const", b"standard"
    return (
        struct.pack("<ii", _MAGIC, len(kind))
        + kind
        + struct.pack("<i", len(arc_kind))
        + arc_kind
        + struct.pack("<iiQqqq", _VERSION, 0, _PROPERTIES, 0, states, arcs)
    )
