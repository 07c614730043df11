"""Log-mel features exactly as Kaldi computes them, and the damage a car does to sound.

Samples are 1-D float arrays at 16 kHz. Features are ``(frames, 40)``, natural log of mel energies,
25 ms windows every 10 ms, computed on samples in the int16 range with ``snip_edges`` and no dither
(Kaldi's ``compute-fbank-feats``; its MFCC is a fixed matrix times these, see kaldi_files.py).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

from simulator import acoustics
from simulator.acoustics import Surroundings

SAMPLE_RATE = 16000
NUM_MEL = 40
LOW_HZ, HIGH_HZ = 20.0, 7600.0
WINDOW, SHIFT, FFT_SIZE = 400, 160, 512
Array = NDArray[np.floating]


@functools.cache
def _mel_weights() -> NDArray[np.float32]:
    """(257, 40) triangular filters, equally spaced in mel = 1127 ln(1 + f / 700)."""

    def mel(hertz: Array | float) -> Array:
        return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)

    edges = np.linspace(mel(LOW_HZ), mel(HIGH_HZ), NUM_MEL + 2)
    bins = mel(np.arange(FFT_SIZE // 2) * SAMPLE_RATE / FFT_SIZE)[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins - left) / (centre - left)
    falling = (right - bins) / (right - centre)
    weights = np.maximum(0.0, np.minimum(rising, falling))
    return np.vstack([weights, np.zeros((1, NUM_MEL))]).astype(np.float32)


@functools.cache
def _povey_window() -> NDArray[np.float32]:
    phase = 2 * np.pi * np.arange(WINDOW) / (WINDOW - 1)
    return ((0.5 - 0.5 * np.cos(phase)) ** 0.85).astype(np.float32)


def log_mel(samples: Array) -> NDArray[np.float32]:
    """Samples in the int16 range -> ``(frames, 40)``; fewer than 400 samples give no frame."""
    if len(samples) < WINDOW:
        return np.zeros((0, NUM_MEL), np.float32)
    signal = np.ascontiguousarray(samples, dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[::SHIFT]
    frames = frames - frames.mean(1, keepdims=True)
    previous = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - np.float32(0.97) * previous) * _povey_window()
    spectrum = scipy.fft.rfft(frames, FFT_SIZE, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    return np.log(np.maximum(power @ _mel_weights(), np.finfo(np.float32).eps))


# ---------------------------------------------------------------------------------------- damage

NOISE_KINDS = ("drive", "car", "pink", "drive", "music", "drive", "brown", "drive", "white")
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10))  # semitones: major, minor


def background(length: int, kind: str, rng: np.random.Generator) -> Array:
    """One of ``NOISE_KINDS``: a drive (road, wind, rain, fan by speed), music or a colour."""
    if kind == "drive":
        return drive(length, rng)
    return music(length, rng) if kind == "music" else coloured_noise(length, kind, rng)


def drive(length: int, rng: np.random.Generator) -> Array:
    """What the simulator's microphone hears of a drive: speed, rain, fan and window at random."""
    around = Surroundings(
        speed=rng.uniform(0, 140),
        rain=rng.uniform(0, 100) if rng.random() < 0.25 else 0.0,
        fan=rng.uniform(0, 100) if rng.random() < 0.5 else 0.0,
        window=rng.uniform(0, 100) if rng.random() < 0.2 else 0.0,
    )
    seed = int(rng.integers(1 << 30))
    return acoustics.road_noise(length / SAMPLE_RATE + 0.1, around, seed)[:length]


def music(length: int, rng: np.random.Generator) -> Array:
    """Chords and a tune of decaying harmonic tones over a beat of noise bursts."""
    beat = int(SAMPLE_RATE * 60 / rng.uniform(70, 150))
    scale, root = SCALES[rng.integers(2)], 110 * 2 ** rng.uniform(0, 1)
    played = np.zeros(length + 4 * beat)
    for number, start in enumerate(range(0, length, beat)):
        held = beat * (4 if number % 4 == 0 else 1)
        seconds = np.arange(held) / SAMPLE_RATE
        degrees = (
            (rng.integers(7) + np.array([0, 2, 4])) if number % 4 == 0 else rng.integers(7, 14, 1)
        )
        for degree in degrees:
            hertz = root * 2 ** ((scale[degree % 7] + 12 * (degree // 7)) / 12)
            tone = sum(np.sin(2 * np.pi * hertz * k * seconds) / k**1.3 for k in range(1, 7))
            played[start : start + held] += tone * np.exp(-seconds * rng.uniform(1, 5))
        burst = rng.standard_normal(beat) * np.exp(-np.arange(beat) / SAMPLE_RATE * 40)
        played[start : start + beat] += burst * rng.uniform(0, 1.2)
    return played[:length]


def coloured_noise(length: int, kind: str, rng: np.random.Generator) -> Array:
    """Noise of a colour; "car" has road rumble and the harmonics of an engine."""
    white = rng.standard_normal(length)
    if kind == "white":
        return white
    spectrum = np.fft.rfft(white)
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / SAMPLE_RATE), 20.0)
    slope = {"pink": 0.5, "brown": 1.0, "car": 1.25}[kind] + rng.uniform(-0.15, 0.15)
    spectrum /= hertz**slope
    if kind != "car":
        return np.fft.irfft(spectrum, length)
    rumble = (hertz - rng.uniform(60, 250)) / rng.uniform(20, 120)
    spectrum *= 1 + 3 * np.exp(-(rumble**2))
    noise = np.fft.irfft(spectrum, length)
    return noise + _engine(length, float(noise.std()), rng)


def _engine(length: int, strength: float, rng: np.random.Generator) -> Array:
    seconds = np.arange(length) / SAMPLE_RATE
    wobble = 1 + 0.01 * np.sin(seconds * rng.uniform(0.2, 1))
    base = 2 * np.pi * rng.uniform(25, 70) * seconds * wobble
    tones = np.zeros(length)
    for harmonic in range(1, 8):
        volume = strength * rng.uniform(0, 0.5) / harmonic
        tones += volume * np.sin(harmonic * base + rng.uniform(0, 6))
    return tones


def reverberate(samples: Array, rng: np.random.Generator, longest: float, driest: float) -> Array:
    """Convolve with noise decaying by 60 dB in <= ``longest`` s; direct sound <= ``driest`` dB."""
    decay = rng.uniform(0.08, longest)
    length = int(SAMPLE_RATE * min(decay, 0.6))
    tail = rng.standard_normal(length)
    tail *= np.exp(-6.9 * np.arange(length) / SAMPLE_RATE / decay)
    tail[: int(16 * rng.uniform(1, 6))] = 0
    tail = lfilter([1.0], [1.0, -rng.uniform(0, 0.6)], tail)
    direct_db = rng.uniform(driest - 12, driest)
    tail *= 10 ** (-direct_db / 20) / (np.sqrt((tail**2).sum()) + 1e-9)
    tail[0] = 1.0
    return fftconvolve(samples, tail)[: len(samples)]


def random_equaliser(samples: Array, rng: np.random.Generator) -> Array:
    """A random frequency response: tilt, bumps, sometimes a narrow microphone."""
    size = scipy.fft.next_fast_len(len(samples), real=True)
    spectrum = np.fft.rfft(samples, size)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    knots = np.linspace(0, 8000, rng.integers(4, 9))
    gain = np.interp(hertz, knots, rng.normal(0, 4, len(knots)))
    gain += rng.normal(0, 2.1) * np.log2(np.maximum(hertz, 100) / 1000)
    if rng.random() < 0.25:
        gain -= 30 / (1 + np.exp(-(hertz - rng.uniform(3500, 7500)) / 150))
    if rng.random() < 0.35:
        gain -= 30 / (1 + np.exp((hertz - rng.uniform(80, 300)) / 30))
    return np.fft.irfft(spectrum * 10 ** (gain / 20), size)[: len(samples)]


def speech_power(samples: Array) -> float:
    """Mean power of the louder half of the 10 ms pieces."""
    pieces = samples[: len(samples) // SHIFT * SHIFT].reshape(-1, SHIFT)
    powers = np.sort((pieces**2).mean(1))
    return float(powers[len(powers) // 2 :].mean()) + 1e-9


def add_noise(samples: Array, noise: Array, snr_db: float) -> Array:
    """Mix so that speech power over noise power is ``snr_db``."""
    noise_power = float((noise**2).mean()) + 1e-12
    return samples + noise * np.sqrt(speech_power(samples) / 10 ** (snr_db / 10) / noise_power)


def set_level(samples: Array, peak_db: float) -> Array:
    """Scale to a peak in dB below full scale and round as a 16-bit converter does."""
    peak = np.abs(samples).max() + 1e-9
    return np.round(samples / peak * 10 ** (peak_db / 20) * 32767)


def pad_with_silence(samples: Array, rng: np.random.Generator) -> Array:
    """0.05-0.7 s before and 0.1-0.6 s after."""
    before = np.zeros(int(SAMPLE_RATE * rng.uniform(0.05, 0.7)))
    after = np.zeros(int(SAMPLE_RATE * rng.uniform(0.1, 0.6)))
    return np.concatenate([before, samples, after])


def background_clips(rng: np.random.Generator, count: int) -> list[Array]:
    """``count`` clips of 25 s, the kinds of noise in turn."""
    kinds = [NOISE_KINDS[index % len(NOISE_KINDS)] for index in range(count)]
    return [background(25 * SAMPLE_RATE, kind, rng) for kind in kinds]


class NoisePool:
    """Random pieces of generated noise and, if given, of recorded noise."""

    def __init__(
        self,
        rng: np.random.Generator,
        recorded: Sequence[Array] = (),
        generated: Sequence[Array] | None = None,
    ) -> None:
        self._rng = rng
        self._clips = background_clips(rng, 18) if generated is None else list(generated)
        self._recorded = [clip for clip in recorded if len(clip) > SAMPLE_RATE]

    def piece(self, length: int) -> Array:
        """``length`` samples of one noise; recorded noise one time in four."""
        rng = self._rng
        recorded = self._recorded and rng.random() < 0.25
        clips = self._recorded if recorded else self._clips
        clip = clips[rng.integers(len(clips))]
        if len(clip) <= length:
            clip = np.tile(clip, length // len(clip) + 2)
        start = rng.integers(len(clip) - length)
        return clip[start : start + length]


@dataclass
class Damage:
    """Turns a clean utterance into what a microphone in a car might deliver.

    ``babble`` is a pool of other utterances whose mixture stands for people talking.
    """

    rng: np.random.Generator
    noise: NoisePool
    babble: Sequence[Array]

    def light(self, samples: Array) -> Array:
        """Close microphone, little noise (22-55 dB)."""
        rng = self.rng
        signal = pad_with_silence(samples, rng)
        if rng.random() < 0.7:
            signal = random_equaliser(signal, rng)
        if rng.random() < 0.3:
            signal = reverberate(signal, rng, 0.3, 12)
        if rng.random() < 0.9:
            signal = add_noise(signal, self.noise.piece(len(signal)), rng.uniform(22, 55))
        return set_level(signal, rng.uniform(-34, -1))

    def heavy(self, samples: Array) -> Array:
        """Distant microphone, noise or babble (3-25 dB), sometimes clipped."""
        rng = self.rng
        signal = random_equaliser(pad_with_silence(samples, rng), rng)
        if rng.random() < 0.6:
            signal = reverberate(signal, rng, 0.6, 10)
        if rng.random() < 0.3 and len(self.babble):
            signal = add_noise(signal, self.babble_piece(len(signal)), rng.uniform(6, 25))
            signal = add_noise(signal, self.noise.piece(len(signal)), rng.uniform(20, 40))
        else:
            signal = add_noise(signal, self.noise.piece(len(signal)), rng.uniform(3, 25))
        if rng.random() < 0.1:
            limit = np.abs(signal).max() * rng.uniform(0.3, 0.8)
            signal = np.clip(signal, -limit, limit)
        return set_level(signal, rng.uniform(-34, -1))

    def babble_piece(self, length: int) -> Array:
        """Two to five people talking at once."""
        rng = self.rng
        mixture = np.zeros(length)
        for _ in range(rng.integers(2, 6)):
            voice = self.babble[rng.integers(len(self.babble))]
            voice = np.tile(voice, int(np.ceil(length / len(voice))) + 1)
            start = rng.integers(len(voice) - length)
            mixture += voice[start : start + length] * rng.uniform(0.3, 1)
        return mixture
