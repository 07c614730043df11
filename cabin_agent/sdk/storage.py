"""What skills keep: one small JSON file each, or nothing but memory where there is no folder."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

from cabin_agent.sdk.contract import TooMuch

MAX_BYTES = 1 << 20

log = logging.getLogger(__name__)


class JsonStorage:
    """One skill's store. A write replaces the file in one step, so that a power cut leaves the old
    or the new one; a file that can't be read is set aside, never written over."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._values: dict[str, Any] = self._load()

    def get(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        self._save({**self._values, key: value})

    def delete(self, key: str) -> None:
        if key in self._values:
            self._save({k: v for k, v in self._values.items() if k != key})

    def _load(self) -> dict[str, Any]:
        if self._file is None or not self._file.exists():
            return {}
        try:
            values = json.loads(self._file.read_text(encoding="utf-8"))
            if isinstance(values, dict):
                return values
            raise ValueError("it holds no object")
        except (OSError, ValueError) as error:
            aside = self._file.with_suffix(".broken")
            log.warning("%s can't be read (%s); kept as %s", self._file, error, aside.name)
            self._file.replace(aside)
            return {}

    def _save(self, values: dict[str, Any]) -> None:
        text = json.dumps(values, ensure_ascii=False)
        if len(text.encode()) > MAX_BYTES:
            raise TooMuch(f"a skill may keep {MAX_BYTES} bytes; delete something first")
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._file.with_suffix(".new")
            with fresh.open("w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self._file)
        self._values = json.loads(text)


class Home:
    """Where the skills of a car keep things. `folder` None: nothing outlives the program."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._stores: dict[str, JsonStorage] = {}

    def of(self, name: str) -> JsonStorage:
        """The store of the skill (or part of the platform) `name`."""
        if name not in self._stores:
            file = self._folder / name / "storage.json" if self._folder else None
            self._stores[name] = JsonStorage(file)
        return self._stores[name]
