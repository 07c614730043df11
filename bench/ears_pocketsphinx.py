"""The peer of `bench ears`: PocketSphinx with the English model of its wheel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pocketsphinx

from bench.ears_grammars import Bigram, arpa, jsgf
from bench.ears_material import Clip


def dictionary() -> frozenset[str]:
    """The words it can pronounce."""
    path = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line)


def with_bigram(clips: Sequence[Clip], model: Bigram) -> list[str]:
    """What is heard, word by word."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bigram.arpa"
        file.write_text(arpa(model), encoding="utf-8")
        return _heard(pocketsphinx.Decoder(lm=str(file), **QUIET), clips)


def with_sentences(clips: Sequence[Clip], sentences: Sequence[str]) -> list[str]:
    """Which of the sentences is heard; empty if none is."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "sentences.jsgf"
        file.write_text(jsgf(sentences), encoding="utf-8")
        return _heard(pocketsphinx.Decoder(jsgf=str(file), **QUIET), clips)


QUIET = {"loglevel": "FATAL"}


def _heard(decoder: pocketsphinx.Decoder, clips: Sequence[Clip]) -> list[str]:
    heard = []
    for clip in clips:
        decoder.start_utt()
        decoder.process_raw(clip.pcm, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        heard.append(found.hypstr if found else "")
    return heard
