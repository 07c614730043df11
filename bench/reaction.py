"""From the end of the last word to the actuator request, beside the classic chain.

Both hear the same recordings with the same Vosk model, chunk by chunk of 20 ms, on a clock that
counts the audio's time and adds the processor time that each chunk has cost so far: what a head
unit would see with audio in real time, without waiting for it.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass, field

import psutil
from rich.console import Console
from rich.progress import track

from bench.audio import CHUNK, Recording, recordings
from bench.classic import SILENCE_S, ClassicChain
from bench.figures import Options, Result, Row, median, p95
from cabin_agent import events
from cabin_agent.assembly import (
    load_registry,
    load_understander,
    make_bus,
    make_ears,
    vosk_model_directory,
)
from cabin_agent.assistant import Assistant, Seat
from cabin_agent.config import Config
from cabin_agent.hearing.frames import AudioFormat
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.turn import Language, Zone
from simulator.voices import SAMPLE_RATE
from simulator.world import Vehicle

SPEED = "Vehicle.Speed"
READY_RUNS = 3


class AudioClock:
    """Seconds of audio so far, plus what the present chunk has cost."""

    def __init__(self) -> None:
        self._audio_s = 0.0
        self._began = time.perf_counter()

    def __call__(self) -> float:
        return self._audio_s + (time.perf_counter() - self._began)

    def chunk(self) -> None:
        """The next chunk is complete."""
        self._audio_s += CHUNK / SAMPLE_RATE
        self._began = time.perf_counter()

    def restart(self) -> None:
        """What was between two recordings took no time."""
        self._began = time.perf_counter()


@dataclass
class Samples:
    """Milliseconds and shares, one a recording or partial."""

    ours_ms: list[float] = field(default_factory=list)
    classic_ms: list[float] = field(default_factory=list)
    model_ms: list[float] = field(default_factory=list)
    ours_right: int = 0
    classic_right: int = 0
    heard_right: int = 0
    hearing_s: float = 0.0
    audio_s: float = 0.0
    count: int = 0


def run(console: Console, options: Options) -> Result:
    """Measure everything; takes about a minute."""
    taken = list(recordings())
    samples = asyncio.run(_measure(taken, console))
    ready_s, resident_mb = _start_up()
    ratio = median(samples.ours_ms) / median(samples.classic_ms)
    figures = {
        "last_word_to_action_ms_median": median(samples.ours_ms),
        "last_word_to_action_ms_p95": p95(samples.ours_ms),
        "ratio_to_classic_chain": ratio,
        "hearing_real_time_factor": samples.hearing_s / samples.audio_s,
        "model_ms_p95": p95(samples.model_ms),
        "ready_s": median(ready_s),
        "resident_mb": resident_mb,
        "right_intent_share": samples.ours_right / samples.count,
        "heard_exactly_share": samples.heard_right / samples.count,
    }
    peer = {
        "last_word_to_action_ms_median": median(samples.classic_ms),
        "last_word_to_action_ms_p95": p95(samples.classic_ms),
        "right_intent_share": samples.classic_right / samples.count,
    }
    rows = [
        Row("last word -> actuator request, ours", "ms", samples.ours_ms),
        Row(f"the same, classic chain ({SILENCE_S} s, hassil)", "ms", samples.classic_ms),
        Row("understanding model, each partial", "ms", samples.model_ms),
        Row("start of the process -> ready", "s", ready_s),
    ]
    notes = (
        f"{samples.count} commands at 50 km/h; those without an action count in the shares only",
        f"classic chain: right intent {peer['right_intent_share']:.2f}",
    )
    return Result("reaction", rows, figures, {"classic_chain": peer}, notes)


async def _measure(taken: list[Recording], console: Console) -> Samples:
    samples = Samples(count=len(taken))
    config, clock = Config(), AudioClock()
    registry = load_registry(config)
    understander = load_understander(config, registry, clock)
    bus = make_bus(config, clock)
    vehicle = Vehicle(bus, clock, bus.catalogue)
    await vehicle.start({})
    assistant = Assistant(
        config, bus, clock, understander, registry, make_ears(config, clock), None
    )
    classic = ClassicChain(VoskModel.load(vosk_model_directory(config, Language.ENGLISH)), registry)
    for recording in track(taken, "reaction", console=console, transient=True):
        await _ours(recording, assistant, vehicle, clock, samples)
        _classic(recording, classic, samples)
        _hearing_cost(recording, classic, samples)
    await vehicle.stop()
    return samples


async def _ours(
    recording: Recording,
    assistant: Assistant,
    vehicle: Vehicle,
    clock: AudioClock,
    samples: Samples,
) -> None:
    told: list[events.Event] = []
    seat = Seat("bench", recording.text, Zone.DRIVER, Language.ENGLISH, AudioFormat())
    clock.restart()
    async with assistant.open(seat, told.append) as conversation:
        began = clock()
        for chunk in recording.chunks:
            clock.chunk()
            await vehicle.step(CHUNK / SAMPLE_RATE)
            clock.restart()
            await conversation.hear(chunk)
    turns = [event.turn for event in told if isinstance(event, events.TurnEnded)]
    partials = [event for event in told if isinstance(event, events.Understood)]
    samples.model_ms += [event.understanding.model_ms for event in partials]
    samples.heard_right += any(turn.hypothesis.text == recording.text for turn in turns)
    first = next((action for t in turns for action in t.understanding.actions), None)
    samples.ours_right += first is not None and first.intent == recording.intent
    changes = [change.at for turn in turns for change in turn.changes]
    if changes:
        samples.ours_ms.append((min(changes) - began - recording.last_word_s) * 1000.0)


def _classic(recording: Recording, classic: ClassicChain, samples: Samples) -> None:
    classic.begin()
    for number, chunk in enumerate(recording.chunks, 1):
        began = time.perf_counter()
        matched = classic.hear(chunk)
        if matched is not None:
            cost = time.perf_counter() - began
            at = number * CHUNK / SAMPLE_RATE + cost
            samples.classic_ms.append((at - recording.last_word_s) * 1000.0)
            samples.classic_right += matched.intent == recording.intent
            return


def _hearing_cost(recording: Recording, classic: ClassicChain, samples: Samples) -> None:
    """Processor seconds of recognition for each second of audio, all of it decoded."""
    classic.begin()
    began = time.process_time()
    for chunk in recording.chunks:
        classic.hear(chunk)
    samples.hearing_s += time.process_time() - began
    samples.audio_s += recording.seconds


def _start_up() -> tuple[list[float], float]:
    """(seconds from the start of the process until it listens, resident MB once it does)."""
    seconds, resident = [], 0.0
    for _ in range(READY_RUNS):
        began = time.perf_counter()
        command = [sys.executable, "-u", "-m", "cabin_agent", "serve", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            server.stdout.readline()
            seconds.append(time.perf_counter() - began)
            resident = psutil.Process(server.pid).memory_info().rss / 2**20
            server.terminate()
            server.communicate()
    return seconds, resident
