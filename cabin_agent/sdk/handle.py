"""The `Cabin` of a call: what it knows of itself, and the bus, limited to the skill's manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cabin_agent.sdk import words
from cabin_agent.sdk.contract import Manifest, NotDeclared, Said, Storage
from cabin_agent.sdk.schedule import Appointment, Schedule
from cabin_agent.turn import Action, Asked, Change, Consent, Degree, Language, Step, Target
from vehicle_bus import zones as seats
from vehicle_bus.bus import Bus
from vehicle_bus.errors import ProviderFailed
from vehicle_bus.patterns import in_scope
from vehicle_bus.values import ActuationRequest, Clock, Requester, Scalar, Verdict, Zone
from vehicle_bus.zones import ZonePaths

MAX_OPTIONS = 21  # list items shown while driving (Android CarUxRestrictions default)

WallClock = Callable[[], datetime]


class UnknownSeat(Exception):
    """Nobody knows which seat is meant."""


class CallIsOver(RuntimeError):
    """The skill uses its handle after the call has ended (too late, or kept in an attribute)."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """An event for the head unit."""

    name: str
    payload: Mapping[str, Any]

    def __iter__(self) -> Any:
        return iter((self.name, self.payload))


class Handle:
    """The half of a `Cabin` that needs no car: who asks for what, and the words to answer with."""

    def __init__(
        self,
        manifest: Manifest,
        step: Step,
        speaker: Zone,
        language: Language,
        driver_position: str,
        consent: Consent,
    ) -> None:
        self.speaker = speaker
        self.zones = step.zones or (speaker,)
        self.explicit_place = step.action.target is not Target.NONE
        self.degree: Degree = step.action.degree
        self.words = step.words
        self.language = language
        self._manifest = manifest
        self._driver_position = driver_position
        self._consent = consent

    @property
    def place(self) -> str:
        return words.place(self.zones, self.language)

    @property
    def confirmed(self) -> bool:
        return self._consent is not Consent.NONE

    def paths(self, zone: Zone) -> ZonePaths:
        if zone is Zone.UNKNOWN:
            raise UnknownSeat
        return seats.branch(zone, self._driver_position)

    def say(self, en: str, zh: str) -> Said:
        return Said(self._choose(en, zh))

    def ask(self, en: str, zh: str, slot: str = "") -> Said:
        return Said(self._choose(en, zh), True, Asked(slot) if slot else None)

    def choose(self, en: str, zh: str, slot: str, options: Sequence[str]) -> Said:
        return Said(self._choose(en, zh), True, Asked(slot, tuple(options[:MAX_OPTIONS])))

    def confirm(self, en: str, zh: str) -> Said:
        return Said(self._choose(en, zh), True, confirms=True)

    def suggest(self, en: str, zh: str, intent: str, words: str = "", **slots: str) -> Said:
        if intent.partition(".")[0] != self._manifest.name:
            raise NotDeclared(f"{self._manifest.name} suggests {intent}, which is not its own")
        step = Step(Action(intent, slots=slots), (Zone.DRIVER,), words)
        return Said(self._choose(en, zh), True, confirms=True, then=step)

    def _choose(self, en: str, zh: str) -> str:
        return zh if self.language is Language.MANDARIN else en

    def _may_keep(self) -> None:
        if not self._manifest.storage:
            raise NotDeclared(
                f"{self._manifest.name} keeps things; its manifest must say storage=True"
            )


class BusCabin(Handle):
    """One call's handle. It records every change, and refuses once it is closed."""

    def __init__(
        self,
        manifest: Manifest,
        step: Step,
        speaker: Zone,
        language: Language,
        bus: Bus,
        clock: Clock,
        wall_clock: WallClock,
        driver_position: str,
        skills: tuple[Manifest, ...],
        consent: Consent,
        storage: Storage,
        schedule: Schedule,
    ) -> None:
        super().__init__(manifest, step, speaker, language, driver_position, consent)
        self.skills = skills
        self.manifest = manifest
        self.step = step
        self.consent = consent
        self.driver_position = driver_position
        self.changes: list[Change] = []
        self.verdicts: list[Verdict] = []
        self.events: list[HandOver] = []
        self._bus = bus
        self._clock = clock
        self._wall_clock = wall_clock
        self._storage = storage
        self._schedule = schedule
        self._open = True

    @property
    def storage(self) -> Storage:
        self._may_keep()
        return self._storage

    def now(self) -> datetime:
        return self._wall_clock()

    async def get(self, path: str) -> Scalar | None:
        self._check("reads", path, self._manifest.reads + self._manifest.actuates)
        point = (await self._bus.get(path))[path]
        return None if point is None else point.value

    async def actuate(
        self, values: Mapping[str, Scalar], undo: Mapping[str, Scalar] | None = None
    ) -> None:
        for path in values:
            self._check("actuates", path, self._manifest.actuates)
        targets = {path: _plain(value) for path, value in values.items()}
        before = await self._bus.get(*targets)
        old = {path: point.value for path, point in before.items() if point} | dict(undo or {})
        who = Requester(self._manifest.name, self.speaker, self._manifest.actuates)
        at = self._clock()
        try:
            done = await self._bus.actuate(
                ActuationRequest(targets, who, self._consent is Consent.POLICY)
            )
        except ProviderFailed as error:
            self._record({path: targets[path] for path in error.applied}, old, at)
            raise
        self.verdicts.append(done.verdict)
        self._record(targets, old, done.at)

    def _record(self, targets: Mapping[str, Scalar], old: Mapping[str, Scalar], at: float) -> None:
        for path, value in targets.items():
            self.changes.append(Change(path, old.get(path), value, at))

    def event(self, name: str, payload: Mapping[str, Any]) -> None:
        self.events.append(HandOver(name, dict(payload)))

    def schedule(
        self, key: str, when: datetime | float, method: str, data: Mapping[str, Any]
    ) -> None:
        at = when if isinstance(when, datetime) else self.now() + timedelta(seconds=when)
        name = self._manifest.name
        self._schedule.add(Appointment(name, key, at, method, dict(data)))

    def unschedule(self, key: str) -> None:
        self._schedule.remove(self._manifest.name, key)

    def close(self) -> None:
        """From now on the handle refuses: the call is over."""
        self._open = False

    def _check(self, field: str, path: str, declared: tuple[str, ...]) -> None:
        if not self._open:
            raise CallIsOver(f"{self._manifest.name}: the call is over; nothing can be {field}")
        if not in_scope(declared, path):
            raise NotDeclared(
                f"{self._manifest.name} {field} {path}, which its manifest does not declare; "
                f"add it to `{field}`"
            )


def _plain(value: Scalar) -> Scalar:
    """A slot's value without its meaning: the bus knows bool, int, float and str."""
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    raise TypeError(f"{value!r} is no bool, int, float or str")
