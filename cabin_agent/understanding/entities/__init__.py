"""Spoken words -> values, English and Mandarin. Every function gives None for what it can't read.

The words are a slot of a sentence as the recogniser prints it ("twenty two and a half degrees",
"二十六度半"); typed digits are understood too. The language is seen from the script, so mixed
speech needs no care.
"""

from cabin_agent.understanding.entities.amounts import (
    CRACK_PERCENT,
    degree,
    level,
    percent,
    temperature,
)
from cabin_agent.understanding.entities.clocks import ClockTime, clock_time
from cabin_agent.understanding.entities.colours import Colour, colour
from cabin_agent.understanding.entities.days import day
from cabin_agent.understanding.entities.durations import duration
from cabin_agent.understanding.entities.numbers import number

__all__ = [
    "CRACK_PERCENT",
    "ClockTime",
    "Colour",
    "clock_time",
    "colour",
    "day",
    "degree",
    "duration",
    "level",
    "number",
    "percent",
    "temperature",
]
