"""How recognised words are written down: Mandarin has no spaces between them, English one spelling.

What sounds alike no recogniser can tell apart, so `tire` and `tyre` would come at random. The
British one is written, as in the phrases that the understanding model learns from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_BETWEEN_CHARACTERS = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_BRITISH = {
    "behavior": "behaviour",
    "canceled": "cancelled",
    "center": "centre",
    "centers": "centres",
    "color": "colour",
    "colors": "colours",
    "cozy": "cosy",
    "curb": "kerb",
    "customize": "customise",
    "favorite": "favourite",
    "favorites": "favourites",
    "harbor": "harbour",
    "humor": "humour",
    "kilometers": "kilometres",
    "license": "licence",
    "maximize": "maximise",
    "minimize": "minimise",
    "neighbor": "neighbour",
    "neighborhood": "neighbourhood",
    "neighbors": "neighbours",
    "ok": "okay",
    "optimize": "optimise",
    "organize": "organise",
    "pajamas": "pyjamas",
    "realize": "realise",
    "recognize": "recognise",
    "theater": "theatre",
    "tire": "tyre",
    "tires": "tyres",
    "traveling": "travelling",
}
"""Only what is read the same and means nothing else in a car (no `meter`, `program`, `check`)."""


def written(words: Iterable[str]) -> str:
    """As in `open the window`, `打开空调`, `播放 spotify`, `the tyre pressure`."""
    return _BETWEEN_CHARACTERS.sub("", " ".join(_BRITISH.get(word, word) for word in words))
