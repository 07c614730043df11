"""The eyes of the car: the encoders run when a frame arrives, what they saw is kept while it holds.

A pointing hand means something for seconds, a road sign is asked about after it was passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cabin_agent.seeing import cabin, explain
from cabin_agent.seeing.cabin import CabinEncoder
from cabin_agent.seeing.frames import Blind, Camera, Frame, Pixels
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


@dataclass(frozen=True, slots=True)
class Views:
    """The pictures behind a `Seen`, small enough to keep for an explanation: the whole cabin, the
    square that the sign fills."""

    cabin: Pixels | None = None
    sign: Pixels | None = None


NO_VIEWS = Views()


class Eyes:
    """One for each car. `look` may run in a thread of its own; a later frame replaces an earlier
    one of the same camera."""

    def __init__(self, seats: CabinEncoder, signs: SignEncoder) -> None:
        self._cabin = seats
        self._signs = signs
        self._seats: tuple[SeatSeen, ...] = ()
        self._seats_at = float("-inf")
        self._sign: tuple[float, ...] = ()
        self._sign_at = float("-inf")
        self._views = NO_VIEWS

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
                small = cabin.fitted_for(frame.pixels) if seats else None
                self._views = replace(self._views, cabin=small)
            return Look(frame.camera, blind, seats)
        spotted = None if blind else self._signs.spot(frame.pixels)
        if spotted and frame.at >= self._sign_at:
            self._sign, self._sign_at = spotted.likely, frame.at
            self._views = replace(self._views, sign=spotted.place.of(frame.pixels))
        return Look(frame.camera, blind, sign=spotted.number if spotted else None)

    def seen(self, now: float) -> Seen:
        """What still holds at `now`."""
        seats = self._seats if now - self._seats_at <= CABIN_S else ()
        sign = self._sign if now - self._sign_at <= SIGN_S else ()
        return Seen(seats, sign) if seats or sign else NOTHING_SEEN

    def views(self, seen: Seen) -> Views:
        """The pictures behind `seen`, which `seen()` has just given."""
        return Views(
            self._views.cabin if seen.seats else None, self._views.sign if seen.sign else None
        )

    def covered(self, views: Views, seen: Seen) -> Mapping[str, Seen]:
        """Part of a picture -> what would have been seen with that part covered."""
        parts: dict[str, Seen] = {}
        if views.cabin is not None:
            parts |= explain.cabin_covered(self._cabin, views.cabin, seen)
        if views.sign is not None:
            parts |= explain.sign_covered(self._signs, views.sign, seen)
        return parts
