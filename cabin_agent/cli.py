"""`cabin-agent`: the command line. The commands are in `commands/`; the work is done elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cabin_agent.commands import (
    audit,
    batches,
    compare,
    explain,
    models,
    one_turn,
    policy,
    record,
    reports,
    serving,
    simulation,
    skills,
    sweep,
    train,
)
from cabin_agent.commands.base import Command
from cabin_agent.config import ConfigError
from cabin_agent.errors import CabinError

INTERRUPTED = 130

SUBJECTS = (
    serving,
    one_turn,
    simulation,
    sweep,
    batches,
    compare,
    explain,
    reports,
    models,
    skills,
    policy,
    audit,
    record,
    train,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 if it did what it was asked for."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except (CabinError, ConfigError) as error:
        print(f"cabin-agent: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("cabin-agent: stopped", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="cabin-agent",
        description="In-vehicle voice assistant: one path from sound to action, on the device.",
        epilog='Try: cabin-agent ask "i\'m freezing"',
    )
    top.add_argument(
        "--config", type=Path, metavar="FILE", help="YAML with settings (all optional)"
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for subject in SUBJECTS:
        subject.add(commands)
    return top
