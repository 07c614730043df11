"""What a hand shows decides what "this" means; what shows nothing decides nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cabin_agent.assistant import Seat
from cabin_agent.config import Config
from cabin_agent.local import Workshop
from cabin_agent.seeing.eyes import Eyes
from cabin_agent.seeing.frames import Camera, Frame, Pixels
from cabin_agent.seen import GAZES, PLACES, SEATS, SeatSeen
from cabin_agent.turn import Language, Turn, Zone

LEFT_FRONT, RIGHT_REAR = "Row1.DriverSide.Window", "Row2.PassengerSide.Window"


class Hand:
    """A cabin encoder that sees the driver's hand point where the first pixel says."""

    def see(self, pixels: Pixels) -> tuple[SeatSeen, ...]:
        place = int(pixels[0, 0, 0])
        points = tuple(0.94 if index == place else 0.06 / len(PLACES) for index in range(13))
        nothing = (0.94, *(0.06 / len(PLACES) for _ in PLACES))
        gaze = tuple(float(each == "ahead") for each in GAZES)
        return tuple(
            SeatSeen(0.97, 0.02, 0.02, points if name == "front_left" else nothing, gaze)
            for name in SEATS
        )


class NoSigns:
    def spot(self, pixels: Pixels) -> None:
        return None


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    eyes = Eyes(Hand(), NoSigns())  # type: ignore[arg-type]
    return replace(Workshop.load(Config()), eyes=eyes)


def showing(place: str) -> Pixels:
    pixels = np.tile(np.arange(160, dtype=np.uint8)[None, :, None], (120, 1, 3))
    pixels[0, 0] = 1 + PLACES.index(place) if place else 0
    return pixels


async def said(
    workshop: Workshop, text: str, pixels: Pixels, language: Language = Language.ENGLISH
) -> Turn:
    async with workshop.car({}, Zone.DRIVER) as car:
        seat = Seat("test", text, Zone.DRIVER, language)
        frame = Frame(Camera.CABIN, pixels, car.assistant.now)
        return await car.assistant.ask(seat, text, (frame,))


@pytest.mark.parametrize(
    ("text", "language"),
    [("open this window", Language.ENGLISH), ("把那扇窗户打开", Language.MANDARIN)],
)
async def test_the_window_that_the_hand_shows(
    workshop: Workshop, text: str, language: Language
) -> None:
    turn = await said(workshop, text, showing("window_rear_right"), language)
    assert [RIGHT_REAR in change.path for change in turn.changes] == [True]


@pytest.mark.parametrize("pixels", [showing(""), np.zeros((120, 160, 3), np.uint8)])
async def test_without_a_hand_it_is_the_speakers_own(workshop: Workshop, pixels: Pixels) -> None:
    turn = await said(workshop, "open this window", pixels)
    assert all(LEFT_FRONT in change.path for change in turn.changes)


async def test_a_hand_alone_does_nothing(workshop: Workshop) -> None:
    turn = await said(workshop, "nice weather we are having", showing("window_rear_right"))
    assert turn.changes == ()
