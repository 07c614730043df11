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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.speech.languages import Language
    from training.speech.network import AcousticNetwork
    from training.speech.train import Stage

report: Callable[[str], None] = functools.partial(print, flush=True)

SHARD_SIZE = 1_500
BOOTSTRAP_SIZE = 1_800
FRAMES_ON_GPU = 100_000  # in a batch
TEACHER_STEPS = 300


@dataclass(frozen=True)
class Options:
    """Command-line options; every folder below ``work`` is made by the steps."""

    work: Path
    speech: Path | None
    other_text: Path | None
    model: Path
    start: Path | None
    teacher: Path | None
    contexts: bool
    deeper: bool
    device: str
    shards: int
    hours: float
    processes: int
    threads: int

    @property
    def features(self) -> Path:
        return self.work / "feats"

    @property
    def language(self) -> Language:
        from training.speech.languages import english

        return english(self.contexts)

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
    """Compute features; also noise pieces, and alignments for a first start."""
    _make_noise(options)
    with multiprocessing.Pool(options.processes) as pool:
        if options.speech is not None:
            pool.map(functools.partial(_people_features, options), ("people", "words"))
        pool.map(functools.partial(_shard_features, options), range(options.shards))
    if options.start is None and options.teacher is None:
        _make_bootstrap(options)


def _recorded_noise(options: Options) -> list[np.ndarray]:
    from training.speech import real_speech

    if options.speech is None:
        return []
    return [clip.astype(np.float64) for _, clip in real_speech.noise_clips(options.speech)]


def _shard_features(options: Options, number: int) -> None:
    from training.speech import corpus

    target = options.features / f"syn{number}"
    if not target.with_suffix(".json").exists():
        hours = corpus.clean_synthetic(options.shard(number), target)
        report(f"features {number}: {hours:.2f} h")


def _make_bootstrap(options: Options) -> None:
    from training.speech import bootstrap, prompts

    target = options.features / "boot0"
    if not target.with_suffix(".json").exists():
        texts = prompts.training_prompts(BOOTSTRAP_SIZE, 7000)
        bootstrap.make_bootstrap(texts, target, 60, options.language.phones)


def _make_noise(options: Options) -> None:
    from training.speech import corpus

    target = options.features / "noise.npy"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        voices = corpus.babbling(options.shard(0))
        corpus.noise_features(target, 5, _recorded_noise(options), voices)


def _people_features(options: Options, name: str) -> None:
    """The recorded sentences, or words, of everybody who is not set aside."""
    from training.speech import corpus, real_speech

    assert options.speech is not None
    target = options.features / name
    if not target.with_suffix(".json").exists():
        sets = real_speech.WORDS if name == "words" else real_speech.SENTENCES
        hours = corpus.clean_real(real_speech.training_recordings(options.speech, sets), target)
        report(f"features {name}: {hours:.2f} h")


def train(options: Options) -> None:
    """From scratch: synthetic speech, then half recordings of people, then the contrast; from
    ``--start`` or ``--teacher`` only the contrast. What was interrupted goes on."""
    from training.speech.network import deepened
    from training.speech.train import train as run

    (options.work / "checkpoints").mkdir(parents=True, exist_ok=True)
    network, teacher = _finished(options, options.start), _finished(options, options.teacher)
    if options.deeper and network is not None:
        network = deepened(network)
    for name, stage in _stages(options).items():
        report(f"stage {name}")
        checkpoint = options.checkpoint(name)
        network = run(
            options.features, checkpoint, stage, options.language, network, report, teacher
        )


def _finished(options: Options, model: Path | None) -> AcousticNetwork | None:
    from training.speech import build, kaldi_reader
    from training.speech.train import sample_frames

    if model is None:
        return None
    sample = sample_frames(options.features, {"syn": 0.5, "people": 0.5})
    scale = build.ENGLISH_DECODER.prior_scale
    return kaldi_reader.load_acoustic_model(model / "am" / "final.mdl", scale, sample)


def _stages(options: Options) -> dict[str, Stage]:
    from training.speech.train import Stage

    minutes = 60 * options.hours
    mixed = {"syn": 1.0}
    if options.speech:
        mixed = {"syn": 0.4, "people": 0.54, "words": 0.06}
    first = Stage(
        minutes,
        2.0e-3,
        shares=mixed,
        bootstrap_every=0,
        contrast=0.7,
        threads=options.threads,
        device=options.device,
    )
    if options.device != "cpu":
        first = replace(first, frames_per_batch=FRAMES_ON_GPU)
    if options.teacher is not None:
        return {"contrast": replace(first, teacher_steps=TEACHER_STEPS)}
    if options.start is not None:
        return {"contrast": replace(first, peak_rate=4.0e-4, seed=4)}
    synthetic = replace(
        first, minutes=0.2 * minutes, peak_rate=2.5e-3, shares={"syn": 1.0}, contrast=0.0
    )
    return {
        "synthetic": replace(synthetic, bootstrap_steps=280, bootstrap_every=4),
        "mixed": replace(first, minutes=0.4 * minutes, contrast=0.0, bootstrap_every=12, seed=2),
        "contrast": replace(first, minutes=0.4 * minutes, peak_rate=1.0e-3, seed=3),
    }


def build_model(options: Options) -> None:
    """Write the model directory from the last stage's running average."""
    from training.speech import build, kaldi_files, network

    decoder = build.ENGLISH_DECODER
    trained = network.load_network(options.checkpoint("contrast").with_suffix(".average.pt"))
    kaldi_files.write_acoustic_model(
        options.model / "am" / "final.mdl", trained, options.language.phones, decoder.prior_scale
    )
    build.write_configuration(options.model, decoder)
    graphs = options.model / "graph"
    build.write_graph_folder(graphs, build.GraphSettings(), options.language, options.other_text)


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
    parser.add_argument("--start", type=Path, help="model directory to go on from")
    parser.add_argument(
        "--teacher", type=Path, help="model directory whose posteriors a new network begins with"
    )
    parser.add_argument(
        "--contexts", action="store_true", help="phones told apart by what came before them"
    )
    parser.add_argument("--deeper", action="store_true", help="add layers to what --start gives")
    parser.add_argument("--device", default="cpu", help="cuda where there is a GPU")
    parser.add_argument("--shards", type=int, default=16, help="hours of synthetic speech")
    parser.add_argument("--hours", type=float, default=1.3, help="hours of training")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2, help="of the training itself")
    values = vars(parser.parse_args())
    step = values.pop("step")
    options = Options(**values)
    for name, action in STEPS.items():
        if step in (name, "all"):
            report(f"== {name}")
            action(options)
