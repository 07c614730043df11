"""Running one step of a plan in a skill. Whatever the skill does, the answer is an `Outcome`."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from cabin_agent.sdk import slots
from cabin_agent.sdk.contract import CannotDo, Said
from cabin_agent.sdk.handle import BusCabin, HandOver, UnknownSeat, WallClock
from cabin_agent.sdk.hosts import Call, Host, State
from cabin_agent.sdk.isolation.failures import Resting, SkillRaised
from cabin_agent.sdk.registry import (
    BUILT_IN,
    BackgroundMethod,
    LoadedSkill,
    Registry,
)
from cabin_agent.sdk.schedule import Appointment, Schedule
from cabin_agent.sdk.storage import Home
from cabin_agent.turn import Action, Asked, Change, Consent, Language, Outcome, Status, Step
from cabin_agent.understanding.shapes import Shapes
from vehicle_bus.bus import Bus
from vehicle_bus.errors import (
    BusError,
    ConfirmationNeeded,
    NoProvider,
    ProviderFailed,
    Refused,
)
from vehicle_bus.values import ActuationRequest, Clock, Requester, Scalar, Verdict, Zone
from vehicle_bus.zones import DRIVER_POSITION, LEFT

PLATFORM = "platform"
DEADLINE_S = 2.0

log = logging.getLogger(__name__)


class Performed(NamedTuple):
    """What became of a step, and what is handed to the head unit."""

    outcome: Outcome
    handed_over: tuple[HandOver, ...] = ()


class NonsenseReply(TypeError):
    """A skill returned something else than `Said`."""


class Runner:
    """The skills of one car. Steps may run concurrently; each has its own handle."""

    def __init__(
        self,
        registry: Registry,
        bus: Bus,
        clock: Clock,
        wall_clock: WallClock = datetime.now,
        deadline_s: float = DEADLINE_S,
        home: Home | None = None,
    ) -> None:
        self.registry = Registry(())
        self._bus = bus
        self._clock = clock
        self._wall_clock = wall_clock
        self._deadline_s = deadline_s
        self._home = home or Home()
        self._schedule = Schedule(self._home.of(PLATFORM))
        self._hosts: dict[str, Host] = {}
        self.adopt(registry)

    def adopt(self, registry: Registry) -> None:
        """From the next call on, these are the skills. Those that are the same keep their state."""
        before = self.registry
        self._hosts = {
            skill.manifest.name: self._hosts[skill.manifest.name]
            if before.skill(skill.manifest.name) is skill
            else skill.body.host()
            for skill in registry.skills
        }
        self.registry = registry
        self.reversible = frozenset(
            intent.id for intent in registry.intents().values() if intent.reversible
        )
        self.shapes = _shapes_of_plugins(registry)
        self._manifests = tuple(skill.manifest for skill in registry.skills)

    def knows(self, step: Step) -> bool:
        """Whether some skill does what the step asks for."""
        return step.action.intent in self.registry.intents()

    def has_use_for_value(self, step: Step) -> bool:
        """False if a value was said ("forty percent") that the skill does not read."""
        declared = self.registry.intents().get(step.action.intent)
        return "value" not in step.action.slots or declared is None or "value" in declared.slots

    async def perform(
        self, step: Step, speaker: Zone, language: Language, consent: Consent = Consent.NONE
    ) -> Performed:
        """Run one step under the deadline. Never raises for what a skill or the bus does."""
        intent = self.registry.intents().get(step.action.intent)
        if intent is None:
            missing = ("I can't do that in this car yet.", "这辆车还做不到")
            return _failed(step, language, missing, f"no skill has {step.action.intent}")
        arguments = slots.fill(intent.slots, step.action.slots)
        if isinstance(arguments, slots.Question):
            text = _choose(language, (arguments.en, arguments.zh))
            asked = Asked(arguments.slot)
            return Performed(Outcome(step, Status.FAILED, said=text, asks=True, asked=asked))
        loaded, host = self._loaded(intent.skill), self._hosts[intent.skill]
        cabin = await self._open(loaded, step, speaker, language, consent)
        return await self._run(host, Call(intent.method, named=arguments), step, loaded, cabin)

    async def call(
        self, skill: str, method: str, language: Language, *arguments: object
    ) -> Performed | None:
        """Call a method of a skill between turns, for nobody in particular: an unknown seat. None
        if it has nothing to say."""
        loaded, host = self._loaded(skill), self._hosts[skill]
        step = Step(Action(f"{skill}.{method}"), ())
        cabin = await self._open(loaded, step, Zone.UNKNOWN, language, Consent.NONE)
        call = Call(method, positional=arguments)
        performed = await self._run(host, call, step, loaded, cabin, may_be_silent=True)
        return performed if performed.outcome.said or performed.handed_over else None

    def background(self, kind: str) -> tuple[BackgroundMethod, ...]:
        """The methods of all skills that `observe`, are `informed` or `scheduled`; none of those in
        quarantine."""
        found = (
            method
            for skill in self.registry.skills
            if skill.background and skill.body.health().state is not State.QUARANTINED
            for method in skill.background
        )
        return tuple(method for method in found if method.mark.kind == kind)

    def due(self) -> tuple[Appointment, ...]:
        """Appointments that have come due, once each; those of skills that are gone are dropped."""
        known = {skill.manifest.name for skill in self.registry.skills}
        return tuple(a for a in self._schedule.due(self._wall_clock()) if a.skill in known)

    async def _run(
        self,
        host: Host,
        call: Call,
        step: Step,
        loaded: LoadedSkill,
        cabin: BusCabin,
        may_be_silent: bool = False,
    ) -> Performed:
        language = cabin.language
        try:
            said = await host.run(call, cabin, self._deadline_s)
            if said is None and may_be_silent:
                said = Said("")
            if not isinstance(said, Said):
                raise NonsenseReply(
                    f"{step.action.intent} returned {said!r}; return cabin.say(...)"
                )
        except Exception as error:
            cabin.close()
            changes, verdicts = await self._put_back(loaded, cabin)
            return _explain(error, step, loaded, language, changes, verdicts)
        finally:
            cabin.close()
        return _done(step, said, cabin)

    async def undo(
        self,
        outcomes: Iterable[Outcome],
        speaker: Zone,
        language: Language,
        confirmed: bool = False,
    ) -> tuple[Outcome, ...]:
        """Write back what `outcomes` changed, the last first, through the same bus and policy."""
        changed = [outcome for outcome in outcomes if outcome.changes]
        return tuple([await self._undo(o, speaker, language, confirmed) for o in reversed(changed)])

    async def _undo(
        self, outcome: Outcome, speaker: Zone, language: Language, confirmed: bool
    ) -> Outcome:
        step = outcome.step
        loaded = self.registry.skill(step.action.skill)
        values = _before(outcome.changes)
        if loaded is None or not values:
            said = ("That can't be undone.", "这个无法撤销")
            return _failed(step, language, said, "the values before are not known").outcome
        try:
            changes, verdict = await self._write(loaded, speaker, values, confirmed)
        except BusError as error:
            return _explain(error, step, loaded, language, (), ()).outcome
        return Outcome(step, Status.DONE, changes, (verdict,))

    async def _write(
        self, loaded: LoadedSkill, speaker: Zone, values: dict[str, Scalar], confirmed: bool
    ) -> tuple[tuple[Change, ...], Verdict]:
        who = Requester(loaded.manifest.name, speaker, loaded.manifest.actuates)
        done = await self._bus.actuate(ActuationRequest(values, who, confirmed))
        changes = tuple(
            Change(path, done.before[path], value, done.at) for path, value in values.items()
        )
        return changes, done.verdict

    async def _put_back(
        self, loaded: LoadedSkill, cabin: BusCabin
    ) -> tuple[tuple[Change, ...], tuple[Verdict, ...]]:
        """Undo the first half of a call that failed in its second; what stays is returned."""
        verdicts = tuple(cabin.verdicts)
        values = _before(cabin.changes)
        if not values:
            return tuple(cabin.changes), verdicts
        try:
            await self._write(loaded, cabin.speaker, values, confirmed=True)
        except BusError as error:
            log.warning("%s: could not be put back: %s", loaded.manifest.name, error)
            return tuple(cabin.changes), verdicts
        return (), verdicts

    def _loaded(self, name: str) -> LoadedSkill:
        loaded = self.registry.skill(name)
        assert loaded is not None
        return loaded

    async def _open(
        self, loaded: LoadedSkill, step: Step, speaker: Zone, language: Language, consent: Consent
    ) -> BusCabin:
        point = (await self._bus.get(DRIVER_POSITION))[DRIVER_POSITION]
        return BusCabin(
            loaded.manifest,
            step,
            speaker,
            language,
            self._bus,
            self._clock,
            self._wall_clock,
            LEFT if point is None else str(point.value),
            self._manifests,
            consent,
            self._home.of(loaded.manifest.name),
            self._schedule,
        )


def _shapes_of_plugins(registry: Registry) -> Shapes:
    """What may be said word for word: only phrases that none of our own intents has."""
    own: dict[str, tuple[str, ...]] = {}
    others: dict[str, tuple[str, ...]] = {}
    for intent in registry.intents().values():
        group = own if intent.file.is_relative_to(BUILT_IN) else others
        group[intent.id] = intent.said()
    return Shapes.of(others, own)


def _before(changes: Iterable[Change]) -> dict[str, Scalar]:
    """The first known value before of every path."""
    values: dict[str, Scalar] = {}
    for change in changes:
        if change.before is not None:
            values.setdefault(change.path, change.before)
    return values


def _done(step: Step, said: Said, cabin: BusCabin) -> Performed:
    only_asked = said.expects_answer and not cabin.changes
    status = Status.FAILED if only_asked else Status.DONE
    outcome = Outcome(
        said.then or step,
        Status.NEEDS_CONFIRMATION if said.confirms else status,
        tuple(cabin.changes),
        tuple(cabin.verdicts),
        said.text,
        said.expects_answer,
        asked=said.asked,
    )
    return Performed(outcome, tuple(cabin.events))


def _explain(
    error: Exception,
    step: Step,
    loaded: LoadedSkill,
    language: Language,
    changes: tuple[Change, ...],
    verdicts: tuple[Verdict, ...],
) -> Performed:
    """The outcome that an error becomes, and what is said about it."""
    match error:
        case Refused(verdict=verdict):
            said = _choose(language, (verdict.reason_en, verdict.reason_zh))
            outcome = Outcome(step, Status.REFUSED, changes, (*verdicts, verdict), said)
        case ConfirmationNeeded(verdict=verdict):
            said = _choose(language, (verdict.reason_en, verdict.reason_zh))
            outcome = Outcome(
                step, Status.NEEDS_CONFIRMATION, changes, (*verdicts, verdict), said, asks=True
            )
        case CannotDo(en=en, zh=zh):
            said = _choose(language, (en, zh))
            outcome = Outcome(step, Status.FAILED, changes, verdicts, said)
        case UnknownSeat():
            said = _choose(language, ("Which seat do you mean?", "您指的是哪个座位？"))
            outcome = Outcome(step, Status.FAILED, changes, verdicts, said, asks=True)
        case _:
            cause = str(error) if isinstance(error, SkillRaised) else _named(error)
            trace = None if loaded.body.isolated else error
            log.warning("%s failed: %s", step.action.intent, cause, exc_info=trace)
            said = _choose(language, _apology(error, loaded))
            outcome = Outcome(step, Status.FAILED, changes, verdicts, said, error=cause)
    return Performed(outcome)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _apology(error: Exception, loaded: LoadedSkill) -> tuple[str, str]:
    about_en, about_zh = loaded.manifest.summary_en, loaded.manifest.summary_zh
    match error:
        case NoProvider():
            return f"This car has no control for that ({about_en}).", "这辆车没有这个功能"
        case ProviderFailed() | TimeoutError():
            return f"Sorry, the {about_en} did not answer in time.", f"抱歉，{about_zh}没有响应"
        case Resting():
            return (
                f"Sorry, the {about_en} is out of order for now.",
                f"抱歉，{about_zh}暂时不可用",
            )
        case _:
            return f"Sorry, the {about_en} did not work.", f"抱歉，{about_zh}出了问题"


def _failed(step: Step, language: Language, said: tuple[str, str], error: str) -> Performed:
    text = _choose(language, said)
    return Performed(Outcome(step, Status.FAILED, said=text, error=error))


def _choose(language: Language, said: tuple[str, str]) -> str:
    return said[1] if language is Language.MANDARIN else said[0]
