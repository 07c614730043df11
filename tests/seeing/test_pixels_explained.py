"""Covering pixels: the part that was looked at is the part that matters."""

from __future__ import annotations

import numpy as np

from cabin_agent.seeing.explain import COLUMNS, ROWS, cabin_covered, sign_covered
from cabin_agent.seeing.frames import Pixels
from cabin_agent.seen import NOTHING_SEEN, PLACES, SEATS, SIGN_CLASSES, SeatSeen


class BrightCorner:
    """Sees a hand that points as surely as the upper left corner is bright."""

    def see(self, pixels: Pixels) -> tuple[SeatSeen, ...]:
        sure = float(pixels[:10, :10].mean()) / 255.0
        points = (1.0 - sure, sure) + (0.0,) * (len(PLACES) - 1)
        return (SeatSeen(1.0, 0.0, 0.0, points, (1.0, 0.0, 0.0, 0.0, 0.0)),) * len(SEATS)


class BrightSign:
    """Sure of class 1 by the brightness of the middle."""

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


def test_the_middle_of_a_sign_matters_where_it_is_read() -> None:
    square = np.full((48, 48, 3), 60, np.uint8)
    square[16:32, 16:32] = 255
    covered = sign_covered(BrightSign(), square, NOTHING_SEEN)  # type: ignore[arg-type]
    sure = {part: seen.sign[1] for part, seen in covered.items()}
    middle = {
        f"sign {across} from the left, {down} from the top"
        for across in ("37-50 %", "50-62 %")
        for down in ("33-50 %", "50-66 %")
    }
    assert max(sure[part] for part in middle) < min(sure[part] for part in sure.keys() - middle)
