"""The eyes of the car: the encoders run when a frame arrives, what they saw is kept while it holds.

A pointing hand means something for seconds, a road sign is asked about after it was passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cabin_agent.seeing.cabin import CabinEncoder
from cabin_agent.seeing.frames import Blind, Camera, Frame
from cabin_agent.seeing.road import SignEncoder
from cabin_agent.seen import NOTHING_SEEN, SeatSeen, Seen

CABIN_S = 4.0
"""How long a cabin frame tells what is going on: pointing takes a second or two, the words too."""
SIGN_S = 30.0
"""How long "that sign" can be asked about."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be seen in one frame; `blind` says why nothing is. `sign`: a class of `SIGNS`."""

    camera: Camera
    blind: Blind | None = None
    seats: tuple[SeatSeen, ...] = ()
    sign: int | None = None


class Eyes:
    """One for each car. `look` may run in a thread of its own; a later frame replaces an earlier
    one of the same camera."""

    def __init__(self, cabin: CabinEncoder, signs: SignEncoder) -> None:
        self._cabin = cabin
        self._signs = signs
        self._seats: tuple[SeatSeen, ...] = ()
        self._seats_at = float("-inf")
        self._sign: tuple[float, ...] = ()
        self._sign_at = float("-inf")

    @classmethod
    def load(cls, folder: Path) -> Eyes:
        """The encoders of `folder`; NotReady if one is missing or does not belong there."""
        return cls(CabinEncoder.load(folder), SignEncoder.load(folder))

    def look(self, frame: Frame) -> Look:
        """Take a frame in. One that shows nothing takes back what an earlier one showed of the
        cabin: nobody knows where a hand is in the dark."""
        blind = frame.blind
        if frame.camera is Camera.CABIN:
            seats = () if blind else self._cabin.see(frame.pixels)
            if frame.at >= self._seats_at:
                self._seats, self._seats_at = seats, frame.at
            return Look(frame.camera, blind, seats)
        spotted = None if blind else self._signs.spot(frame.pixels)
        if spotted and frame.at >= self._sign_at:
            self._sign, self._sign_at = spotted.likely, frame.at
        return Look(frame.camera, blind, sign=spotted.number if spotted else None)

    def seen(self, now: float) -> Seen:
        """What still holds at `now`."""
        seats = self._seats if now - self._seats_at <= CABIN_S else ()
        sign = self._sign if now - self._sign_at <= SIGN_S else ()
        return Seen(seats, sign) if seats or sign else NOTHING_SEEN
