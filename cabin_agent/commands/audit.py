"""`cabin-agent audit`: the record of every request to the car."""

from __future__ import annotations

import argparse
import json
from itertools import islice
from pathlib import Path

from rich.console import Console

from cabin_agent.commands.base import Commands, add_command, add_group, load_config
from cabin_agent.errors import BadRequest

WHOLE, CHANGED = 0, 1


def add(commands: Commands) -> None:
    group = add_group(commands, "audit", "the record of every request to the car")
    whole = add_command(
        group, "verify", verify, "follow its chain; status 1 and the line if something was changed"
    )
    _file(whole)
    whole.add_argument("--head", help="the hash of the last line as it was noted elsewhere")
    shown = add_command(group, "show", show, "its records, the oldest first")
    _file(shown)
    shown.add_argument("--last", type=int, default=0, metavar="N", help="only the last N")
    shown.add_argument("--json", action="store_true", help="print JSON, one record a line")


def _file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=Path, nargs="?", help="the log (the configured one, or the user's)"
    )


def verify(options: argparse.Namespace) -> int:
    from vehicle_bus.audit import verify as follow

    file = _existing(options)
    checked = follow(file)
    if checked.problem:
        print(checked.problem)
        return CHANGED
    if options.head and not checked.held(options.head):
        print(f"{file}: the line {options.head} is not there; lines were cut off")
        return CHANGED
    print(f"{file}: {checked.lines} records, nothing was changed; head {checked.head}")
    return WHOLE


def show(options: argparse.Namespace) -> int:
    from cabin_agent.policy_report import show_record
    from vehicle_bus.audit import records

    found = list(records(_existing(options)))
    console = Console(highlight=False)
    for record in islice(found, max(0, len(found) - options.last) if options.last else 0, None):
        if options.json:
            print(json.dumps(record, ensure_ascii=False))
        else:
            show_record(record, console)
    return 0


def _existing(options: argparse.Namespace) -> Path:
    from cabin_agent.service.witnesses import audit_file

    file: Path = options.file or audit_file(load_config(options))
    if not file.is_file():
        raise BadRequest(f"{file}: no such log", "name the file that `serve --audit-log` wrote")
    return file
