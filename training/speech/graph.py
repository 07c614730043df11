"""Recognition graphs: the lexicon as HCLr.fst and the language model as Gr.fst.

Vosk composes the two while it listens, which is what lets a grammar be swapped at run time; it
does so only if ``HCLG.fst`` is absent. HCLr reads transition ids and writes words; Gr reads and
writes words. Both share labels that OpenFst's output-label look-ahead has renumbered, so
``words.txt`` is written with those.

pynini and vosk must not be imported in one process (they deadlock).
"""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pynini

from training.speech.language_model import END, START, BackOffModel, History
from training.speech.languages import Language
from training.speech.phones import POSITIONS, SILENCE, PhoneSet

FIRST_DISAMBIGUATION = 1000  # labels of the phones that keep homophones and prefixes apart
PLUGIN_FOLDER = "/usr/lib/x86_64-linux-gnu/fst/22"  # Debian's libfst22-plugins-base


def _weight(probability: float) -> pynini.Weight:
    return pynini.Weight("tropical", -math.log(probability))


ONE = pynini.Weight.one("tropical")


@dataclass(frozen=True)
class LexiconGraph:
    """HCL (transition ids to word ids) and the transition ids that stand for nothing."""

    fst: pynini.Fst
    disambiguation_ids: list[int]


def word_ids(words: Iterable[str]) -> dict[str, int]:
    """Numbers for ``words``; 0 is epsilon."""
    return {"<eps>": 0} | {word: number for number, word in enumerate(sorted(words), 1)}


def _positioned(names: Sequence[str], phones: PhoneSet) -> list[int]:
    """Phone ids of a word with their positions."""
    ids = [phones.ids[name] for name in names]
    if len(ids) == 1:
        return [phones.position_phone(ids[0], "singleton")]
    first, *inner, last = ids
    middle = [phones.position_phone(phone, "internal") for phone in inner]
    begin, end = phones.position_phone(first, "begin"), phones.position_phone(last, "end")
    return [begin, *middle, end]


def _entries(words: Iterable[str], language: Language) -> tuple[list[tuple[str, list[int]]], int]:
    """(word, labels) with disambiguation labels appended, and how many of those there are."""
    listed = [
        (word, tuple(_positioned(spoken, language.phones)))
        for word in words
        for spoken in language.spoken(word)
    ]
    spoken = Counter(phones for _, phones in listed)
    prefixes = {phones[:size] for _, phones in listed for size in range(1, len(phones))}
    used: Counter[tuple[int, ...]] = Counter()
    entries = []
    for word, phones in listed:
        labels = list(phones)
        if spoken[phones] > 1 or phones in prefixes:
            used[phones] += 1
            labels.append(FIRST_DISAMBIGUATION + used[phones])
        entries.append((word, labels))
    return entries, max(used.values(), default=0)


def lexicon_graph(
    ids: dict[str, int], language: Language, silence_probability: float = 0.5
) -> LexiconGraph:
    """Words in any order, each followed by optional silence."""
    entries, homophones = _entries((word for word in ids if word != "<eps>"), language)
    phones, silence_label = _phone_graph(entries, ids, homophones, silence_probability)
    phones = phones.rmepsilon()
    phones = pynini.determinize(phones)
    phones.connect()
    mapper = pynini.EncodeMapper("standard", encode_labels=True, encode_weights=True)
    phones.encode(mapper)
    phones.minimize()
    phones.decode(mapper)
    last = silence_label - FIRST_DISAMBIGUATION
    first = 2 * language.phones.transition_states
    graph = _Transitions(language.phones, first).graph(phones)
    return LexiconGraph(graph, [first + k for k in range(1, last + 1)])


def _phone_graph(
    entries: list[tuple[str, list[int]]], ids: dict[str, int], homophones: int, silence: float
) -> tuple[pynini.Fst, int]:
    """Kaldi's L_disambig: phones in, words out."""
    fst = pynini.Fst()
    start, loop, pause, paused = (fst.add_state() for _ in range(4))
    silence_label = FIRST_DISAMBIGUATION + homophones + 1
    fst.set_start(start)
    fst.set_final(loop)

    def arc(source: int, label: int, word: int, weight: pynini.Weight, target: int) -> None:
        fst.add_arc(source, pynini.Arc(label, word, weight, target))

    arc(start, 0, 0, _weight(1 - silence), loop)
    arc(start, 0, 0, _weight(silence), pause)
    arc(pause, SILENCE, 0, ONE, paused)
    arc(paused, silence_label, 0, ONE, loop)
    for word, labels in entries:
        state, output = loop, ids[word]
        for label in labels[:-1]:
            following = fst.add_state()
            arc(state, label, output, ONE, following)
            state, output = following, 0
        arc(state, labels[-1], output, _weight(1 - silence), loop)
        arc(state, labels[-1], output, _weight(silence), pause)
    return fst, silence_label


@dataclass(frozen=True)
class _Place:
    """A state of the phone graph, the transition state that led to it (0: none, it has no loop)
    and what the last phone is to the next."""

    state: int
    loop: int
    context: int


class _Transitions:
    """Turns phones into transition ids: entering transition state t is 2t, and the place that it
    leads to has a loop of 2t-1. Disambiguation labels are numbered on from ``disambiguation``."""

    def __init__(self, phones: PhoneSet, disambiguation: int) -> None:
        self._phones = phones
        self._disambiguation = disambiguation
        self._result = pynini.Fst()
        self._numbers: dict[_Place, int] = {}
        self._waiting: list[_Place] = []

    def graph(self, phones: pynini.Fst) -> pynini.Fst:
        """The graph of a graph of position-dependent phones."""
        self._result.set_start(self._number(_Place(phones.start(), 0, 0), phones))
        while self._waiting:
            place = self._waiting.pop()
            for arc in phones.arcs(place.state):
                label, following = self._step(place, arc)
                target = self._number(following, phones)
                moved = pynini.Arc(label, arc.olabel, arc.weight, target)
                self._result.add_arc(self._numbers[place], moved)
        return self._result

    def _step(self, place: _Place, arc: pynini.Arc) -> tuple[int, _Place]:
        """The label of an arc that leaves ``place``, and where it leads."""
        if arc.ilabel > FIRST_DISAMBIGUATION:
            label = self._disambiguation + arc.ilabel - FIRST_DISAMBIGUATION
            return label, _Place(arc.nextstate, 0, place.context)
        if not arc.ilabel:
            return 0, _Place(arc.nextstate, 0, place.context)
        entered = self._phones.transition_state(arc.ilabel, place.context)
        context = self._phones.context[self._phones.plain_phone(arc.ilabel) - 1]
        return 2 * entered, _Place(arc.nextstate, entered, context)

    def _number(self, place: _Place, phones: pynini.Fst) -> int:
        if place not in self._numbers:
            number = self._numbers[place] = self._result.add_state()
            self._waiting.append(place)
            final = phones.final(place.state)
            if final != pynini.Weight.zero("tropical"):
                self._result.set_final(number, final)
            if place.loop:
                self._result.add_arc(number, pynini.Arc(2 * place.loop - 1, 0, ONE, number))
        return self._numbers[place]


def grammar_graph(model: BackOffModel, ids: dict[str, int]) -> pynini.Fst:
    """The language model as an acceptor: one state per history, epsilon arcs to back off."""
    fst = pynini.Fst()
    states: dict[History, int] = {history: fst.add_state() for history in model.probability}
    fst.set_start(states[START,])
    for history, following in model.probability.items():
        for word, probability in following.items():
            if word == END:
                fst.set_final(states[history], _weight(probability))
                continue
            target: History = (*history, word)[-2:]
            while target not in states:
                target = target[1:]
            label = ids[word]
            fst.add_arc(
                states[history], pynini.Arc(label, label, _weight(probability), states[target])
            )
        if history:
            shorter = history[1:]
            while shorter not in states:
                shorter = shorter[1:]
            back = pynini.Arc(0, 0, _weight(model.back_off[history]), states[shorter])
            fst.add_arc(states[history], back)
    fst.connect()
    return fst


def write_graphs(
    folder: Path,
    lexicon: LexiconGraph,
    grammar: pynini.Fst,
    ids: dict[str, int],
    phones: PhoneSet,
) -> None:
    """HCLr.fst, Gr.fst, words.txt, disambig_tid.int and phones/word_boundary.int."""
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    (folder / "HCLG.fst").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        lexicon.fst.arcsort("olabel")
        lexicon.fst.write(str(scratch / "hcl.fst"))
        relabelling = scratch / "relabel"
        _convert(
            scratch / "hcl.fst",
            folder / "HCLr.fst",
            "olabel_lookahead",
            f"--save_relabel_opairs={relabelling}",
        )
        pairs = dict(tuple(map(int, line.split())) for line in relabelling.open())
        grammar.relabel_pairs(ipairs=list(pairs.items()), opairs=list(pairs.items()))
        grammar.arcsort("ilabel")
        grammar.write(str(scratch / "g.fst"))
        _convert(scratch / "g.fst", folder / "Gr.fst", "const")
    renumbered = {word: pairs[number] for word, number in ids.items() if number in pairs}
    lines = ["<eps> 0", *(f"{w} {n}" for w, n in sorted(renumbered.items(), key=lambda i: i[1]))]
    (folder / "words.txt").write_text("\n".join(lines) + "\n")
    numbers = "\n".join(str(number) for number in lexicon.disambiguation_ids)
    (folder / "disambig_tid.int").write_text(numbers + "\n")
    (folder / "phones" / "word_boundary.int").write_text(_word_boundaries(phones))


def _word_boundaries(phones: PhoneSet) -> str:
    lines = ["1 nonword"]
    for position in POSITIONS:
        for phone in range(2, phones.size + 1):
            lines.append(f"{phones.position_phone(phone, position)} {position}")
    return "\n".join(lines) + "\n"


def _convert(source: Path, target: Path, kind: str, *options: str) -> None:
    environment = {**os.environ, "LD_LIBRARY_PATH": PLUGIN_FOLDER}
    command = ["fstconvert", f"--fst_type={kind}", *options, str(source), str(target)]
    subprocess.run(command, check=True, env=environment)
