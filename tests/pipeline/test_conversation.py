"""One seat's path with scripted ears and a scripted model: when it acts, amends and asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

import pytest

from cabin_agent import events
from cabin_agent.acting.commitment import Patience
from cabin_agent.hearing import stream as hearing
from cabin_agent.hearing.floor import Floor
from cabin_agent.pipeline import Conversation, Organs
from cabin_agent.sdk import registry
from cabin_agent.sdk.run import Runner
from cabin_agent.turn import (
    Action,
    Degree,
    Hypothesis,
    Language,
    Reply,
    Route,
    Status,
    Target,
    Turn,
    Understanding,
    Zone,
)
from cabin_agent.understanding.moment import Moment
from simulator.clock import VirtualClock
from simulator.world import Vehicle
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.values import Scalar

DRIVER_TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
DRIVER_WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
PASSENGER_WINDOW = "Vehicle.Cabin.Door.Row1.PassengerSide.Window.Position"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
CATALOGUE = Catalogue.load()
SKILLS = registry.load()


def meant(text: str, *actions: Action, complete: float = 1.0, addressed: float = 1.0,
          route: Route = Route.ACT) -> Understanding:  # fmt: skip
    return Understanding(text, addressed, complete, route, 1.0, actions, at=0.0)


def temperature(words: str) -> Action:
    return Action("climate.temperature_set", slots={"value": words})


def lamps_at(value: str, confidence: float) -> Action:
    """What reads no value."""
    return Action("lights.fog_on", slots={"value": value}, confidence=confidence)


MEANINGS = {
    each.text: each
    for each in (
        meant("set it to twenty", temperature("twenty")),
        meant("set it to twenty two", temperature("twenty two")),
        meant("set it to", complete=0.1, route=Route.ASK),
        meant("open the window", Action("windows.open")),
        meant("close it", Action("windows.close")),
        meant("the other one too", Action("dialogue.other")),
        meant("open the trunk", Action("doors.trunk_open")),
        meant("a bit more", Action("dialogue.more", degree=Degree.SMALL)),
        meant("warmer", Action("climate.temperature_up")),
        meant("undo that", Action("dialogue.undo")),
        meant("yes", Action("dialogue.yes")),
        meant("no", Action("dialogue.no")),
        meant("unlock my door", Action("doors.unlock", Target.OWN)),
        meant("he opened the window", Action("windows.open"), addressed=0.1),
        meant("who won the cup", route=Route.CLOUD),
        meant("leave the window alone", route=Route.ANSWER),
        meant("send a fax", Action("fax.send")),
        meant("mumbled doors", Action("doors.open", Target.OWN, confidence=0.5)),
        meant("ice maker at forty", lamps_at("forty", 0.45)),
        meant("fog lamps at forty", lamps_at("forty", 0.9)),
    )
}


class ScriptedModel:
    def understand(self, text: str, now: Moment) -> Understanding:
        return MEANINGS.get(text) or meant(text, complete=0.1, route=Route.ASK)


@dataclass
class ScriptedEars:
    """Each chunk of `hear` is an index into the script."""

    script: list[hearing.HearingEvent]
    heard: str = ""
    level_db: float = -20.0
    listened_until: float = 0.0
    finished: int = 0
    cancels_echo: bool = False
    confidence: float = 1.0
    guesses: tuple[str, ...] = ()

    async def hear(
        self, pcm: bytes, mine: Callable[[], bool]
    ) -> AsyncIterator[hearing.HearingEvent]:
        mine()
        event = self.script[pcm[0]]
        if isinstance(event, hearing.Heard):
            self.heard = event.hypothesis.text
        yield event

    async def finish(self) -> Hypothesis:
        self.finished += 1
        text, self.heard = self.heard, ""
        return Hypothesis(text, True, 0.0, self.confidence, guesses=self.guesses)

    async def whole(self, pcm: bytes) -> Hypothesis:
        return Hypothesis(pcm.decode(), True, 0.0)

    def silenced(self) -> None:
        pass

    async def close(self) -> None:
        pass


@dataclass
class TalkingMouth:
    """Says one thing until it is stopped."""

    audible: str

    def stop(self) -> None:
        self.audible = ""

    def say(self, reply: Reply) -> None:
        self.audible = reply.text


@dataclass
class Car:
    clock: VirtualClock
    broker: Broker
    vehicle: Vehicle
    organs: Organs
    told: list[events.Event] = field(default_factory=list)

    def seat(self, zone: Zone = Zone.DRIVER, ears: ScriptedEars | None = None) -> Conversation:
        return Conversation(self.organs, "s", zone, Language.ENGLISH, self.told.append, ears)  # type: ignore[arg-type]

    async def value(self, path: str) -> Scalar | None:
        point = (await self.broker.get(path))[path]
        return point.value if point else None

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.vehicle.step(seconds)

    def turns(self) -> list[Turn]:
        return [event.turn for event in self.told if isinstance(event, events.TurnEnded)]


async def start(signals: Mapping[str, Scalar] | None = None) -> Car:
    clock = VirtualClock()
    broker = Broker(CATALOGUE, SafetyPolicy(), clock)
    vehicle = Vehicle(broker, clock, CATALOGUE)
    await vehicle.start(signals or {})
    runner = Runner(SKILLS, broker, clock)
    organs = Organs(clock, broker, ScriptedModel(), runner, Floor(clock), Patience())  # type: ignore[arg-type]
    return Car(clock, broker, vehicle, organs)


@pytest.fixture
async def car() -> Car:
    return await start()


def heard(text: str, silence: float = 0.0, confidence: float = 1.0) -> hearing.Heard:
    return hearing.Heard(Hypothesis(text, False, 0.0, confidence, silence))


async def play(conversation: Conversation, ears: ScriptedEars) -> None:
    for index in range(len(ears.script)):
        await conversation.hear(bytes([index]))


async def test_acts_at_the_pause_before_the_endpoint(car: Car) -> None:
    ears = ScriptedEars([hearing.SpeechStarted(0.0), heard("open the window", 0.25)])
    await play(car.seat(ears=ears), ears)
    assert await car.value(DRIVER_WINDOW) == 0
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 100
    assert ears.finished == 0
    assert not car.turns()


async def test_does_not_act_while_the_person_speaks(car: Car) -> None:
    ears = ScriptedEars([hearing.SpeechStarted(0.0), heard("open the window", 0.1)])
    await play(car.seat(ears=ears), ears)
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 0


async def test_amends_when_the_speaker_goes_on(car: Car) -> None:
    ears = ScriptedEars(
        [
            hearing.SpeechStarted(0.0),
            heard("set it to twenty", 0.25),
            heard("set it to twenty two", 0.0),
            heard("set it to twenty two", 0.5),
        ]
    )
    await play(car.seat(ears=ears), ears)
    assert await car.value(DRIVER_TEMPERATURE) == 22
    (turn,) = car.turns()
    assert turn.amended
    assert any(isinstance(event, events.Amended) for event in car.told)
    assert [change.after for change in turn.changes] == [22]


async def test_what_was_done_early_is_not_done_twice(car: Car) -> None:
    ears = ScriptedEars([hearing.SpeechStarted(0.0), heard("warmer", 0.25), heard("warmer", 0.5)])
    before = await car.value(DRIVER_TEMPERATURE)
    await play(car.seat(ears=ears), ears)
    after = await car.value(DRIVER_TEMPERATURE)
    assert isinstance(before, float | int)
    assert isinstance(after, float | int)
    assert after == before + 2
    assert not car.turns()[0].amended


async def test_an_open_sentence_waits_and_then_asks(car: Car) -> None:
    ears = ScriptedEars(
        [hearing.SpeechStarted(0.0), heard("set it to", 0.6), heard("set it to", 1.0)]
    )
    conversation = car.seat(ears=ears)
    await conversation.hear(bytes([0]))
    await conversation.hear(bytes([1]))
    assert ears.finished == 0
    await conversation.hear(bytes([2]))
    (turn,) = car.turns()
    assert turn.reply.expects_answer
    assert not turn.changes


async def test_the_stamps_tell_the_latency(car: Car) -> None:
    ears = ScriptedEars(
        [
            hearing.SpeechStarted(0.0),
            heard("open the window"),
            hearing.SpeechStopped(1.0),
            heard("open the window", 0.25),
            heard("open the window", 0.5),
        ]
    )
    car.clock.advance(1.25)
    await play(car.seat(ears=ears), ears)
    stamps = car.turns()[0].stamps
    assert stamps.last_word == 1.0
    assert stamps.last_word_to_action_ms == pytest.approx(250.0)


async def test_cross_talk_does_not_act_twice(car: Car) -> None:
    script = [hearing.SpeechStarted(0.0), heard("open the window", 0.25), heard("", 0.5)]
    driver, passenger = ScriptedEars(list(script)), ScriptedEars(list(script), level_db=-34.0)
    seats = car.seat(Zone.DRIVER, driver), car.seat(Zone.PASSENGER, passenger)
    for index in (0, 1):
        await seats[0].hear(bytes([index]))
        await seats[1].hear(bytes([index]))
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 100
    assert await car.value(PASSENGER_WINDOW) == 0


async def test_a_seat_that_hears_faster_does_not_act_for_one_that_is_behind(car: Car) -> None:
    script = [hearing.SpeechStarted(0.0), heard("open the window", 0.25), heard("", 0.5)]
    driver, passenger = ScriptedEars(list(script)), ScriptedEars(list(script), level_db=-34.0)
    seats = car.seat(Zone.DRIVER, driver), car.seat(Zone.PASSENGER, passenger)
    await seats[0].hear(bytes([2]))
    car.clock.advance(6.0)
    await seats[0].hear(bytes([2]))
    passenger.listened_until = 5.5
    await seats[1].hear(bytes([0]))
    await seats[1].hear(bytes([1]))
    await car.pass_time(0.5)
    assert await car.value(PASSENGER_WINDOW) == 0
    driver.listened_until = 5.5
    await seats[0].hear(bytes([0]))
    await seats[0].hear(bytes([1]))
    await seats[1].hear(bytes([1]))
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 100
    assert await car.value(PASSENGER_WINDOW) == 0


async def test_hanging_up_takes_back_what_was_begun(car: Car) -> None:
    ears = ScriptedEars([hearing.SpeechStarted(0.0), heard("open the window", 0.25)])
    conversation = car.seat(ears=ears)
    await play(conversation, ears)
    await conversation.close()
    await car.pass_time(6)
    assert await car.value(DRIVER_WINDOW) == 0


async def test_not_said_to_the_car(car: Car) -> None:
    turn = await car.seat().read("he opened the window")
    assert not turn.changes
    assert turn.reply.text == ""


async def test_follow_up_undo_and_nothing_to_undo(car: Car) -> None:
    seat = car.seat()
    await seat.read("open the window")
    await seat.read("the other one too")
    await car.pass_time(6)
    assert await car.value(PASSENGER_WINDOW) == 100
    await seat.read("undo that")
    await car.pass_time(6)
    assert await car.value(PASSENGER_WINDOW) == 0
    assert await car.value(DRIVER_WINDOW) == 100
    await seat.read("undo that")
    nothing = await seat.read("undo that")
    assert not nothing.changes
    assert "nothing to undo" in nothing.reply.text


async def test_more_after_a_value(car: Car) -> None:
    seat = car.seat()
    await seat.read("set it to twenty")
    await seat.read("a bit more")
    assert await car.value(DRIVER_TEMPERATURE) == 21


async def test_refused_while_moving_and_nothing_moves() -> None:
    car = await start({"Vehicle.Speed": 50.0})
    turn = await car.seat().read("open the trunk")
    assert [outcome.status for outcome in turn.outcomes] == [Status.REFUSED]
    assert turn.verdicts[-1].rule
    assert await car.value(TRUNK) is False


async def test_missing_speed_and_gear_count_as_moving(car: Car) -> None:
    car.clock.advance(10)
    turn = await car.seat().read("open the trunk")
    assert turn.outcomes[0].status is Status.REFUSED


async def test_a_confirmation_is_asked_and_answered(car: Car) -> None:
    passenger = car.seat(Zone.PASSENGER)
    asked = await passenger.read("unlock my door")
    assert asked.outcomes[0].status is Status.NEEDS_CONFIRMATION
    assert asked.reply.expects_answer
    assert not asked.changes
    done = await passenger.read("yes")
    assert done.changes
    assert done.outcomes[0].status is Status.DONE


async def test_what_cannot_be_taken_back_needs_to_be_understood_surely(car: Car) -> None:
    turn = await car.seat().read("mumbled doors")
    assert not turn.changes
    assert turn.reply.expects_answer


async def test_a_guess_with_no_use_for_the_value_is_asked_back(car: Car) -> None:
    turn = await car.seat().read("ice maker at forty")
    assert not turn.changes
    assert turn.reply.expects_answer
    assert (await car.seat().read("fog lamps at forty")).changes


async def test_no_drops_the_question(car: Car) -> None:
    passenger = car.seat(Zone.PASSENGER)
    await passenger.read("unlock my door")
    assert not (await passenger.read("no")).changes
    assert not (await passenger.read("yes")).changes


async def test_what_no_skill_does_is_said(car: Car) -> None:
    turn = await car.seat().read("send a fax")
    assert "can't do that" in turn.reply.text
    online = await car.seat().read("who won the cup")
    assert "online" in online.reply.text


async def test_told_not_to_act_it_leaves_things_as_they_are() -> None:
    car = await start()
    turn = await car.seat().read("leave the window alone")
    assert turn.changes == ()
    assert turn.reply.text == "Okay, I'll leave it."


async def half_heard(car: Car, text: str, guesses: tuple[str, ...] = ()) -> Conversation:
    ears = ScriptedEars(
        [hearing.SpeechStarted(0.0), heard(text, 0.25, 0.3), heard(text, 1.0, 0.3)],
        confidence=0.3,
        guesses=guesses,
    )
    conversation = car.seat(ears=ears)
    await play(conversation, ears)
    return conversation


async def test_what_was_hardly_heard_is_asked_back_and_done_after_a_yes(car: Car) -> None:
    conversation = await half_heard(car, "open the window")
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 0
    assert car.turns()[0].reply.text == 'Did you say "open the window"?'
    await conversation.read("yes")
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 100


async def test_a_no_to_what_was_hardly_heard_leaves_everything(car: Car) -> None:
    conversation = await half_heard(car, "open the window")
    await conversation.read("no")
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 0


async def test_having_been_heard_right_is_no_consent_to_what_the_policy_asks(car: Car) -> None:
    await car.broker.publish({"Vehicle.Speed": 30.0})
    conversation = await half_heard(car, "open the trunk")
    turn = await conversation.read("yes")
    assert turn.outcomes[0].status is Status.REFUSED
    assert await car.value(TRUNK) is not True


async def test_of_several_guesses_the_one_that_makes_sense_is_meant(car: Car) -> None:
    await half_heard(car, "hope in the wind oh", ("open the window",))
    (turn,) = car.turns()
    assert turn.reply.text == 'Did you say "open the window"?'


REPLY = "The driver's window is open. Shall I open the window in the back?"


async def talked_over(car: Car, script: list[hearing.HearingEvent]) -> TalkingMouth:
    """While the assistant says REPLY, the driver's microphone hears `script`."""
    ears, mouth = ScriptedEars(script), TalkingMouth(REPLY)
    car.organs.air.enter(mouth)  # type: ignore[arg-type]
    conversation = Conversation(
        car.organs,
        "s",
        Zone.DRIVER,
        Language.ENGLISH,
        car.told.append,
        ears,
        mouth,  # type: ignore[arg-type]
    )
    await play(conversation, ears)
    return mouth


async def test_our_own_voice_from_the_loudspeakers_does_nothing(car: Car) -> None:
    mouth = await talked_over(
        car,
        [
            hearing.SpeechStarted(0.0),
            heard("open the window", 0.3),
            heard("open the window", 1.0),
        ],
    )
    await car.pass_time(5)
    assert await car.value(DRIVER_WINDOW) == 0
    assert not car.turns()
    assert mouth.audible == REPLY


async def test_somebody_who_talks_over_the_reply_stops_it_and_is_heard(car: Car) -> None:
    mouth = await talked_over(
        car,
        [
            hearing.SpeechStarted(0.0),
            heard("set it to twenty", 0.3),
            heard("set it to twenty", 1.0),
        ],
    )
    assert await car.value(DRIVER_TEMPERATURE) == 20
    assert mouth.audible != REPLY
