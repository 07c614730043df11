"""`cabin-agent simulate` and `demo`: scenarios."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from rich.console import Console

from cabin_agent.commands.base import Commands, add_command, load_config

DEMO = Path(__file__).parents[2] / "simulator" / "scenarios" / "demo.scenario.yaml"


def add(commands: Commands) -> None:
    command = add_command(commands, "simulate", simulate, "drive a scenario and judge it")
    command.add_argument("scenario", type=Path, help="a *.scenario.yaml file")
    command.add_argument("--target", metavar="HOST:PORT", help="a running service, in real time")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the trace and verdicts")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    command.add_argument("--out", type=Path, metavar="DIR", help="write the replies as wav files")
    shown = add_command(
        commands, "demo", demo, "start a service and drive the demo scenario through it"
    )
    shown.add_argument("--scenario", type=Path, default=DEMO, help="another scenario")
    shown.add_argument("--out", type=Path, default=Path("demo-output"), help="wavs and trace")


def simulate(options: argparse.Namespace) -> int:
    from cabin_agent.local import simulate as run
    from simulator import trace
    from simulator.reporting import files

    if options.target:
        return _simulate_remotely(options)
    console = Console(highlight=False)
    result = asyncio.run(run(load_config(options), options.scenario, console))
    files.save(result, options.json, options.junit, options.out)
    trace.closing(result, console)
    return 0 if result.passed else 1


def _simulate_remotely(options: argparse.Namespace) -> int:
    from simulator.__main__ import main as drive

    flags = {"--json": options.json, "--junit": options.junit, "--out": options.out}
    given = [word for flag, value in flags.items() if value for word in (flag, str(value))]
    return drive([str(options.scenario), "--target", options.target, *given])


def demo(options: argparse.Namespace) -> int:
    from cabin_agent.demo import run

    options.out.mkdir(parents=True, exist_ok=True)
    return asyncio.run(run(options.scenario, options.out))
