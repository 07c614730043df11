"""espeak-ng with vocal tracts drawn at random: many speakers of one engine.

A variant file (espeak-ng's docs/voices.md) moves and widens the formants and says how the voice
sounds. Such files lie in a folder of espeak-ng's data; ours has links to all else there.
"""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

KLATT = (1, 2, 3, 5)
"""Kinds of its other synthesiser; the fourth is a test voice's."""
NAME = "drawn"


class Tracts:
    """Writes variants into ``data`` below ``folder``, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.data = folder
        own = _data_folder()
        variants = folder / "espeak-ng-data" / "voices" / "!v"
        variants.mkdir(parents=True)
        self._file = variants / NAME
        for each in own.iterdir():
            if each.name != "voices":
                (folder / "espeak-ng-data" / each.name).symlink_to(each)

    def another(self, rng: random.Random) -> str:
        """Draw one; what follows the voice's name to speak with it."""
        self._file.write_text(variant(rng), encoding="utf-8")
        return f"+{NAME}"


def variant(rng: random.Random) -> str:
    """The lines of a variant file."""
    low = rng.uniform(65, 230)
    scale = rng.uniform(0.84, 1.28)
    lines = [
        "language variant",
        f"name {NAME}",
        f"pitch {low:.0f} {low * rng.uniform(1.15, 1.9):.0f}",
    ]
    lines += [f"formant {number} {_formant(rng, scale)}" for number in range(1, 9)]
    lines.append(f"voicing {rng.randint(70, 150)}")
    lines.append(f"consonants {rng.randint(70, 140)} {rng.randint(70, 130)}")
    lines.append(f"flutter {rng.randint(0, 12)}")
    if rng.random() < 0.25:
        lines.append(f"roughness {rng.randint(1, 5)}")
    if rng.random() < 0.25:
        lines.append(f"echo {rng.randint(20, 140)} {rng.randint(5, 18)}")
    if rng.random() < 0.2:
        lines.append(f"breath {' '.join(str(rng.randint(0, 40)) for _ in range(6))}")
    if rng.random() < 0.25:
        lines.append(f"klatt {rng.choice(KLATT)}")
    return "\n".join(lines) + "\n"


def _formant(rng: random.Random, scale: float) -> str:
    """Frequency, strength and width in percent of the voice's own."""
    return (
        f"{100 * scale * rng.uniform(0.94, 1.06):.0f} {rng.randint(55, 115)} {rng.randint(70, 150)}"
    )


def _data_folder() -> Path:
    told = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"Data at: (.*)", told.stdout)
    if found is None:
        raise RuntimeError(f"espeak-ng does not say where its data is: {told.stdout!r}")
    return Path(found[1].strip())
