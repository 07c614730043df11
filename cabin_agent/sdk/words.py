"""How values and places are said in a reply."""

from __future__ import annotations

import cn2an

from cabin_agent.turn import Language
from vehicle_bus.values import Zone

_ZONES: dict[Zone, tuple[str, str]] = {
    Zone.DRIVER: ("driver", "主驾"),
    Zone.PASSENGER: ("passenger", "副驾"),
    Zone.REAR_LEFT: ("rear left", "左后"),
    Zone.REAR_RIGHT: ("rear right", "右后"),
    Zone.UNKNOWN: ("your", "您的"),
}
_GROUPS: dict[frozenset[Zone], tuple[str, str]] = {
    frozenset({Zone.DRIVER, Zone.PASSENGER}): ("front", "前排"),
    frozenset({Zone.REAR_LEFT, Zone.REAR_RIGHT}): ("rear", "后排"),
    frozenset(set(_ZONES) - {Zone.UNKNOWN}): ("whole car", "全车"),
}


def place(zones: tuple[Zone, ...], language: Language) -> str:
    """The seats as a person names them, with a capital letter: "Rear left", "Front", 全车."""
    index = 1 if language is Language.MANDARIN else 0
    group = _GROUPS.get(frozenset(zones))
    if group is not None:
        return group[index][:1].upper() + group[index][1:]
    names = [_ZONES[zone][index] for zone in zones]
    joined = ("和" if index else " and ").join(names)
    return joined[:1].upper() + joined[1:]


def figures(value: float) -> str:
    """22.5 -> "22.5", 22.0 -> "22"."""
    return f"{round(value, 1):g}"


def characters(value: float) -> str:
    """22.5 -> 二十二点五, -3 -> 负三."""
    return str(cn2an.an2cn(figures(value), "low"))


def characters_percent(value: float) -> str:
    """30 -> 百分之三十, 100 -> 百分之一百."""
    return f"百分之{characters(value)}"
