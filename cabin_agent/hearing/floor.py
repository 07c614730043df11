"""Who has the floor: one voice reaches every microphone, but only one zone may act on it.

Each seat's stream tells its speech level; while several hear speech at the same time, the loudest
owns the utterance. Seats are 6 dB or more apart for the same voice (cross-talk), so a difference
below `EQUAL_DB` means that two people really speak, and both are heard.

Levels are compared by when they were spoken. On a busy machine the seat that is being recognised
falls behind the others, and what these hear must not be taken for theirs before it has caught up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from vehicle_bus.values import Clock, Zone

EQUAL_DB = 6.0
HOLD_S = 1.5
FORGET_S = 3.0
OVERLAP_S = 1.0
"""Streams do not agree better than this on when something was spoken."""
KEPT_S = 12.0
SLACK_S = 0.25
"""Later than its own chunks and this, a stream is behind."""
STALLED_S = 1.0
"""A stream that brought nothing for so long is not waited for."""
LONGEST_WAIT_S, LOOK_S = 1.5, 0.02


@dataclass(frozen=True, slots=True)
class _Voice:
    level_db: float
    at: float


@dataclass(slots=True)
class _Seat:
    """`spoken`: until when speech was heard. `until`: up to where the stream has been listened to,
    by chunks of `chunk_s`, last at the moment `moved`."""

    voices: deque[_Voice] = field(default_factory=deque)
    spoken: float | None = None
    until: float | None = None
    chunk_s: float = 0.0
    moved: float = 0.0

    def level_at(self, moment: float) -> _Voice | None:
        """The level that held then."""
        return next((voice for voice in reversed(self.voices) if voice.at <= moment), None)

    def louder_than(self, mine: _Seat) -> bool:
        """Whether it heard what `mine` last heard clearly louder."""
        if mine.spoken is None:
            return False
        voice = self.level_at(mine.spoken + OVERLAP_S)
        if voice is None or mine.spoken - voice.at > FORGET_S:
            return False
        return voice.level_db > mine.voices[-1].level_db + EQUAL_DB

    def behind(self, mine: _Seat, now: float) -> bool:
        """Whether what `mine` last heard is still to be looked at here."""
        if mine.spoken is None or self.until is None or self.until >= mine.spoken:
            return False
        return now - self.until > self.chunk_s + SLACK_S and now - self.moved < STALLED_S


@dataclass(slots=True)
class Floor:
    """Shared by all seats of one car. Times are seconds on its clock."""

    clock: Clock
    _seats: dict[Zone, _Seat] = field(default_factory=dict)

    def heard(self, zone: Zone, level_db: float, at: float) -> None:
        """`zone`'s microphone heard speech at `level_db` (dB full scale) at the moment `at`.

        The faint end of a sentence does not hand the floor over: a louder level holds for `HOLD_S`.
        """
        seat = self._seats.setdefault(zone, _Seat())
        before, seat.spoken = (seat.voices[-1] if seat.voices else None), at
        if before is None or level_db >= before.level_db or at - before.at > HOLD_S:
            seat.voices.append(_Voice(level_db, at))
        while seat.voices[0].at < at - KEPT_S:
            seat.voices.popleft()

    def listened(self, zone: Zone, until: float) -> None:
        """All that `zone`'s microphone heard before `until` has been looked at."""
        seat = self._seats.setdefault(zone, _Seat())
        seat.chunk_s = until - seat.until if seat.until is not None else 0.0
        seat.until, seat.moved = until, self.clock()

    def leave(self, zone: Zone) -> None:
        self._seats.pop(zone, None)

    def owns(self, zone: Zone) -> bool:
        """Whether no other seat heard what was last said clearly louder than `zone`."""
        mine = self._seats.get(zone, _Seat())
        return not any(each.louder_than(mine) for each in self._others(zone))

    def settled(self, zone: Zone) -> bool:
        """Whether every other seat has been listened to up to where `zone` last heard speech,
        as far as there is anything to listen to."""
        mine, now = self._seats.get(zone, _Seat()), self.clock()
        return not any(each.behind(mine, now) for each in self._others(zone))

    async def settle(self, zone: Zone) -> None:
        """Wait until it is `settled`, `LONGEST_WAIT_S` at most."""
        for _ in range(round(LONGEST_WAIT_S / LOOK_S)):
            if self.settled(zone):
                return
            await asyncio.sleep(LOOK_S)

    def _others(self, zone: Zone) -> list[_Seat]:
        return [seat for other, seat in self._seats.items() if other != zone]
