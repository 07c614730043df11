"""All rules of the policy in one table to read: those about actuators (`rules`), those about what
is shown and said (`presentation`), and those that hold around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vehicle_bus import limits, presentation
from vehicle_bus.rules import CAR_UX, CYBER_LAW, HAZARDS, TABLE, Rule, RuleTable, always, any_value

SHOWN_PATHS = 2
NONE_YET = presentation.Presentation()


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `number` is the rule of the design it belongs to, 0 for a carmaker's own; `what`
    says on which requests or seats it bears, `decision` what follows."""

    number: int
    name: str
    what: str
    decision: str
    source: str
    reason_en: str
    reason_zh: str


AROUND: tuple[Line, ...] = (
    Line(
        1,
        "driving_state",
        "every request: parked is gear P at speed 0, idling speed 0 in another gear, else moving",
        "decides",
        f"{CAR_UX} (driving states)",
        "I tell by speed and gear whether the car is parked, idling or moving.",
        "我根据车速和挡位判断车辆是驻车、怠速还是行驶。",
    ),
    Line(
        2,
        "unknown_counts_as_moving",
        "every request while speed or gear is missing, too old, or contradicts",
        "decides",
        HAZARDS,
        "Without a fresh speed and gear I take the car as moving.",
        "没有最新的车速和挡位时，我按行驶中处理。",
    ),
    Line(
        16,
        "rate_limit",
        f"more than {limits.RateLimit().per_second:g} requests a second of one client or skill",
        "refuse",
        CYBER_LAW,
        limits.REASON_EN,
        limits.REASON_ZH,
    ),
    Line(
        17,
        "audit",
        "every request and what became of it",
        "recorded",
        CYBER_LAW,
        "Every request to the car is written down; changes to that record show.",
        "对车辆的每个请求都会记录在案，事后改动会被发现。",
    ),
)


def lines(table: RuleTable = TABLE) -> tuple[Line, ...]:
    """Every rule by number; a carmaker's own come last."""
    found = [*AROUND, *map(_actuation, table.rows), *map(_presentation, presentation.ROWS)]
    return tuple(sorted(found, key=lambda line: line.number or len(found)))


def _actuation(rule: Rule) -> Line:
    return Line(
        rule.number,
        rule.name,
        _what(rule),
        str(rule.decision),
        rule.source,
        rule.reason_en,
        rule.reason_zh,
    )


def _what(rule: Rule) -> str:
    paths = ", ".join(rule.paths[:SHOWN_PATHS])
    if (more := len(rule.paths) - SHOWN_PATHS) > 0:
        paths += f" and {more} more"
    parts = [
        _words(rule.values) if rule.values is not any_value else "any value",
        f"of {paths}",
        f"when {_words(rule.when)}" if rule.when is not always else "",
    ]
    return " ".join(filter(None, parts))


def _words(function: Callable[..., object]) -> str:
    return function.__name__.replace("_", " ")


def _presentation(row: presentation.Row) -> Line:
    changed = [
        f"{name} {value}"
        for name, value in row.limits.as_dict().items()
        if value != NONE_YET.as_dict()[name]
    ]
    return Line(
        row.number,
        row.name,
        f"what is shown and said, {_words(row.when)}",
        ", ".join(changed) or "interruptible True",
        row.source,
        row.reason_en,
        row.reason_zh,
    )
