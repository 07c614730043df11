"""The phone set: silence plus the 39 CMUdict phones, stress removed.

An acoustic class ("pdf" in Kaldi) exists for the first frame of each phone and for the rest of it:
phone ``p`` (1-based) enters through class ``2(p-1)`` and stays in class ``2(p-1)+1``.

The recognition graph also tells where in a word a phone stands, so that Vosk knows word
boundaries; those position-dependent phones share the classes of their plain phone.
"""

from __future__ import annotations

PHONES: tuple[str, ...] = tuple(
    "SIL AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH "
    "UW V W Y Z ZH".split()
)
PHONE_ID: dict[str, int] = {phone: index + 1 for index, phone in enumerate(PHONES)}
NUM_PHONES = len(PHONES)
NUM_CLASSES = 2 * NUM_PHONES
SILENCE = PHONE_ID["SIL"]

POSITIONS: tuple[str, ...] = ("begin", "internal", "end", "singleton")
NUM_POSITION_PHONES = 1 + len(POSITIONS) * (NUM_PHONES - 1)


def entry_class(phone: int) -> int:
    """Class of the first frame of 1-based phone ``phone``."""
    return 2 * (phone - 1)


def loop_class(phone: int) -> int:
    """Class of every later frame of 1-based phone ``phone``."""
    return 2 * (phone - 1) + 1


def position_phone(phone: int, position: str) -> int:
    """Position-dependent phone id (1-based); silence is 1 and has no position."""
    if phone == SILENCE:
        return 1
    return 2 + POSITIONS.index(position) * (NUM_PHONES - 1) + (phone - 2)


def plain_phone(position_id: int) -> int:
    """The plain phone of a position-dependent one."""
    return 1 if position_id == 1 else 2 + (position_id - 2) % (NUM_PHONES - 1)
