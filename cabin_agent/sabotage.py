"""Skills that crash on demand, for driving the assistant through its faults."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cabin_agent.sdk.handle import BusCabin
from cabin_agent.sdk.hosts import Body, Call, Health, Host
from cabin_agent.sdk.registry import LoadedSkill, Registry


class Sabotaged(RuntimeError):
    """What a skill raises that was told to crash."""


def breakable(registry: Registry, broken: set[str]) -> Registry:
    """`registry` with skills that crash while their name is in `broken`."""
    skills = tuple(_breakable(skill, broken) for skill in registry.skills)
    return replace(registry, skills=skills)


def _breakable(skill: LoadedSkill, broken: set[str]) -> LoadedSkill:
    return replace(skill, body=_Body(skill.body, skill.manifest.name, broken))


@dataclass(frozen=True, slots=True)
class _Body:
    """A skill's code, which crashes while its `name` is in `broken`."""

    whole: Body
    name: str
    broken: set[str]

    @property
    def isolated(self) -> bool:
        return self.whole.isolated

    def end(self) -> None:
        self.whole.end()

    def host(self) -> Host:
        return _Host(self.whole.host(), self.name, self.broken)

    def health(self) -> Health:
        return self.whole.health()

    async def close(self) -> None:
        await self.whole.close()


@dataclass(frozen=True, slots=True)
class _Host:
    whole: Host
    name: str
    broken: set[str]

    async def run(self, call: Call, cabin: BusCabin, deadline_s: float) -> object:
        if self.name in self.broken:
            raise Sabotaged(f"the scenario lets the skill {self.name!r} crash")
        return await self.whole.run(call, cabin, deadline_s)
