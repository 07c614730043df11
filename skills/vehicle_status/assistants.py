"""The car's assistants and warnings, as people name them, and the signal that tells their state."""

from __future__ import annotations

import re
from dataclasses import dataclass

ADAS = "Vehicle.ADAS"
READS = (f"{ADAS}.*.IsEnabled", f"{ADAS}.CruiseControl.IsActive")


@dataclass(frozen=True, slots=True)
class Assistant:
    """`path` is empty where VSS has no signal for it."""

    en: str
    zh: str
    path: str
    pattern: re.Pattern[str]


def _known(en: str, zh: str, path: str, pattern: str) -> Assistant:
    return Assistant(en, zh, f"{ADAS}.{path}" if path else "", re.compile(pattern))


ASSISTANTS = (
    _known("cruise control", "定速巡航", "CruiseControl.IsActive", r"cruise|巡航"),
    _known(
        "lane departure warning", "车道偏离预警", "LaneDepartureDetection.IsEnabled", r"\blane|车道"
    ),
    _known(
        "emergency braking", "自动紧急制动", "EBA.IsEnabled", r"emergency brak|auto brak|紧急制动"
    ),
    _known("driver monitoring", "疲劳监测", "DMS.IsEnabled", r"drows|attention|tired|疲劳|分心"),
    _known("stability control", "车身稳定系统", "ESC.IsEnabled", r"\besc\b|\besp\b|stability|稳定"),
    _known("traction control", "牵引力控制", "TCS.IsEnabled", r"traction|\btcs\b|牵引|防滑"),
    _known("anti-lock brakes", "防抱死", "ABS.IsEnabled", r"\babs\b|anti.?lock|防抱死"),
    _known("collision warning", "碰撞预警", "", r"collision|crash|\bfca\b|impact|碰撞"),
    _known("blind spot warning", "盲区监测", "", r"blind|盲区|盲点"),
    _known("cross traffic warning", "横穿预警", "", r"cross traffic|rear traffic|横穿"),
    _known("pedestrian warning", "行人预警", "", r"pedestrian|行人"),
    _known("parking assistant", "泊车辅助", "", r"park(?!ing brake)|revers|bumper|泊车|倒车|雷达"),
)


def named(words: str) -> Assistant | None:
    """The assistant that `words`, in lower case, are about."""
    return next((each for each in ASSISTANTS if each.pattern.search(words)), None)
