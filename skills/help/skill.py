"""What one can say: answered for where one sits, and for what is on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, Text, Zone, intent

FILE = Path(__file__).with_name("hints.yaml")
SPEED = "Vehicle.Speed"
ACTION = "Vehicle.Cabin.Infotainment.Media.Action"
TRACK = "Vehicle.Cabin.Infotainment.Media.Played.Track"
DESTINATION = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet.Latitude"
PLUGGED = "Vehicle.Powertrain.TractionBattery.Charging.IsCharging"
RAIN = "Vehicle.Body.Raindetection.Intensity"
ROOM = 90  # characters, so that the whole reply stays below 120
TALK = ("help", "smalltalk")
_SUBJECTS = re.compile(
    r"what (else )?can you do|all|everything|features|functions|会什么|功能|能做什么|帮我做"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence worth trying. `where`: driver, rear or any; `when`: the moment it is for."""

    en: str
    zh: str
    where: str
    when: str


class Help(Skill):
    manifest = Manifest(
        name="help",
        version="1.1.0",
        summary_en="help",
        summary_zh="帮助",
        reads=(SPEED, ACTION, TRACK, DESTINATION, PLUGGED, RAIN),
    )

    @intent(
        domain="smalltalk",
        en=(
            "what can you do",
            "what can i say",
            "help",
            "how can you help me",
            "give me an example",
        ),
        zh=("你会什么", "我可以说什么", "你能帮我做什么", "有哪些功能", "我该怎么说"),
    )
    async def capabilities(self, cabin: Cabin, query: Text | None = None) -> Said:
        if query is None and cabin.words and not _SUBJECTS.search(cabin.words):
            return await _hints(cabin)
        return _subjects(cabin)


async def _hints(cabin: Cabin) -> Said:
    """Three sentences: those for what is on first."""
    moments = await _moments(cabin)
    fits = [hint for hint in _table() if hint.when in moments and _is_for(hint, cabin.speaker)]
    fits.sort(key=lambda hint: moments.index(hint.when))
    en = _fitting([f'"{hint.en}"' for hint in fits], ", ", ROOM)
    zh = _fitting([f"“{hint.zh}”" for hint in fits], "、", ROOM // 2)
    return cabin.say(f"Try {en}.", f"您可以说{zh}")


async def _moments(cabin: Cabin) -> list[str]:
    """What is going on, the most telling first."""
    now = []
    if await cabin.get(DESTINATION) is not None:
        now.append("navigating")
    if await cabin.get(ACTION) in ("PLAY", "SKIP_FORWARD", "SKIP_BACKWARD"):
        now.append("playing")
    if await cabin.get(PLUGGED):
        now.append("charging")
    if float(await cabin.get(RAIN) or 0) > 0:
        now.append("raining")
    speed = await cabin.get(SPEED)
    now.append("moving" if speed is None or float(speed) > 0 else "parked")
    return [*now, "always"]


def _is_for(hint: Hint, speaker: Zone) -> bool:
    if hint.where == "driver":
        return speaker is Zone.DRIVER
    if hint.where == "rear":
        return speaker in (Zone.REAR_LEFT, Zone.REAR_RIGHT)
    return True


def _subjects(cabin: Cabin) -> Said:
    """Those that move something first, as many as a short reply holds."""
    known = [skill for skill in cabin.skills if skill.name not in TALK]
    known.sort(key=lambda skill: not skill.actuates)
    en = _fitting([skill.summary_en for skill in known], ", ", ROOM, len(known))
    zh = _fitting([skill.summary_zh for skill in known], "、", ROOM // 2, len(known))
    return cabin.say(f"I look after {en} and more.", f"我可以控制{zh}等")


def _fitting(items: list[str], joint: str, room: int, most: int = 3) -> str:
    shown: list[str] = []
    for item in items[:most]:
        if shown and len(joint.join([*shown, item])) > room:
            break
        shown.append(item)
    return joint.join(shown)


@cache
def _table() -> tuple[Hint, ...]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Hint(row["en"], row["zh"], row.get("for", "any"), row["when"]) for row in rows)
