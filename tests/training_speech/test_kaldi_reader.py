"""A model's weights come back as they were written; skipped where torch is missing."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.speech import kaldi_files, kaldi_reader, network  # noqa: E402
from training.speech.phones import ENGLISH_AFTER, MANDARIN  # noqa: E402

WIDTH = 24
PRIOR_SCALE = 0.5


@pytest.fixture
def sample() -> np.ndarray:
    """Log-mel that looks like one: 20 s of frames of mean 8."""
    return np.random.default_rng(1).normal(8, 3, (2000, 40)).astype(np.float32)


PLAIN = network.NetworkShape(ENGLISH_AFTER.classes, WIDTH)
FACTORISED = network.NetworkShape(ENGLISH_AFTER.classes, WIDTH, network.WIDE_OFFSETS, bottleneck=7)


@pytest.fixture(params=[PLAIN, FACTORISED], ids=["plain", "factorised"])
def trained(sample: np.ndarray, request: pytest.FixtureRequest) -> network.AcousticNetwork:
    """Random weights and norms that do something."""
    torch.manual_seed(4)
    made = network.AcousticNetwork(request.param, dropout=0.0)
    made.input_mean.copy_(torch.from_numpy(sample.mean(0)))
    made.input_deviation.copy_(torch.from_numpy(sample.std(0)))
    for layer in (made.first, made.second, *made.deep):
        layer.norm.running_mean.normal_(0, 0.3)
        layer.norm.running_var.uniform_(0.5, 2.0)
        torch.nn.init.uniform_(layer.norm.weight, 0.5, 1.5)
        torch.nn.init.normal_(layer.norm.bias, 0, 0.2)
    torch.nn.init.normal_(made.output.weight, 0, 0.5)
    made.class_log_prior.copy_(torch.randn(ENGLISH_AFTER.classes).log_softmax(-1))
    return made.eval()


def outputs(made: network.AcousticNetwork, sample: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return made(torch.from_numpy(sample)[None]).numpy()


def test_what_was_written_is_read(
    trained: network.AcousticNetwork, sample: np.ndarray, tmp_path: Path
) -> None:
    file = tmp_path / "am" / "final.mdl"
    kaldi_files.write_acoustic_model(file, trained, ENGLISH_AFTER, PRIOR_SCALE)
    read = kaldi_reader.load_acoustic_model(file, PRIOR_SCALE, sample)
    assert read.shape == trained.shape
    assert np.abs(outputs(read, sample) - outputs(trained, sample)).max() < 0.02
    assert torch.allclose(read.class_log_prior, trained.class_log_prior.clamp(min=-9), atol=1e-4)


def test_training_mode_starts_where_the_model_ended(
    trained: network.AcousticNetwork, sample: np.ndarray, tmp_path: Path
) -> None:
    file = tmp_path / "am" / "final.mdl"
    kaldi_files.write_acoustic_model(file, trained, ENGLISH_AFTER, PRIOR_SCALE)
    read = kaldi_reader.load_acoustic_model(file, PRIOR_SCALE, sample)
    read.dropout = 0.0
    still = outputs(read, sample)
    assert np.abs(outputs(read.train(), sample) - still).max() < 0.05
    moved = np.abs(outputs(trained.train(), sample) - still).max()
    assert moved > 0.5, "the norms of this test do nothing"


def test_another_language_keeps_the_hidden_layers(trained: network.AcousticNetwork) -> None:
    other = network.for_other_classes(trained, MANDARIN.classes)
    assert other.output.weight.shape == (MANDARIN.classes, WIDTH)
    assert torch.equal(other.deep[3].affine.weight, trained.deep[3].affine.weight)
    assert torch.equal(other.input_mean, trained.input_mean)


def test_something_else_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "final.mdl"
    file.write_bytes(b"\0B<TransitionModel> ")
    with pytest.raises(ValueError, match="no acoustic model"):
        kaldi_reader.read_acoustic_model(file)
