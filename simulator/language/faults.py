"""What breaks, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.language.conditions import paths
from simulator.language.drive import LONGEST_S
from simulator.language.people import SEATS
from simulator.yaml_reader import Node
from vehicle_bus.catalogue import Catalogue, Kind
from vehicle_bus.values import Zone

OF_SIGNALS = ("lost", "stuck")
OF_ACTUATORS = ("refuses", "silent", "jams")
KINDS = (*OF_SIGNALS, *OF_ACTUATORS, "skill", "cloud", "dropouts", "service")
FAULT_KEYS = ("at", "for", *KINDS)
CLOUD = ("slow", "wrong", "gone")
SERVICE = ("killed",)
DROPOUT_KEYS = ("seats", "share")


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` of `KINDS` from `at` seconds on, for `lasting` seconds (None: to the end). `paths`:
    the signals; `name`: the skill, or how the cloud fails; `seats` and `share`: of the sound."""

    kind: str
    at: float
    lasting: float | None = None
    paths: tuple[str, ...] = ()
    name: str = ""
    seats: tuple[Zone, ...] = ()
    share: float = 0.0
    place: str = ""

    @property
    def until(self) -> float:
        return float("inf") if self.lasting is None else self.at + self.lasting

    def __str__(self) -> str:
        what = self.name or ", ".join(self.paths[:2]) + ("..." if len(self.paths) > 2 else "")
        if self.kind == "dropouts":
            what = f"{self.share:g} % at {', '.join(self.seats)}"
        return f"{self.kind} {what}".strip()


def faults(node: Node, catalogue: Catalogue) -> tuple[Fault, ...]:
    found = [_fault(item, catalogue) for item in node.items()]
    return tuple(sorted(found, key=lambda fault: fault.at))


def _fault(node: Node, catalogue: Catalogue) -> Fault:
    keys = node.fields(FAULT_KEYS)
    given = [kind for kind in KINDS if kind in keys]
    if len(given) != 1:
        cause = f"a fault has {' and '.join(given) or 'no kind'}"
        node.fail(cause, f"give one of {', '.join(KINDS)}")
    if "at" not in keys:
        node.fail("'at' is missing", "say when: 'at: 3'")
    kind, at = given[0], keys["at"].number(0, LONGEST_S, "seconds")
    lasting = keys["for"].number(0.1, LONGEST_S, "seconds") if "for" in keys else None
    place, what = node.place, keys[kind]
    if kind in OF_SIGNALS:
        return Fault(kind, at, lasting, paths(what, catalogue), place=place)
    if kind in OF_ACTUATORS:
        return Fault(kind, at, lasting, _actuators(what, catalogue), place=place)
    if kind == "dropouts":
        return _dropouts(what, Fault(kind, at, lasting, place=place))
    return Fault(kind, at, lasting, name=_NAMES[kind](what), place=place)


def _actuators(node: Node, catalogue: Catalogue) -> tuple[str, ...]:
    found = tuple(p for p in paths(node, catalogue) if catalogue[p].kind is Kind.ACTUATOR)
    if not found:
        node.fail("no actuator is meant", "name something that can be set")
    return found


def _dropouts(node: Node, fault: Fault) -> Fault:
    keys = node.fields(DROPOUT_KEYS)
    if "share" not in keys:
        node.fail("'share' is missing", "say how many percent of the sound are lost")
    each = keys["seats"].items() if "seats" in keys else []
    seats = tuple(SEATS[seat.choice(SEATS)] for seat in each) or tuple(SEATS.values())
    share = keys["share"].number(0.1, 100, "percent")
    return Fault(fault.kind, fault.at, fault.lasting, seats=seats, share=share, place=fault.place)


_NAMES: Mapping[str, Callable[[Node], str]] = {
    "skill": lambda node: node.text(),
    "cloud": lambda node: node.choice(CLOUD),
    "service": lambda node: node.choice(SERVICE),
}
