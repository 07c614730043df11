"""Reply text cut where a speaker would breathe."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?;:])\s+|(?<=[。！？；])|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of `text`, each with its mark; "21.5" stays whole. Without words, none."""
    parts = (part.strip() for part in _END.split(text))
    return [part for part in parts if any(character.isalnum() for character in part)]
