"""Running a step: whatever a skill or the bus does, the answer is an outcome."""

from __future__ import annotations

import time

import pytest
from probe_skill import WriteSkill

from cabin_agent.sdk import Degree, Language, Zone
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Consent, Status

AC = "Vehicle.Cabin.HVAC.IsAirConditioningActive"
RECIRCULATION = "Vehicle.Cabin.HVAC.IsRecirculationActive"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
DRIVER_WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
DRIVER_TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"

BODY = f"""
kept = None

@say("on")
async def on(self, cabin):
    await cabin.actuate({{"{AC}": True}})
    cabin.event("probe.done", {{"a": 1}})
    return cabin.say("On.", "开了")

@say("set")
async def set(self, cabin, value: Temperature):
    await cabin.actuate({{"{DRIVER_TEMPERATURE}": value}})
    return cabin.say("Set.", "好了")

@say("trunk")
async def trunk(self, cabin):
    await cabin.actuate({{"{AC}": True}})
    await cabin.actuate({{"{TRUNK}": True}})
    return cabin.say("Open.", "开了")

@say("close")
async def close(self, cabin):
    await cabin.actuate({{"{DRIVER_WINDOW}": 0}})
    return cabin.say("Closed.", "关了")

@say("raises")
async def raises(self, cabin):
    await cabin.actuate({{"{AC}": True}})
    cabin.event("probe.never", {{}})
    raise RuntimeError("boom")

@say("cannot")
async def cannot(self, cabin):
    raise CannotDo("Not today.", "今天不行")

@say("hangs")
async def hangs(self, cabin):
    import asyncio
    Probe.kept = cabin
    await asyncio.sleep(60)

@say("stubborn")
async def stubborn(self, cabin):
    import asyncio
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(60)

@say("late")
async def late(self, cabin):
    await Probe.kept.actuate({{"{AC}": True}})

@say("nonsense")
async def nonsense(self, cabin):
    return "hello"

@say("reads")
async def reads(self, cabin):
    await cabin.get("Vehicle.Speed")

@say("writes")
async def writes(self, cabin):
    await cabin.actuate({{"Vehicle.Body.Horn.IsActive": True}})

@say("impossible")
async def impossible(self, cabin):
    await cabin.actuate({{"{DRIVER_TEMPERATURE}": 99.0}})

@say("asks")
async def asks(self, cabin):
    return cabin.ask("Which?", "哪个？")

@say("seat")
async def seat(self, cabin):
    cabin.paths(cabin.zones[0])
    return cabin.say("Here.", "这里")

@say("flip")
async def flip(self, cabin):
    await cabin.actuate({{"{RECIRCULATION}": True}}, undo={{"{RECIRCULATION}": True}})
    return cabin.say("Flipped.", "好了")
"""


@pytest.fixture
async def car(write_skill: WriteSkill) -> TestCar:
    folder = write_skill(BODY)
    car = await TestCar.parked(folders=[folder], deadline_s=0.1, auto_reverse=False)
    assert car.runner.registry.problems == ()
    await car.set({AC: False, DRIVER_TEMPERATURE: 21.0, DRIVER_WINDOW: 40, TRUNK: False})
    return car


async def test_a_step_changes_signals_and_records_them(car: TestCar) -> None:
    result = await car.ask("probe.on")
    outcome = result.outcome
    assert outcome.status is Status.DONE
    assert result.said == "On."
    (change,) = outcome.changes
    assert (change.path, change.before, change.after) == (AC, False, True)
    assert await car.get(AC) is True
    assert [event.name for event in result.events] == ["probe.done"]
    assert outcome.verdicts[0].decision == "allow"


async def test_the_reply_is_in_the_speakers_language(car: TestCar) -> None:
    assert (await car.ask("probe.on", language=Language.MANDARIN)).said == "开了"


async def test_a_missing_value_is_asked_for(car: TestCar) -> None:
    result = await car.ask("probe.set")
    assert result.outcome.asks
    assert result.outcome.status is Status.FAILED
    assert "temperature" in result.said
    assert not result.signals
    again = await car.ask("probe.set", language=Language.MANDARIN, value="九十九")
    assert "多少度" in again.said


async def test_an_unknown_intent_fails_politely(car: TestCar) -> None:
    result = await car.ask("probe.fly")
    assert result.outcome.status is Status.FAILED
    assert "can't do that" in result.said
    assert "probe.fly" in result.outcome.error


async def test_a_refusal_tells_the_policys_reason_and_changes_nothing(car: TestCar) -> None:
    await car.set({"Vehicle.Speed": 60.0, "Vehicle.Powertrain.Transmission.SelectedGear": 127})
    result = await car.ask("probe.trunk")
    outcome = result.outcome
    assert outcome.status is Status.REFUSED
    assert outcome.verdicts[-1].rule == "openings_only_in_park"
    assert result.said == outcome.verdicts[-1].reason_en
    assert not outcome.changes
    assert await car.get(AC) is False, "the first half was put back"
    assert await car.get(TRUNK) is False


async def test_a_confirmation_is_asked_for_and_then_goes_through(car: TestCar) -> None:
    first = await car.ask("probe.close")
    assert first.outcome.status is Status.NEEDS_CONFIRMATION
    assert first.outcome.asks
    assert "clear" in first.said
    assert await car.get(DRIVER_WINDOW) == 40
    second = await car.ask("probe.close", consent=Consent.POLICY)
    assert second.outcome.status is Status.DONE
    assert await car.get(DRIVER_WINDOW) == 0


async def test_a_skill_that_raises_is_put_back_and_apologised_for(car: TestCar) -> None:
    result = await car.ask("probe.raises")
    assert result.outcome.status is Status.FAILED
    assert result.said == "Sorry, the probe did not work."
    assert result.outcome.error == "RuntimeError: boom"
    assert await car.get(AC) is False
    assert not result.outcome.changes
    assert not result.events
    assert (await car.ask("probe.on")).outcome.status is Status.DONE, "the service goes on"


async def test_a_skill_may_say_why_not(car: TestCar) -> None:
    result = await car.ask("probe.cannot")
    assert result.outcome.status is Status.FAILED
    assert result.said == "Not today."
    assert result.outcome.error == ""


@pytest.mark.parametrize("intent", ["probe.hangs", "probe.stubborn"])
async def test_a_skill_that_hangs_is_left_behind(car: TestCar, intent: str) -> None:
    started = time.monotonic()
    result = await car.ask(intent)
    assert time.monotonic() - started < 1.0
    assert result.outcome.status is Status.FAILED
    assert "did not answer in time" in result.said
    assert (await car.ask("probe.on")).outcome.status is Status.DONE


async def test_a_call_that_is_over_changes_nothing_more(car: TestCar) -> None:
    await car.ask("probe.hangs")
    result = await car.ask("probe.late")
    assert "CallIsOver" in result.outcome.error
    assert await car.get(AC) is False


async def test_a_skill_that_returns_nonsense_is_told(car: TestCar) -> None:
    result = await car.ask("probe.nonsense")
    assert result.outcome.status is Status.FAILED
    assert "probe.nonsense returned 'hello'" in result.outcome.error


@pytest.mark.parametrize("intent", ["probe.reads", "probe.writes"])
async def test_nothing_beyond_the_manifest(car: TestCar, intent: str) -> None:
    result = await car.ask(intent)
    assert result.outcome.status is Status.FAILED
    assert "NotDeclared" in result.outcome.error
    assert "manifest does not declare" in result.outcome.error


async def test_a_value_the_car_does_not_take_fails(car: TestCar) -> None:
    result = await car.ask("probe.impossible")
    assert result.outcome.status is Status.FAILED
    assert DRIVER_TEMPERATURE in result.outcome.error


async def test_a_question_of_a_skill_is_no_success(car: TestCar) -> None:
    result = await car.ask("probe.asks")
    assert result.outcome.asks
    assert result.outcome.status is Status.FAILED


async def test_an_unknown_seat_is_asked_for(car: TestCar) -> None:
    result = await car.ask("probe.seat", speaker=Zone.UNKNOWN)
    assert result.outcome.asks
    assert result.said == "Which seat do you mean?"


async def test_undo_writes_the_values_before(car: TestCar) -> None:
    on = await car.ask("probe.on")
    warm = await car.ask("probe.set", value="twenty four")
    assert await car.get(DRIVER_TEMPERATURE) == 24.0
    undone = await car.undo(on, warm)
    assert [outcome.status for outcome in undone] == [Status.DONE, Status.DONE]
    assert [outcome.changes[0].path for outcome in undone] == [DRIVER_TEMPERATURE, AC]
    assert await car.get(AC) is False
    assert await car.get(DRIVER_TEMPERATURE) == 21.0


async def test_undo_goes_through_the_policy(car: TestCar) -> None:
    opened = await car.ask("probe.trunk")
    assert await car.get(TRUNK) is True
    await car.set({TRUNK: False, AC: False})
    closing = await car.ask("probe.close", consent=Consent.POLICY)
    assert closing.outcome.changes[0].before == 40
    refused = await car.undo(opened, speaker=Zone.PASSENGER)
    assert refused[0].status is Status.REFUSED


async def test_a_momentary_command_is_undone_by_what_the_skill_names(car: TestCar) -> None:
    await car.set({RECIRCULATION: False})
    flipped = await car.ask("probe.flip")
    (undone,) = await car.undo(flipped)
    assert undone.changes[0].after is True


async def test_undo_of_an_unknown_value_says_so(car: TestCar) -> None:
    done = await car.ask("probe.on", degree=Degree.NONE)
    forgotten = done.outcome.changes[0].__class__(AC, None, True, 0.0)
    outcome = done.outcome.__class__(done.outcome.step, Status.DONE, (forgotten,))
    (undone,) = await car.runner.undo([outcome], Zone.DRIVER, Language.ENGLISH)
    assert undone.status is Status.FAILED
    assert undone.said == "That can't be undone."


async def test_what_may_be_done_early_is_known(car: TestCar) -> None:
    assert "probe.on" in car.runner.reversible
    assert "probe.fly" not in car.runner.reversible
