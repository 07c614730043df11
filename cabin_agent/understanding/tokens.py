"""Words -> token ids. Normalisation is the same in training and in the car."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

MAX_TOKENS = 64
MAX_BEFORE = 24
_DROPPED = re.compile(r"[^\w\s'.%:°℃]|_")
_LONE_POINT = re.compile(r"(?<!\d)[.:]|[.:](?!\d)")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def normalise(text: str) -> str:
    """Lower case, NFKC, no punctuation but the apostrophe and what stands inside numbers."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    text = _LONE_POINT.sub(" ", _DROPPED.sub(" ", text))
    return _HAN_GAP.sub("", " ".join(text.split()))


@dataclass(frozen=True, slots=True)
class Encoded:
    """`ids` with [CLS] and [SEP]; `offsets` are characters of the normalised `text`. `before` are
    the ids of the turn before, which follow them in the model's input."""

    text: str
    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    before: tuple[int, ...] = ()


class WordPieces:
    """The tokeniser of the model directory. Long texts keep their end, where speech goes on."""

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self.size: int = self._tokenizer.get_vocab_size()

    def encode(self, text: str, before: str = "") -> Encoded:
        clean = normalise(text)
        encoding = self._tokenizer.encode(clean)
        ids, offsets = encoding.ids, encoding.offsets
        if len(ids) > MAX_TOKENS:
            ids = ids[:1] + ids[-(MAX_TOKENS - 1) :]
            offsets = offsets[:1] + offsets[-(MAX_TOKENS - 1) :]
        return Encoded(clean, tuple(ids), tuple(offsets), self._before(normalise(before)))

    def _before(self, clean: str) -> tuple[int, ...]:
        """The last pieces of the turn before, without [CLS]."""
        return tuple(self._tokenizer.encode(clean).ids[1:][-MAX_BEFORE:]) if clean else ()
