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
    TooMuch,
    Volume,
    informed,
    intent,
    observe,
    scheduled,
)
from cabin_agent.sdk.names import Names, sound
from cabin_agent.sdk.signals import ensure, moved, number, switch
from cabin_agent.sdk.steps import Steps
from cabin_agent.sdk.words import characters, characters_percent, figures
from cabin_agent.turn import Degree, Language
from cabin_agent.understanding.entities import clock_time as spoken_clock
from cabin_agent.understanding.entities import day as spoken_day
from cabin_agent.understanding.entities import duration as spoken_duration
from cabin_agent.understanding.entities import number as spoken_number
from vehicle_bus.errors import NoProvider, Refused
from vehicle_bus.values import Scalar, Zone

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
    "Names",
    "NoProvider",
    "NotDeclared",
    "Number",
    "Option",
    "Percent",
    "Person",
    "Place",
    "Refused",
    "Said",
    "Scalar",
    "Skill",
    "Steps",
    "Temperature",
    "Text",
    "TooMuch",
    "Volume",
    "Zone",
    "characters",
    "characters_percent",
    "ensure",
    "figures",
    "informed",
    "intent",
    "moved",
    "number",
    "observe",
    "scheduled",
    "sound",
    "spoken_clock",
    "spoken_day",
    "spoken_duration",
    "spoken_number",
    "switch",
]
