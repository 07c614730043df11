"""Recordings of people, read from zip archives with a JSON-lines manifest each.

Sources and licences: speechocean762 (CC BY 4.0, OpenSLR 101), Google Speech Commands v0.01
(CC BY 4.0), Free Spoken Digit Dataset (CC BY-SA 4.0), Picovoice wake-word benchmark (Apache-2.0),
LJSpeech (public domain). The archives are not part of this repository: a manifest row has
``file``, ``text``, ``speaker`` (speechocean762 only needs it) and the zip the 16 kHz audio.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from training.speech.text import normalise

SENTENCES = ("speechocean762", "ljspeech_subset")
WORDS = ("gsc_mini", "fsdd", "picovoice_wakeword")
HELD_OUT_FILE = Path(__file__).with_name("held_out_speakers.txt")


@dataclass(frozen=True)
class Recording:
    """One recorded utterance: float samples in -1..1 at 16 kHz, and what was said."""

    samples: NDArray[np.float32]
    text: str
    speaker: str
    source: str


def held_out_speakers() -> frozenset[str]:
    """speechocean762 speakers that are never trained on."""
    lines = HELD_OUT_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("#"))


def recordings(
    folder: Path, name: str, speakers: frozenset[str] | None = None
) -> Iterator[Recording]:
    """The recordings of one set, in the manifest's order; ``speakers``: theirs only."""
    manifest = (folder / f"{name}.jsonl").read_text(encoding="utf-8")
    with zipfile.ZipFile(folder / f"{name}.zip") as archive:
        for line in manifest.splitlines():
            row = json.loads(line)
            speaker = str(row.get("speaker", ""))
            if speakers is not None and speaker not in speakers:
                continue
            samples, _ = soundfile.read(io.BytesIO(archive.read(row["file"])), dtype="float32")
            yield Recording(samples, normalise(row["text"]), speaker, name)


def transcripts(folder: Path, name: str) -> list[tuple[str, str]]:
    """(speaker, text) of every recording of one set."""
    manifest = (folder / f"{name}.jsonl").read_text(encoding="utf-8")
    rows = map(json.loads, manifest.splitlines())
    return [(str(row.get("speaker", "")), normalise(row["text"])) for row in rows]


def training_recordings(folder: Path, names: tuple[str, ...]) -> Iterator[Recording]:
    """The named sets without the speakers set aside."""
    apart = held_out_speakers()
    for name in names:
        for recording in recordings(folder, name):
            if name != "speechocean762" or recording.speaker not in apart:
                yield recording


def noise_clips(folder: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Recorded noises (not the impulse responses): id and samples."""
    with zipfile.ZipFile(folder / "noise.zip") as archive:
        for line in (folder / "noise.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "RIR" not in row["id"]:
                samples, _ = soundfile.read(io.BytesIO(archive.read(row["file"])), dtype="float32")
                yield row["id"], samples
