"""The Mandarin recipe's steps, one command each; ``all`` runs them in order.

    python -m training.speech.mandarin all --work /tmp/ears-zh --speech DIR \\
        --other-text incar_zh.jsonl --model cabin_agent/models/vosk-zh

``--speech`` holds ``audio_cmn`` (recorded words and syllables) and ``noise``. Without it only
synthetic speech is used.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.speech.network import AcousticNetwork

from training.speech.languages import mandarin

report: Callable[[str], None] = functools.partial(print, flush=True)

SHARD_SIZE = 1_500
BOOTSTRAP_SIZE = 1_800
SYNTHETIC_SYLLABLES = 3
TEST_SIZE = 240


@dataclass(frozen=True)
class Options:
    """Command-line options; every folder below ``work`` is made by the steps."""

    work: Path
    speech: Path | None
    other_text: Path | None
    model: Path
    start: Path | None
    shards: int
    hours: float
    processes: int
    threads: int

    @property
    def features(self) -> Path:
        return self.work / "feats"

    def shard(self, kind: str, number: int) -> Path:
        return self.work / "synth" / f"{kind}{number}"

    def checkpoint(self, name: str) -> Path:
        return self.work / "checkpoints" / f"{name}.pt"


def prompts(count: int, seed: int) -> list[str]:
    """``count`` sentences: 60 % to the car, the rest random words to learn all sounds."""
    from training.speech.mandarin import text

    rng = random.Random(seed)
    car = text.training_sentences(2, seed)
    strange = text.random_words(count, seed)
    return [rng.choice(car) if rng.random() < 0.6 else strange[at] for at in range(count)]


def synthesise(options: Options) -> None:
    """Speak the training sentences: espeak-ng's voices, and joined recorded syllables."""
    jobs = [(kind, number) for number in range(options.shards) for kind in ("syn", "joined")]
    with multiprocessing.Pool(options.processes) as pool:
        pool.starmap(functools.partial(_synthesise, options), jobs)


def _synthesise(options: Options, kind: str, number: int) -> None:
    from training.speech.mandarin import voices

    path = options.shard(kind, number)
    if path.with_suffix(".json").exists() or (kind == "joined" and options.speech is None):
        return
    if kind == "syn":
        hours = voices.synthesise_training_shard(prompts(SHARD_SIZE, 100 + number), path, number)
    else:
        hours = _join_shard(options, prompts(SHARD_SIZE // 2, 500 + number), path, number)
    report(f"{kind} {number}: {hours:.2f} h")


def _join_shard(options: Options, texts: list[str], path: Path, seed: int) -> float:
    from training.speech.mandarin import syllables
    from training.speech.synthesis import ShardWriter, Spoken

    assert options.speech is not None
    joiner = syllables.Joiner(syllables.recorded(options.speech), seed)
    writer = ShardWriter(path)
    for sentence in syllables.joined(texts, [joiner], seed):
        writer.add(Spoken(sentence.samples.astype(np.float32), sentence.text, "joined"))
    return writer.close()


def make_features(options: Options) -> None:
    """Damage the speech, compute features; also noise pieces and the bootstrap's alignments."""
    jobs = [(kind, number) for number in range(options.shards) for kind in ("syn", "joined")]
    _make_bootstrap(options)
    _make_noise_and_words(options)
    with multiprocessing.Pool(options.processes) as pool:
        pool.starmap(functools.partial(_damage, options), jobs)


def _recorded_noise(options: Options) -> list[np.ndarray]:
    from training.speech import real_speech

    if options.speech is None:
        return []
    return [clip.astype(np.float64) for _, clip in real_speech.noise_clips(options.speech)]


def _damage(options: Options, kind: str, number: int) -> None:
    from training.speech import corpus

    source, target = options.shard(kind, number), options.features / f"{kind}{number}"
    if source.with_suffix(".json").exists() and not target.with_suffix(".json").exists():
        noise = _recorded_noise(options)
        hours = corpus.damage_synthetic(source, target, 900 + number, noise)
        report(f"features {kind} {number}: {hours:.2f} h")


def _make_bootstrap(options: Options) -> None:
    from training.speech.mandarin import syllables
    from training.speech.mandarin.lexicon import spoken_syllables

    target = options.features / "boot0"
    if target.with_suffix(".json").exists():
        return
    sentences = prompts(BOOTSTRAP_SIZE, 7000)
    needed = sorted({s for line in sentences for w in line.split() for s in spoken_syllables(w)})
    joiners = [syllables.Joiner(syllables.synthetic(needed, SYNTHETIC_SYLLABLES, 1), 1)]
    if options.speech is not None:
        joiners.append(syllables.Joiner(syllables.recorded(options.speech), 2))
    syllables.write_bootstrap(syllables.joined(sentences, joiners, 3), target, 60)


def _make_noise_and_words(options: Options) -> None:
    from training.speech import corpus
    from training.speech.mandarin import recordings

    if (options.features / "noise.npy").exists():
        return
    noise = _recorded_noise(options)
    voices = corpus.babbling(options.shard("syn", 0))
    if options.speech is not None:
        words = recordings.training_words(options.speech)
        corpus.damage_real(words, options.features / "real0", 11, noise, voices)
    corpus.noise_features(options.features / "noise.npy", 5, noise, voices)


def train(options: Options) -> None:
    """espeak-ng first, then joined syllables and recorded words too, then the contrast. With
    ``--start`` the hidden layers are those of that model. What was interrupted goes on."""
    from training.speech.train import Stage
    from training.speech.train import train as run

    (options.work / "checkpoints").mkdir(parents=True, exist_ok=True)
    minutes = 60 * options.hours
    mixed = {"syn": 0.5, "joined": 0.3, "real": 0.2} if options.speech else {"syn": 1.0}
    alike = {"threads": options.threads, "clean": False}
    later = {**alike, "shares": mixed}
    stages = {
        "synthetic": Stage(0.2 * minutes, 2.0e-3, bootstrap_steps=200, seed=1, **alike),
        "mixed": Stage(0.35 * minutes, 2.0e-3, bootstrap_every=12, seed=2, **later),
        "contrast": Stage(0.45 * minutes, 1.0e-3, bootstrap_every=0, contrast=0.6, seed=3, **later),
    }
    network = _start(options)
    for name, stage in stages.items():
        report(f"stage {name}")
        checkpoint = options.checkpoint(name)
        network = run(options.features, checkpoint, stage, mandarin(), network, report)


def _start(options: Options) -> AcousticNetwork | None:
    """Sounds are sounds: the hidden layers of the English model, ours has its own output."""
    from training.speech import build, kaldi_reader
    from training.speech.network import for_other_classes
    from training.speech.train import sample_frames

    if options.start is None:
        return None
    scale = build.DecoderSettings().prior_scale
    sample = sample_frames(options.features, {"syn": 1.0})
    model = options.start / "am" / "final.mdl"
    trained = kaldi_reader.load_acoustic_model(model, scale, sample)
    return for_other_classes(trained, mandarin().phones.classes)


def build_model(options: Options) -> None:
    """Write the model directory from the last stage's running average."""
    from training.speech import build, kaldi_files, network
    from training.speech.mandarin import language_model

    decoder = build.DecoderSettings()
    trained = network.load_network(options.checkpoint("contrast").with_suffix(".average.pt"))
    target = options.model / "am" / "final.mdl"
    kaldi_files.write_acoustic_model(target, trained, mandarin().phones, decoder.prior_scale)
    build.write_configuration(options.model, decoder)
    model, words = language_model.language_model(options.other_text)
    build.write_graphs_of(options.model / "graph", model, words, mandarin())


def measure(options: Options) -> None:
    """Make the test material once and measure the model on it."""
    tests = options.work / "test"
    if not tests.exists():
        make_tests(options, tests)
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-m", "training.speech.evaluate", str(options.model), str(tests)]
        subprocess.run([*command, "test", "--json", file.name], check=True)
        report(json.dumps(json.load(file), indent=1))


def make_tests(options: Options, target: Path) -> None:
    """Held-out sentences by voices kept apart, clean and at 10 dB, some for tuning ("dev") and some
    for the test; other people's; words."""
    from training.speech import materials
    from training.speech.mandarin import recordings, text, voices

    spoken = functools.partial(materials.spoken_by, voices.synthesise_test_shard)
    held_out = list(text.test_sentences())[: 2 * TEST_SIZE]
    materials.write_car_sets(target, held_out[1::2], held_out[::2], spoken)
    if options.other_text is not None:
        others = text.test_part(text.other_sentences(options.other_text))
        clips = spoken(others, target / "others_shard")
        materials.write_clips(target / "test" / "others", materials.padded(clips))
    if options.speech is not None:
        words = recordings.test_words(options.speech)
        people = ((np.asarray(w.samples, np.float64) * 32767, w.text, w.speaker) for w in words)
        materials.write_clips(target / "test" / "words", people)


STEPS: dict[str, Callable[[Options], None]] = {
    "synthesise": synthesise,
    "features": make_features,
    "train": train,
    "build": build_model,
    "evaluate": measure,
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.speech.mandarin", description=__doc__)
    parser.add_argument("step", choices=[*STEPS, "all"])
    parser.add_argument("--work", type=Path, required=True, help="folder for data (5 GB)")
    parser.add_argument("--speech", type=Path, help="folder with recordings")
    parser.add_argument("--other-text", type=Path, help="JSON lines of what people say to a car")
    parser.add_argument("--model", type=Path, default=Path("cabin_agent/models/vosk-zh"))
    parser.add_argument("--start", type=Path, help="English model directory to go on from")
    parser.add_argument("--shards", type=int, default=8, help="of about 1,500 sentences")
    parser.add_argument("--hours", type=float, default=1.0, help="hours of training")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2, help="of the training itself")
    values = vars(parser.parse_args())
    step = values.pop("step")
    options = Options(**values)
    for name, action in STEPS.items():
        if step in (name, "all"):
            report(f"== {name}")
            action(options)
