"""Whether what was heard is only the assistant's own voice, back from the loudspeakers."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

ALIKE = 75.0
"""Of 100: our reply comes back with a word or two misheard."""

_NOT_SPOKEN = re.compile(r"[^\w\u3400-\u9fff]+")


def is_own(heard: str, said: str) -> bool:
    """Whether `heard` is a piece of the reply `said`."""
    spoken, reply = _bare(heard), _bare(said)
    if not spoken or not reply or len(spoken) > len(reply) * 1.3:
        return False
    return fuzz.partial_ratio(spoken, reply) >= ALIKE


def _bare(text: str) -> str:
    return _NOT_SPOKEN.sub(" ", text.lower()).strip()
