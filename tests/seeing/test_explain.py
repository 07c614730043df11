"""Covering pixels: the part that was looked at is the part that matters."""

from __future__ import annotations

import numpy as np

from cabin_agent.seeing.explain import COLUMNS, ROWS, cabin_covered, road_covered
from cabin_agent.seeing.frames import Pixels
from cabin_agent.seeing.road import Spotted
from cabin_agent.seen import NOTHING_SEEN, PLACES, SEATS, SIGN_CLASSES, SeatSeen


class BrightCorner:
    """Sees a hand that points as surely as the upper left corner is bright."""

    def see(self, pixels: Pixels) -> tuple[SeatSeen, ...]:
        sure = float(pixels[:10, :10].mean()) / 255.0
        points = (1.0 - sure, sure) + (0.0,) * (len(PLACES) - 1)
        return (SeatSeen(1.0, 0.0, 0.0, points, (1.0, 0.0, 0.0, 0.0, 0.0)),) * len(SEATS)


class BrightSign:
    """A sign where the picture is bright; sure of class 1 by the brightness of its middle."""

    def spot(self, pixels: Pixels) -> Spotted | None:
        if pixels.max() < 255:
            return None
        return Spotted(1, 0.9, 40.0, 20.0, 48.0, (0.0,) * SIGN_CLASSES)

    def classify(self, pixels: Pixels) -> np.ndarray:
        sure = float(pixels[20:28, 20:28].mean()) / 255.0
        likely = np.full(SIGN_CLASSES + 1, (1.0 - sure) / SIGN_CLASSES)
        likely[1] = sure
        return likely


def test_only_the_corner_that_was_looked_at_matters() -> None:
    pixels = np.full((120, 160, 3), 20, np.uint8)
    pixels[:20, :20] = 255
    covered = cabin_covered(BrightCorner(), pixels, NOTHING_SEEN)  # type: ignore[arg-type]
    assert len(covered) == ROWS * COLUMNS
    sure = {part: seen.seats[0].points_at[1] for part, seen in covered.items()}
    assert sure.pop("cabin 0-12 % from the left, 0-16 % from the top") < 0.3
    assert min(sure.values()) == 1.0


def test_a_sign_is_covered_within_its_square() -> None:
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[20:68, 40:88] = 60
    pixels[36:52, 56:72] = 255
    covered = road_covered(BrightSign(), pixels, NOTHING_SEEN)  # type: ignore[arg-type]
    least = min(covered, key=lambda part: covered[part].sign[1])
    assert least in {
        "sign 37-50 % from the left, 33-50 % from the top",
        "sign 50-62 % from the left, 33-50 % from the top",
        "sign 37-50 % from the left, 50-66 % from the top",
        "sign 50-62 % from the left, 50-66 % from the top",
    }


def test_without_a_sign_there_is_nothing_to_cover() -> None:
    empty = np.zeros((120, 160, 3), np.uint8)
    assert road_covered(BrightSign(), empty, NOTHING_SEEN) == {}  # type: ignore[arg-type]
