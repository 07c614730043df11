"""Vosk behind an interface of ours: audio in, text out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vosk

from cabin_agent.hearing.frames import SAMPLE_BYTES, SAMPLE_RATE
from cabin_agent.hearing.models import SHIPPED, ModelError, check, try_out
from cabin_agent.hearing.writing import written

QUIET = -1
GARBAGE = "[unk]"
MARGIN = bytes(SAMPLE_BYTES * SAMPLE_RATE * 3 // 10)
"""0.3 s of silence before and after a recording that begins and ends with a word."""
BLOCK_BYTES = 8000


@dataclass(frozen=True, slots=True)
class Word:
    """A word with Vosk's confidence in it, 0..1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """The words of one utterance."""

    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        return written(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean of the words' confidences; 1 if there are none."""
        if not self.words:
            return 1.0
        return sum(word.confidence for word in self.words) / len(self.words)


class VoskModel:
    """A loaded model, shared by every recogniser made from it."""

    def __init__(self, model: vosk.Model, directory: Path) -> None:
        self._model = model
        self.directory = directory

    @classmethod
    def load(cls, directory: Path) -> VoskModel:
        """Load `directory`; raises ModelError if it is no usable Vosk model.

        Some damage makes Vosk end the process, so a model from outside the package is first tried
        out in another one.
        """
        check(directory)
        if SHIPPED not in directory.resolve().parents:
            try_out(directory)
        vosk.SetLogLevel(QUIET)
        try:
            model = cls(vosk.Model(str(directory)), directory)
            model.recogniser()
        except Exception as error:
            mend = "unpack or install it again"
            raise ModelError(f"{directory}: Vosk can't use it ({error})", mend) from error
        return model

    def knows(self, word: str) -> bool:
        """Whether `word` is in the vocabulary."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def recogniser(self, phrases: Iterable[str] = ()) -> Recogniser:
        """A recogniser for one stream. With `phrases` it hears these only.

        Phrases with a word that the model does not know are left out (Vosk would drop the word and
        keep the rest); raises ModelError if none is left.
        """
        wanted = list(phrases)
        if not wanted:
            return Recogniser(vosk.KaldiRecognizer(self._model, SAMPLE_RATE))
        known = [phrase for phrase in wanted if all(map(self.knows, phrase.split()))]
        if not known:
            raise ModelError(
                f"grammar: every phrase has a word unknown to {self.directory.name}",
                "give phrases of its vocabulary, or use a bigger model",
            )
        grammar = json.dumps(known, ensure_ascii=False)
        return Recogniser(vosk.KaldiRecognizer(self._model, SAMPLE_RATE, grammar))


class Recogniser:
    """One utterance after another. Calls from several threads wait for each other.

    Vosk ends a segment by itself after half a second without words; the segments are joined.
    """

    def __init__(self, kaldi: vosk.KaldiRecognizer) -> None:
        kaldi.SetWords(True)
        self._kaldi = kaldi
        self._words: tuple[Word, ...] = ()
        self._lock = threading.Lock()

    def accept(self, pcm: bytes) -> str:
        """Take audio (16 kHz mono s16le, any length); the text of the utterance so far.

        The network sees some frames ahead, so the text lags (0.3-0.5 s for the shipped model).
        """
        with self._lock:
            if self._kaldi.AcceptWaveform(pcm):
                self._words += _words(self._kaldi.Result())
                return Recognised(self._words).text
            partial = str(json.loads(self._kaldi.PartialResult()).get("partial", ""))
            heard = [word.text for word in self._words]
            return written([*heard, *(word for word in partial.split() if word != GARBAGE)])

    def finish(self) -> Recognised:
        """All that was said: what lags is decoded at once. The next audio begins an utterance."""
        with self._lock:
            words, self._words = self._words + _words(self._kaldi.FinalResult()), ()
            return Recognised(words)

    def reset(self) -> None:
        """Forget the utterance."""
        with self._lock:
            self._words = ()
            self._kaldi.Reset()

    def whole(self, pcm: bytes) -> Recognised:
        """One recording from its first to its last sample."""
        self.reset()
        padded = MARGIN + pcm + MARGIN
        for start in range(0, len(padded), BLOCK_BYTES):
            self.accept(padded[start : start + BLOCK_BYTES])
        return self.finish()


def _words(result: str) -> tuple[Word, ...]:
    found: list[dict[str, Any]] = json.loads(result).get("result", [])
    words = (Word(str(word["word"]), float(word["conf"])) for word in found)
    return tuple(word for word in words if word.text != GARBAGE)
