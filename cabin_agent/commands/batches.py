"""`cabin-agent understand` and `transcribe`: many rows at once."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from cabin_agent.commands.base import Command, Commands, add_command, load_config


def add(commands: Commands) -> None:
    batches: tuple[tuple[str, Command, str], ...] = (
        ("understand", understand, "rows {id, text, lang, ...} -> what was understood and done"),
        ("transcribe", transcribe, "rows {id, file, lang} -> what was heard"),
    )
    for name, run, text in batches:
        command = add_command(commands, name, run, text)
        command.add_argument("--jsonl", type=Path, required=True, metavar="IN", help="rows")
        command.add_argument("--out", type=Path, required=True, metavar="OUT", help="results")


def understand(options: argparse.Namespace) -> int:
    from cabin_agent.batch import understand as run

    asyncio.run(run(load_config(options), options.jsonl, options.out))
    return 0


def transcribe(options: argparse.Namespace) -> int:
    from cabin_agent.batch import transcribe as run

    run(load_config(options), options.jsonl, options.out)
    return 0
