"""The options that `cabin-agent simulate` and `python -m simulator` have in common."""

from __future__ import annotations

import argparse
from pathlib import Path

import yaml

from vehicle_bus.values import Scalar

EXIT_STATUS = """\
exit status: 0 every expectation held; 1 one did not, or a run ended early; 2 a scenario or the
command line is wrong. Ctrl-C ends the run; everything until then is still written.
"""


def parameter(text: str) -> tuple[str, Scalar]:
    """`name=value`, the value typed as YAML types it."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is no parameter; write NAME=VALUE")
    typed = yaml.safe_load(value) if value else ""
    return name, typed if isinstance(typed, bool | int | float | str) else value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to drive, and what to write about it."""
    parser.add_argument(
        "scenarios",
        nargs="*",
        metavar="SCENARIO",
        help="files, folders (with everything below) and 'patterns' of *.scenario.yaml",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="instead of the scenarios' own seed")
    parser.add_argument(
        "--set",
        dest="given",
        action="append",
        type=parameter,
        default=[],
        metavar="NAME=VALUE",
        help="the value of a scenario's parameter; repeat it for more",
    )
    parser.add_argument(
        "--trace", action="store_true", help="every step, as with a single scenario"
    )
    parser.add_argument("--quiet", action="store_true", help="nothing but the files and the status")
    written = parser.add_argument_group("files")
    written.add_argument("--html", type=Path, metavar="FILE", help="the report as one web page")
    written.add_argument("--json", type=Path, metavar="FILE", help="verdicts and trace")
    written.add_argument("--junit", type=Path, metavar="FILE", help="verdicts as JUnit XML")
    written.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="all of these, with what the microphones heard and the replies as wav files",
    )
