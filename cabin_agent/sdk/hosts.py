"""Where a skill's code runs: inside this process, or in one of its own (`isolation`)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from cabin_agent.sdk.contract import Skill
from cabin_agent.sdk.handle import BusCabin

GRACE_S = 0.1


class State(StrEnum):
    """`RESTING`: it failed, and is started again after a pause. `QUARANTINED`: it failed too often;
    only a reload brings it back."""

    READY = "ready"
    RESTING = "resting"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Health:
    """How a skill is doing. `reason` says what went wrong last."""

    state: State = State.READY
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A method of a skill and what it is called with, after the handle."""

    method: str
    positional: tuple[object, ...] = ()
    named: Mapping[str, object] = field(default_factory=dict)


class Host(Protocol):
    """A skill as one car has it."""

    async def run(self, call: Call, cabin: BusCabin, deadline_s: float) -> object:
        """What the method returned. Raises what it raised; TimeoutError after the deadline."""


class Body(Protocol):
    """The code of a skill, for all cars."""

    @property
    def isolated(self) -> bool: ...

    def host(self) -> Host: ...

    def health(self) -> Health: ...

    async def close(self) -> None:
        """Free what it holds once the call that runs is over. It is not used any more."""

    def end(self) -> None:
        """Free what it holds at once."""


class Inside:
    """A skill of ours: an object in this process."""

    isolated = False

    def __init__(self, kind: type[Skill]) -> None:
        self.kind = kind

    def host(self) -> Host:
        return _InsideHost(self.kind())

    def health(self) -> Health:
        return Health()

    async def close(self) -> None:
        pass

    def end(self) -> None:
        pass


class _InsideHost:
    def __init__(self, skill: Skill) -> None:
        self._skill = skill

    async def run(self, call: Call, cabin: BusCabin, deadline_s: float) -> object:
        method = getattr(self._skill, call.method)
        return await _within(deadline_s, method(cabin, *call.positional, **call.named))


async def _within(deadline_s: float, call: Coroutine[Any, Any, object]) -> object:
    """The call's result. One that ignores its cancellation is left behind, not waited for."""
    task = asyncio.create_task(call)
    try:
        done, _ = await asyncio.wait({task}, timeout=deadline_s)
        if done:
            return task.result()
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE_S)
        raise TimeoutError(f"no answer within {deadline_s:g} s")
    except asyncio.CancelledError:
        task.cancel()
        raise
