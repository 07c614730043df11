"""`cabin-agent explain`: which words, signals and pictures tipped a decision."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict

import yaml
from rich.console import Console

from cabin_agent.assistant import Seat
from cabin_agent.commands.base import Commands, add_command, load_config
from cabin_agent.errors import BadRequest
from cabin_agent.turn import Language, Zone
from vehicle_bus.values import Scalar


def add(commands: Commands) -> None:
    command = add_command(
        commands, "explain", explain, "show why a sentence is understood as it is"
    )
    command.add_argument(
        "text", nargs="+", help="what is said; of several lines the last is explained"
    )
    command.add_argument("--lang", choices=[*Language], default="en", help="spoken language")
    zones = [str(zone) for zone in Zone]
    command.add_argument("--zone", choices=zones, default="driver", help="the speaker's seat")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="a signal of the car, for example Vehicle.Cabin.HVAC.AmbientAirTemperature=31",
    )
    command.add_argument("--json", action="store_true", help="print it as JSON")


def explain(options: argparse.Namespace) -> int:
    from cabin_agent.local import explain_in_parked_car
    from cabin_agent.report import show_explanation

    seat = Seat("command line", "explain", Zone(options.zone), Language(options.lang))
    signals = _signals(options.set)
    found = asyncio.run(explain_in_parked_car(load_config(options), seat, options.text, signals))
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        show_explanation(found, Console(highlight=False))
    return 0


def _signals(given: Sequence[str]) -> dict[str, Scalar]:
    """`PATH=VALUE` as YAML reads the value. BadRequest for anything else."""
    signals: dict[str, Scalar] = {}
    for each in given:
        path, separator, value = each.partition("=")
        read = yaml.safe_load(value) if separator else None
        if not isinstance(read, (bool, int, float, str)):
            raise BadRequest(f"--set {each!r}: no PATH=VALUE", "write for example Vehicle.Speed=50")
        signals[path] = read
    return signals
