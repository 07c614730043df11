"""Loading and reloading many third-party skills: found, verified, started, described, learnt."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.skills import made
from cabin_agent.config import Config
from cabin_agent.sdk.isolation.supervision import Isolated
from cabin_agent.sdk.loader import Loader, Rules
from cabin_agent.sdk.registry import Registry
from cabin_agent.understanding.session import Understander
from vehicle_bus.catalogue import Catalogue

TIMES = 5
ALL_TIMES = 3
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Loading:
    """Milliseconds of each run, and megabytes of each process."""

    load_ms: list[float]
    one_ms: list[float]
    all_ms: list[float]
    pss_mb: list[float]
    rss_mb: list[float]


def measure(count: int, folder: Path) -> Loading:
    """`count` skills beside the built-in ones, which are there already."""
    skills = folder / "skills"
    names = made.names(count)
    skills.mkdir(parents=True)
    leaves = tuple(Catalogue.load())
    loader = Loader(Rules(folder / "home", (skills,), leaves, allow_unsigned=True, packages=False))
    understander = Understander.load(Path(Config().understanding_model), time.monotonic)
    try:
        built_in = loader.load()
        understander.learn(built_in.phrases())
        for name in names:
            made.write(skills, name)
        spent, registry = _timed(loader, understander, built_in)
        pss, rss = _memory(registry)
        one, every = [], []
        for version in range(1, TIMES + 1):
            made.write(skills, names[version % count], version)
            ms, registry = _timed(loader, understander, registry)
            one.append(ms)
        for version in range(TIMES + 1, TIMES + 1 + ALL_TIMES):
            for name in names:
                made.write(skills, name, version)
            ms, registry = _timed(loader, understander, registry)
            every.append(ms)
    finally:
        loader.close()
    return Loading([spent], one, every, pss, rss)


def _timed(loader: Loader, understander: Understander, before: Registry) -> tuple[float, Registry]:
    began = time.perf_counter()
    registry = loader.load(before)
    understander.learn(registry.phrases())
    spent = (time.perf_counter() - began) * 1000.0
    wrong = [problem for problem in registry.problems if problem.blocking]
    if wrong or registry.skills == before.skills:
        raise RuntimeError(f"a skill made for measuring could not be loaded: {wrong[:1]}")
    for skill in before.skills:
        if registry.skill(skill.manifest.name) is not skill:
            skill.body.end()
    return spent, registry


def _memory(registry: Registry) -> tuple[list[float], list[float]]:
    """PSS shares what the processes have in common between them; RSS counts it for each."""
    bodies = [skill.body for skill in registry.skills]
    pids = [body.pid for body in bodies if isinstance(body, Isolated) and body.pid]
    full = [psutil.Process(pid).memory_full_info() for pid in pids]
    return [each.pss / _MB for each in full], [each.rss / _MB for each in full]
