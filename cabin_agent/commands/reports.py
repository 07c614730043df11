"""`cabin-agent skills` and `doctor`: what is here."""

from __future__ import annotations

import argparse

from rich.console import Console

from cabin_agent.commands.base import Command, Commands, add_command, load_config


def add(commands: Commands) -> None:
    reports: tuple[tuple[str, Command, str], ...] = (
        ("skills", skills, "what the loaded skills can do"),
        ("doctor", doctor, "what is missing here, and how to mend it"),
    )
    for name, run, text in reports:
        command = add_command(commands, name, run, text)
        command.add_argument("--json", action="store_true", help="print JSON")


def skills(options: argparse.Namespace) -> int:
    from cabin_agent.report import show_skills

    return show_skills(load_config(options), options.json, Console())


def doctor(options: argparse.Namespace) -> int:
    from cabin_agent.doctor import examine

    return examine(load_config(options), options.json, Console())
