"""One car's ears: models are loaded when they are needed, and hear the car's own words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cabin_agent.errors import NotReady
from cabin_agent.hearing.car_ears import CarEars
from cabin_agent.hearing.models import SHIPPED
from cabin_agent.hearing.vocabulary.words import CarWords
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language
from simulator.clock import VirtualClock

STRANGE = "their hat two ate"
WORDS = {Language.ENGLISH: CarWords(phrases=(STRANGE,))}


def only_english(language: Language) -> Path:
    if language is not Language.ENGLISH:
        raise NotReady(f"no Vosk model for {language}", "install one")
    return SHIPPED / "vosk-en"


@pytest.fixture(scope="module")
def strange() -> Iterator[bytes]:
    voice = EspeakVoice()
    yield voice.speak(STRANGE, Language.ENGLISH).pcm
    voice.close()


async def test_words_are_heard_whether_they_come_before_or_after_the_model(strange: bytes) -> None:
    before, after = CarEars(only_english, VirtualClock()), CarEars(only_english, VirtualClock())
    before.listen_for(WORDS)
    after(Language.ENGLISH)
    after.listen_for(WORDS)
    heard = [(await ears(Language.ENGLISH).whole(strange)).text for ears in (before, after)]
    assert heard == [STRANGE, STRANGE]


async def test_without_the_words_it_is_something_else(strange: bytes) -> None:
    ears = CarEars(only_english, VirtualClock())
    assert (await ears(Language.ENGLISH).whole(strange)).text != STRANGE


def test_a_language_without_a_model_says_so() -> None:
    ears = CarEars(only_english, VirtualClock())
    with pytest.raises(NotReady, match="no Vosk model for zh"):
        ears(Language.MANDARIN)
