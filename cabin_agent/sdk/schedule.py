"""What skills want to be called for later, at times of day, which survive a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cabin_agent.sdk.contract import Storage, TooMuch

KEY = "schedule"
MAX_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class Appointment:
    """Call `skill.method(cabin, data)` at `at`."""

    skill: str
    key: str
    at: datetime
    method: str
    data: Mapping[str, Any]


class Schedule:
    """Every skill's appointments, in one store."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._entries = {
            (raw["skill"], raw["key"]): Appointment(
                **{**raw, "at": datetime.fromisoformat(raw["at"])}
            )
            for raw in storage.get(KEY, [])
        }

    def add(self, appointment: Appointment) -> None:
        """Add it, or replace the skill's own one of the same key."""
        place = (appointment.skill, appointment.key)
        if place not in self._entries and len(self._entries) >= MAX_ENTRIES:
            raise TooMuch(f"{MAX_ENTRIES} appointments are set; cancel one first")
        self._save({**self._entries, place: appointment})

    def remove(self, skill: str, key: str) -> None:
        self._save({k: v for k, v in self._entries.items() if k != (skill, key)})

    def due(self, now: datetime) -> tuple[Appointment, ...]:
        """What has come due, in order of time; it is then forgotten."""
        ready = [entry for entry in self._entries.values() if entry.at <= now]
        if ready:
            self._save({k: v for k, v in self._entries.items() if v.at > now})
        return tuple(sorted(ready, key=lambda entry: entry.at))

    def _save(self, entries: dict[tuple[str, str], Appointment]) -> None:
        rows = [{**asdict(entry), "at": entry.at.isoformat()} for entry in entries.values()]
        self._storage.set(KEY, rows)
        self._entries = entries
