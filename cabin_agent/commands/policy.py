"""`cabin-agent policy`: the safety rules, and why they decide as they do."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from rich.console import Console

from cabin_agent.assistant import Seat
from cabin_agent.commands.base import Commands, add_command, add_group, load_config
from cabin_agent.turn import Language, Zone

ALLOWED, NOT_ALLOWED = 0, 1
TABLE_WIDTH = 130


def add(commands: Commands) -> None:
    group = add_group(commands, "policy", "the safety rules, and why they decide as they do")
    listed = add_command(group, "list", show, "every rule with its source and reason")
    _common(listed)
    why = add_command(
        group,
        "explain",
        explain,
        "what a sentence asks of the car, and which rules had a say; status 1 if it may not",
    )
    why.add_argument("text", nargs="?", help='for example "open the trunk"')
    why.add_argument(
        "--actuate",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="instead of a sentence: the target values of a client",
    )
    why.add_argument(
        "--signal",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="what holds in the car, which is parked otherwise: Vehicle.Speed=30",
    )
    why.add_argument("--zone", choices=[*map(str, Zone)], default="driver", help="who asks")
    _common(why)
    mine = add_command(group, "check", check, "look for mistakes in a carmaker's file of rules")
    mine.add_argument("file", type=Path)


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--policy", metavar="FILE", help="with a carmaker's stricter rules")
    command.add_argument("--vss", metavar="FILE", help="the car's signals, as VSS JSON")
    command.add_argument("--lang", choices=[*Language], default="en", help="of the reasons")
    command.add_argument("--json", action="store_true", help="print JSON")


def show(options: argparse.Namespace) -> int:
    from cabin_agent.assembly import load_catalogue, load_policy
    from cabin_agent.policy_report import rule_rows, show_rules
    from vehicle_bus.rulebook import lines

    config = load_config(options, "policy", "vss")
    found = lines(load_policy(config, load_catalogue(config)).table)
    if options.json:
        print(json.dumps(rule_rows(found), ensure_ascii=False, indent=2))
    else:
        console = Console()
        console.width = max(console.width, TABLE_WIDTH)
        show_rules(found, Language(options.lang), console)
    return 0


def explain(options: argparse.Namespace) -> int:
    from cabin_agent.explaining import explain_sentence, explain_targets
    from cabin_agent.policy_report import explanation_row, show_explanation
    from vehicle_bus.values import Decision

    config = load_config(options, "policy", "vss")
    zone, language = Zone(options.zone), Language(options.lang)
    if options.text is not None:
        seat = Seat("command line", "", zone, language)
        work = explain_sentence(config, seat, options.text, options.signal)
    else:
        work = explain_targets(config, zone, options.actuate, options.signal)
    explanation = asyncio.run(work)
    if options.json:
        print(json.dumps(explanation_row(explanation), ensure_ascii=False, indent=2))
    else:
        show_explanation(explanation, language, Console(highlight=False))
    decided = [each.verdict.decision for each in explanation.requests]
    return ALLOWED if all(each is Decision.ALLOW for each in decided) else NOT_ALLOWED


def check(options: argparse.Namespace) -> int:
    from cabin_agent.assembly import load_catalogue, load_policy

    config = load_config(options).override({"policy": str(options.file)}, "command line")
    policy = load_policy(config, load_catalogue(config))
    own = sum(1 for row in policy.table.rows if not row.number)
    print(f"{options.file}: no mistake; {own} rows of its own beside the shipped ones")
    return 0
