"""A course that keeps the encoder changes only what reads it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from test_model import SMALL  # noqa: E402

from training.understanding.model import JointModel  # noqa: E402
from training.understanding.train import keep_encoder, optimiser_of  # noqa: E402


def test_only_what_reads_the_encoder_learns() -> None:
    model = JointModel(SMALL)
    keep_encoder(model)
    learning = {id(p) for part in optimiser_of(model).param_groups for p in part["params"]}
    names = {name.partition(".")[0] for name, p in model.named_parameters() if id(p) in learning}
    assert {"intent", "tags", "decoder"} <= names
    assert not names & {"layers", "positions", "norm", "words", "kinds"}
