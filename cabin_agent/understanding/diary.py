"""The last turns of all seats: what was said, and the moment it was said at."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from cabin_agent.seeing.eyes import NO_VIEWS, Views
from cabin_agent.understanding.moment import Moment

KEPT = 128


@dataclass(frozen=True, slots=True)
class Said:
    """`views`: the pictures behind what was seen at the moment."""

    text: str
    moment: Moment
    views: Views = NO_VIEWS


class Diary:
    """Keeps the last `KEPT` turns in memory; nothing is written down."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, Said] = OrderedDict()

    def keep(self, turn: str, said: Said) -> None:
        self._said[turn] = said
        while len(self._said) > KEPT:
            self._said.popitem(last=False)

    def find(self, turn: str) -> Said | None:
        return self._said.get(turn)
