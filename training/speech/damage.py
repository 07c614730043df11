"""Damage on whole batches of log-mel, on the device that they are on: never the same twice.

Another speed and vocal tract (time and mel axis stretched), silence around, another microphone and
place (a response, reverberation), noise and other voices mixed in, level, masked bands and times
(SpecAugment, Park et al. 2019). Powers are added as powers, so that noise at a given ratio is what
`features.add_noise` makes of samples. ``clean`` says that the material is;
what was damaged as sound before gets less.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.speech.features import NUM_MEL
from training.speech.padding import within

_DB = 0.2302585  # one decibel in natural logarithms of power
_SLOWEST, _FASTEST = 1.3, 0.85


@dataclass(frozen=True)
class Frames:
    """Log-mel (batch, time, 40), whatever lies behind ``lengths`` (batch,) being of no meaning."""

    values: Tensor
    lengths: Tensor


class FeatureDamage:
    """Random changes of a batch. ``noise``: (pieces, frames, 40); ``mean`` of features: (40,)."""

    def __init__(self, noise: Tensor, mean: Tensor, seed: int, clean: bool) -> None:
        self._noise = noise
        self._mean = mean
        self._clean = clean
        self._random = torch.Generator(device=mean.device).manual_seed(seed)

    def __call__(self, frames: Frames, least: Tensor | None = None) -> Frames:
        """``least`` (batch,): how many frames must remain; None: time is not touched."""
        frames = self._move(frames, least)
        values = frames.values
        if self._clean:
            values = self._reverberate(self._equalise(values))
            values = self._mix_voices(frames, values)
        values = self._mix_noise(Frames(values, frames.lengths))
        values = values + self._level(len(values))
        return Frames(self._mask(values, frames.lengths), frames.lengths)

    def _uniform(self, low: float, high: float, *shape: int) -> Tensor:
        drawn = torch.rand(*shape, generator=self._random, device=self._mean.device)
        return low + (high - low) * drawn

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self._random, device=self._mean.device)

    def _chosen(self, rows: int, share: float) -> Tensor:
        """A share of the rows."""
        return self._uniform(0, 1, rows) < share

    def _whole(self, low: int, high: int, *shape: int) -> Tensor:
        """Whole numbers from ``low`` to below ``high``."""
        return self._uniform(low, high, *shape).long().clamp(max=high - 1)

    def _move(self, frames: Frames, least: Tensor | None) -> Frames:
        """Stretch time and mel axis; clean: silence before and after, as quiet as it gets there."""
        values, lengths = frames.values, frames.lengths
        rows, time, _ = values.shape
        lead = tail = lengths.new_zeros(rows)
        stretch = torch.ones(rows, device=values.device)
        if least is not None:
            drawn = self._uniform(_FASTEST, _SLOWEST, rows)
            fits = self._chosen(rows, 0.5) & (lengths * drawn >= least)
            stretch = torch.where(fits, drawn, stretch)
            if self._clean:
                lead, tail = self._whole(4, 60, rows), self._whole(8, 50, rows)
        spoken = (lengths * stretch).long()
        longest = int((lead + spoken + tail).max())
        at = torch.arange(longest, device=values.device)[None] - lead[:, None]
        quiet = (at < 0) | (at >= spoken[:, None])
        source = torch.minimum((at / stretch[:, None]).clamp(min=0), (lengths - 1.0)[:, None])
        moved = _between(values, source)
        if self._clean:
            outside = ~within(lengths, time)[..., None]
            floor = values.masked_fill(outside, torch.inf).amin(1, keepdim=True)
            moved = torch.where(quiet[..., None], floor + 0.5 * self._normal(*moved.shape), moved)
        bands = torch.arange(NUM_MEL, device=values.device) * self._uniform(0.88, 1.12, rows, 1)
        warped = _between(moved.transpose(1, 2), bands.clamp(0, NUM_MEL - 1)).transpose(1, 2)
        warp = self._chosen(rows, 0.6)[:, None, None]
        return Frames(torch.where(warp, warped, moved), lead + spoken + tail)

    def _equalise(self, values: Tensor) -> Tensor:
        """A smooth response; sometimes a microphone without lows or highs."""
        rows = len(values)
        knots = self._normal(rows, 1, 7) * 4 * _DB
        smooth = functional.interpolate(knots, NUM_MEL, mode="linear", align_corners=True)
        band = torch.arange(NUM_MEL, device=values.device, dtype=values.dtype)
        tilt = self._normal(rows, 1, 1) * 6 * _DB * (band / NUM_MEL - 0.5)
        response = torch.where(self._chosen(rows, 0.75)[:, None, None], smooth + tilt, 0.0)
        low, high = self._uniform(0, 6, rows, 1, 1), self._uniform(26, 39, rows, 1, 1)
        cut_low = torch.where(self._chosen(rows, 0.3)[:, None, None], (low - band).clamp(0), 0.0)
        cut_high = torch.where(self._chosen(rows, 0.2)[:, None, None], (band - high).clamp(0), 0.0)
        return values + response - 1.2 * cut_low - 1.2 * cut_high.clamp(max=6)

    def _reverberate(self, values: Tensor) -> Tensor:
        """Some rows get a tail that falls by 60 dB in 0.08 to 0.6 s."""
        rows = len(values)
        fall = torch.exp(-13.8 * 0.01 / self._uniform(0.08, 0.6, rows, 1, 1))
        share = torch.pow(10.0, -self._uniform(0, 16, rows, 1, 1) / 10) * (1 - fall)
        wet = self._chosen(rows, 0.4)[:, None, None]
        power = values.double().exp()
        tail = _later(power, 1)
        for step in (1, 2, 4, 8, 16, 32):
            tail = tail + fall**step * _later(tail, step)
        return torch.where(wet, (power + share * tail).log().to(values.dtype), values)

    def _mix_voices(self, frames: Frames, values: Tensor) -> Tensor:
        """One row in six has another row talking behind it."""
        rows = len(values)
        loudness, away = _loudness(values, frames.lengths), 1 + rows // 3
        other = torch.roll(values, away, 0)
        gain = loudness - loudness.roll(away) - _DB * self._uniform(6, 25, rows)
        mixed = torch.logaddexp(values, other + gain[:, None, None])
        return torch.where(self._chosen(rows, 0.16)[:, None, None], mixed, values)

    def _mix_noise(self, frames: Frames) -> Tensor:
        """Noise at 2 to 30 dB; clean: in nearly all rows, in half of them 22 to 55 dB."""
        values = frames.values
        rows, time, _ = values.shape
        pieces, span, _ = self._noise.shape
        piece = self._whole(0, pieces, rows, 1)
        start = self._whole(0, span, rows, 1)
        at = (start + torch.arange(time, device=values.device)) % span
        noise = self._noise[piece, at].to(values.dtype)
        ratio = self._uniform(2, 30, rows)
        if self._clean:
            close = self._chosen(rows, 0.5)
            ratio = torch.where(close, self._uniform(22, 55, rows), self._uniform(2, 25, rows))
        gain = _loudness(values, frames.lengths) - _power(noise).mean(1).log() - _DB * ratio
        mixed = torch.logaddexp(values, noise + gain.to(values.dtype)[:, None, None])
        chosen = self._chosen(rows, 0.94 if self._clean else 0.45)
        return torch.where(chosen[:, None, None], mixed, values)

    def _level(self, rows: int) -> Tensor:
        if self._clean:
            return self._uniform(-28 * _DB, 5 * _DB, rows, 1, 1)
        return 1.2 * self._normal(rows, 1, 1) * self._chosen(rows, 0.4)[:, None, None]

    def _mask(self, values: Tensor, lengths: Tensor) -> Tensor:
        """Up to two bands and two moments are the mean."""
        rows, time, _ = values.shape
        hidden = torch.zeros(rows, time, NUM_MEL, dtype=torch.bool, device=values.device)
        for _ in range(2):
            band, width = self._whole(0, NUM_MEL, rows, 1), self._whole(1, 7, rows, 1)
            bands = torch.arange(NUM_MEL, device=values.device)
            in_band = (bands >= band) & (bands < band + width)
            hidden |= (in_band & self._chosen(rows, 0.4)[:, None])[:, None]
            start, held = self._uniform(0, 1, rows) * lengths, self._whole(2, 11, rows)
            times = torch.arange(time, device=values.device)
            in_time = (times >= start[:, None]) & (times < (start + held)[:, None])
            hidden |= (in_time & self._chosen(rows, 0.2)[:, None])[..., None]
        return torch.where(hidden, self._mean, values)


def _between(rows: Tensor, positions: Tensor) -> Tensor:
    """(batch, time, bands) read at fractional times, (batch, times)."""
    low = positions.long()
    high = (low + 1).clamp(max=rows.shape[1] - 1)
    share = (positions - low)[..., None]
    first, second = (
        rows.gather(1, at[..., None].expand(-1, -1, rows.shape[2])) for at in (low, high)
    )
    return first * (1 - share) + second * share


def _later(power: Tensor, frames: int) -> Tensor:
    """The same some frames later; nothing before."""
    return functional.pad(power, (0, 0, frames, 0))[:, : power.shape[1]]


def _power(values: Tensor) -> Tensor:
    """Of each frame, (batch, time); never nothing."""
    return values.double().exp().sum(2) + 1e-9


def _loudness(values: Tensor, lengths: Tensor) -> Tensor:
    """Logarithm of the mean power of the louder half of the frames: (batch,)."""
    time = values.shape[1]
    power = _power(values).masked_fill(~within(lengths, time), 0.0)
    count = (lengths // 2).clamp(min=1)
    louder = power.sort(1, descending=True).values * within(count, time)
    return (louder.sum(1) / count).log().to(values.dtype)
