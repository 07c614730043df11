"""`serve --watch-skills`: a skill is reloaded when its files change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import util

from cabin_agent.assistant import Assistant
from cabin_agent.errors import NotReady

_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def watching_skills(assistant: Assistant, wanted: bool = True) -> AsyncIterator[None]:
    """Reload on changes until the end of the block. NotReady without the extra `watch`."""
    if not wanted:
        yield
        return
    if util.find_spec("watchfiles") is None:
        raise NotReady(
            "--watch-skills: watchfiles is not installed", "pip install 'cabin-agent[watch]'"
        )
    watching = asyncio.create_task(_watch(assistant))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])


async def _watch(assistant: Assistant) -> None:
    from watchfiles import PythonFilter, awatch

    of_skills = PythonFilter(extra_extensions=(".yaml", ".sig", ".json"))
    async for _ in awatch(*assistant.watched_folders(), watch_filter=of_skills):
        try:
            reloaded = await assistant.reload()
        except Exception:
            _LOG.exception("skills could not be reloaded")
            continue
        for problem in reloaded.problems:
            print(f"skill: {problem}", flush=True)
        if changed := (*reloaded.loaded, *reloaded.removed):
            print(f"skills reloaded: {', '.join(changed)}", flush=True)
