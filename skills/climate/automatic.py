"""Automatic climate: what a control unit would choose from how far the cabin is from the set point.
VSS has no signal for the automatic mode, so the head unit also gets the event `climate.auto`."""

from __future__ import annotations

from dataclasses import dataclass

NEAR, FAR = 1.5, 6.0  # °C from the set point
FACE, FEET = "MIDDLE", "DOWN"


@dataclass(frozen=True, slots=True)
class Choice:
    """Fan in percent and where the air goes."""

    fan: int
    air: str


def choose(wanted: float, inside: float | None) -> Choice:
    """The further away, the more air; cold air to the face, warm air to the feet."""
    if inside is None:
        return Choice(40, FACE)
    gap = abs(wanted - inside)
    fan = 20 if gap <= NEAR else 80 if gap >= FAR else 50
    return Choice(fan, FEET if wanted > inside else FACE)
