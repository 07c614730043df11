"""What the commands have in common: how one is added, and the configuration they read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from cabin_agent.config import Config

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Command = Callable[[argparse.Namespace], int]


def add_command(commands: Commands, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    """Add the command `name`. `run` gives the exit status; errors of ours end with status 2."""
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(command=run)
    return command


def add_group(commands: Commands, name: str, text: str) -> Commands:
    """Add the command `name` whose first argument is a command of its own: `skill new`."""
    group = commands.add_parser(name, help=text, description=text)
    return group.add_subparsers(title="commands", required=True, metavar="COMMAND")


def load_config(options: argparse.Namespace, *flags: str) -> Config:
    """The configuration of `--config`; `flags` that were given override keys of the same name."""
    given = {key: getattr(options, key) for key in flags if getattr(options, key) is not None}
    return Config.load(options.config).override(given, "command line")
