"""The eyes: what is seen holds for a while; a frame that shows nothing takes it back."""

from __future__ import annotations

import numpy as np
import pytest

from cabin_agent.errors import NotReady
from cabin_agent.seeing.cabin import CabinEncoder
from cabin_agent.seeing.eyes import CABIN_S, NO_VIEWS, SIGN_S, Eyes
from cabin_agent.seeing.frames import Blind, Camera, Frame, Pixels
from cabin_agent.seeing.road import SignEncoder, Spotted, Square
from cabin_agent.seen import GAZES, NOTHING_SEEN, PLACES, SEATS, SIGN_CLASSES, SeatSeen, pointed_at
from cabin_agent.seen import looks as looking

DARK = np.zeros((120, 160, 3), np.uint8)


def bright(value: int) -> Pixels:
    """A picture with something in it, whose first pixel tells the scripted encoders what."""
    pixels = np.tile(np.arange(160, dtype=np.uint8)[None, :, None], (120, 1, 3))
    pixels[0, 0] = value
    return pixels


def seat(place: str = "", gaze: str = "ahead", occupied: float = 0.9) -> SeatSeen:
    points = tuple(float(each == place) for each in ("", *PLACES))
    return SeatSeen(occupied, 0.1, 0.1, points, tuple(float(each == gaze) for each in GAZES))


class ScriptedCabin:
    def see(self, pixels: Pixels) -> tuple[SeatSeen, ...]:
        return tuple(seat(PLACES[int(pixels[0, 0, 0]) % len(PLACES)]) for _ in SEATS)


class ScriptedSigns:
    def spot(self, pixels: Pixels) -> Spotted | None:
        number = int(pixels[0, 0, 0])
        if number >= SIGN_CLASSES:
            return None
        likely = tuple(float(each == number) for each in range(SIGN_CLASSES))
        return Spotted(number, 0.9, Square(1.0, 1.0, 40.0), likely)


@pytest.fixture
def eyes() -> Eyes:
    return Eyes(ScriptedCabin(), ScriptedSigns())  # type: ignore[arg-type]


def test_nothing_is_seen_before_the_first_frame(eyes: Eyes) -> None:
    assert eyes.seen(100.0) is NOTHING_SEEN


def test_a_cabin_frame_holds_for_seconds(eyes: Eyes) -> None:
    look = eyes.look(Frame(Camera.CABIN, bright(2), 10.0))
    assert pointed_at(look.seats[0]) == PLACES[2]
    assert pointed_at(eyes.seen(10.0 + CABIN_S).seats[0]) == PLACES[2]
    assert eyes.seen(10.1 + CABIN_S) is NOTHING_SEEN


def test_in_the_dark_nobody_points(eyes: Eyes) -> None:
    eyes.look(Frame(Camera.CABIN, bright(2), 10.0))
    look = eyes.look(Frame(Camera.CABIN, DARK, 11.0))
    assert (look.blind, look.seats) == (Blind.DARK, ())
    assert eyes.seen(11.0) is NOTHING_SEEN


def test_a_late_frame_does_not_replace_a_newer_one(eyes: Eyes) -> None:
    eyes.look(Frame(Camera.CABIN, bright(1), 10.0))
    eyes.look(Frame(Camera.CABIN, bright(3), 9.0))
    assert pointed_at(eyes.seen(10.0).seats[0]) == PLACES[1]


def test_a_sign_is_remembered_while_the_road_goes_on_without_one(eyes: Eyes) -> None:
    assert eyes.look(Frame(Camera.ROAD, bright(14), 10.0)).sign == 14
    assert eyes.look(Frame(Camera.ROAD, bright(200), 12.0)).sign is None
    assert eyes.look(Frame(Camera.ROAD, DARK, 13.0)).blind is Blind.DARK
    assert eyes.seen(10.0 + SIGN_S).sign[14] == 1.0
    assert eyes.seen(10.1 + SIGN_S).sign == ()


def test_the_pictures_behind_what_is_seen_can_be_covered(eyes: Eyes) -> None:
    eyes.look(Frame(Camera.CABIN, bright(2), 10.0))
    seen = eyes.seen(10.0)
    assert eyes.views(seen).sign is None
    covered = eyes.covered(eyes.views(seen), seen)
    changed = {part for part, other in covered.items() if other.seats != seen.seats}
    assert changed == {"cabin 0-12 % from the left, 0-16 % from the top"}
    assert eyes.views(eyes.seen(11.0 + CABIN_S)) == NO_VIEWS


def test_an_empty_seat_looks_nowhere_and_an_unsure_hand_points_at_nothing() -> None:
    assert looking(seat(gaze="left")) == "left"
    assert looking(seat(gaze="left", occupied=0.2)) == ""
    unsure = (0.2, 0.45, 0.35) + (0.0,) * (len(PLACES) - 2)
    assert pointed_at(SeatSeen(0.9, 0.1, 0.1, unsure, (1.0, 0.0, 0.0, 0.0, 0.0))) == ""


def test_missing_encoders_name_the_file_and_the_mend(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for encoder in (CabinEncoder, SignEncoder):
        with pytest.raises(NotReady, match=r"no such file; point vision_models"):
            encoder.load(tmp_path)
    (tmp_path / "signs.onnx").write_bytes(b"no graph")
    with pytest.raises(NotReady, match="can't be loaded"):
        SignEncoder.load(tmp_path)
