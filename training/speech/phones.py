"""Phone sets: silence, which is always phone 1, and the sounds of a language.

An acoustic class ("pdf" in Kaldi) exists for the first frame of each phone and for the rest of it:
phone ``p`` (1-based) enters through class ``2(p-1)`` and stays in class ``2(p-1)+1``.

The recognition graph also tells where in a word a phone stands, so that Vosk knows word
boundaries; those position-dependent phones share the classes of their plain phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

SILENCE = 1
POSITIONS: tuple[str, ...] = ("begin", "internal", "end", "singleton")


def entry_class(phone: int) -> int:
    """Class of the first frame of 1-based phone ``phone``."""
    return 2 * (phone - 1)


def loop_class(phone: int) -> int:
    """Class of every later frame of 1-based phone ``phone``."""
    return 2 * (phone - 1) + 1


@dataclass(frozen=True)
class PhoneSet:
    """The phones of a language, silence first."""

    names: tuple[str, ...]

    @cached_property
    def ids(self) -> dict[str, int]:
        """1-based number of each phone."""
        return {name: index + 1 for index, name in enumerate(self.names)}

    @property
    def size(self) -> int:
        """How many phones there are, silence included."""
        return len(self.names)

    @property
    def classes(self) -> int:
        """How many acoustic classes there are."""
        return 2 * self.size

    @property
    def positioned(self) -> int:
        """How many position-dependent phones there are."""
        return 1 + len(POSITIONS) * (self.size - 1)

    def position_phone(self, phone: int, position: str) -> int:
        """Position-dependent phone id (1-based); silence is 1 and has no position."""
        if phone == SILENCE:
            return SILENCE
        return 2 + POSITIONS.index(position) * (self.size - 1) + (phone - 2)

    def plain_phone(self, position_id: int) -> int:
        """The plain phone of a position-dependent one."""
        return SILENCE if position_id == SILENCE else 2 + (position_id - 2) % (self.size - 1)


ENGLISH = PhoneSet(
    tuple(
        "SIL AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH "
        "UH UW V W Y Z ZH".split()
    )
)
"""CMUdict's 39 phones, stress removed."""

INITIALS = tuple("b p m f d t n l g k h j q x zh ch sh r z c s".split())
FINALS = tuple(
    "a ai an ang ao e ei en eng er i ii iii ia ian iang iao ie in ing iong iou o ong ou u ua uai "
    "uan uang uei uen ueng uo v van ve vn".split()
)
MANDARIN = PhoneSet(("SIL", *INITIALS, *FINALS))
"""Pinyin initials and finals without tones; ``ii`` follows z, c, s and ``iii`` zh, ch, sh, r."""
