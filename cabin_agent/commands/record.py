"""`cabin-agent record`: drives that `serve --record` wrote."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cabin_agent.commands.base import Commands, add_command, add_group
from cabin_agent.errors import BadRequest


def add(commands: Commands) -> None:
    group = add_group(commands, "record", "drives that `serve --record` wrote (MCAP)")
    shown = add_command(group, "show", show, "what a recording holds, one that was cut off too")
    shown.add_argument("file", type=Path)
    shown.add_argument("--json", action="store_true", help="print every message, one a line")


def show(options: argparse.Namespace) -> int:
    from vehicle_bus.recorder import RecordingError, read, summary

    try:
        if options.json:
            for entry in read(options.file):
                line = {"topic": entry.topic, "at_ns": entry.at_ns, **entry.data}
                print(json.dumps(line, ensure_ascii=False))
            return 0
        found = summary(options.file)
    except RecordingError as error:
        raise BadRequest(*str(error).rsplit("; ", 1)) from None
    console = Console()
    table = Table("topic", "messages")
    for topic, number in sorted(found.topics.items()):
        table.add_row(topic, str(number))
    console.print(table)
    end = "closed" if found.whole else "cut off; everything before is readable"
    console.print(f"{found.entries} messages in {found.seconds:.1f} s; {end}")
    return 0
