"""The phone skill: who is meant, and that nobody is called by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Consent, Language, Status

BOOK = {
    "contacts": [
        {"name": "Anna Maier", "number": "111", "label": "mobile"},
        {"name": "Anna Schmidt", "number": "222", "label": "mobile"},
        {"name": "Hans Vogel", "number": "333", "label": "work"},
        {"name": "Hans Vogel", "number": "334", "label": "mobile"},
        {"name": "Catherine Roux", "number": "444"},
        {"name": "王小明", "number": "555"},
        {"name": "no number"},
        "nonsense",
    ]
}


async def with_book() -> TestCar:
    car = await TestCar.parked()
    await car.inform("contacts", BOOK)
    return car


@pytest.mark.parametrize(
    ("person", "number"),
    [("catherine roux", "444"), ("catherin", "444"), ("王晓明", "555"), ("anna meyer", "111")],
)
async def test_a_name_is_found_by_its_sound(person: str, number: str) -> None:
    car = await with_book()
    result = await car.ask("phone.call", person=person)
    assert [(e.name, e.payload["number"]) for e in result.events] == [("phone.call", number)]


async def test_two_people_of_one_name_are_a_choice() -> None:
    car = await with_book()
    result = await car.ask("phone.call", person="anna")
    assert result.events == ()
    assert result.outcome.asked is not None
    assert result.outcome.asked.options == ("Anna Maier", "Anna Schmidt")
    chosen = await car.ask("phone.call", person="Anna Schmidt")
    assert chosen.events[0].payload == {"name": "Anna Schmidt", "number": "222"}


async def test_two_numbers_of_one_person_are_told_apart_by_label() -> None:
    car = await with_book()
    result = await car.ask("phone.call", person="hans vogel")
    assert result.outcome.asked is not None
    assert result.outcome.asked.options == ("Hans Vogel work", "Hans Vogel mobile")
    chosen = await car.ask("phone.call", person="Hans Vogel mobile")
    assert chosen.events[0].payload["number"] == "334"


async def test_a_doubtful_name_wants_a_yes() -> None:
    car = await with_book()
    asked = await car.ask("phone.call", person="kathrine rue")
    assert asked.outcome.status is Status.NEEDS_CONFIRMATION
    assert asked.said == "Call Catherine Roux?"
    agreed = await car.ask("phone.call", consent=Consent.SKILL, person="kathrine rue")
    assert agreed.events[0].payload["number"] == "444"


async def test_somebody_unknown_is_not_called() -> None:
    car = await with_book()
    result = await car.ask("phone.call", person="zebulon")
    assert result.events == ()
    assert result.outcome.asked is not None
    assert result.outcome.asked.slot == "person"


@pytest.mark.parametrize(
    ("words", "language", "number"),
    [
        ("call an ambulance", Language.ENGLISH, "112"),
        ("叫救护车", Language.MANDARIN, "120"),
        ("报警", Language.MANDARIN, "110"),
    ],
)
async def test_emergency_services(words: str, language: Language, number: str) -> None:
    car = await TestCar.parked()
    result = await car.ask("phone.call", words=words, language=language)
    assert result.events[0].payload["number"] == number


async def test_an_ambulance_is_no_person() -> None:
    car = await TestCar.parked()
    result = await car.ask("phone.call", words="call an ambulance", person="an ambulance")
    assert result.events[0].payload["number"] == "112"


async def test_a_number_digit_by_digit() -> None:
    car = await TestCar.parked()
    result = await car.ask("phone.call", value="oh one five double two")
    assert result.events[0].payload["number"] == "01522"


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("answer the call", "phone.answer"),
        ("don't answer that", "phone.reject"),
        ("hang up please", "phone.hang_up"),
        ("拒接", "phone.reject"),
        ("where is my phone", "phone.find"),
    ],
)
async def test_what_to_do_with_a_call(words: str, event: str) -> None:
    car = await TestCar.parked()
    result = await car.ask("phone.control", words=words)
    assert [e.name for e in result.events] == [event]


async def test_pairing_only_while_parked() -> None:
    moving = await TestCar.parked(signals={"Vehicle.Speed": 50.0})
    result = await moving.ask("phone.control", words="pair my phone")
    assert result.events == ()
    assert result.said == "Pairing works only while parked."
    still = await TestCar.parked()
    assert (await still.ask("phone.control", words="pair my phone")).events[0].name == "phone.pair"


async def test_a_call_that_comes_in_is_a_suggestion() -> None:
    car = await with_book()
    (told,) = await car.inform("call", {"state": "ringing", "name": "Anna Maier"})
    assert told.said == "Anna Maier is calling. Shall I answer?"
    assert told.outcome.step.action.intent == "phone.control"
    assert told.outcome.step.words == "answer the call"


async def test_missed_calls_and_redial() -> None:
    car = await with_book()
    await car.inform("call", {"state": "missed", "name": "Hans Vogel", "number": "333"})
    missed = await car.ask("phone.query", words="who called")
    assert missed.said == "1 missed call, the last from Hans Vogel."
    again = await car.ask("phone.control", words="call back")
    assert again.events[0].payload["number"] == "333"


@pytest.mark.parametrize("payload", [{}, {"contacts": "x"}, {"contacts": [1, None, {}]}])
async def test_a_broken_phone_book_is_an_empty_one(payload: dict[str, Any]) -> None:
    car = await TestCar.parked()
    await car.inform("contacts", payload)
    result = await car.ask("phone.call", person="anna")
    assert result.said == "No phone book yet: connect a phone first."
