"""Phone sets: silence, which is always phone 1, and the sounds of a language.

An acoustic class ("pdf" in Kaldi) exists for the first frame of each phone and for the rest of it.
Where a phone set says what its phones leave behind (``after``), each phone but silence has such a
pair of classes for every group of phones that may come before it: how a sound begins depends on
where the tongue and the lips were ("left biphones", Povey et al. 2016).

The recognition graph also tells where in a word a phone stands, so that Vosk knows word
boundaries; those position-dependent phones share the classes of their plain phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

SILENCE = 1
POSITIONS: tuple[str, ...] = ("begin", "internal", "end", "singleton")


@dataclass(frozen=True)
class PhoneSet:
    """The phones of a language, silence first.

    ``after`` are groups of phones that leave lips and tongue alike, written as names with spaces;
    empty: what came before does not matter.
    """

    names: tuple[str, ...]
    after: tuple[str, ...] = ()

    @cached_property
    def ids(self) -> dict[str, int]:
        """1-based number of each phone."""
        return {name: index + 1 for index, name in enumerate(self.names)}

    @property
    def size(self) -> int:
        """How many phones there are, silence included."""
        return len(self.names)

    @property
    def contexts(self) -> int:
        """How many kinds of phones may come before one."""
        return max(1, len(self.after))

    @cached_property
    def context(self) -> tuple[int, ...]:
        """What phone ``p`` is to the phone after it, at place ``p - 1``."""
        if not self.after:
            return (0,) * self.size
        groups = {name: number for number, group in enumerate(self.after) for name in group.split()}
        return tuple(groups[name] for name in self.names)

    def unit(self, phone: int, context: int = 0) -> int:
        """Number of 1-based ``phone`` after a phone of ``context``; silence is the same after all.

        Unit ``u`` is entered through class ``2u`` and stays in class ``2u + 1``.
        """
        return 0 if phone == SILENCE else 1 + (phone - 2) * self.contexts + context

    @property
    def units(self) -> int:
        """How many units there are."""
        return 1 + (self.size - 1) * self.contexts

    @cached_property
    def phone_of_unit(self) -> tuple[int, ...]:
        """The 1-based phone of each unit."""
        return (SILENCE, *(2 + u // self.contexts for u in range(self.units - 1)))

    @cached_property
    def context_of_unit(self) -> tuple[int, ...]:
        """What comes before each unit; silence's is of no consequence."""
        return (0, *(u % self.contexts for u in range(self.units - 1)))

    @property
    def classes(self) -> int:
        """How many acoustic classes there are."""
        return 2 * self.units

    @property
    def positioned(self) -> int:
        """How many position-dependent phones there are."""
        return 1 + len(POSITIONS) * (self.size - 1)

    def position_phone(self, phone: int, position: str) -> int:
        """Position-dependent phone id (1-based); silence is 1 and has no position."""
        if phone == SILENCE:
            return SILENCE
        return 2 + POSITIONS.index(position) * (self.size - 1) + (phone - 2)

    def units_of(self, position_id: int) -> list[int]:
        """The units of a position-dependent phone, one for each context."""
        plain = self.plain_phone(position_id)
        contexts = 1 if plain == SILENCE else self.contexts
        return [self.unit(plain, context) for context in range(contexts)]

    def transition_state(self, position_id: int, context: int) -> int:
        """1-based number of a position-dependent phone in a context, as Kaldi numbers them."""
        return 1 + self.unit(position_id, context)

    @property
    def transition_states(self) -> int:
        """How many of those there are."""
        return 1 + (self.positioned - 1) * self.contexts

    def plain_phone(self, position_id: int) -> int:
        """The plain phone of a position-dependent one."""
        return SILENCE if position_id == SILENCE else 2 + (position_id - 2) % (self.size - 1)


AFTER_ENGLISH = (
    "SIL",
    "B P M F V W",
    "D T N L S Z TH DH",
    "CH JH SH ZH Y",
    "G K NG",
    "R ER HH",
    "IY IH EY AY OY",
    "UW UH OW AW",
    "AA AE AH AO EH",
)
"""Lips, tongue tip, hard palate, soft palate, r; vowels that end high in front, at the back, open.
"""

ENGLISH = PhoneSet(
    tuple(
        "SIL AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH "
        "UH UW V W Y Z ZH".split()
    )
)
"""CMUdict's 39 phones, stress removed."""

ENGLISH_AFTER = PhoneSet(ENGLISH.names, AFTER_ENGLISH)
"""The same, told apart by what came before: 352 units in place of 40."""

INITIALS = tuple("b p m f d t n l g k h j q x zh ch sh r z c s".split())
FINALS = tuple(
    "a ai an ang ao e ei en eng er i ii iii ia ian iang iao ie in ing iong iou o ong ou u ua uai "
    "uan uang uei uen ueng uo v van ve vn".split()
)
MANDARIN = PhoneSet(("SIL", *INITIALS, *FINALS))
"""Pinyin initials and finals without tones; ``ii`` follows z, c, s and ``iii`` zh, ch, sh, r."""
