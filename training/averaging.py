"""The weighted mean of the weights of several networks of one shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor


def mean_of(states: Sequence[Mapping[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """Each by its share of the sum of `shares`; what is no fraction (a count) is the first's."""
    total = sum(shares)
    return {
        name: sum(
            (share / total * state[name] for share, state in zip(shares, states, strict=True)),
            start=value.new_zeros(()),
        )
        if value.is_floating_point()
        else value
        for name, value in states[0].items()
    }
