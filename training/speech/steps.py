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
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.speech.network import AcousticNetwork
    from training.speech.train import Stage

report: Callable[[str], None] = functools.partial(print, flush=True)

SHARD_SIZE = 1_500
BOOTSTRAP_SIZE = 1_800
PEOPLE_PARTS = 4


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
    """Damage the speech, compute features; also noise pieces, and alignments for a first start."""
    _make_noise(options)
    with multiprocessing.Pool(options.processes) as pool:
        if options.speech is not None:
            pool.map(functools.partial(_damage_people, options), range(PEOPLE_PARTS + 1))
        pool.map(functools.partial(_damage_shard, options), range(options.shards))
    if options.start is None:
        _make_bootstrap(options)


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


def _make_noise(options: Options) -> None:
    from training.speech import corpus

    target = options.features / "noise.npy"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        voices = _voices(options)
        corpus.noise_features(target, 5, _recorded_noise(options), voices)


def _voices(options: Options) -> list[np.ndarray]:
    """Synthetic sentences for the babble."""
    from training.speech.synthesis import read_shard

    raw, index = read_shard(options.shard(0))
    return [np.asarray(raw[at : at + size], np.float64) / 20000 for at, size, _, _ in index[:300]]


def _damage_people(options: Options, part: int) -> None:
    """The recorded sentences in parts, so that training can begin with the first; then words."""
    from training.speech import corpus, real_speech

    assert options.speech is not None
    last = part == PEOPLE_PARTS
    target = options.features / ("words0" if last else f"people{part}")
    if target.with_suffix(".json").exists():
        return
    names = real_speech.WORDS if last else real_speech.SENTENCES
    chosen = list(real_speech.training_recordings(options.speech, names))
    chosen = chosen if last else chosen[part::PEOPLE_PARTS]
    babble = [each.samples.astype(np.float64) for each in chosen if len(each.samples) > 16000][:300]
    noise = _recorded_noise(options)
    hours = corpus.damage_real(chosen, target, 11 + part, noise, babble or _voices(options))
    report(f"features {target.name}: {hours:.2f} h")


def train(options: Options) -> None:
    """From scratch: synthetic speech, then half recordings of people, then the contrast; from
    ``--start`` only the contrast. What was interrupted goes on."""
    from training.speech.languages import english
    from training.speech.train import train as run

    (options.work / "checkpoints").mkdir(parents=True, exist_ok=True)
    network = _start(options)
    for name, stage in _stages(options).items():
        report(f"stage {name}")
        checkpoint = options.checkpoint(name)
        network = run(options.features, checkpoint, stage, english(), network, report)


def _start(options: Options) -> AcousticNetwork | None:
    from training.speech import build, kaldi_reader, phones
    from training.speech.train import sample_frames

    if options.start is None:
        return None
    sample = sample_frames(options.features, {"syn": 0.5, "people": 0.5})
    model = options.start / "am" / "final.mdl"
    scale = build.ENGLISH_DECODER.prior_scale
    return kaldi_reader.load_acoustic_model(model, phones.ENGLISH, scale, sample)


def _stages(options: Options) -> dict[str, Stage]:
    from training.speech.train import Stage

    minutes = 60 * options.hours
    mixed = {"syn": 1.0}
    if options.speech:
        mixed = {"syn": 0.4, "people": 0.54, "words": 0.06}
    later = {"shares": mixed, "threads": options.threads}
    if options.start is not None:
        return {
            "contrast": Stage(minutes, 4.0e-4, contrast=0.7, bootstrap_every=0, seed=4, **later)
        }
    first = Stage(0.2 * minutes, 2.5e-3, bootstrap_steps=280, seed=1, threads=options.threads)
    return {
        "synthetic": first,
        "mixed": Stage(0.4 * minutes, 2.0e-3, bootstrap_every=12, seed=2, **later),
        "contrast": Stage(0.4 * minutes, 1.0e-3, bootstrap_every=0, contrast=0.7, seed=3, **later),
    }


def build_model(options: Options) -> None:
    """Write the model directory from the last stage's running average."""
    from training.speech import build, kaldi_files, network
    from training.speech.languages import english

    decoder = build.ENGLISH_DECODER
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
    parser.add_argument("--start", type=Path, help="model directory to go on from")
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
