"""Whose word "light" is: the lamp's or the colour's."""

from __future__ import annotations

import re

from cabin_agent.sdk import Colour
from cabin_agent.understanding.entities import colour as named

_SHADE = "light "
_LAMP = r"\b(ambient|mood|interior|cabin|footwell|inside)\s+"


def of_the_lamp(chosen: Colour, words: str) -> Colour:
    """In "the ambient light blue" the light is the lamp and the colour blue; in "the ambient light
    light blue" it is both."""
    if not chosen.en.startswith(_SHADE) or not re.search(_LAMP + re.escape(chosen.en), words):
        return chosen
    return named(chosen.en.removeprefix(_SHADE)) or chosen
