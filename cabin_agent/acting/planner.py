"""Understanding + memory -> plan.

The planner resolves places to seat zones and references to what was done before. It never looks at
signals and never decides what is allowed: that is the policy's, at the bus.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from cabin_agent.acting import choices, references
from cabin_agent.acting.places import zones_of
from cabin_agent.turn import Action, Asked, Consent, Plan, Route, Step, Understanding, Zone
from cabin_agent.understanding.memory import Memory, Question

DICTATED = frozenset({"text"})
NAMES = frozenset({"person", "place", "query"})
REFUSALS = frozenset({"dialogue.no", "dialogue.stop", "dialogue.undo"})
CERTAIN = 0.6
WRITING = "notes.compose"  # the skill that writes texts, where the route says so


class Move(StrEnum):
    """What kind of turn the plan is, seen from the dialogue."""

    NEW = "new"
    ANSWER_YES = "answer_yes"
    ANSWER_NO = "answer_no"
    ANSWER_VALUE = "answer_value"
    CORRECT = "correct"
    UNDO = "undo"
    STOP = "stop"
    REPEAT = "repeat"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan, and what the dialogue has to do besides running it."""

    move: Move
    plan: Plan
    question: Question | None = None


def plan(
    understanding: Understanding, memory: Memory, speaker: Zone, driver_on_left: bool, now: float
) -> Planned:
    """What `understanding` means now, for `speaker`, after what `memory` holds."""
    question = memory.open_question(now)
    if question and (answer := _answer(understanding, question)):
        return answer
    if dialogue := _dialogue_action(understanding):
        return _dialogue(dialogue, memory, speaker, driver_on_left, now)
    steps = tuple(
        Step(action, zones_of(action.target, speaker, driver_on_left), understanding.text)
        for action in understanding.actions
        if action.skill != "dialogue"
    )
    if not steps and understanding.route is Route.GENERATE:
        steps = (Step(Action(WRITING), (speaker,), understanding.text),)
    return Planned(Move.NEW, Plan(understanding.route, steps))


def _dialogue_action(understanding: Understanding) -> Action | None:
    actions = understanding.actions
    return actions[0] if len(actions) == 1 and actions[0].skill == "dialogue" else None


def _answer(understanding: Understanding, question: Question) -> Planned | None:
    """The answer to our question, or None if the person talks about something else."""
    actions = understanding.actions
    chosen = _chosen(understanding, question.asked) if question.asked else None
    if chosen is not None:
        return Planned(Move.ANSWER_VALUE, Plan(Route.ACT, _filled(question, chosen)), question)
    if len(actions) != 1:
        return None
    action, steps = actions[0], question.steps
    if question.confirming is not Consent.NONE:
        if action.intent == "dialogue.yes":
            return Planned(Move.ANSWER_YES, Plan(Route.ACT, steps), question)
        if action.intent == "dialogue.no":
            return Planned(Move.ANSWER_NO, Plan(Route.ANSWER, ()), question)
        return None
    same = action.intent == steps[0].action.intent
    if action.slots and (same or action.intent == "dialogue.correct"):
        filled = references.corrected(steps, action, steps[0].zones[0], True)
        return Planned(Move.ANSWER_VALUE, Plan(Route.ACT, filled), question)
    if action.intent in ("dialogue.no", "dialogue.stop"):
        return Planned(Move.ANSWER_NO, Plan(Route.ANSWER, ()), question)
    return None


def _chosen(understanding: Understanding, asked: Asked) -> str | None:
    """The words for what we asked: one of the options, a dictated text, or a bare name that means
    nothing else."""
    if asked.options:
        return choices.pick(understanding.text, asked.options)
    action = understanding.actions[0] if understanding.actions else None
    if action and action.intent in REFUSALS:
        return None
    if asked.slot in DICTATED:
        return understanding.text
    means_something = action is not None and action.confidence >= CERTAIN
    return None if means_something or asked.slot not in NAMES else understanding.text


def _filled(question: Question, words: str) -> tuple[Step, ...]:
    assert question.asked is not None
    slot = question.asked.slot
    return tuple(
        replace(step, action=replace(step.action, slots={**step.action.slots, slot: words}))
        for step in question.steps
    )


def _dialogue(
    action: Action, memory: Memory, speaker: Zone, driver_on_left: bool, now: float
) -> Planned:
    recent = memory.recent_steps(now)
    match action.name:
        case "undo":
            return Planned(Move.UNDO, Plan(Route.ACT, ()))
        case "stop":
            return Planned(Move.STOP, Plan(Route.ANSWER, ()))
        case "repeat":
            return Planned(Move.REPEAT, Plan(Route.ANSWER, ()))
        case "more":
            steps = references.more(recent, action)
        case "less":
            steps = references.less(recent, action)
        case "other":
            steps = references.elsewhere(recent, action, speaker, driver_on_left)
        case "correct":
            steps = references.corrected(recent, action, speaker, driver_on_left)
        case _:
            steps = ()
    if not steps:
        return Planned(Move.LOST, Plan(Route.ASK, ()))
    move = Move.CORRECT if action.name == "correct" else Move.NEW
    return Planned(move, Plan(Route.ACT, steps))
