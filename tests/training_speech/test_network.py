"""Layers added to a finished network change next to nothing until they have learned."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.speech.network import (  # noqa: E402
    DEEPER_OFFSETS,
    AcousticNetwork,
    NetworkShape,
    deepened,
)


def test_a_deepened_network_says_nearly_what_it_said_and_looks_no_further_ahead() -> None:
    torch.manual_seed(3)
    before = AcousticNetwork(NetworkShape(classes=12, width=24)).eval()
    after = deepened(before).eval()
    assert len(after.deep) == len(before.deep) + len(DEEPER_OFFSETS)
    assert after.shape.right_context == before.shape.right_context
    more = after.shape.left_context - before.shape.left_context
    frames = torch.randn(2, after.shape.left_context + after.shape.right_context + 28, 40)
    apart = (after(frames).exp() - before(frames[:, more:]).exp()).abs()
    assert 0.0 < float(apart.max()) < 0.1


def test_the_layers_that_were_there_are_the_same() -> None:
    before = AcousticNetwork(NetworkShape(classes=12, width=24, offsets=((-1, 0), (-2, 0))))
    after = deepened(before)
    assert [len(taps) for taps in after.shape.offsets] == [2, 2, 2, 3]
    for old, new in ((0, 0), (1, 2)):
        assert torch.equal(before.deep[old].affine.weight, after.deep[new].affine.weight)
