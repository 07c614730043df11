"""What the recipe needs to know of a language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.speech.phones import PhoneSet

Pronunciation = tuple[str, ...]
SOUND = "#"
"""Begins the name of a sound: a word of one phone ("#AA"), of which a car's own names are built."""


@dataclass(frozen=True)
class Language:
    """Its phones, and every pronunciation of a word, the commonest first (never empty)."""

    code: str
    phones: PhoneSet
    pronunciations: Callable[[str], tuple[Pronunciation, ...]]

    @property
    def sounds(self) -> tuple[str, ...]:
        """A word for each phone but silence. No language model has them: `cabin_agent.hearing`
        writes names with them that nobody knew when the model was built."""
        return tuple(SOUND + phone for phone in self.phones.names[1:])

    def spoken(self, word: str) -> tuple[Pronunciation, ...]:
        """The pronunciations of a word or of a sound."""
        return ((word[1:],),) if word.startswith(SOUND) else self.pronunciations(word)


def english(contexts: bool = False) -> Language:
    """CMUdict phones and pronunciations; with ``contexts`` each phone by what came before it."""
    from training.speech import lexicon, phones

    found = phones.ENGLISH_AFTER if contexts else phones.ENGLISH
    return Language("en", found, lexicon.pronunciations)


def mandarin() -> Language:
    """Pinyin initials and finals."""
    from training.speech import phones
    from training.speech.mandarin import lexicon

    return Language("zh", phones.MANDARIN, lexicon.pronunciations)


LANGUAGES: dict[str, Callable[[], Language]] = {"en": english, "zh": mandarin}
