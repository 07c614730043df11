"""Makes the test material of evaluate.py from voices and speakers that training never hears."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from training.speech import features, prompts, real_speech, text
from training.speech.synthesis import read_shard, synthesise_test_shard

Clip = tuple[NDArray[np.floating], str, str]  # samples in the int16 range, text, tag


def make_test_set(target: Path, speech: Path, other_text: Path | None) -> None:
    """Write ``target/{dev,test}/{car,car_noise10,others,people}``.

    ``speech`` holds the recordings (real_speech.py), ``other_text`` JSON lines
    with a ``text`` each.
    """
    write_car_sets(target, *prompts.held_out_car_sentences(), _spoken)
    if other_text is not None:
        others = text.other_sentences(other_text)
        chosen_others = {"dev": prompts.development_part, "test": prompts.test_part}
        for part, choose in chosen_others.items():
            sentences = choose(others)
            write_clips(target / part / "others", padded(_spoken(sentences, target / f"{part}_o")))
    test_speakers, development_speakers = _split_speakers()
    for part, speakers in (("dev", development_speakers), ("test", test_speakers)):
        chosen = [
            (np.asarray(r.samples, np.float64) * 32767, r.text, r.speaker)
            for r in real_speech.recordings(speech, "speechocean762", speakers)
        ]
        write_clips(target / part / "people", chosen)


def write_car_sets(
    target: Path,
    development: list[str],
    test: list[str],
    spoken: Callable[[list[str], Path], list[Clip]],
) -> None:
    """``target/{dev,test}/{car,car_noise10}``: the sentences clean, and at 10 dB of noise."""
    for part, sentences, seed in (("dev", development, 7), ("test", test, 8)):
        clips = spoken(sentences, target / f"{part}_car")
        write_clips(target / part / "car", padded(clips))
        write_clips(target / part / "car_noise10", noisy(clips, 10.0, seed))


def _split_speakers() -> tuple[frozenset[str], frozenset[str]]:
    """Test and development speakers, as the comments of held_out_speakers.txt divide them."""
    first, _, second = real_speech.HELD_OUT_FILE.read_text().partition("# development")
    return _ids(first), _ids(second)


def _ids(block: str) -> frozenset[str]:
    return frozenset(line for line in block.splitlines() if line.isdigit())


def _spoken(sentences: list[str], shard: Path) -> list[Clip]:
    return spoken_by(synthesise_test_shard, sentences, shard)


def spoken_by(
    synthesise: Callable[[list[str], Path], float], sentences: list[str], shard: Path
) -> list[Clip]:
    """``sentences`` spoken by the test voices of a language."""
    synthesise(sentences, shard)
    return list(read_shard(shard))


def padded(clips: Iterable[Clip]) -> Iterable[Clip]:
    """0.3 s of faint noise around every clip."""
    rng = np.random.default_rng(5)
    for samples, words, voice in clips:
        quiet = np.concatenate([np.zeros(4800), samples, np.zeros(4800)])
        yield quiet + rng.normal(0, 3, len(quiet)), words, voice


def noisy(clips: Iterable[Clip], snr_db: float, seed: int) -> Iterable[Clip]:
    """Mixed at ``snr_db``: half generated car noise, a quarter each pink noise and babble."""
    rng = np.random.default_rng(seed)
    listed = list(clips)
    pool = features.NoisePool(rng, generated=features.background_clips(rng, 6))
    damage = features.Damage(rng, pool, [samples for samples, _, _ in listed])
    for number, (samples, words, voice) in enumerate(listed):
        padded = np.concatenate([np.zeros(4800), samples, np.zeros(4800)])
        kind = ("car", "pink", "car", "babble")[number % 7 % 4]
        noise = (
            damage.babble_piece(len(padded))
            if kind == "babble"
            else features.coloured_noise(len(padded), kind, rng)
        )
        mixed = features.add_noise(padded, noise, snr_db)
        yield mixed / np.abs(mixed).max() * 16000, words, f"{voice} {kind}"


def write_clips(folder: Path, clips: Iterable[Clip]) -> None:
    """WAV files and ``ref.json``, as evaluate.py reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, (samples, words, tag) in enumerate(clips):
        name = f"{number:04}.wav"
        pcm = np.clip(np.round(samples), -32768, 32767).astype(np.int16)
        soundfile.write(folder / name, pcm, features.SAMPLE_RATE)
        rows.append({"file": name, "text": words, "tag": tag})
    (folder / "ref.json").write_text(json.dumps(rows, indent=1))
