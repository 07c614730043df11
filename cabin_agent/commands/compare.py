"""`cabin-agent compare`: two runs of the same scenarios."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cabin_agent.commands.base import Commands, add_command

SAME_OR_BETTER, BROKEN, WRONG = 0, 1, 2

EXAMPLES = """\
  cabin-agent simulate simulator/scenarios --json before.json
  cabin-agent simulate simulator/scenarios --json after.json
  cabin-agent compare before.json after.json --html difference.html

exit status: 0 nothing that held is broken; 1 something is; 2 these are no two runs.
"""


def add(commands: Commands) -> None:
    command = add_command(commands, "compare", compare, "what changed between two runs")
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = EXAMPLES
    for name in ("old", "new"):
        command.add_argument(
            name, type=Path, metavar=name.upper(), help="a file of --json, or a folder of --out"
        )
    command.add_argument("--html", type=Path, metavar="FILE", help="the same as one web page")


def compare(options: argparse.Namespace) -> int:
    from rich.console import Console

    from simulator.command_line import PIPED_WIDTH
    from simulator.comparing.difference import difference
    from simulator.comparing.recorded import CompareError, recorded
    from simulator.comparing.shown import as_html, print_difference
    from simulator.reporting.provenance import Provenance

    try:
        found = difference(recorded(options.old), recorded(options.new))
    except CompareError as error:
        print(error, file=sys.stderr)
        return WRONG
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
    print_difference(found, console)
    if options.html:
        made = Provenance.here("as recorded")
        page = as_html(found, str(options.old), str(options.new), made)
        options.html.write_text(page, encoding="utf-8")
        console.print(f"[dim]written[/] {options.html}")
    return BROKEN if found.broken else SAME_OR_BETTER
