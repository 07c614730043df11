import asyncio

from cabin_agent.hearing.floor import (
    EQUAL_DB,
    FORGET_S,
    KEPT_S,
    LONGEST_WAIT_S,
    STALLED_S,
    Floor,
)
from simulator.clock import VirtualClock
from vehicle_bus.values import Zone

CHUNK_S = 0.1


def test_the_loudest_seat_owns_the_utterance() -> None:
    floor = Floor(VirtualClock())
    floor.heard(Zone.DRIVER, -20.0, 0.0)
    floor.heard(Zone.PASSENGER, -32.0, 0.0)
    assert floor.owns(Zone.DRIVER)
    assert not floor.owns(Zone.PASSENGER)


def test_two_people_of_like_level_are_both_heard() -> None:
    floor = Floor(VirtualClock())
    floor.heard(Zone.DRIVER, -20.0, 0.0)
    floor.heard(Zone.PASSENGER, -20.0 - EQUAL_DB, 0.0)
    assert floor.owns(Zone.DRIVER)
    assert floor.owns(Zone.PASSENGER)


def test_the_faint_end_of_a_sentence_keeps_the_floor() -> None:
    floor = Floor(VirtualClock())
    floor.heard(Zone.DRIVER, -20.0, 0.0)
    floor.heard(Zone.DRIVER, -38.0, 0.5)
    floor.heard(Zone.PASSENGER, -33.0, 0.5)
    assert not floor.owns(Zone.PASSENGER)
    assert floor.owns(Zone.DRIVER)


def test_a_seat_that_fell_silent_no_longer_counts() -> None:
    floor = Floor(VirtualClock())
    floor.heard(Zone.DRIVER, -10.0, 0.0)
    floor.heard(Zone.PASSENGER, -30.0, FORGET_S + 1)
    assert floor.owns(Zone.PASSENGER)
    floor.leave(Zone.DRIVER)
    assert floor.owns(Zone.PASSENGER)


def test_what_was_said_at_the_same_time_counts_however_late_it_is_looked_at() -> None:
    clock = VirtualClock()
    floor = Floor(clock)
    floor.heard(Zone.DRIVER, -20.0, 1.0)
    clock.advance(FORGET_S + 2)
    floor.heard(Zone.PASSENGER, -32.0, 1.0)
    assert not floor.owns(Zone.PASSENGER)


def test_what_was_said_long_after_takes_nothing_away() -> None:
    floor = Floor(VirtualClock())
    floor.heard(Zone.PASSENGER, -32.0, 1.0)
    for moment in (5.0, 20.0):
        floor.heard(Zone.DRIVER, -20.0, moment)
        assert floor.owns(Zone.PASSENGER)


def test_the_past_is_forgotten() -> None:
    floor = Floor(VirtualClock())
    floor.heard(Zone.DRIVER, -20.0, 0.0)
    floor.heard(Zone.DRIVER, -25.0, KEPT_S + 0.1)
    floor.heard(Zone.PASSENGER, -40.0, 0.0)
    assert floor.owns(Zone.PASSENGER)


def beside(clock: VirtualClock, driver_behind_s: float) -> Floor:
    """The passenger's microphone heard speech until 9 s; it is 10 s."""
    floor = Floor(clock)
    clock.advance(10.0)
    floor.heard(Zone.PASSENGER, -32.0, 9.0)
    floor.listened(Zone.PASSENGER, 10.0)
    floor.listened(Zone.DRIVER, 10.0 - driver_behind_s - CHUNK_S)
    floor.listened(Zone.DRIVER, 10.0 - driver_behind_s)
    return floor


def test_a_seat_that_is_behind_is_waited_for() -> None:
    assert beside(VirtualClock(), driver_behind_s=0.05).settled(Zone.PASSENGER)
    assert not beside(VirtualClock(), driver_behind_s=2.0).settled(Zone.PASSENGER)


def test_a_seat_that_sends_nothing_is_not_waited_for() -> None:
    clock = VirtualClock()
    floor = beside(clock, driver_behind_s=2.0)
    clock.advance(STALLED_S)
    assert floor.settled(Zone.PASSENGER)


def test_nobody_waits_for_a_seat_that_was_heard_up_to_there() -> None:
    floor = beside(VirtualClock(), driver_behind_s=0.9)
    assert floor.settled(Zone.PASSENGER)
    assert floor.settled(Zone.DRIVER)


async def test_waiting_ends_when_the_other_has_caught_up() -> None:
    floor = beside(VirtualClock(), driver_behind_s=2.0)
    waiting = asyncio.create_task(floor.settle(Zone.PASSENGER))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    floor.heard(Zone.DRIVER, -20.0, 9.0)
    floor.listened(Zone.DRIVER, 9.1)
    await asyncio.wait_for(waiting, LONGEST_WAIT_S / 2)
    assert not floor.owns(Zone.PASSENGER)
