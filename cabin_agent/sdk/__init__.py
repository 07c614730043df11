"""What a skill author imports: `from cabin_agent.sdk import Skill, Manifest, intent, ...`."""

from cabin_agent.sdk.contract import (
    Cabin,
    CannotDo,
    ClockTime,
    Colour,
    Date,
    Duration,
    Level,
    Manifest,
    NotDeclared,
    Number,
    Option,
    Percent,
    Person,
    Place,
    Said,
    Skill,
    Temperature,
    Text,
    Volume,
    intent,
)
from cabin_agent.sdk.signals import ensure, moved, number, switch
from cabin_agent.sdk.steps import Steps
from cabin_agent.sdk.words import characters, characters_percent, figures
from cabin_agent.turn import Degree, Language
from vehicle_bus.values import Zone

__all__ = [
    "Cabin",
    "CannotDo",
    "ClockTime",
    "Colour",
    "Date",
    "Degree",
    "Duration",
    "Language",
    "Level",
    "Manifest",
    "NotDeclared",
    "Number",
    "Option",
    "Percent",
    "Person",
    "Place",
    "Said",
    "Skill",
    "Steps",
    "Temperature",
    "Text",
    "Volume",
    "Zone",
    "characters",
    "characters_percent",
    "ensure",
    "figures",
    "intent",
    "moved",
    "number",
    "switch",
]
