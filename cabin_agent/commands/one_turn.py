"""`cabin-agent ask` and `listen`: one turn in a simulated, parked car."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from rich.console import Console

from cabin_agent.assistant import Seat
from cabin_agent.commands.base import Commands, add_command, load_config
from cabin_agent.turn import Language, Zone


def add(commands: Commands) -> None:
    typed = add_command(commands, "ask", ask, "type one line to a simulated, parked car")
    typed.add_argument("text", help='for example "open the window a bit"')
    _speaker(typed)
    spoken = add_command(
        commands, "listen", listen, "play one recorded utterance to a simulated car"
    )
    spoken.add_argument("file", type=Path, help="a wav file, any sample rate")
    _speaker(spoken)


def _speaker(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lang", choices=[*Language], default="en", help="spoken language")
    zones = [str(zone) for zone in Zone]
    command.add_argument("--zone", choices=zones, default="driver", help="the speaker's seat")
    command.add_argument("--json", action="store_true", help="print the whole turn as JSON")


def ask(options: argparse.Namespace) -> int:
    from cabin_agent.local import ask_parked_car

    turn = ask_parked_car(load_config(options), _seat(options), options.text)
    return _show(options, asyncio.run(turn))


def listen(options: argparse.Namespace) -> int:
    from cabin_agent.local import listen_in_parked_car

    turn = listen_in_parked_car(load_config(options), _seat(options), options.file)
    return _show(options, asyncio.run(turn))


def _seat(options: argparse.Namespace) -> Seat:
    return Seat("command line", "", Zone(options.zone), Language(options.lang))


def _show(options: argparse.Namespace, row: dict[str, object]) -> int:
    from cabin_agent.report import show_turn

    if options.json:
        print(json.dumps(row, ensure_ascii=False, indent=2))
    else:
        show_turn(row, Console(highlight=False))
    return 0
