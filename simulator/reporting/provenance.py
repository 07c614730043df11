"""What a run was made with, so that somebody else can make it again."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("cabin-agent", "vosk", "onnxruntime", "numpy", "grpcio")


@dataclass(frozen=True, slots=True)
class Provenance:
    """`clock`: "virtual", or which service was driven on the wall's clock."""

    command: str
    clock: str
    began: datetime
    machine: str
    versions: Mapping[str, str]

    @classmethod
    def here(cls, clock: str, arguments: list[str] | None = None) -> Provenance:
        """Of this process, now."""
        words = arguments or [os.path.basename(sys.argv[0]), *sys.argv[1:]]
        return cls(
            command=shlex.join(words),
            clock=clock,
            began=datetime.now(UTC).replace(microsecond=0),
            machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
            versions={"python": platform.python_version()} | _installed(),
        )


def _installed() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
