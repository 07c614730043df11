"""Synthetic speech from the voices that Debian and PyPI offer: flite, festival, espeak-ng, Pico.

Speed, pitch and (by resampling) formants vary from sentence to sentence; espeak-ng also speaks with
vocal tracts drawn at random (`espeak_tracts`). A shard is two files:
``NAME.raw`` with 16 kHz mono int16 samples end to end and ``NAME.json`` with one
``[first sample, number of samples, text, voice]`` per utterance.
"""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from training.speech.espeak_tracts import Tracts

SAMPLE_RATE = 16000
Samples = NDArray[np.float32]

FLITE_PITCH = {"slt": 170.0, "rms": 100.0, "awb": 130.0, "kal16": 105.0}  # Hz, mean
FESTIVAL_VOICES = ("voice_cmu_us_slt_arctic_hts", "voice_kal_diphone")
ESPEAK_ACCENTS = (
    "en-us en-us en-us en-gb en-gb en-gb en-gb-scotland en-gb-x-gbclan en-029 en-gb-x-gbcwmd "
    "en-us-nyc"
).split()
ESPEAK_VARIANTS = (
    "+m1 +m2 +m3 +m4 +m5 +m6 +m8 +f1 +f2 +f3 +f5 +klatt +klatt2 +klatt3 +klatt5 +Alex +Alicia "
    "+Andy +Annie +Gene +Henrique +Hugo +Jacky +Lee +Marco +Mario +Michael +Mike +adam +anika "
    "+antonio +aunty +belinda +benjamin +boris +caleb +david +ed +edward +grandma +grandpa +iven "
    "+john +linda +max +michel +miguel +norbert +pablo +paul +pedro +quincy +rob +robert +sandro "
    "+shelby +steph +travis +victor +zac +Denis +Diogo +Storm +marcelo"
).split()
PICO_LANGUAGES = ("en-US", "en-GB")
SHARES = (0.36, 0.22, 0.22, 0.2)
"""How often flite speaks, espeak-ng, one of its drawn vocal tracts, Pico; beside festival."""
# Never trained on; used by evaluate.py.
TEST_ESPEAK_VOICES = ("en-us+m7", "en-gb-x-rp+f4", "en-us+klatt4")
TEST_FESTIVAL_VOICE = "voice_ked_diphone"


@dataclass(frozen=True)
class Spoken:
    """One synthetic utterance: 16 kHz float samples, peak 0.7, and which voice spoke it."""

    samples: Samples
    text: str
    voice: str


def resample(samples: NDArray[np.floating], rate: int, speed: float = 1.0) -> Samples:
    """To 16 kHz; ``speed`` > 1 plays faster, so pitch and formants rise and time shrinks."""
    ratio = Fraction(SAMPLE_RATE / (rate * speed)).limit_denominator(80)
    return resample_poly(samples, ratio.numerator, ratio.denominator).astype(np.float32)


def espeak(
    text: str, voice: str, words_per_minute: int, pitch: int, data: Path | None = None
) -> tuple[Samples, int]:
    """espeak-ng: samples and their rate. ``data``: a folder of its data other than its own."""
    command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-p", str(pitch)]
    if data is not None:
        command.append(f"--path={data}")
    wave = subprocess.run([*command, "--stdout", text], capture_output=True, check=True).stdout
    samples, rate = soundfile.read(io.BytesIO(wave), dtype="float32")
    return samples, rate


def flite(
    text: str, voice: str, stretch: float, pitch: float, folder: Path
) -> tuple[Samples, int, list[tuple[str, float]]]:
    """flite: samples, their rate and its own alignment [(phone, end in seconds)]."""
    target = folder / "flite.wav"
    command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.3f}"]
    command += ["--setf", f"int_f0_target_mean={pitch:.1f}", "-psdur", "-t", text, "-o"]
    output = subprocess.run([*command, str(target)], capture_output=True, text=True, check=True)
    samples, rate = soundfile.read(target, dtype="float32")
    segments = re.findall(r"(\S+?):([\d.]+)", output.stdout)
    return samples, rate, [(phone, float(end)) for phone, end in segments]


def festival(items: Sequence[tuple[str, str, float]], folder: Path) -> list[Samples | None]:
    """festival in one process for many (text, voice, stretch); 16 kHz, None where it failed."""
    script = []
    for number, (text, voice, stretch) in enumerate(items):
        clean = text.replace('"', "")
        script.append(
            f"({voice})(Parameter.set 'Duration_Stretch {stretch:.3f})"
            f'(set! u (utt.synth (Utterance Text "{clean}")))'
            f'(utt.save.wave u "{folder}/festival{number}.wav")'
        )
    subprocess.run(["festival", "--pipe"], input="\n".join(script).encode(), capture_output=True)
    results: list[Samples | None] = []
    for number in range(len(items)):
        wave = folder / f"festival{number}.wav"
        if not wave.exists():
            results.append(None)
            continue
        samples, rate = soundfile.read(wave, dtype="float32")
        results.append(resample(samples, rate))
        wave.unlink()
    return results


class ShardWriter:
    """Collects utterances into one shard."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._raw = path.with_suffix(".raw").open("wb")
        self._index: list[tuple[int, int, str, str]] = []
        self._position = 0

    def add(self, spoken: Spoken) -> None:
        """Append one utterance; drops silent or very short ones."""
        peak = float(np.abs(spoken.samples).max()) if len(spoken.samples) else 0.0
        if peak < 1e-4 or len(spoken.samples) < SAMPLE_RATE // 4:
            return
        pcm = (spoken.samples / peak * 0.7 * 32767).astype(np.int16)
        self._raw.write(pcm.tobytes())
        self._index.append((self._position, len(pcm), spoken.text, spoken.voice))
        self._position += len(pcm)

    def close(self) -> float:
        """Write the index; returns the shard's length in hours."""
        self._raw.close()
        self._path.with_suffix(".json").write_text(json.dumps(self._index))
        return self._position / SAMPLE_RATE / 3600


class TrainingVoices:
    """Speaks text with random training voices."""

    def __init__(self, rng: random.Random, folder: Path) -> None:
        self._rng = rng
        self._folder = folder
        self._tracts = Tracts(folder)

    def speak(self, text: str) -> Spoken:
        """One sentence, by whom ``SHARES`` say."""
        voices = (self._flite, self._espeak, self._tract, self._pico)
        (say,) = self._rng.choices(voices, SHARES)
        return say(text)

    def speak_festival(self, texts: Sequence[str]) -> list[Spoken]:
        """Many sentences by festival."""
        rng = self._rng
        items = [
            (text, rng.choices(FESTIVAL_VOICES, (3, 1))[0], rng.uniform(0.75, 1.25))
            for text in texts
        ]
        spoken = []
        for (text, voice, _), samples in zip(items, festival(items, self._folder), strict=True):
            if samples is not None:
                varied = resample(samples, SAMPLE_RATE, rng.uniform(0.82, 1.2))
                spoken.append(Spoken(varied, text, voice))
        return spoken

    def _flite(self, text: str) -> Spoken:
        rng = self._rng
        voice = rng.choice(["slt", "slt", "rms", "rms", "awb", "awb", "kal16"])
        speed = rng.uniform(0.82, 1.24)
        pitch = FLITE_PITCH[voice] * rng.uniform(0.75, 1.35)
        stretch = rng.uniform(0.75, 1.35) * speed
        samples, rate, _ = flite(text, voice, stretch, pitch, self._folder)
        return Spoken(resample(samples, rate, speed), text, f"flite-{voice}")

    def _espeak(self, text: str) -> Spoken:
        rng = self._rng
        voice = rng.choice(ESPEAK_ACCENTS) + rng.choice(ESPEAK_VARIANTS)
        samples, rate = espeak(text, voice, rng.randint(125, 225), rng.randint(20, 80))
        return Spoken(resample(samples, rate, rng.uniform(0.88, 1.15)), text, f"espeak-{voice}")

    def _tract(self, text: str) -> Spoken:
        rng = self._rng
        voice = rng.choice(ESPEAK_ACCENTS) + self._tracts.another(rng)
        found = espeak(text, voice, rng.randint(125, 225), rng.randint(30, 70), self._tracts.data)
        return Spoken(resample(*found), text, "espeak-tract")

    def _pico(self, text: str) -> Spoken:
        """By an engine of its own: one that has spoken before says the same words otherwise."""
        import ttspico

        rng = self._rng
        language = rng.choice(PICO_LANGUAGES)
        engine = ttspico.TtsEngine(language)
        engine.rate, engine.pitch = rng.randint(75, 135), rng.randint(75, 130)
        samples = np.frombuffer(engine.speak(text), np.int16).astype(np.float32) / 32768
        varied = resample(samples, SAMPLE_RATE, rng.uniform(0.8, 1.15))
        return Spoken(varied, text, f"pico-{language}")


def synthesise_training_shard(
    texts: Sequence[str], path: Path, seed: int, report: Callable[[str], None] = print
) -> float:
    """Speak ``texts`` with random voices into one shard; returns its hours."""
    rng = random.Random(seed)
    writer = ShardWriter(path)
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as name:
        voices = TrainingVoices(rng, Path(name))
        waiting: list[str] = []
        for number, text in enumerate(texts):
            if rng.random() < 0.13:
                waiting.append(text)
            else:
                try:
                    writer.add(voices.speak(text))
                except (subprocess.CalledProcessError, soundfile.LibsndfileError) as error:
                    report(f"skipped {text!r}: {error}")
            if len(waiting) >= 40 or number == len(texts) - 1:
                for spoken in voices.speak_festival(waiting):
                    writer.add(spoken)
                waiting = []
    return writer.close()


def synthesise_test_shard(texts: Sequence[str], path: Path) -> float:
    """Speak ``texts`` in turn with the voices kept for the test; returns the shard's hours."""
    writer = ShardWriter(path)
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as name:
        period = 1 + len(TEST_ESPEAK_VOICES)
        for number, text in enumerate(texts):
            if number % period:
                voice = TEST_ESPEAK_VOICES[number % period - 1]
                samples, rate = espeak(text, voice, 165, 50)
                writer.add(Spoken(resample(samples, rate), text, f"espeak-{voice}"))
            else:
                found = festival([(text, TEST_FESTIVAL_VOICE, 1.0)], Path(name))[0]
                if found is not None:
                    writer.add(Spoken(found, text, "festival-ked"))
    return writer.close()


def read_shard(path: Path) -> Iterator[tuple[NDArray[np.float64], str, str]]:
    """Samples in the int16 range, text and voice of every utterance of a shard."""
    raw = np.memmap(path.with_suffix(".raw"), np.int16, "r")
    for at, size, text, voice in json.loads(path.with_suffix(".json").read_text()):
        yield np.asarray(raw[at : at + size], np.float64), text, voice


def shard_texts(texts: Iterable[str], size: int) -> list[list[str]]:
    """Cut a list of sentences into shards of ``size``."""
    listed = list(texts)
    return [listed[start : start + size] for start in range(0, len(listed), size)]


def _fast_folder() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
