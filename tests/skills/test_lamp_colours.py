"""Light blue, or a light that is blue."""

from __future__ import annotations

import pytest

from cabin_agent.understanding.entities import colour
from skills.lights.colours import of_the_lamp


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("make the ambient light blue", "blue"),
        ("mood light green please", "green"),
        ("make the ambient light light blue", "light blue"),
        ("set the lighting to light blue", "light blue"),
    ],
)
def test_the_light_is_the_lamps_unless_it_is_said_twice(words: str, meant: str) -> None:
    shade = colour("light blue" if "blue" in words else "light green")
    assert shade is not None
    assert of_the_lamp(shade, words).en == meant
