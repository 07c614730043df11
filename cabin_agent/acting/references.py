"""Requests that only mean something after another: "a bit more", "the other one too", "no, left".

Each takes the recent steps and gives the steps that are meant now; an empty result means that
there is nothing to refer to.
"""

from __future__ import annotations

from dataclasses import replace

from cabin_agent.acting.places import opposite, zones_of
from cabin_agent.turn import Action, Degree, Step, Target, Zone

_OPPOSITES = (
    ("_up", "_down"),
    ("open", "close"),
    ("raise", "lower"),
    ("forward", "back"),
    ("recline", "upright"),
    ("faster", "slower"),
    ("_more", "_less"),
)


def more(steps: tuple[Step, ...], action: Action) -> tuple[Step, ...]:
    """The same again, by `action`'s degree; a set point becomes a step upwards."""
    return tuple(_again(step, step.action.intent.replace("_set", "_up"), action) for step in steps)


def less(steps: tuple[Step, ...], action: Action) -> tuple[Step, ...]:
    """The other way round."""
    return tuple(_again(step, _reverse(step.action.intent), action) for step in steps)


def elsewhere(
    steps: tuple[Step, ...], action: Action, speaker: Zone, driver_on_left: bool
) -> tuple[Step, ...]:
    """The same in the place that `action` names, or on the other side of the same row."""
    result = []
    for step in steps:
        if action.target in (Target.NONE, Target.OTHER):
            zones = tuple(opposite(zone) for zone in step.zones)
        else:
            zones = zones_of(action.target, speaker, driver_on_left)
        slots = {**step.action.slots, **action.slots}
        result.append(
            Step(replace(step.action, target=action.target, slots=slots), zones, step.words)
        )
    return tuple(result)


def corrected(
    steps: tuple[Step, ...], action: Action, speaker: Zone, driver_on_left: bool
) -> tuple[Step, ...]:
    """The last step as it should have been: another place, another value."""
    if not steps:
        return ()
    if action.target is not Target.NONE:
        return elsewhere(steps[-1:], action, speaker, driver_on_left)
    last = steps[-1]
    return (
        replace(last, action=replace(last.action, slots={**last.action.slots, **action.slots})),
    )


def _again(step: Step, intent: str, action: Action) -> Step:
    degree = action.degree if action.degree is not Degree.NONE else step.action.degree
    relative = intent.endswith(("_up", "_down", "_more", "_less"))
    slots = dict(action.slots) if relative else {**step.action.slots, **action.slots}
    return replace(step, action=replace(step.action, intent=intent, degree=degree, slots=slots))


def _reverse(intent: str) -> str:
    stem, _, name = intent.partition(".")
    for one, other in _OPPOSITES:
        if one in name:
            return f"{stem}.{name.replace(one, other)}"
        if other in name:
            return f"{stem}.{name.replace(other, one)}"
    return f"{stem}.{name.replace('_set', '_down')}"
