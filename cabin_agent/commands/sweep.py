"""`cabin-agent sweep`: one scenario in thousands of variants."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from cabin_agent.commands.base import Commands, add_command, load_config

WRONG = 2

EXAMPLES = """\
Which voice is not understood at which speed, each with five seeds:

  cabin-agent sweep simulator/scenarios/motorway.scenario.yaml --out sweep-1 \\
      --vary voice=ben,anna,leo --vary speed=0..130/10 --repeat 5 --workers 2

What varies (`python -m pydoc simulator.sweeping.assignment` is the reference):

  NAME                      a parameter of the scenario
  seed, voice, loudness, phrase (of the first turn), latency (the bound, in ms)
  speed, rain, light, network, ...          over the whole drive
  Vehicle.Some.Signal       its value before the first second
  turns.2.say, sound.music  any place in the file, items counted from 1

A row for each variant is appended to DIR/outcomes.jsonl as it ends; Ctrl-C loses none, --resume
goes on. DIR/sweep.html shows where it breaks, DIR/cases has the least that breaks as scenarios.
exit status: 0 every variant passed; 1 one failed; 2 a mistake in what was asked; 130 stopped.
"""


def add(commands: Commands) -> None:
    command = add_command(commands, "sweep", sweep, "drive variants of a scenario: where it breaks")
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = EXAMPLES
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a *.scenario.yaml")
    command.add_argument(
        "--vary",
        action="append",
        required=True,
        metavar="KEY=VALUES",
        help="a,b,c or low..high/step or a YAML list; repeat it for every combination",
    )
    command.add_argument("--repeat", type=int, default=1, metavar="N", help="seeds of each variant")
    command.add_argument(
        "--workers",
        default="1",
        metavar="N|ray://HOST:PORT",
        help="1: in this process (default); more need Ray (the extra 'sweep')",
    )
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="where it goes")
    command.add_argument("--resume", action="store_true", help="go on with what is in DIR")
    command.add_argument(
        "--cases", type=int, default=5, metavar="N", help="minimal failing cases, at most (5)"
    )


def sweep(options: argparse.Namespace) -> int:
    from rich.console import Console

    from cabin_agent.driving import driving_in_virtual_time
    from simulator.command_line import PIPED_WIDTH
    from simulator.scenario import ScenarioError
    from simulator.sweeping.command_line import Order, execute
    from simulator.sweeping.errors import SweepError
    from simulator.voices import VoiceError

    way = partial(driving_in_virtual_time, load_config(options))
    order = Order(
        options.scenario,
        options.vary,
        options.repeat,
        options.workers,
        options.out,
        options.resume,
        options.cases,
    )
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
    try:
        return execute(order, way, console)
    except (SweepError, ScenarioError, VoiceError) as error:
        print(error, file=sys.stderr)
        return WRONG
