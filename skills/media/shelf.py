"""Which library this car has, read in the background: CABIN_AGENT_MUSIC names the folder."""

from __future__ import annotations

import asyncio
import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from platformdirs import user_cache_path

from .catalogue import Library, demonstration, scan

FOLDER = "CABIN_AGENT_MUSIC"
PATIENCE_S = 1.0  # of the two seconds that a skill has


class Shelf:
    """The library of the folder, or the demonstration without one. Read once, when first asked."""

    def __init__(self) -> None:
        self._reading: Future[Library] | None = None

    async def library(self) -> Library | None:
        """None while a large folder is still being read."""
        folder = os.environ.get(FOLDER, "")
        if not folder:
            return demonstration()
        if self._reading is None:
            reader = ThreadPoolExecutor(1, thread_name_prefix="music")
            self._reading = reader.submit(scan, Path(folder), _index_of(folder))
            reader.shutdown(wait=False)
        try:
            return await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(self._reading)), PATIENCE_S
            )
        except TimeoutError:
            return None


def _index_of(folder: str) -> Path:
    name = hashlib.sha256(str(Path(folder).resolve()).encode()).hexdigest()[:16]
    return user_cache_path("cabin-agent") / f"music-{name}.json"
