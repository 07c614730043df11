"""`python -m simulator SCENARIO`: drive a running assistant as a head unit and a car would."""

from __future__ import annotations

import argparse
import sys

from simulator import voices
from simulator.command_line import execute
from simulator.language import schema
from simulator.options import EXIT_STATUS, add_arguments
from simulator.remote import driving_at

TEACH = f"""\
Plays scenarios in real time: a simulated car is attached to the vehicle bus of a running
assistant, people speak into its seat microphones with the noise of the drive, and what happens to
the car's signals is judged.

  cabin-agent serve &
  python -m simulator simulator/scenarios/demo.scenario.yaml --out demo-output

The language of scenarios is described by `python -m pydoc simulator.scenario`;
simulator/scenario.schema.json completes it in an editor.

{EXIT_STATUS}"""


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.voices:
        for voice in voices.CAST.values():
            print(f"{voice.name:<8} {voice.language}  {voice.about}")
        return 0
    if options.schema:
        print(schema.as_text(), end="")
        return 0
    if not options.scenarios:
        _parser().error("name a scenario file, for example simulator/scenarios/demo.scenario.yaml")
    return execute(options, driving_at(options.target), f"the wall's, service {options.target}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Drive a running assistant through scenarios.",
        epilog=TEACH,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    parser.add_argument(
        "--target",
        default="127.0.0.1:50551",
        metavar="HOST:PORT",
        help="where the assistant listens (default %(default)s)",
    )
    parser.add_argument("--voices", action="store_true", help="list the voices, and end")
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of scenarios, and end"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
