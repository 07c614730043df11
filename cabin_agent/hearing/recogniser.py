"""Vosk behind an interface of ours: audio in, text out.

A model may be given words while it is in use (`VoskModel.listen_for`): what was begun with the old
graph ends with it, and the next utterance is heard with the new one.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import vosk

from cabin_agent.hearing.confidence import Calibration
from cabin_agent.hearing.frames import SAMPLE_BYTES, SAMPLE_RATE
from cabin_agent.hearing.models import SHIPPED, ModelError, check, try_out
from cabin_agent.hearing.vocabulary import grammar
from cabin_agent.hearing.vocabulary.enriching import enrich, exact
from cabin_agent.hearing.vocabulary.grammar import Grammar
from cabin_agent.hearing.vocabulary.respelling import Respeller
from cabin_agent.hearing.vocabulary.spelling import Pronounce, Speller
from cabin_agent.hearing.vocabulary.words import CarWords
from cabin_agent.hearing.writing import written

QUIET = -1
GARBAGE = "[unk]"
BELIEVED = Calibration()
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
    """The words of one utterance, and the probability that they are right."""

    words: tuple[Word, ...] = ()
    confidence: float = 1.0

    @property
    def text(self) -> str:
        return written(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A graph in memory, how to write what it hears, and how far to believe it."""

    model: vosk.Model
    calibration: Calibration
    respeller: Respeller = field(default_factory=Respeller)


class VoskModel:
    """A loaded model, shared by every recogniser made from it."""

    def __init__(self, loaded: _Loaded, directory: Path) -> None:
        self._loaded = loaded
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
        return cls(_Loaded(_load(directory), Calibration.of(directory)), directory)

    def knows(self, word: str) -> bool:
        """Whether `word` is in the vocabulary."""
        return bool(self._loaded.model.vosk_model_find_word(word) >= 0)

    def listen_for(self, words: CarWords, pronounce: Pronounce) -> None:
        """Hear `words` too, from the next utterance on. They replace those given before.

        Takes a fraction of a second and blocks: not on the event loop. Raises ModelError for a
        model whose graph can't be added to (a static one, or one without sound words).
        """
        base = grammar.read(self._grammar_file())
        self._use(lambda speller: enrich(base, words, speller), pronounce)

    def listen_only_for(self, sentences: Iterable[str], pronounce: Pronounce) -> None:
        """Hear these sentences and nothing else. Raises ModelError if none can be spelled."""

        def only(speller: Speller) -> Grammar:
            found = exact(sentences, speller)
            if found.states < 2:
                cause = f"grammar: no sentence of it can be spelled with {self.directory.name}"
                raise ModelError(cause, "give sentences in the model's language")
            return found

        self._use(only, pronounce)

    def recogniser(self, phrases: Iterable[str] = ()) -> Recogniser:
        """A recogniser for one stream. With `phrases` it hears these only.

        Phrases with a word that the model does not know are left out (Vosk would drop the word and
        keep the rest); raises ModelError if none is left.
        """
        wanted, loaded = list(phrases), self._loaded
        if not wanted:
            return self._free(loaded)
        known = [phrase for phrase in wanted if all(map(self.knows, phrase.split()))]
        if not known:
            raise ModelError(
                f"grammar: every phrase has a word unknown to {self.directory.name}",
                "give phrases of its vocabulary, or use a bigger model",
            )
        listed = json.dumps(known, ensure_ascii=False)
        kaldi = vosk.KaldiRecognizer(loaded.model, SAMPLE_RATE, listed)
        return Recogniser(kaldi, loaded.calibration)

    def _free(self, loaded: _Loaded) -> Recogniser:
        """A recogniser of everything that `loaded` knows."""

        def outdated() -> bool:
            return self._loaded is not loaded

        kaldi = vosk.KaldiRecognizer(loaded.model, SAMPLE_RATE)
        return Recogniser(kaldi, loaded.calibration, loaded.respeller, outdated)

    def guesses(self, pcm: bytes, most: int) -> tuple[str, ...]:
        """What one recorded utterance may have been, the likeliest first.

        Decodes it again, which takes its real-time factor: for utterances that are in doubt.
        """
        loaded = self._loaded
        kaldi = vosk.KaldiRecognizer(loaded.model, SAMPLE_RATE)
        kaldi.SetMaxAlternatives(most)
        kaldi.AcceptWaveform(MARGIN + pcm + MARGIN)
        found = json.loads(kaldi.FinalResult()).get("alternatives", [])
        texts = (loaded.respeller.whole(str(each["text"]).split()) for each in found)
        return tuple(dict.fromkeys(written(word for word, _ in text) for text in texts if text))

    def _use(self, make: Callable[[Speller], Grammar], pronounce: Pronounce) -> None:
        """Load the model anew with another grammar, in a folder that links to all the rest."""
        speller = Speller.of(self._grammar_file().with_name("words.txt"), pronounce)
        made = make(speller)
        with tempfile.TemporaryDirectory(prefix="cabin-agent-graph-") as name:
            copy = Path(name) / self.directory.name
            original = self.directory.resolve()
            leave_out = shutil.ignore_patterns("Gr.fst")
            shutil.copytree(original, copy, copy_function=_link, ignore=leave_out)
            grammar.write(made, copy / "graph" / "Gr.fst")
            respeller = Respeller(dict(speller.spelled))
            self._loaded = _Loaded(_load(copy), self._loaded.calibration, respeller)

    def _grammar_file(self) -> Path:
        file = self.directory / "graph" / "Gr.fst"
        if not file.is_file() or (file.parent / "HCLG.fst").exists():
            cause = f"{self.directory}: its vocabulary is fixed (no graph/Gr.fst in use)"
            raise ModelError(cause, "use a model with a look-ahead graph (HCLr.fst and Gr.fst)")
        return file


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(source)


def _load(directory: Path) -> vosk.Model:
    vosk.SetLogLevel(QUIET)
    try:
        model = vosk.Model(str(directory))
        vosk.KaldiRecognizer(model, SAMPLE_RATE)
    except Exception as error:
        mend = "unpack or install it again"
        raise ModelError(f"{directory}: Vosk can't use it ({error})", mend) from error
    return model


class Recogniser:
    """One utterance after another. Calls from several threads wait for each other.

    Vosk ends a segment by itself after half a second without words; the segments are joined.
    """

    def __init__(
        self,
        kaldi: vosk.KaldiRecognizer,
        calibration: Calibration = BELIEVED,
        respeller: Respeller | None = None,
        outdated: Callable[[], bool] = lambda: False,
    ) -> None:
        kaldi.SetWords(True)
        self._kaldi = kaldi
        self._calibration = calibration
        self._respeller = respeller or Respeller()
        self._outdated = outdated
        self._words: tuple[Word, ...] = ()
        self._lock = threading.Lock()

    @property
    def outdated(self) -> bool:
        """Whether its model listens for other words by now."""
        return self._outdated()

    def accept(self, pcm: bytes) -> str:
        """Take audio (16 kHz mono s16le, any length); the text of the utterance so far.

        The network sees some frames ahead, so the text lags (0.3-0.5 s for the shipped model).
        """
        with self._lock:
            if self._kaldi.AcceptWaveform(pcm):
                self._words += self._heard(self._kaldi.Result())
                return Recognised(self._words).text
            partial = str(json.loads(self._kaldi.PartialResult()).get("partial", ""))
            heard = [word.text for word in self._words]
            words = [word for word in partial.split() if word != GARBAGE]
            return written([*heard, *self._respeller.begun(words)])

    def finish(self) -> Recognised:
        """All that was said: what lags is decoded at once. The next audio begins an utterance."""
        with self._lock:
            words, self._words = self._words + self._heard(self._kaldi.FinalResult()), ()
            sure = self._calibration.right([word.confidence for word in words])
            return Recognised(words, sure)

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

    def _heard(self, result: str) -> tuple[Word, ...]:
        found: list[dict[str, Any]] = json.loads(result).get("result", [])
        words = [word for word in found if word["word"] != GARBAGE]
        return tuple(
            Word(text, sum(float(words[n]["conf"]) for n in parts) / len(parts))
            for text, parts in self._respeller.whole([str(word["word"]) for word in words])
        )
