"""How recognised words are written down: Mandarin has no spaces between them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BETWEEN_CHARACTERS = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


def written(words: Iterable[str]) -> str:
    """As in `open the window`, `打开空调`, `播放 spotify`."""
    return _BETWEEN_CHARACTERS.sub("", " ".join(words))
