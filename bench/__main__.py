"""`python -m bench NAME [--json FILE]`: measure one part of the product beside its peers."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from rich.console import Console

from bench import figures

BENCHES = {
    "bus": "signals a second and how long they take, policy, memory; against a plain broker",
    "ears": "words and commands heard, unseen voices and real people, against PocketSphinx",
    "reaction": "last word -> actuator request, against the classic chain",
    "skills": "loading and reloading many skills, what isolation costs, what share is covered",
    "simulator": "simulated seconds a second, sweeps, repeats to the byte, reports",
    "understanding": "turns of the suite and other people's sentences, against grammar matchers",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:12} {what}" for name, what in BENCHES.items()),
    )
    parser.add_argument("name", choices=BENCHES, metavar="NAME", help="one of those below")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures, peers, machine")
    parser.add_argument(
        "--shared",
        type=Path,
        metavar="DIR",
        help="folder of what others said and saw (text/, speech/, images/)",
    )
    parser.add_argument(
        "--final", action="store_true", help="of --shared, the half that nobody looks at"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a part of the material (of `ears`), for a first look"
    )
    arguments = parser.parse_args()
    console = Console()
    options = figures.Options(arguments.shared, arguments.final, arguments.quick)
    result = importlib.import_module(f"bench.{arguments.name}").run(console, options)
    figures.show(result, console)
    if arguments.json:
        figures.write(result, arguments.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
