"""`cabin-agent simulate` and `demo`: scenarios."""

from __future__ import annotations

import argparse
from pathlib import Path

from cabin_agent.commands.base import Commands, add_command, load_config
from simulator.options import EXIT_STATUS, add_arguments

DEMO = Path(__file__).parents[2] / "simulator" / "scenarios" / "demo.scenario.yaml"


def add(commands: Commands) -> None:
    command = add_command(commands, "simulate", simulate, "drive scenarios and judge them")
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = EXAMPLES + EXIT_STATUS
    add_arguments(command)
    clock = command.add_mutually_exclusive_group()
    clock.add_argument(
        "--wall", action="store_true", help="in real time, through a service of its own"
    )
    clock.add_argument(
        "--target", metavar="HOST:PORT", help="in real time, through a running service"
    )
    shown = add_command(
        commands, "demo", demo, "start a service and drive the demo scenario through it"
    )
    shown.add_argument("--scenario", type=Path, default=DEMO, help="another scenario")
    shown.add_argument(
        "--out", type=Path, default=Path("demo-output"), help="report, verdicts and wavs"
    )


EXAMPLES = """\
Virtual time by default: an hour of driving in seconds, and the same seed gives the same verdicts.

  cabin-agent simulate simulator/scenarios/motorway.scenario.yaml --html report.html
  cabin-agent simulate simulator/scenarios 'mine/**/*.scenario.yaml' --junit verdicts.xml
  cabin-agent simulate my.scenario.yaml --seed 7 --set speed=90
  cabin-agent simulate my.scenario.yaml --wall --out run-1
  cabin-agent compare run-1 run-2 --html difference.html

"""


def simulate(options: argparse.Namespace) -> int:
    from cabin_agent.driving import driving_in_virtual_time, driving_own_service
    from simulator.command_line import execute, places
    from simulator.remote import driving_at

    if options.target:
        clock = f"the wall's, service {options.target}"
        return execute(options, driving_at(options.target), clock)
    if options.wall:
        load_config(options)
        way = driving_own_service(options.config)
        return execute(options, way, "the wall's, a service of its own")
    way = driving_in_virtual_time(load_config(options), places(options).with_sounds)
    return execute(options, way, "virtual")


def demo(options: argparse.Namespace) -> int:
    """One scenario in real time, with everything written down."""
    given = vars(options) | {
        "scenarios": [str(options.scenario)],
        "wall": True,
        "target": None,
        "json": options.out / "trace.json",
    }
    unset = dict.fromkeys(("seed", "trace", "quiet", "html", "junit")) | {"given": []}
    return simulate(argparse.Namespace(**unset | given))
