"""What the microphones hear: noise of a driving car, the cabin's echo, seats, mixing.

Plain seeded functions. Audio is float32 mono at 16 kHz in -1..1; levels are in dB relative to full
scale unless said otherwise. The same arguments give the same samples.

Levels are anchored to speech of normal loudness (`voices.SPEECH_RMS`): the broadband
signal-to-noise ratio at the speaker's own microphone is 35 dB parked, 20 dB at 50 km/h and 10 dB at
120 km/h, as behind the 100 Hz high-pass of a car microphone. Noise grows between these points with
the logarithm of speed, as tyre and wind noise do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from simulator.voices import SAMPLE_RATE, SPEECH_RMS
from vehicle_bus.values import Zone

Samples = NDArray[np.float32]

SPEECH_DB = 20.0 * float(np.log10(SPEECH_RMS))

SPEEDS = (0.0, 30.0, 50.0, 80.0, 120.0, 200.0)  # km/h
SNR_AT_SPEED = (35.0, 25.0, 20.0, 15.0, 10.0, 4.0)  # dB

RAIN_SNR = 14.0  # dB, heaviest rain on the roof
FAN_SNR = 16.0  # dB, fan at full speed
FAN_EXPONENT = 50.0  # dB per decade of fan speed: the fan laws' sound power
WET_ROAD_DB = 4.0  # dB, tyres on a wet road
OPEN_WINDOW_DB = 9.0  # dB, wind and tyres through one open window

SEATS = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)
_PLACE = {
    Zone.DRIVER: (0, 0),
    Zone.PASSENGER: (0, 1),
    Zone.REAR_LEFT: (1, 0),
    Zone.REAR_RIGHT: (1, 1),
}
SAME_ROW_DB = -12.0
SAME_SIDE_DB = -13.0
DIAGONAL_DB = -16.0

LOUDNESS_DB = {"whisper": -14.0, "soft": -6.0, "normal": 0.0, "loud": 6.0}

REVERBERATION_S = 0.07  # time for 60 dB in a furnished cabin
REVERBERANT_DB = -9.0  # energy of the echo below the direct sound


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What makes noise: `speed` in km/h, `rain` and `fan` 0..100 %, `window` how far the most open
    one is, 0..100 %, `wetness` of the road 0..1. `music`: how loud it is played, 0..1."""

    speed: float = 0.0
    rain: float = 0.0
    fan: float = 0.0
    window: float = 0.0
    wetness: float = 0.0
    music: float = 0.0


@dataclass(frozen=True, slots=True)
class NoiseBank:
    """Endless noise: loops of equal length, each with an RMS of 1. Made by `noise_bank`."""

    road: Samples
    wind: Samples
    idle: Samples
    rain: Samples
    fan: Samples

    @property
    def length(self) -> int:
        return len(self.road)


def noise_bank(seed: int, seconds: float = 8.0) -> NoiseBank:
    """The loops that `noise` reads from; which seed, which car."""
    rng = np.random.default_rng([seed, 1])
    length = int(seconds * SAMPLE_RATE)
    time = np.arange(length) / SAMPLE_RATE
    hum = sum(
        np.sin(2 * np.pi * np.round(30 * k * seconds) / seconds * time) / k for k in (1, 2, 4)
    )
    hiss = _coloured(rng, length, ((800, -6), (2000, 0), (5000, 0), (7600, -6)))
    drops = (rng.random(length) < 200 / SAMPLE_RATE) * rng.exponential(1.0, length)
    patter = fftconvolve(drops, np.exp(-np.arange(160) / 24.0) * rng.standard_normal(160))[:length]
    return NoiseBank(
        road=_unit(
            _coloured(rng, length, ((60, 0), (120, 0), (300, -9), (1000, -22), (4000, -44)))
        ),
        wind=_unit(
            _coloured(rng, length, ((80, -4), (200, 0), (700, -7), (2000, -18), (7000, -36)))
        ),
        idle=_unit(hum + _coloured(rng, length, ((60, 0), (200, -10), (2000, -30)))),
        rain=_unit(hiss + 2.0 * np.asarray(_unit(patter)) * float(np.std(hiss))),
        fan=_unit(_coloured(rng, length, ((100, -6), (300, 0), (900, -3), (3000, -16)))),
    )


def noise_db(around: Surroundings) -> float:
    """Level of all noise together, dB full scale."""
    return float(10 * np.log10(sum(gain**2 for gain in _gains(around))))


def noise(bank: NoiseBank, start: int, count: int, around: Surroundings, seat: Zone) -> Samples:
    """Samples `start`..`start + count` of the noise at `seat`'s microphone.

    Chunks of one bank continue each other; the seats hear different stretches of the same loops
    (a diffuse field is hardly coherent over a metre).
    """
    index = (np.arange(start, start + count) + _offset(seat, bank.length)) % bank.length
    loops = (bank.idle, bank.road, bank.wind, bank.rain, bank.fan)
    mixed = np.zeros(count)
    for loop, gain in zip(loops, _gains(around), strict=True):
        if gain > 0:
            mixed += gain * loop[index]
    return mixed.astype(np.float32)


def road_noise(seconds: float, around: Surroundings, seed: int) -> Samples:
    """`seconds` of noise at the driver's microphone."""
    bank = noise_bank(seed, max(seconds, 2.0))
    return noise(bank, 0, int(seconds * SAMPLE_RATE), around, Zone.DRIVER)


def impulse_response(seed: int) -> Samples:
    """The cabin from a mouth to the nearest microphone: direct sound, early reflections from glass
    and roof, a tail that decays by 60 dB in `REVERBERATION_S`. 0.1 s, direct sound at index 0 with
    gain 1."""
    rng = np.random.default_rng([seed, 2])
    length = SAMPLE_RATE // 10
    time = np.arange(length) / SAMPLE_RATE
    tail = rng.standard_normal(length) * 10 ** (-3.0 * time / REVERBERATION_S)
    tail[: SAMPLE_RATE // 500] = 0.0
    for delay, gain in zip(rng.uniform(0.001, 0.008, 5), rng.uniform(0.5, 1.5, 5), strict=True):
        tail[int(delay * SAMPLE_RATE)] += gain * rng.choice((-1.0, 1.0))
    tail *= 10 ** (REVERBERANT_DB / 20) / float(np.sqrt(np.sum(tail**2)))
    tail[0] = 1.0
    return tail.astype(np.float32)


def in_cabin(speech: Samples, response: Samples) -> Samples:
    """`speech` with the echo of `response`; longer by the response's length less one."""
    return fftconvolve(speech, response).astype(np.float32)


def cross_talk_db(speaker: Zone, microphone: Zone) -> float:
    """How much quieter `speaker` is at another seat's microphone than at the own one: 0 or less."""
    (row, side), (other_row, other_side) = _PLACE[speaker], _PLACE[microphone]
    if speaker == microphone:
        return 0.0
    if row == other_row:
        return SAME_ROW_DB
    return SAME_SIDE_DB if side == other_side else DIAGONAL_DB


def seat_channels(speech: Samples, speaker: Zone) -> dict[Zone, Samples]:
    """What each seat's microphone gets of somebody speaking at `speaker`."""
    return {seat: scaled(speech, cross_talk_db(speaker, seat)) for seat in SEATS}


def scaled(samples: Samples, db: float) -> Samples:
    """`samples` louder by `db`."""
    return (samples * 10 ** (db / 20)).astype(np.float32)


def level_db(samples: Samples) -> float:
    """RMS level in dB full scale; -inf for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return 10 * float(np.log10(power)) if power else float("-inf")


def mix(speech: Samples, background: Samples, snr_db: float) -> Samples:
    """`speech` plus `background` at that ratio of their RMS levels; as long as `speech`.

    Raises ValueError if the background is shorter than the speech or silent.
    """
    if len(background) < len(speech):
        raise ValueError(f"noise has {len(background)} samples, speech {len(speech)}; make more")
    background = background[: len(speech)]
    difference = level_db(speech) - level_db(background) - snr_db
    if not np.isfinite(difference):
        raise ValueError("speech or noise is silent: there is no ratio; give both a sound")
    return (speech + scaled(background, difference)).astype(np.float32)


def to_pcm(samples: Samples) -> bytes:
    """Signed 16-bit little-endian; what is beyond full scale is clipped."""
    return (np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()


def from_pcm(pcm: bytes) -> Samples:
    """The samples of signed 16-bit little-endian PCM."""
    return (np.frombuffer(pcm, dtype="<i2") / 32768.0).astype(np.float32)


def _gains(around: Surroundings) -> tuple[float, float, float, float, float]:
    """RMS of idle, road, wind, rain, fan noise (0..1 full scale)."""
    total = 10 ** ((SPEECH_DB - float(np.interp(around.speed, SPEEDS, SNR_AT_SPEED))) / 20)
    idle = min(total, 10 ** ((SPEECH_DB - SNR_AT_SPEED[0]) / 20))
    moving = float(np.sqrt(max(0.0, total**2 - idle**2)))
    wind_share = float(np.interp(around.speed, (30.0, 130.0), (0.1, 0.6)))
    opened = 10 ** (OPEN_WINDOW_DB * around.window / 100 / 20)
    rain = _fraction_gain(RAIN_SNR, around.rain, 20.0)
    fan = _fraction_gain(FAN_SNR, around.fan, FAN_EXPONENT)
    spray = 10 ** (WET_ROAD_DB * around.wetness / 20)
    road = moving * float(np.sqrt(1 - wind_share)) * spray
    return idle, road * opened, moving * float(np.sqrt(wind_share)) * opened, rain, fan


def _fraction_gain(snr_at_full: float, percent: float, db_per_decade: float) -> float:
    if percent <= 0:
        return 0.0
    below = db_per_decade * float(np.log10(min(percent, 100.0) / 100))
    return float(10 ** ((SPEECH_DB - snr_at_full + below) / 20))


def _coloured(
    rng: np.random.Generator, length: int, curve: tuple[tuple[float, float], ...]
) -> NDArray[np.float64]:
    """White noise shaped to `curve`, (Hz, dB) points joined over the logarithm of frequency. It
    loops without a seam, since it is made in the frequency domain."""
    frequencies = np.maximum(np.fft.rfftfreq(length, 1 / SAMPLE_RATE), 1.0)
    points, levels = np.array(curve, dtype=float).T
    shape = 10 ** (np.interp(np.log(frequencies), np.log(points), levels) / 20)
    phases = np.exp(2j * np.pi * rng.random(len(frequencies)))
    spectrum = shape * phases * np.abs(rng.standard_normal(len(frequencies)))
    spectrum[frequencies < 25] = 0
    return np.asarray(np.fft.irfft(spectrum, length))


def _unit(samples: NDArray[np.float64]) -> Samples:
    """Behind a car microphone's 100 Hz high-pass, with an RMS of 1."""
    highpass = butter(2, 100, "highpass", fs=SAMPLE_RATE, output="sos")
    twice = np.concatenate([samples, samples])
    heard = np.asarray(sosfilt(highpass, twice))[len(samples) :]
    return cast(Samples, (heard / np.sqrt(np.mean(heard**2))).astype(np.float32))


def _offset(seat: Zone, length: int) -> int:
    return SEATS.index(seat) * length // len(SEATS) if seat in SEATS else 0
