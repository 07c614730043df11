"""`cabin-agent doctor`: what is missing here, and how to mend it."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from cabin_agent.config import Config
from cabin_agent.errors import CabinError
from cabin_agent.turn import Language


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `detail` is where it was found, or what is wrong and the mend."""

    name: str
    ok: bool
    detail: str
    optional: bool = False

    def row(self) -> dict[str, object]:
        return {
            "name": self.name,
            "ok": self.ok,
            "detail": self.detail,
            "optional": self.optional,
        }


def examine(config: Config, as_json: bool, console: Console) -> int:
    """Print every finding; 0 if nothing that is needed is missing."""
    findings = [*model_findings(config), *_others(config)]
    if as_json:
        print(json.dumps([finding.row() for finding in findings], ensure_ascii=False, indent=2))
    for finding in () if as_json else findings:
        mark = "[green]ok     [/]" if finding.ok else "[yellow]missing[/]"
        console.print(f"{mark} {finding.name}: {finding.detail}", highlight=False)
    return 0 if all(finding.ok or finding.optional for finding in findings) else 1


def model_findings(config: Config) -> list[Finding]:
    """The recognition models and the understanding model, loaded for real."""
    from cabin_agent.assembly import load_registry, load_understander, vosk_model_directory

    findings = []
    for language in Language:
        find = partial(vosk_model_directory, config, language)
        optional = language is not Language.ENGLISH
        findings.append(_try(f"ears ({language})", find, optional))
    understanding = Path(config.understanding_model)

    def check() -> Path:
        load_understander(config, load_registry(config), time.monotonic)
        return understanding

    findings.append(_try("understanding", check))
    return findings


def _others(config: Config) -> Iterator[Finding]:
    from cabin_agent.assembly import load_registry, load_voice

    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", sys.version_info >= (3, 11), version)
    yield _try("voice", lambda: load_voice(config) and "espeak-ng, English and Mandarin")
    yield _try("skills", lambda: f"{len(load_registry(config).skills)} loaded")
    yield _isolation()
    yield _port(config)


def _isolation() -> Finding:
    from cabin_agent.sdk.isolation.confinement import missing

    lacking = missing()
    detail = "processes of their own, confined by seccomp and Landlock"
    if lacking:
        detail = f"this kernel lacks {', '.join(lacking)}; use Linux 6.7 or newer"
    return Finding("skill isolation", not lacking, detail, optional=True)


def _try(name: str, look: Callable[[], object], optional: bool = False) -> Finding:
    try:
        return Finding(name, True, str(look()), optional)
    except CabinError as error:
        return Finding(name, False, str(error), optional)


def _port(config: Config) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            mend = "stop the program that listens there, or set another port"
            return Finding("port", False, f"{config.host}:{config.port}: {error.strerror}; {mend}")
    return Finding("port", True, f"{config.host}:{config.port} is free")
