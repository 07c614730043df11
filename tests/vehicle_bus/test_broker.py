"""What only the embedded broker shows: its buffers, its limiter, what it keeps."""

import asyncio
import gc

import pytest

from vehicle_bus.errors import RateLimited
from vehicle_bus.limits import REQUESTERS, RateLimit, RateLimiter
from vehicle_bus.subscriptions import UpdateBuffer
from vehicle_bus.values import Datapoint

SPEED = "Vehicle.Speed"


def fill(buffer, *updates):
    for path, value in updates:
        buffer.push(path, Datapoint(value, 0.0))


def taken(updates):
    return [(update.path, update.datapoint.value, update.dropped) for update in updates]


def test_a_full_signal_loses_its_own_oldest():
    buffer = UpdateBuffer(2)
    fill(buffer, ("a", 1), ("b", 1), ("a", 2), ("a", 3), ("c", 1), ("a", 4))
    assert taken(buffer.drain()) == [("b", 1, 0), ("a", 3, 2), ("c", 1, 0), ("a", 4, 0)]


def test_losses_are_told_once_even_with_room_for_one():
    buffer = UpdateBuffer(1)
    fill(buffer, ("a", 1), ("a", 2), ("a", 3))
    assert taken([buffer.pop()]) == [("a", 3, 2)]
    fill(buffer, ("a", 4))
    assert taken([buffer.pop()]) == [("a", 4, 0)]
    assert buffer.pop() is None


def test_nothing_is_reordered_or_lost_unaccounted_by_any_reading_pattern():
    buffer = UpdateBuffer(3)
    seen = []
    for number in range(500):
        fill(buffer, ("ab"[number % 3 == 0], number))
        if number % 7 == 0:
            seen.append(buffer.pop())
    seen += buffer.drain()
    for path in "ab":
        values = [update.datapoint.value for update in seen if update.path == path]
        published = [n for n in range(500) if "ab"[n % 3 == 0] == path]
        assert values == sorted(values)
        assert values[-1] == published[-1]
        lost = sum(update.dropped for update in seen if update.path == path)
        assert len(values) + lost == len(published)


async def test_a_forgotten_subscription_is_let_go(parked_broker):
    subscription = parked_broker.subscribe(SPEED)
    assert parked_broker.readers_of(SPEED) == 1
    del subscription
    gc.collect()
    assert parked_broker.readers_of(SPEED) == 0


async def test_a_subscription_with_no_room_is_refused(parked_broker):
    with pytest.raises(ValueError, match="at least 1"):
        parked_broker.subscribe(SPEED, buffer=0)


async def test_what_waits_can_be_read_after_closing(parked_broker):
    subscription = parked_broker.subscribe(SPEED)
    await subscription.aclose()
    assert taken(await subscription.batch()) == [(SPEED, 0.0, 0)]
    assert await subscription.batch() == []


async def test_a_cancelled_actuation_frees_the_provider(parked_broker, asked):
    started = asyncio.Event()

    async def slow(_):
        started.set()
        await asyncio.Event().wait()

    await parked_broker.provide(("Vehicle.Cabin.RearShade.Position",), slow)
    task = asyncio.create_task(
        parked_broker.actuate(asked({"Vehicle.Cabin.RearShade.Position": 3}))
    )
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_the_limiter_refills_and_forgets_old_names():
    now = [0.0]
    limiter = RateLimiter(RateLimit(per_second=2.0, burst=1), lambda: now[0])
    limiter.take("a")
    with pytest.raises(RateLimited, match=r"'a' asks more than 2 times a second"):
        limiter.take("a")
    now[0] = 0.5
    limiter.take("a")
    for number in range(REQUESTERS):
        limiter.take(f"other {number}")
    limiter.take("a")
