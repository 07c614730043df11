"""What the recipe needs to know of a language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.speech.phones import PhoneSet

Pronunciation = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """Its phones, and every pronunciation of a word, the commonest first (never empty)."""

    code: str
    phones: PhoneSet
    pronunciations: Callable[[str], tuple[Pronunciation, ...]]


def english() -> Language:
    """CMUdict phones and pronunciations."""
    from training.speech import lexicon, phones

    return Language("en", phones.ENGLISH, lexicon.pronunciations)


def mandarin() -> Language:
    """Pinyin initials and finals."""
    from training.speech import phones
    from training.speech.mandarin import lexicon

    return Language("zh", phones.MANDARIN, lexicon.pronunciations)


LANGUAGES: dict[str, Callable[[], Language]] = {"en": english, "zh": mandarin}
