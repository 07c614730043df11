"""From the place that was said to seat zones."""

from __future__ import annotations

from cabin_agent.turn import Target, Zone

FRONT = (Zone.DRIVER, Zone.PASSENGER)
REAR = (Zone.REAR_LEFT, Zone.REAR_RIGHT)

_FIXED: dict[Target, tuple[Zone, ...]] = {
    Target.DRIVER: (Zone.DRIVER,),
    Target.PASSENGER: (Zone.PASSENGER,),
    Target.FRONT: FRONT,
    Target.REAR: REAR,
    Target.REAR_LEFT: (Zone.REAR_LEFT,),
    Target.REAR_RIGHT: (Zone.REAR_RIGHT,),
    Target.ALL: FRONT + REAR,
}


def zones_of(target: Target, speaker: Zone, driver_on_left: bool) -> tuple[Zone, ...]:
    """The seat zones that `target` means when `speaker` says it.

    "left" and "right" mean the speaker's own row, "this one" their own place. A place that
    depends on an unknown speaker resolves to (`Zone.UNKNOWN`,): the dangerous case, for the policy
    to judge.
    """
    if target in _FIXED:
        return _FIXED[target]
    if target in (Target.NONE, Target.OWN, Target.POINTED):
        return (speaker,)
    if target is Target.OTHER:
        return (opposite(speaker),)
    return (_side(target is Target.LEFT, speaker, driver_on_left),)


def opposite(zone: Zone) -> Zone:
    """The seat on the other side of the same row."""
    row = REAR if zone in REAR else FRONT
    if zone not in row:
        return Zone.UNKNOWN
    return row[1 - row.index(zone)]


def _side(left: bool, speaker: Zone, driver_on_left: bool) -> Zone:
    if speaker in REAR:
        return Zone.REAR_LEFT if left else Zone.REAR_RIGHT
    return Zone.DRIVER if left == driver_on_left else Zone.PASSENGER
