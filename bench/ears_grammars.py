"""What may be said in `bench ears`, in the form of both recognisers: an exact list of sentences,
and a bigram over a vocabulary; Vosk reads Gr.fst, PocketSphinx JSGF and ARPA."""

from __future__ import annotations

import math
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from cabin_agent.hearing.vocabulary import grammar
from cabin_agent.hearing.vocabulary.grammar import EPSILON, NEVER, Grammar

START, END = "<s>", "</s>"
DISCOUNT = 0.7


@dataclass(frozen=True, slots=True)
class Search:
    """How a model's decoder is set for one grammar."""

    beam: float
    acoustic_scale: float

    def written_into(self, options: str) -> str:
        """The text of a model.conf with these values in it."""
        text = re.sub(r"(?m)^--beam=.*$", f"--beam={self.beam}", options)
        return re.sub(r"(?m)^--acoustic-scale=.*$", f"--acoustic-scale={self.acoustic_scale}", text)


@dataclass(frozen=True, slots=True)
class Bigram:
    """P(word | before) where seen; else `back_off[before]` times P(word)."""

    single: Mapping[str, float]
    pairs: Mapping[str, Mapping[str, float]]
    back_off: Mapping[str, float]


def bigram(sentences: Sequence[str], vocabulary: Sequence[str]) -> Bigram:
    """Absolute discounting; every word of `vocabulary` counts at least once."""
    known = set(vocabulary)
    counts = Counter(dict.fromkeys([*vocabulary, END], 1))
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        before = START
        for word in [*sentence.split(), END]:
            if word == END or word in known:
                counts[word] += 1
                if before:
                    pairs[before][word] += 1
            before = word if word in known else ""
    total = sum(counts.values())
    single = {word: count / total for word, count in counts.items()}
    seen: dict[str, dict[str, float]] = {}
    back_off: dict[str, float] = {}
    for before, following in pairs.items():
        size = sum(following.values())
        seen[before] = {word: (count - DISCOUNT) / size for word, count in following.items()}
        left, unseen = DISCOUNT * len(following) / size, 1 - sum(single[w] for w in following)
        back_off[before] = left / max(unseen, 1e-6)
    return Bigram(single, seen, back_off)


def word_pairs(model: Bigram, labels: Mapping[str, int]) -> Grammar:
    """State 0 is the sentence's start, 1 has no history, the others one word each."""
    words = [word for word in model.single if word != END]
    states = {START: 0} | {word: 2 + at for at, word in enumerate(words)}
    final = np.full(2 + len(words), NEVER, np.float32)
    final[1] = -math.log(model.single[END])
    arcs = [(1, labels[word], -math.log(model.single[word]), states[word]) for word in words]
    for before, state in states.items():
        for word, share in model.pairs.get(before, {}).items():
            if word == END:
                final[state] = -math.log(share)
            else:
                arcs.append((state, labels[word], -math.log(share), states[word]))
        arcs.append((state, EPSILON, -math.log(model.back_off.get(before, 1.0)), 1))
    source, label, weight, target = zip(*arcs, strict=True)
    return Grammar(
        0,
        final,
        np.array(source, np.int32),
        np.array(label, np.int32),
        np.array(weight, np.float32),
        np.array(target, np.int32),
    )


def arpa(model: Bigram) -> str:
    """The same as text."""
    pairs = [(b, w, p) for b, following in model.pairs.items() for w, p in following.items()]
    lines = ["\\data\\", f"ngram 1={len(model.single) + 1}", f"ngram 2={len(pairs)}", ""]
    lines += ["\\1-grams:", f"-99 {START} {math.log10(model.back_off.get(START, 1.0)):.4f}"]
    for word, share in model.single.items():
        back = math.log10(model.back_off.get(word, 1.0))
        lines.append(f"{math.log10(share):.4f} {word}" + ("" if word == END else f" {back:.4f}"))
    lines += ["", "\\2-grams:"]
    lines += [f"{math.log10(share):.4f} {before} {word}" for before, word, share in pairs]
    return "\n".join([*lines, "", "\\end\\", ""])


def jsgf(sentences: Sequence[str]) -> str:
    """A grammar of exactly these sentences."""
    return f"#JSGF V1.0;\ngrammar bench;\npublic <s> = {' | '.join(sentences)};\n"


def or_nothing(said: Grammar) -> Grammar:
    """`said`, or nothing: Vosk ends a segment at a pause, and noise may follow as another one."""
    final = said.final.copy()
    final[said.start] = 0.0
    return replace(said, final=final)


@contextmanager
def with_grammar(model: Path, said: Grammar, search: Search) -> Iterator[Path]:
    """A copy of the model's directory (links, in fact) that hears `said` with another search."""
    with TemporaryDirectory() as name:
        copy = Path(name) / model.name
        (copy / "graph").mkdir(parents=True)
        (copy / "am").symlink_to(model / "am")
        shutil.copytree(model / "conf", copy / "conf")
        for file in (model / "graph").iterdir():
            if file.name != "Gr.fst":
                (copy / "graph" / file.name).symlink_to(file)
        grammar.write(said, copy / "graph" / "Gr.fst")
        options = copy / "conf" / "model.conf"
        options.write_text(search.written_into(options.read_text()))
        yield copy
