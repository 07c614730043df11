"""What the skills know by name can be heard: contacts, and the phrases of skills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from cabin_agent.assistant import Assistant
from cabin_agent.config import Config
from cabin_agent.errors import BadRequest
from cabin_agent.hearing.stream import HearingStream
from cabin_agent.hearing.vocabulary.words import CarWords
from cabin_agent.sdk import registry
from cabin_agent.turn import Language, Zone
from simulator.clock import VirtualClock
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.policy import SafetyPolicy

ANNA = {"name": "Anna Nguyen", "number": "0151 1"}


@dataclass
class ListeningEars:
    told: list[Mapping[Language, CarWords]] = field(default_factory=list)

    def __call__(self, language: Language) -> HearingStream:
        raise NotImplementedError

    def listen_for(self, words: Mapping[Language, CarWords]) -> None:
        self.told.append(words)


@pytest.fixture
def ears() -> ListeningEars:
    return ListeningEars()


@pytest.fixture
def assistant(ears: ListeningEars) -> Assistant:
    clock = VirtualClock()
    bus = Broker(Catalogue.load(), SafetyPolicy(), clock)
    return Assistant(Config(), bus, clock, None, registry.load(), ears, None)  # type: ignore[arg-type]


async def test_the_phrases_of_the_skills_are_heard_from_the_first_tick(
    assistant: Assistant, ears: ListeningEars
) -> None:
    await assistant.tick()
    await assistant.tick()
    (words,) = ears.told
    assert "open the window" in words[Language.ENGLISH].phrases
    assert "打开车窗" in words[Language.MANDARIN].phrases


async def test_contacts_are_heard_by_their_whole_names_and_their_parts(
    assistant: Assistant, ears: ListeningEars
) -> None:
    await assistant.tick()
    await assistant.inform("contacts", {"contacts": [ANNA]})
    await assistant.tick()
    assert {"Anna Nguyen", "Anna", "Nguyen"} <= set(ears.told[-1][Language.ENGLISH].names)


async def test_more_names_than_can_be_heard_leave_the_words_as_they_were(
    assistant: Assistant, ears: ListeningEars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cabin_agent.hearing.vocabulary.words.MOST_NAMES", 2)
    await assistant.inform("contacts", {"contacts": [ANNA]})
    await assistant.tick()
    assert not ears.told


async def test_asking_for_the_names_is_the_platforms_own_topic(assistant: Assistant) -> None:
    with pytest.raises(BadRequest, match="no skill wants 'names'"):
        await assistant.inform("names", {})


async def test_what_is_on_a_screen_can_be_heard_while_it_is_there(
    assistant: Assistant, ears: ListeningEars
) -> None:
    seat = assistant.seat(
        client="test", session="", zone=Zone.DRIVER, language=Language.ENGLISH, audio=None,
        spoken=False,
    )  # fmt: skip
    async with assistant.open(seat, lambda event: None) as conversation:
        conversation.show(("Recently played",))
        await assistant.tick()
        assert "Recently played" in ears.told[-1][Language.ENGLISH].names
    await assistant.tick()
    assert "Recently played" not in ears.told[-1][Language.ENGLISH].names


async def test_the_places_of_the_map_and_the_titles_of_the_library_are_heard(
    assistant: Assistant, ears: ListeningEars
) -> None:
    await assistant.tick()
    munich = {"latitude": 48.1, "longitude": 11.5}
    await assistant.inform("places", {"favourites": {"Gustavia's": munich}})
    await assistant.tick()
    first, then = ears.told
    for language in Language:
        assert {"Marienplatz", "玛利亚广场", "Hank Overby", "静港"} <= set(first[language].names)
        assert set(then[language].names) - set(first[language].names) == {"Gustavia's"}
