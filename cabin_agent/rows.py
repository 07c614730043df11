"""A finished turn as the row that `understand`, `ask --json` and `listen --json` give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cabin_agent.turn import Change, Language, Step, Turn
from vehicle_bus.values import Scalar, Verdict

Names = Callable[[str], tuple[str, str]]
"""Intent id -> (skill, domain); the skill is empty when no loaded one does it."""


def turn_row(
    turns: Sequence[Turn],
    names: Names,
    effects: Mapping[str, tuple[Scalar | None, Scalar]],
    ms: float,
    addressed_from: float,
) -> dict[str, Any]:
    """The stable shape of a turn; `turns` are the turn and, if one was asked for, its confirmation.

    `effects`: path -> (before, after) of signals that moved without being written themselves.
    """
    first, last = turns[0], turns[-1]
    understanding = first.understanding
    changes = [change for turn in turns for change in turn.changes]
    verdicts = [(each, turn.utterance.language) for turn in turns for each in turn.verdicts]
    return {
        "addressed": understanding.addressed >= addressed_from,
        "complete": understanding.complete >= addressed_from,
        "route": str(understanding.route),
        "actions": [_action(step, names) for step in _steps(first)],
        "signals": _signals(changes, effects),
        "verdicts": [_verdict(verdict, language) for verdict, language in verdicts],
        "reply": last.reply.text,
        "ms": round(ms, 2),
    }


def _steps(turn: Turn) -> tuple[Step, ...]:
    return turn.plan.steps or tuple(Step(action, ()) for action in turn.understanding.actions)


def _action(step: Step, names: Names) -> dict[str, Any]:
    action = step.action
    skill, domain = names(action.intent)
    zones = [str(zone) for zone in step.zones]
    return {
        "skill": skill,
        "intent": action.intent,
        "domain": domain,
        "slots": dict(action.slots),
        "zone": ",".join(zones) or str(action.target),
        "confidence": round(action.confidence, 4),
    }


def _signals(
    changes: Iterable[Change], effects: Mapping[str, tuple[Scalar | None, Scalar]]
) -> list[dict[str, Any]]:
    """One entry a path that changed: its value before the turn, the last requested or reached."""
    seen: dict[str, dict[str, Any]] = {}
    for change in changes:
        first = seen.get(change.path, {}).get("before", change.before)
        seen[change.path] = {"path": change.path, "before": first, "after": change.after}
    for path, (before, after) in effects.items():
        seen.setdefault(path, {"path": path, "before": before, "after": after})
    return [row for row in seen.values() if row["before"] != row["after"]]


def _verdict(item: Verdict, language: Language) -> dict[str, Any]:
    return {
        "decision": str(item.decision),
        "paths": list(item.paths),
        "rule": item.rule,
        "reason": item.reason_zh if language is Language.MANDARIN else item.reason_en,
    }
