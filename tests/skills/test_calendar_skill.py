"""The calendar skill: what is meant by a time, that it rings, and that it survives a restart."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from cabin_agent.sdk.storage import Home
from cabin_agent.sdk.testing import NOON, TestCar
from cabin_agent.turn import Consent, Language, Status
from skills.calendar.entries import when

NOW = datetime(2026, 3, 14, 12, 5)  # a Saturday


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ten minutes", datetime(2026, 3, 14, 12, 15)),
        ("an hour and a half", datetime(2026, 3, 14, 13, 35)),
        ("at five", datetime(2026, 3, 14, 17, 0)),
        ("half past seven in the morning", datetime(2026, 3, 15, 7, 30)),
        ("tomorrow at eight", datetime(2026, 3, 15, 8, 0)),
        ("tomorrow eight pm", datetime(2026, 3, 15, 20, 0)),
        ("monday", datetime(2026, 3, 16, 9, 0)),
        ("next tuesday three pm", datetime(2026, 3, 17, 15, 0)),
        ("十分钟", datetime(2026, 3, 14, 12, 15)),
        ("明天 早上七点", datetime(2026, 3, 15, 7, 0)),
        ("下午三点半", datetime(2026, 3, 14, 15, 30)),
        ("下周三", datetime(2026, 3, 18, 9, 0)),
    ],
)
def test_when(words: str, expected: datetime) -> None:
    assert when(words, NOW) == expected


def test_no_time() -> None:
    assert when("soon", NOW) is None


async def test_a_timer_rings_once() -> None:
    car = await TestCar.parked()
    made = await car.ask("calendar.create", words="set a timer for ten minutes", time="ten minutes")
    assert made.said == "Timer set for 10 minutes."
    assert await car.wait(599) == ()
    (rung,) = await car.wait(2)
    assert rung.said == "The timer is up."
    assert [event.name for event in rung.events] == ["calendar.ring"]
    assert await car.wait(3600) == ()


async def test_a_reminder_survives_a_restart(tmp_path: Path) -> None:
    before = await TestCar.parked(home=Home(tmp_path))
    made = await before.ask(
        "calendar.create", words="remind me to call mum at five", time="five", text="call mum"
    )
    assert made.said == "Reminder today at 17:00: call mum."
    after = await TestCar.parked(home=Home(tmp_path))
    (rung,) = await after.wait(6 * 3600)
    assert rung.said == "Reminder: call mum."


async def test_what_is_planned() -> None:
    car = await TestCar.parked()
    assert (await car.ask("calendar.query", words="what is planned")).said == "Nothing is planned."
    await car.inform("calendar", {"events": [{"at": "2026-03-15T10:00", "what": "Dentist"}, {}]})
    planned = await car.ask("calendar.query", words="what is planned", time="tomorrow")
    assert planned.said == "Dentist tomorrow at 10:00."
    mandarin = await car.ask("calendar.query", language=Language.MANDARIN, words="有什么安排")
    assert mandarin.said == "明天十点整Dentist"


async def test_how_long_the_timer_has_left() -> None:
    car = await TestCar.parked()
    await car.ask("calendar.create", words="timer", time="ten minutes")
    await car.wait(90)
    left = await car.ask("calendar.query", words="how long is left on the timer")
    assert left.said == "8 minutes 30 seconds left."


async def test_cancelling_several_wants_a_yes() -> None:
    car = await TestCar.parked()
    for time in ("five", "six"):
        await car.ask("calendar.create", words="set an alarm", time=time)
    asked = await car.ask("calendar.cancel", words="cancel the alarms")
    assert asked.outcome.status is Status.NEEDS_CONFIRMATION
    one = await car.ask("calendar.cancel", words="cancel the alarm at six", time="six")
    assert one.said == "The alarm is cancelled."
    await car.ask("calendar.cancel", consent=Consent.SKILL, words="cancel the alarms")
    assert await car.wait(24 * 3600) == ()


async def test_a_time_that_makes_no_sense_is_asked_for_again() -> None:
    car = await TestCar.parked()
    result = await car.ask("calendar.create", words="remind me", time="whenever")
    assert result.outcome.asked is not None
    assert result.outcome.asked.slot == "time"


def test_the_kits_noon_is_the_noon_of_these_tests() -> None:
    assert NOON == NOW
