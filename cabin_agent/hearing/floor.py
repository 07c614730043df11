"""Who has the floor: one voice reaches every microphone, but only one zone may act on it.

Each seat's stream tells its speech level; while several hear speech at the same time, the loudest
owns the utterance. Seats are 6 dB or more apart for the same voice (cross-talk), so a difference
below `EQUAL_DB` means that two people really speak, and both are heard.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vehicle_bus.values import Clock, Zone

EQUAL_DB = 6.0
HOLD_S = 1.5
FORGET_S = 3.0


@dataclass(frozen=True, slots=True)
class _Voice:
    level_db: float
    at: float


@dataclass(slots=True)
class Floor:
    """Shared by all seats of one car."""

    clock: Clock
    _voices: dict[Zone, _Voice] = field(default_factory=dict)

    def heard(self, zone: Zone, level_db: float) -> None:
        """`zone`'s microphone hears speech at `level_db` (dB full scale).

        The faint end of a sentence does not hand the floor over: a louder level holds for `HOLD_S`.
        """
        now, before = self.clock(), self._voices.get(zone)
        if before is None or level_db >= before.level_db or now - before.at > HOLD_S:
            self._voices[zone] = _Voice(level_db, now)

    def leave(self, zone: Zone) -> None:
        self._voices.pop(zone, None)

    def owns(self, zone: Zone) -> bool:
        """Whether no other seat hears the present speech clearly louder than `zone`."""
        mine = self._voices.get(zone)
        if mine is None:
            return True
        return not any(
            other != zone
            and self.clock() - voice.at <= FORGET_S
            and voice.level_db > mine.level_db + EQUAL_DB
            for other, voice in self._voices.items()
        )
