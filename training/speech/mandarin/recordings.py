"""Recorded Mandarin words; some of them are set apart for the test by their checksum."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import soundfile

from training.speech.mandarin.lexicon import pronounceable
from training.speech.real_speech import Recording

TEST_EVERY = 6


def set_apart(text: str) -> bool:
    """Whether a recorded word belongs to the test, whoever speaks it."""
    return crc32(text.encode()) % TEST_EVERY == 0


def recorded_words(folder: Path) -> Iterator[Recording]:
    """Every recorded word of ``audio_cmn``, as one word of text."""
    manifest = (folder / "audio_cmn.jsonl").read_text(encoding="utf-8").splitlines()
    with zipfile.ZipFile(folder / "audio_cmn.zip") as archive:
        for row in map(json.loads, manifest):
            text = row.get("text", "")
            if text and pronounceable(text):
                data, _ = soundfile.read(io.BytesIO(archive.read(row["file"])), dtype="float32")
                yield Recording(data, text, row["speaker"], "audio_cmn")


def test_words(folder: Path) -> Iterator[Recording]:
    """The recorded words kept for the test."""
    return (word for word in recorded_words(folder) if set_apart(word.text))


def training_words(folder: Path) -> Iterator[Recording]:
    """The recorded words that may be learned from."""
    return (word for word in recorded_words(folder) if not set_apart(word.text))
