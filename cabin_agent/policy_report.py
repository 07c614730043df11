"""What the command line shows of rules, of their decisions, and of the record of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cabin_agent.explaining import Explained, Explanation
from cabin_agent.turn import Language
from vehicle_bus.rulebook import Line
from vehicle_bus.values import Decision, Verdict

COLOURS = {Decision.ALLOW: "green", Decision.CONFIRM: "yellow", Decision.REFUSE: "red"}


def rule_rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [asdict(line) for line in lines]


def show_rules(lines: Iterable[Line], language: Language, console: Console) -> None:
    table = Table("", show_lines=True)
    table.add_column("rule", no_wrap=True)
    for column in ("bears on", "decision", "reason and source"):
        table.add_column(column)
    for line in lines:
        reason = line.reason_zh if language is Language.MANDARIN else line.reason_en
        told = f"{escape(reason)}\n[dim]{escape(line.source)}[/]"
        table.add_row(_number(line.number), line.name, escape(line.what), line.decision, told)
    console.print(table)


def explanation_row(explanation: Explanation) -> dict[str, Any]:
    """As JSON."""
    return {
        "reply": explanation.reply,
        "requests": [_request_row(each) for each in explanation.requests],
    }


def show_explanation(explanation: Explanation, language: Language, console: Console) -> None:
    if not explanation.requests:
        console.print("nothing is asked of the car")
    for each in explanation.requests:
        requester = each.request.requester
        console.print(f"asked by    {requester.name} for the {requester.zone} seat")
        for path, value in each.request.values.items():
            console.print(f"target      {path} = {value}")
        _show_rows(each, console)
        verdict = each.verdict
        colour = COLOURS[verdict.decision]
        by = f" by {verdict.rule}" if verdict.rule else ""
        told = _reason(verdict, language)
        why = f": {escape(told)}" if told else ""
        console.print(f"decision    [{colour}]{verdict.decision}[/]{by}{why}", soft_wrap=True)
    if explanation.reply:
        console.print(f"reply       {escape(explanation.reply)}", soft_wrap=True)


def show_record(record: Mapping[str, Any], console: Console) -> None:
    """One line of an audit log."""
    values = ", ".join(f"{path}={value}" for path, value in record["values"].items())
    rule = f" by {record['rule']}" if record["rule"] else ""
    why = f": {record['reason']}" if record["reason"] else ""
    who = f"{record['requester']} ({record['zone']})"
    line = f"{record['time']} {who} {values} -> {record['outcome']}{rule}{why}"
    console.print(escape(line), soft_wrap=True)


def _show_rows(each: Explained, console: Console) -> None:
    several = len(each.request.values) > 1
    for row in each.consulted:
        rule = row.rule
        mark = "[red]applies[/]" if row.applied else "       "
        about = f" to {row.path}" if several and row.applied else ""
        number = _number(rule.number).rjust(3)
        line = f"rule    {number} {mark} {rule.name}{about} [dim]({rule.source})[/]"
        console.print(line, soft_wrap=True)


def _request_row(each: Explained) -> dict[str, Any]:
    requester, verdict = each.request.requester, each.verdict
    return {
        "requester": requester.name,
        "zone": str(requester.zone),
        "values": dict(each.request.values),
        "decision": str(verdict.decision),
        "rule": verdict.rule,
        "reason_en": verdict.reason_en,
        "reason_zh": verdict.reason_zh,
        "rows": [
            {
                "rule": row.rule.name,
                "number": row.rule.number,
                "path": row.path,
                "applies": row.applied,
                "source": row.rule.source,
            }
            for row in each.consulted
        ],
    }


def _number(rule: int) -> str:
    return str(rule or "own")


def _reason(verdict: Verdict, language: Language) -> str:
    return verdict.reason_zh if language is Language.MANDARIN else verdict.reason_en
