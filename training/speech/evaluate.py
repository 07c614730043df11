"""Measures a model directory on speech it was not trained on.

Test material (materials.py), one folder per condition with 16 kHz WAV files and ``ref.json``:

* ``car`` / ``car_noise10``: held-out car sentences by voices kept for the test, clean and with
  generated car noise at 10 dB;
* ``others``: sentences that other people wrote for car assistants, the same voices, clean;
* ``people``: the set-aside speakers of speechocean762.

Every condition exists as ``dev`` (for choosing decoder settings) and ``test`` (for the figures).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import vosk
from numpy.typing import NDArray

SAMPLE_RATE = 16000


@dataclass(frozen=True)
class Clip:
    """One test utterance: 16-bit samples, reference text, and a tag (voice or speaker)."""

    samples: NDArray[np.int16]
    text: str
    tag: str


@dataclass(frozen=True)
class Score:
    """Word errors and exactly right sentences."""

    word_error: float
    sentences_right: float
    sentences: int
    real_time_factor: float

    def __str__(self) -> str:
        return (
            f"WER {100 * self.word_error:5.2f} %  exact {100 * self.sentences_right:5.1f} %  "
            f"n {self.sentences}  RTF {self.real_time_factor:.4f}"
        )


def read_clips(folder: Path) -> list[Clip]:
    """A condition's clips in order."""
    rows = json.loads((folder / "ref.json").read_text())
    return [
        Clip(soundfile.read(folder / row["file"], dtype="int16")[0], row["text"], row["tag"])
        for row in rows
    ]


def edit_distance(first: Sequence[str], second: Sequence[str]) -> int:
    """Insertions, deletions and substitutions between two word strings."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            cost = min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
            diagonal, row[j] = row[j], cost
    return row[-1]


def recognise(model: vosk.Model, samples: NDArray[np.int16], grammar: str | None = None) -> str:
    """The final text of one clip."""
    recogniser = (
        vosk.KaldiRecognizer(model, SAMPLE_RATE, grammar)
        if grammar
        else vosk.KaldiRecognizer(model, SAMPLE_RATE)
    )
    pieces = []
    data = samples.tobytes()
    for start in range(0, len(data), 8000):
        if recogniser.AcceptWaveform(data[start : start + 8000]):
            pieces.append(json.loads(recogniser.Result())["text"])
    pieces.append(json.loads(recogniser.FinalResult())["text"])
    return " ".join(piece for piece in pieces if piece)


def score(model: vosk.Model, clips: Iterable[Clip], show_errors: int = 0) -> Score:
    """Recognise every clip and count."""
    errors = words = right = count = samples = 0
    started = time.process_time()
    for clip in clips:
        heard = recognise(model, clip.samples)
        reference = clip.text.split()
        wrong = edit_distance(reference, heard.split())
        errors, words = errors + wrong, words + len(reference)
        right, count = right + (heard == clip.text), count + 1
        samples += len(clip.samples)
        if wrong and show_errors > 0:
            show_errors -= 1
            print(f"  {clip.tag} | {clip.text} | {heard}")
    seconds = time.process_time() - started
    return Score(
        errors / max(words, 1), right / max(count, 1), count, seconds * SAMPLE_RATE / samples
    )


@dataclass(frozen=True)
class Latency:
    """Seconds of audio from the end of the last word until the partial result holds it."""

    chunk_ms: int
    median: float
    p90: float
    never: float


def last_word_end(samples: NDArray[np.int16]) -> float:
    """When the sound ends, in s: the last 10 ms piece above -40 dB of the loudest (clean clips)."""
    pieces = samples[: len(samples) // 160 * 160].reshape(-1, 160).astype(np.float64)
    power = (pieces**2).mean(1)
    loud = np.flatnonzero(power > power.max() * 1e-4)
    return (int(loud[-1]) + 1) * 0.01


def partial_latency(model: vosk.Model, clips: Iterable[Clip], chunk_ms: int) -> Latency:
    """Feed clean clips piece by piece; one second of faint noise follows each."""
    rng = np.random.default_rng(0)
    waits, never, count = [], 0, 0
    size = SAMPLE_RATE * chunk_ms // 1000
    for clip in clips:
        end = last_word_end(clip.samples)
        tail = rng.normal(0, 3, SAMPLE_RATE).astype(np.int16)
        speech = clip.samples[: int(end * SAMPLE_RATE)]
        samples = np.concatenate([speech, tail])
        recogniser = vosk.KaldiRecognizer(model, SAMPLE_RATE)
        held: float | None = None
        for start in range(0, len(samples), size):
            done = recogniser.AcceptWaveform(samples[start : start + size].tobytes())
            result = recogniser.Result() if done else recogniser.PartialResult()
            text = json.loads(result).get("text" if done else "partial", "")
            if text.split() != clip.text.split():
                held = None
            elif held is None:
                held = (start + size) / SAMPLE_RATE - end
            if done:
                break
        count += 1
        if held is None:
            never += 1
        else:
            waits.append(held)
    values = np.array(waits or [np.nan])
    return Latency(
        chunk_ms, float(np.median(values)), float(np.quantile(values, 0.9)), never / max(count, 1)
    )


def directory_size(folder: Path) -> float:
    """Megabytes (10^6 bytes) of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def evaluate(model_folder: Path, test_folder: Path, part: str, errors: int = 0) -> dict[str, Any]:
    """All figures of one model on one part ("dev" or "test"); also printed."""
    vosk.SetLogLevel(-1)
    before = _resident_megabytes()
    started = time.monotonic()
    model = vosk.Model(str(model_folder))
    load_seconds = time.monotonic() - started
    report: dict[str, Any] = {
        "model": str(model_folder),
        "part": part,
        "size_mb": round(directory_size(model_folder), 2),
        "load_s": round(load_seconds, 3),
        "resident_mb": round(_resident_megabytes() - before, 1),
    }
    for folder in sorted(path for path in (test_folder / part).iterdir() if path.is_dir()):
        result = score(model, read_clips(folder), errors)
        report[folder.name] = vars(result)
        print(f"{folder.name:14} {result}", flush=True)
    clips = read_clips(test_folder / part / "car")[:120]
    for chunk_ms in (20, 50, 100):
        latency = partial_latency(model, clips, chunk_ms)
        report[f"latency_{chunk_ms}ms"] = vars(latency)
        print(latency, flush=True)
    report["resident_after_mb"] = round(_resident_megabytes(), 1)
    report["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print({key: value for key, value in report.items() if not isinstance(value, dict)})
    return report


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """``python -m training.speech.evaluate MODEL TEST_FOLDER PART``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("tests", type=Path)
    parser.add_argument("part", choices=["dev", "test"])
    parser.add_argument("--errors", type=int, default=0, help="show this many wrong sentences")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    figures = evaluate(options.model, options.tests, options.part, options.errors)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
