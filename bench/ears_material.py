"""What `bench ears` listens to: our sentences in voices that training never hears, in a driving
car, and recordings of people that are set apart from training."""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pypinyin import lazy_pinyin

from bench.suite_turns import exchanges
from cabin_agent.turn import Language
from simulator import acoustics
from simulator.acoustics import NoiseBank, Surroundings
from simulator.voices import SAMPLE_RATE, Samples, Speaker, named
from training.speech import real_speech
from training.speech.mandarin import recordings

UNSEEN = ("ben", "clara", "henry")
"""Voices of the simulator's cast whose espeak-ng variants are kept for the test."""
RATES = (0, 15, -15)
PITCHES = (0, 8, -6)
SPEED_OF_SNR = {20.0: 50.0, 10.0: 120.0, 5.0: 185.0}
"""km/h at which the simulated car is that loud (dB at the speaker's microphone)."""
EDGE = SAMPLE_RATE * 3 // 10
QUIET_RMS = 1e-4
SPOKEN_KINDS = ("plain", "several")
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SET = "speechocean762"


@dataclass(frozen=True, slots=True)
class Clip:
    """16-bit PCM at 16 kHz and what was said."""

    pcm: bytes
    text: str
    who: str

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / SAMPLE_RATE


def commands() -> list[str]:
    """The suite's English commands that stand alone; nothing is trained on them."""
    ours = (e for e in exchanges() if e.language is Language.ENGLISH and e.kind in SPOKEN_KINDS)
    return [turn.text for exchange in ours for turn in exchange.turns if turn.actions]


def numbers() -> list[str]:
    """Every number from 0 to 100 and 48 times of day, each in a short request."""
    said = [f"set the volume to {spelled(number)} percent" for number in range(101)]
    for hour in range(1, 13):
        name = ONES[hour]
        said.append(f"wake me up at {name} {spelled((hour * 7) % 50 + 10)}")
        said.append(f"set an alarm for {name} {('a m', 'p m')[hour % 2]}")
        said.append(f"remind me at half past {name}")
        said.append(f"set an alarm for quarter {('to', 'past')[hour % 2]} {name}")
    return said


def spelled(number: int) -> str:
    """0..100 in words."""
    if number == 100:
        return "one hundred"
    if number < 20:
        return ONES[number]
    tens, ones = divmod(number, 10)
    return TENS[tens - 2] + (f" {ONES[ones]}" if ones else "")


def spoken(texts: Sequence[str], seed: int = 0) -> list[tuple[str, str, Samples]]:
    """(text, voice, samples) by the unseen voices in turn, at several rates and pitches."""
    draw = random.Random(seed)
    found = []
    with Speaker() as speaker:
        for number, text in enumerate(texts):
            voice = named(UNSEEN[number % len(UNSEEN)])
            rate, pitch = voice.rate + draw.choice(RATES), voice.pitch + draw.choice(PITCHES)
            varied = dataclasses.replace(voice, rate=rate, pitch=pitch)
            found.append((text, voice.name, speaker.say(text, varied)))
    return found


def clean(said: Sequence[tuple[str, str, Samples]]) -> Iterator[Clip]:
    """With 0.3 s of faint noise around."""
    rng = np.random.default_rng(5)
    for text, voice, samples in said:
        quiet = rng.normal(0, QUIET_RMS, len(samples) + 2 * EDGE)
        quiet[EDGE : EDGE + len(samples)] += samples
        yield Clip(acoustics.to_pcm(quiet.astype(np.float32)), text, voice)


def driving(said: Sequence[tuple[str, str, Samples]], snr_db: float) -> Iterator[Clip]:
    """In the cabin of a car at the speed that makes it `snr_db`."""
    around = Surroundings(speed=SPEED_OF_SNR[snr_db])
    response = acoustics.impulse_response(31)
    bank = acoustics.noise_bank(31, 20.0)
    rng = np.random.default_rng(6)
    for text, voice, samples in said:
        inside, start = acoustics.in_cabin(samples, response), int(rng.integers(bank.length))
        heard = amid_noise(inside, acoustics.level_db(samples) - snr_db, bank, start, around)
        yield Clip(acoustics.to_pcm(heard), text, voice)


def amid_noise(
    samples: Samples, noise_db: float, bank: NoiseBank, start: int, around: Surroundings
) -> Samples:
    """With `EDGE` before and after, in the driver's noise from `start` of `bank` at `noise_db`."""
    silence = np.zeros(EDGE, np.float32)
    heard = np.concatenate([silence, samples, silence])
    noise = acoustics.noise(bank, start, len(heard), around, acoustics.SEATS[0])
    return heard + acoustics.scaled(noise, noise_db - acoustics.level_db(noise))


def people(shared: Path, part: str, each: int) -> list[Clip]:
    """Up to `each` sentences of every speaker set apart: "test", or "development" for tuning."""
    found: dict[str, list[Clip]] = defaultdict(list)
    for recording in real_speech.recordings(shared / "speech", SET, set_apart(part)):
        mine = found[recording.speaker]
        if len(mine) < each:
            pcm = acoustics.to_pcm(recording.samples)
            mine.append(Clip(pcm, recording.text, recording.speaker))
    return [clip for clips in found.values() for clip in clips]


def others_sentences(shared: Path) -> list[str]:
    """What the speakers read who are not set apart."""
    apart = real_speech.held_out_speakers()
    rows = real_speech.transcripts(shared / "speech", SET)
    return [text for speaker, text in rows if speaker not in apart]


def set_apart(part: str) -> frozenset[str]:
    """Speakers of the test or of the development, as held_out_speakers.txt divides them."""
    test, _, development = real_speech.HELD_OUT_FILE.read_text().partition("# development")
    block = test if part == "test" else development
    return frozenset(line for line in block.splitlines() if line.isdigit())


def mandarin_words(shared: Path) -> list[Clip]:
    """The recorded words set apart, one speaker's."""
    return [
        Clip(acoustics.to_pcm(word.samples), word.text, word.speaker)
        for word in recordings.test_words(shared / "speech")
    ]


def sounds_alike(said: str, heard: str) -> bool:
    """Whether two words are the same syllables but for the tones, which the model has not."""
    return said == heard or lazy_pinyin(said) == lazy_pinyin(heard)


def contacts(count: int) -> tuple[str, ...]:
    """Names of a phone book."""
    first = "anna bilal chen dora emeka fatima grzegorz hana igor jiaying kwame leila".split()
    last = "abara brandt castillo dubois eriksen farouk gupta huang ivanova jansen kowalski".split()
    syllables = ("ma", "ri", "no", "ta", "ka")
    pairs = ((f, f"{s}{e}") for f in first for s in last for e in ("", *syllables))
    return tuple(f"{f} {s}" for f, s in pairs)[:count]
