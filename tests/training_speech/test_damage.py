"""Damage on log-mel batches; skipped where torch is missing."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("scipy")

from training.speech import damage, features  # noqa: E402
from training.speech.damage import FeatureDamage, Frames  # noqa: E402


def tone(seconds: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.round(rng.standard_normal(int(16000 * seconds)) * 800)


@pytest.fixture
def batch() -> Frames:
    rows = [torch.from_numpy(features.log_mel(tone(s, n))) for n, s in enumerate((1.0, 0.6, 0.8))]
    values = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return Frames(values, torch.tensor([len(row) for row in rows]))


def made(clean: bool, seed: int = 1) -> FeatureDamage:
    noise = torch.from_numpy(features.log_mel(tone(10.0, 9))[None])
    return FeatureDamage(noise, torch.full((40,), 9.0), seed, clean)


@pytest.mark.parametrize("clean", [True, False])
def test_enough_frames_remain_and_all_are_numbers(batch: Frames, clean: bool) -> None:
    for seed in range(20):
        least = batch.lengths - 3
        done = made(clean, seed)(batch, least)
        assert (done.lengths >= least).all()
        assert int(done.lengths.max()) == done.values.shape[1]
        assert done.values.isfinite().all()


def test_known_classes_keep_their_frames(batch: Frames) -> None:
    done = made(clean=True)(batch)
    assert torch.equal(done.lengths, batch.lengths)
    assert done.values.shape == batch.values.shape


def test_every_time_is_another(batch: Frames) -> None:
    damaged = made(clean=False)
    assert not torch.equal(damaged(batch).values, damaged(batch).values)
    assert torch.equal(made(False)(batch).values, made(False)(batch).values)


def test_noise_in_features_is_noise_in_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mixed as log-mel and mixed as sound, the mean powers are alike."""
    speech, noise = tone(2.0, 1), tone(2.0, 2) * 0.7
    mixed = features.log_mel(features.add_noise(speech, noise, 6.0))
    loud = torch.from_numpy(features.log_mel(speech))[None]
    quiet = torch.from_numpy(features.log_mel(noise))[None]
    damaged = FeatureDamage(quiet, torch.zeros(40), 1, clean=False)
    monkeypatch.setattr(damaged, "_chosen", lambda rows, share: torch.ones(rows, dtype=torch.bool))
    monkeypatch.setattr(damaged, "_uniform", lambda low, high, *shape: torch.full(shape, 6.0))
    done = damaged._mix_noise(Frames(loud, torch.tensor([loud.shape[1]])))
    assert done.exp().mean() == pytest.approx(float(np.exp(mixed).mean()), rel=0.05)


def test_a_tail_follows_what_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    values = torch.full((1, 60, 40), -5.0)
    values[:, 10] = 12.0
    damaged = made(clean=True)
    monkeypatch.setattr(damaged, "_chosen", lambda rows, share: torch.ones(rows, dtype=torch.bool))
    tail = damaged._reverberate(values)[0, :, 0]
    assert tail[9] == pytest.approx(-5.0, abs=0.7)
    assert tail[10] == pytest.approx(12.0, abs=1e-3)
    assert tail[11] > 0
    assert (tail[11:40].diff() < 0).all()


def test_fractional_times_are_read_in_between() -> None:
    rows = torch.arange(4.0)[None, :, None].expand(1, 4, 2)
    read = damage._between(rows, torch.tensor([[0.0, 0.5, 2.75, 3.0]]))
    assert torch.allclose(read[0, :, 0], torch.tensor([0.0, 0.5, 2.75, 3.0]))
