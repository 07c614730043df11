"""Keeps an isolated skill alive: a process that fails is replaced after a pause that doubles, and
after `MAX_FAILURES` within `WINDOW_S` the skill is quarantined."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque

from cabin_agent.sdk import signing
from cabin_agent.sdk.handle import BusCabin
from cabin_agent.sdk.hosts import Call, Health, Host, State
from cabin_agent.sdk.isolation import wire
from cabin_agent.sdk.isolation.confinement import EVERYTHING
from cabin_agent.sdk.isolation.failures import Broken, CannotLoad, Resting
from cabin_agent.sdk.isolation.frames import BadFrame, Message
from cabin_agent.sdk.isolation.nursery import Nursery
from cabin_agent.sdk.isolation.process import Answer, Place, SkillProcess, concluded
from cabin_agent.sdk.registry import LoadedSkill, Problem
from vehicle_bus.values import Clock

MAX_FAILURES = 5
WINDOW_S = 300.0
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 60.0

_LOG = logging.getLogger(__name__)


class Isolated:
    """A third-party skill, for all cars: one process, one call at a time."""

    isolated = True

    def __init__(
        self, nursery: Nursery, place: Place, fingerprint: str, clock: Clock = time.monotonic
    ) -> None:
        """The process is started and loads meanwhile; `load` waits for it."""
        self._nursery = nursery
        self._place = place
        self._fingerprint = fingerprint
        self._clock = clock
        self._known: Message = {}
        self._failures: deque[float] = deque(maxlen=MAX_FAILURES)
        self._rest_until = 0.0
        self._health = Health()
        self._busy = asyncio.Lock()
        self._starting: asyncio.Future[SkillProcess] | None = None
        self._cars = itertools.count()
        self._unanswered = ""
        self._process: SkillProcess | None = SkillProcess(nursery, place)

    def load(self) -> LoadedSkill | tuple[Problem, ...]:
        """What it can do, or what is wrong with it; then its process is ended."""
        assert self._process is not None
        file = self._place.file
        try:
            self._known = self._process.description()
            if "problems" in self._known:
                self._end()
                return wire.read_problems(self._known["problems"], file)
            loaded = wire.read_skill(self._known, file, self._place.name, self)
            self._check_unchanged()
        except CannotLoad as error:
            self._end()
            return (Problem(file, 1, f"{error}; see {self._place.log}"),)
        except BadFrame as error:
            self._end()
            return (Problem(file, 1, f"describes itself wrongly: {error}"),)
        self._tell_what_is_missing(self._process)
        return loaded

    @property
    def process(self) -> SkillProcess | None:
        """Its process, while there is one."""
        return self._process

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def host(self) -> Host:
        return _IsolatedHost(self, next(self._cars))

    def health(self) -> Health:
        over = self._health.state is State.RESTING and self._clock() >= self._rest_until
        return Health(State.READY, self._health.reason) if over else self._health

    def end(self) -> None:
        """End the process at once."""
        self._end()

    async def close(self) -> None:
        async with self._busy:
            self._end()
            self._health = Health(State.QUARANTINED, "it was replaced or removed")

    async def run(self, call: Call, cabin: BusCabin, car: int, deadline_s: float) -> object:
        """One call, from waiting for the one before to its answer, within the deadline."""
        deadline_s = min(deadline_s, self._place.limits.deadline_s)
        self._unanswered = ""
        try:
            async with asyncio.timeout(deadline_s), self._busy:
                answer = await self._answer(call, cabin, car)
                try:
                    return concluded(answer, cabin)
                except BadFrame as error:
                    self._failed(f"said what makes no sense: {error}")
                    raise Broken(self._health.reason) from None
        except TimeoutError:
            if self._unanswered:
                self._failed(self._unanswered)
            raise TimeoutError(f"no answer within {deadline_s:g} s") from None

    async def _answer(self, call: Call, cabin: BusCabin, car: int) -> Answer:
        process = await self._ready()
        try:
            return await process.call(call, cabin, car)
        except Broken as error:
            self._failed(f"{error} during {call.method}")
            raise Broken(f"{self._place.name} {self._health.reason}") from None
        except BaseException:
            self._end()
            self._unanswered = "" if process.serving else f"did not answer {call.method} in time"
            raise

    async def _ready(self) -> SkillProcess:
        if self._process is not None and self._process.has_ended():
            self._failed("ended between two calls")
            self._rest_until = self._clock()
        if self._process is not None:
            return self._process
        health = self._health
        pause = self._rest_until - self._clock()
        if health.state is State.QUARANTINED:
            raise Resting(f"{self._place.name} is quarantined: {health.reason}")
        if pause > 0:
            raise Resting(f"{self._place.name} {health.reason}; started again in {pause:.1f} s")
        if self._starting is None:
            self._starting = asyncio.ensure_future(asyncio.to_thread(self._start_again))
        try:
            self._process = await asyncio.shield(self._starting)
        except CannotLoad as error:
            self._failed(str(error))
            raise Resting(f"{self._place.name} {error}") from None
        finally:
            if self._starting.done():
                self._starting = None
        self._health = Health(State.READY, health.reason)
        return self._process

    def _start_again(self) -> SkillProcess:
        self._check_unchanged()
        process = SkillProcess(self._nursery, self._place)
        try:
            if process.description() != self._known:
                raise CannotLoad("describes itself differently than when it was loaded")
            self._check_unchanged()
        except CannotLoad:
            process.end()
            raise
        return process

    def _check_unchanged(self) -> None:
        """What runs has to be what was checked and signed."""
        if signing.fingerprint(self._place.file.parent) != self._fingerprint:
            raise CannotLoad("has changed on disk; 'cabin-agent skill reload' checks it anew")

    def _failed(self, reason: str) -> None:
        self._end()
        now = self._clock()
        self._failures.append(now)
        recent = sum(now - at < WINDOW_S for at in self._failures)
        self._rest_until = now + min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (recent - 1))
        if recent >= MAX_FAILURES:
            minutes = WINDOW_S / 60
            mend = f"mend it, then 'cabin-agent skill reload {self._place.name}'"
            text = f"{reason}, the {recent}th failure in {minutes:g} minutes; {mend}"
            self._health = Health(State.QUARANTINED, text)
        else:
            self._health = Health(State.RESTING, reason)
        _LOG.warning("%s: %s: %s", self._place.name, self._health.state, self._health.reason)

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _tell_what_is_missing(self, process: SkillProcess) -> None:
        missing = [each for each in EVERYTHING if each not in process.confined]
        if missing:
            _LOG.warning(
                "%s: this system can't confine it by %s", self._place.name, ", ".join(missing)
            )


class _IsolatedHost:
    def __init__(self, body: Isolated, car: int) -> None:
        self._body = body
        self._car = car

    async def run(self, call: Call, cabin: BusCabin, deadline_s: float) -> object:
        return await self._body.run(call, cabin, self._car, deadline_s)
