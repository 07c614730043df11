"""What the command line shows of turns, models and skills."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cabin_agent.config import Config
from cabin_agent.turn import Language
from cabin_agent.understanding.explain import Explanation


def show_turn(row: dict[str, Any], console: Console) -> None:
    """One turn as a person reads it."""
    if "heard" in row:
        console.print(f"heard       {row['heard']!r}")
    for action in row["actions"]:
        slots = ", ".join(f"{name}={words}" for name, words in action["slots"].items())
        where = f" [{action['zone']}]"
        sure = f"{action['confidence']:.2f}"
        console.print(escape(f"understood  {action['intent']}{where} {slots} ({sure})"))
    if not row["actions"]:
        console.print(f"understood  no action, route {row['route']}")
    for verdict in row["verdicts"]:
        if verdict["decision"] != "allow":
            console.print(f"policy      {verdict['decision']}: {verdict['reason']}")
    for signal in row["signals"]:
        console.print(f"signal      {signal['path']}: {signal['before']} -> {signal['after']}")
    console.print(f"reply       {row['reply'] or '(none: not said to the car)'}")
    console.print(f"time        {row['ms']:.1f} ms", style="dim")


def show_explanation(of: Explanation, console: Console) -> None:
    """Why a sentence was understood as it was, the strongest cause first."""
    console.print(escape(f"heard       {of.text!r}"))
    console.print(escape(f"understood  {of.decision} ({of.confidence:.2f})"))
    table = Table("what", "", "without it", title="what tipped it", title_justify="left")
    for cause in of.causes:
        what = f"{cause.name} = {cause.value}" if cause.value else cause.name
        table.add_row(str(cause.kind), escape(what), f"{-cause.effect:+.2f}")
    if of.causes:
        console.print(table)
    else:
        console.print("nothing by itself: it stays the same whatever single thing is left out")


def show_models(config: Config, as_json: bool, console: Console) -> int:
    """Which models are used. The exit status is 1 if the English ears or the model are missing."""
    from cabin_agent.doctor import model_findings

    findings = model_findings(config)
    if as_json:
        print(json.dumps([finding.row() for finding in findings], ensure_ascii=False, indent=2))
    else:
        table = Table("model", "state", "where / how to mend it")
        for finding in findings:
            state = "[green]ok[/]" if finding.ok else "[red]missing[/]"
            table.add_row(finding.name, state, finding.detail)
        console.print(table)
        _show_installed(console)
    return 0 if all(finding.ok or finding.optional for finding in findings) else 1


def _show_installed(console: Console) -> None:
    from cabin_agent.hearing.installed import installed
    from cabin_agent.hearing.models import cache

    for model in installed():
        speaks = model.language or "language unknown"
        mark = "in use" if model.used else f"to use it: cabin-agent models use {model.name}"
        console.print(f"{model.name}: {speaks}, {model.megabytes:.0f} MB, {mark}")
    console.print(f"installed recognition models are in {cache()}", style="dim")


def show_skills(config: Config, as_json: bool, console: Console) -> int:
    """Every loaded skill with its intents and one phrase of each language."""
    from cabin_agent.assembly import load_registry

    registry = load_registry(config)
    skills: list[dict[str, Any]] = [
        {
            "name": skill.manifest.name,
            "version": skill.manifest.version,
            "actuates": list(skill.manifest.actuates),
            "intents": [
                {
                    "intent": intent.id,
                    "domain": intent.domain,
                    "en": list(intent.phrases[Language.ENGLISH]),
                    "zh": list(intent.phrases[Language.MANDARIN]),
                }
                for intent in skill.intents
            ],
        }
        for skill in registry.skills
    ]
    if as_json:
        print(json.dumps(skills, ensure_ascii=False, indent=2))
        return 0
    table = Table("skill", "intent", "say", "说")
    for skill_row in skills:
        for index, intent in enumerate(skill_row["intents"]):
            first = skill_row["name"] if index == 0 else ""
            table.add_row(first, intent["intent"], intent["en"][0], intent["zh"][0])
    console.print(table)
    return 0
