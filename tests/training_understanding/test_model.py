"""Layers that refine what the heads read can be added to a trained network."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from cabin_agent.understanding import moment, sight  # noqa: E402
from training.understanding.data import TAGS  # noqa: E402
from training.understanding.model import JointModel, Shape  # noqa: E402
from training.understanding.templates import DEGREES, ROUTES, TARGETS  # noqa: E402

SMALL = Shape(
    vocabulary=30,
    moment=moment.SIZE,
    sight=sight.SIZE,
    signs=sight.SIGNS,
    intents=5,
    targets=len(TARGETS),
    degrees=len(DEGREES),
    routes=len(ROUTES),
    tags=len(TAGS),
    width=24,
    heads=2,
    inner=48,
)


def test_refining_layers_change_nothing_before_they_have_learned() -> None:
    torch.manual_seed(1)
    before = JointModel(SMALL).eval()
    after = JointModel(replace(SMALL, refining=2)).eval()
    missing = after.load_state_dict(before.state_dict(), strict=False).missing_keys
    assert missing
    assert all(name.startswith("refining.") for name in missing)
    ids = torch.randint(1, 30, (2, 7))
    mask, kinds = torch.ones(2, 7), torch.zeros_like(ids)
    given = (ids, mask, kinds, torch.rand(2, moment.SIZE), torch.zeros(2, sight.SIZE))
    for old, new in zip(before(*given), after(*given), strict=True):
        assert torch.equal(old, new)
    torch.nn.init.normal_(after.refining[0].down.weight)
    assert not torch.equal(before(*given)[3], after(*given)[3])
