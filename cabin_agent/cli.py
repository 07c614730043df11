"""`cabin-agent`: the command line. Each command is one function; the work is done elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from cabin_agent.assistant import Seat
from cabin_agent.config import Config, ConfigError
from cabin_agent.errors import CabinError
from cabin_agent.turn import Language, Zone

DEMO = Path(__file__).parents[1] / "simulator" / "scenarios" / "demo.scenario.yaml"
INTERRUPTED = 130

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 if it did what it was asked for."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except (CabinError, ConfigError) as error:
        print(f"cabin-agent: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("cabin-agent: stopped", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="cabin-agent",
        description="In-vehicle voice assistant: one path from sound to action, on the device.",
        epilog='Try: cabin-agent ask "i\'m freezing"',
    )
    top.add_argument(
        "--config", type=Path, metavar="FILE", help="YAML with settings (all optional)"
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _serve(commands)
    _ask(commands)
    _listen(commands)
    _simulate(commands)
    _demo(commands)
    _batches(commands)
    _reports(commands)
    return top


Commands = argparse._SubParsersAction  # the type has no public name


def _add(commands: Commands, name: str, run: Command, text: str) -> argparse.ArgumentParser:  # type: ignore[type-arg]
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(command=run)
    return command


def _speaker(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lang", choices=[*Language], default="en", help="spoken language")
    zones = [str(zone) for zone in Zone]
    command.add_argument("--zone", choices=zones, default="driver", help="the speaker's seat")
    command.add_argument("--json", action="store_true", help="print the whole turn as JSON")


def _serve(commands: Commands) -> None:  # type: ignore[type-arg]
    command = _add(commands, "serve", serve, "run the gRPC service (cabin.v1)")
    command.add_argument("--host", help="address to listen on (127.0.0.1)")
    command.add_argument("--port", type=int, help="port (50551); 0 takes any free one")


def _ask(commands: Commands) -> None:  # type: ignore[type-arg]
    command = _add(commands, "ask", ask, "type one line to a simulated, parked car")
    command.add_argument("text", help='for example "open the window a bit"')
    _speaker(command)


def _listen(commands: Commands) -> None:  # type: ignore[type-arg]
    command = _add(commands, "listen", listen, "play one recorded utterance to a simulated car")
    command.add_argument("file", type=Path, help="a wav file, any sample rate")
    _speaker(command)


def _simulate(commands: Commands) -> None:  # type: ignore[type-arg]
    command = _add(commands, "simulate", simulate, "drive a scenario and judge it")
    command.add_argument("scenario", type=Path, help="a *.scenario.yaml file")
    command.add_argument("--target", metavar="HOST:PORT", help="a running service, in real time")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the trace and verdicts")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    command.add_argument("--out", type=Path, metavar="DIR", help="write the replies as wav files")


def _demo(commands: Commands) -> None:  # type: ignore[type-arg]
    command = _add(commands, "demo", demo, "start a service and drive the demo scenario through it")
    command.add_argument("--scenario", type=Path, default=DEMO, help="another scenario")
    command.add_argument("--out", type=Path, default=Path("demo-output"), help="wavs and trace")


def _batches(commands: Commands) -> None:  # type: ignore[type-arg]
    batches: tuple[tuple[str, Command, str], ...] = (
        ("understand", understand, "rows {id, text, lang, ...} -> what was understood and done"),
        ("transcribe", transcribe, "rows {id, file, lang} -> what was heard"),
    )
    for name, run, text in batches:
        command = _add(commands, name, run, text)
        command.add_argument("--jsonl", type=Path, required=True, metavar="IN", help="rows")
        command.add_argument("--out", type=Path, required=True, metavar="OUT", help="results")


def _reports(commands: Commands) -> None:  # type: ignore[type-arg]
    for name, run, text in (
        ("models", models, "which models are used, and where they are looked for"),
        ("skills", skills, "what the loaded skills can do"),
        ("doctor", doctor, "what is missing here, and how to mend it"),
    ):
        command = _add(commands, name, run, text)
        command.add_argument("--json", action="store_true", help="print JSON")


def _config(options: argparse.Namespace) -> Config:
    flags = {key: getattr(options, key, None) for key in ("host", "port")}
    given = {key: value for key, value in flags.items() if value is not None}
    return Config.load(options.config).override(given, "command line")


def serve(options: argparse.Namespace) -> int:
    from cabin_agent.assembly import assemble
    from cabin_agent.service.server import serve_until_stopped

    config = _config(options)
    asyncio.run(serve_until_stopped(assemble(config), config.host, config.port))
    return 0


def ask(options: argparse.Namespace) -> int:
    from cabin_agent.local import ask_parked_car

    return _show(
        options, asyncio.run(ask_parked_car(_config(options), _seat(options), options.text))
    )


def listen(options: argparse.Namespace) -> int:
    from cabin_agent.local import listen_in_parked_car

    turn = listen_in_parked_car(_config(options), _seat(options), options.file)
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


def simulate(options: argparse.Namespace) -> int:
    from cabin_agent.local import simulate as run
    from simulator import report, trace

    if options.target:
        return _simulate_remotely(options)
    console = Console(highlight=False)
    result = asyncio.run(run(_config(options), options.scenario, console))
    report.save(result, options.json, options.junit, options.out)
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


def understand(options: argparse.Namespace) -> int:
    from cabin_agent.batch import understand as run

    asyncio.run(run(_config(options), options.jsonl, options.out))
    return 0


def transcribe(options: argparse.Namespace) -> int:
    from cabin_agent.batch import transcribe as run

    run(_config(options), options.jsonl, options.out)
    return 0


def models(options: argparse.Namespace) -> int:
    from cabin_agent.report import show_models

    return show_models(_config(options), options.json, Console())


def skills(options: argparse.Namespace) -> int:
    from cabin_agent.report import show_skills

    return show_skills(_config(options), options.json, Console())


def doctor(options: argparse.Namespace) -> int:
    from cabin_agent.doctor import examine

    return examine(_config(options), options.json, Console())
