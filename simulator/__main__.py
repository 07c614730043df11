"""`python -m simulator SCENARIO`: drive a running assistant as a head unit and a car would."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from simulator import trace, voices
from simulator.clock import WallClock
from simulator.grpc_head_unit import GrpcHeadUnit
from simulator.report import Report
from simulator.reporting import files
from simulator.runner import run
from simulator.scenario import Scenario, ScenarioError, load
from simulator.voices import Speaker, VoiceError
from simulator.world import Vehicle
from vehicle_bus.remote import RemoteBus

TEACH = """\
Plays a scenario in real time: a simulated car is attached to the vehicle bus of a running
assistant, people speak into its seat microphones with the noise of the drive, and what happens to
the car's signals is judged.

  cabin-agent serve &
  python -m simulator simulator/scenarios/demo.scenario.yaml --out demo-output

The language of scenarios is described by `python -m pydoc simulator.scenario`;
simulator/scenario.schema.json completes it in an editor. Ctrl-C ends a run early; the report of
what there was is still written.

exit status: 0 every expectation held; 1 one did not, or the run was cut short; 2 the scenario or
the command line is wrong
"""


PIPED_WIDTH = 132


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit status."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
    if options.voices:
        for voice in voices.CAST.values():
            console.print(f"{voice.name:<8} {voice.language}  {voice.about}")
        return 0
    if options.scenario is None:
        _parser().error("name a scenario file, for example simulator/scenarios/demo.scenario.yaml")
    try:
        scenario = load(options.scenario)
        report = asyncio.run(_run(scenario, options.target, console))
    except (ScenarioError, VoiceError) as error:
        print(error, file=sys.stderr)
        return 2
    files.save(report, options.json, options.junit, options.out)
    trace.closing(report, console)
    return 0 if report.passed else 1


async def _run(scenario: Scenario, target: str, console: Console) -> Report:
    stop = asyncio.Event()
    _stop_at_first_interrupt(stop)
    clock = WallClock()
    trace.opening(scenario, console)
    async with GrpcHeadUnit(target) as assistant:
        vehicle = Vehicle(RemoteBus(assistant.channel), clock)
        with Speaker() as speaker:
            return await run(
                scenario, assistant, vehicle, clock, trace.LiveTrace(console), speaker, stop
            )


def _stop_at_first_interrupt(stop: asyncio.Event) -> None:
    """Let Ctrl-C end the run in good order; a second one ends it at once."""
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGINT, interrupted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Drive a running assistant through a scenario.",
        epilog=TEACH,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenario", nargs="?", type=Path, help="a *.scenario.yaml file")
    parser.add_argument(
        "--target",
        default="127.0.0.1:50551",
        metavar="HOST:PORT",
        help="where the assistant listens (default %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the trace as JSON")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write verdicts as JUnit XML")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write what the microphones heard and the replies as wav files",
    )
    parser.add_argument("--voices", action="store_true", help="list the voices, and end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
