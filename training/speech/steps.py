"""The recipe's steps, one command each; ``all`` runs them in order.

    python -m training.speech all --work /tmp/ears --speech DIR --other-text incar_en.jsonl \\
        --model cabin_agent/models/vosk-en

``--speech`` (recordings of people) and ``--other-text`` may be missing: the model then learns from
synthetic speech and from our own text only, and is much worse on people.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

report: Callable[[str], None] = functools.partial(print, flush=True)

SHARD_SIZE = 1_500
BOOTSTRAP_SIZE = 1_800


@dataclass(frozen=True)
class Options:
    """Command-line options; every folder below ``work`` is made by the steps."""

    work: Path
    speech: Path | None
    other_text: Path | None
    model: Path
    shards: int
    hours: float
    processes: int

    @property
    def features(self) -> Path:
        return self.work / "feats"

    def shard(self, number: int) -> Path:
        return self.work / "synth" / f"train{number}"

    def checkpoint(self, name: str) -> Path:
        return self.work / "checkpoints" / f"{name}.pt"


def synthesise(options: Options) -> None:
    """Speak the training sentences, about one hour per shard."""
    with multiprocessing.Pool(options.processes) as pool:
        pool.map(functools.partial(_synthesise_shard, options), range(options.shards))


def _synthesise_shard(options: Options, number: int) -> None:
    from training.speech import prompts, synthesis

    path = options.shard(number)
    if not path.with_suffix(".json").exists():
        sentences = prompts.training_prompts(SHARD_SIZE, 100 + number)
        hours = synthesis.synthesise_training_shard(sentences, path, 100 + number)
        report(f"shard {number}: {hours:.2f} h")


def make_features(options: Options) -> None:
    """Damage the speech, compute features; also the bootstrap's alignments and noise pieces."""
    with multiprocessing.Pool(options.processes) as pool:
        pool.map(functools.partial(_damage_shard, options), range(options.shards))
    _make_bootstrap(options)
    _make_noise_and_real(options)


def _recorded_noise(options: Options) -> list[np.ndarray]:
    from training.speech import real_speech

    if options.speech is None:
        return []
    return [clip.astype(np.float64) for _, clip in real_speech.noise_clips(options.speech)]


def _damage_shard(options: Options, number: int) -> None:
    from training.speech import corpus

    target = options.features / f"syn{number}"
    if not target.with_suffix(".json").exists():
        noise = _recorded_noise(options)
        hours = corpus.damage_synthetic(options.shard(number), target, 900 + number, noise)
        report(f"features {number}: {hours:.2f} h")


def _make_bootstrap(options: Options) -> None:
    from training.speech import bootstrap, prompts

    target = options.features / "boot0"
    if not target.with_suffix(".json").exists():
        bootstrap.make_bootstrap(prompts.training_prompts(BOOTSTRAP_SIZE, 7000), target, 60)


def _make_noise_and_real(options: Options) -> None:
    from training.speech import corpus, real_speech
    from training.speech.synthesis import read_shard

    noise = _recorded_noise(options)
    raw, index = read_shard(options.shard(0))
    voices = [np.asarray(raw[at : at + size], np.float64) / 20000 for at, size, _, _ in index[:300]]
    corpus.noise_features(options.features / "noise.npy", 5, noise, voices)
    if options.speech is not None:
        people = list(real_speech.training_recordings(options.speech))
        babble = [r.samples.astype(np.float64) for r in people if len(r.samples) > 16000][::5]
        corpus.damage_real(people, options.features / "real0", 11, noise, babble)


def train(options: Options) -> None:
    """Synthetic speech first, then half recordings of people, then the contrastive objective."""
    from training.speech.languages import english
    from training.speech.train import Stage
    from training.speech.train import train as run

    (options.work / "checkpoints").mkdir(parents=True, exist_ok=True)
    minutes = 60 * options.hours
    mixed = {"syn": 0.5, "real": 0.5} if options.speech else {"syn": 1.0}
    stages = {
        "synthetic": Stage(0.2 * minutes, 2.5e-3, bootstrap_steps=280, seed=1, threads=2),
        "mixed": Stage(0.4 * minutes, 2.0e-3, mixed, bootstrap_every=12, seed=2, threads=2),
        "contrast": Stage(
            0.4 * minutes, 1.0e-3, mixed, bootstrap_every=0, contrast=0.5, seed=3, threads=2
        ),
    }
    start: Path | None = None
    for name, stage in stages.items():
        report(f"stage {name}")
        run(options.features, options.checkpoint(name), stage, english(), start, report)
        start = options.checkpoint(name)


def build_model(options: Options) -> None:
    """Write the model directory from the last stage's running average."""
    from training.speech import build, kaldi_files, network
    from training.speech.languages import english

    decoder = build.DecoderSettings()
    trained = network.load_network(options.checkpoint("contrast").with_suffix(".average.pt"))
    kaldi_files.write_acoustic_model(
        options.model / "am" / "final.mdl", trained, english().phones, decoder.prior_scale
    )
    build.write_configuration(options.model, decoder)
    build.write_graph_folder(options.model / "graph", build.GraphSettings(), options.other_text)


def measure(options: Options) -> None:
    """Make the test material once and measure the model on its test part."""
    from training.speech.materials import make_test_set

    tests = options.work / "test"
    if options.speech is not None and not tests.exists():
        make_test_set(tests, options.speech, options.other_text)
    # a process of its own: vosk and pynini cannot share one
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-m", "training.speech.evaluate", str(options.model), str(tests)]
        subprocess.run([*command, "test", "--json", file.name], check=True)
        report(json.dumps(json.load(file), indent=1))


STEPS: dict[str, Callable[[Options], None]] = {
    "synthesise": synthesise,
    "features": make_features,
    "train": train,
    "build": build_model,
    "evaluate": measure,
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.speech", description=__doc__)
    parser.add_argument("step", choices=[*STEPS, "all"])
    parser.add_argument("--work", type=Path, required=True, help="folder for data (10 GB)")
    parser.add_argument("--speech", type=Path, help="folder with recordings (real_speech.py)")
    parser.add_argument("--other-text", type=Path, help="JSON lines of what people say to a car")
    parser.add_argument("--model", type=Path, default=Path("cabin_agent/models/vosk-en"))
    parser.add_argument("--shards", type=int, default=16, help="hours of synthetic speech")
    parser.add_argument("--hours", type=float, default=1.3, help="hours of training")
    parser.add_argument("--processes", type=int, default=2)
    values = vars(parser.parse_args())
    step = values.pop("step")
    options = Options(**values)
    for name, action in STEPS.items():
        if step in (name, "all"):
            report(f"== {name}")
            action(options)
