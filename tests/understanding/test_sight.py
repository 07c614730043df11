"""What the cameras saw becomes numbers seen from the speaker."""

from __future__ import annotations

import numpy as np
import pytest

from cabin_agent.seen import (
    GAZES,
    NOTHING_SEEN,
    PLACES,
    SEATS,
    SIGN_CLASSES,
    SeatSeen,
    Seen,
)
from cabin_agent.understanding.sight import CABIN, POINTED, SIGNS, SIZE, encode
from vehicle_bus.values import Zone
from vehicle_bus.zones import DRIVER_POSITION


def one_hot(index: int, size: int) -> tuple[float, ...]:
    return tuple(float(place == index) for place in range(size))


def seat(points_at: str = "") -> SeatSeen:
    place = 1 + PLACES.index(points_at) if points_at else 0
    return SeatSeen(1.0, 0.0, 0.0, one_hot(place, 1 + len(PLACES)), one_hot(0, len(GAZES)))


def cabin(**pointing: str) -> Seen:
    return Seen(tuple(seat(pointing.get(name, "")) for name in SEATS))


def pointed(seen: Seen, speaker: Zone, position: str = "LEFT") -> str:
    vector = encode(seen, speaker, {DRIVER_POSITION: position})
    return POINTED[int(vector[: len(POINTED)].argmax())]


def test_nothing_seen_is_all_zero() -> None:
    assert not encode(NOTHING_SEEN, Zone.DRIVER, {}).any()
    assert encode(NOTHING_SEEN, Zone.DRIVER, {}).shape == (SIZE,)


def test_a_window_is_named_by_who_sits_there() -> None:
    seen = cabin(front_left="window_front_right")
    assert pointed(seen, Zone.DRIVER) == "window_passenger"
    seen = cabin(front_right="window_front_right")
    assert pointed(seen, Zone.DRIVER, "RIGHT") == "window_driver"
    seen = cabin(front_right="mirror_left")
    assert pointed(seen, Zone.DRIVER, "RIGHT") == "mirror_passenger"


def test_only_the_speakers_hand_counts() -> None:
    seen = cabin(front_left="roof", rear_right="window_rear_left")
    assert pointed(seen, Zone.REAR_RIGHT) == "window_rear_left"
    assert pointed(seen, Zone.DRIVER) == "roof"
    assert pointed(seen, Zone.PASSENGER) == "nothing"
    unknown = encode(seen, Zone.UNKNOWN, {})
    assert not unknown[: len(POINTED)].any()
    assert unknown[CABIN - 1] == 1.0, "a frame was seen all the same"


def test_a_sign_is_the_other_half() -> None:
    vector = encode(Seen(sign=one_hot(14, SIGN_CLASSES)), Zone.DRIVER, {})
    assert int(vector[SIGNS].argmax()) == 14
    assert vector[-1] == 1.0
    assert not vector[:CABIN].any()


@pytest.mark.parametrize("seats", [1, 4, 6])
def test_half_a_cabin_is_refused(seats: int) -> None:
    with pytest.raises(ValueError, match="all of 5 and 43, or none"):
        Seen(tuple(seat() for _ in range(seats)))


def test_a_seat_with_too_few_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="are wanted"):
        SeatSeen(1.0, 0.0, 0.0, (1.0,), (1.0,))


def test_numbers_are_finite() -> None:
    assert np.isfinite(encode(cabin(front_left="screen"), Zone.DRIVER, {})).all()
