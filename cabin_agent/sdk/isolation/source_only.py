"""Imports the modules of a skill's folder from their source: compiled files beside them, which
nobody signs or reads, are never used."""

from __future__ import annotations

import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType


class SourceOnly(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def install(folder: Path) -> None:
    """For `folder` and what is below it."""

    def finder(path: str) -> FileFinder:
        if not Path(path).is_relative_to(folder):
            raise ImportError(f"{path} is not the skill's")
        return FileFinder(path, (SourceOnly, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, finder)
