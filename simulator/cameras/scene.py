"""What a cabin picture shows, as plain values, and scenes made up from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.cameras.cabin_layout import (
    FROM_THE_FRONT_ONLY,
    FRONT,
    REAR,
    Gaze,
    Place,
    Seat,
    own_seat,
)

DARKEST = 0.02
MOSTLY_POINTING = 0.62
BUSILY_POINTING = 0.6
"""How often each of five points in a busy scene, as far as there are so many awake."""


@dataclass(frozen=True, slots=True)
class Occupant:
    """One person. `seed` decides what nobody says: body, clothes, posture, idle hands.

    Whoever points looks there or not, as the seed has it, unless `looks` says where.
    """

    seat: Seat
    points_at: Place | None = None
    looks: Gaze | None = None
    asleep: bool = False
    child: bool = False
    child_seat: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class CabinScene:
    """A moment in the cabin. `light`: 0 is no light at all, 0.1 a street at night, 1 daylight.

    `seed` decides the car, where its camera hangs, where the light comes from, the sensor's noise.
    `things` are seats with luggage on them; `covered` is the share of the lens that is hidden.
    """

    occupants: tuple[Occupant, ...] = ()
    empty_child_seats: tuple[Seat, ...] = ()
    things: tuple[Seat, ...] = ()
    driver_on_left: bool = True
    light: float = 1.0
    covered: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        taken = [each.seat for each in self.occupants]
        taken += [*self.empty_child_seats, *self.things]
        if len(taken) != len(set(taken)):
            raise ValueError("a seat holds one person, one empty child seat or luggage: not two")
        for each in self.occupants:
            if each.asleep and (each.points_at or each.looks):
                raise ValueError(f"{each.seat}: who sleeps neither points nor looks")
            if each.points_at and own_seat(each.points_at) is each.seat:
                raise ValueError(f"{each.seat}: nobody is seen pointing at the seat they sit on")


def scene(seed: int, busy: bool = False) -> CabinScene:
    """A made-up scene, the same for the same seed: most have somebody who points. In a `busy` one
    more seats are taken and more people point: more to learn from one picture."""
    random = np.random.default_rng([seed, 1])
    driver_on_left = bool(random.random() < 0.75)
    driver = Seat.FRONT_LEFT if driver_on_left else Seat.FRONT_RIGHT
    taken = _taken(random, driver, 1.35 if busy else 1.0)
    occupants = tuple(_occupant(each, each is driver, random) for each in taken)
    if busy:
        occupants = _with_pointing(occupants, random, random.binomial(5, BUSILY_POINTING))
    elif occupants and random.random() < MOSTLY_POINTING:
        occupants = _with_pointing(occupants, random, 2 if random.random() < 0.3 else 1)
    free = [seat for seat in Seat if seat not in taken and seat is not driver]
    child_seats = tuple(s for s in free if s in REAR and random.random() < 0.15)
    things = tuple(s for s in free if s not in child_seats and random.random() < 0.15)
    return CabinScene(
        occupants,
        child_seats,
        things,
        driver_on_left,
        light=_light(random),
        covered=float(random.uniform(0.03, 0.2)) if random.random() < 0.06 else 0.0,
        seed=seed,
    )


def _taken(random: np.random.Generator, driver: Seat, fuller: float) -> list[Seat]:
    odds = {seat: fuller * (0.6 if seat in FRONT else 0.42) for seat in Seat}
    odds[Seat.REAR_MIDDLE] = 0.25
    odds[driver] = 0.95
    return [seat for seat in Seat if random.random() < odds[seat]]


def _occupant(seat: Seat, drives: bool, random: np.random.Generator) -> Occupant:
    child = bool(not drives and random.random() < (0.4 if seat in REAR else 0.08))
    asleep = bool(random.random() < (0.05 if drives else 0.2))
    looks = None if asleep else Gaze(random.choice(list(Gaze), p=_gaze_odds(seat)))
    return Occupant(
        seat,
        looks=looks,
        asleep=asleep,
        child=child,
        child_seat=bool(child and random.random() < 0.6),
        seed=int(random.integers(2**31)),
    )


def _gaze_odds(seat: Seat) -> Sequence[float]:
    """In the order of `Gaze`: ahead, left, right, down, behind."""
    return (0.4, 0.18, 0.18, 0.16, 0.08) if seat in FRONT else (0.4, 0.22, 0.22, 0.16, 0.0)


def _with_pointing(
    occupants: tuple[Occupant, ...], random: np.random.Generator, count: int
) -> tuple[Occupant, ...]:
    """So many of them who are awake point, more likely in front."""
    awake = [each for each in occupants if not each.asleep]
    if not awake:
        return occupants
    weights = np.array([1.0 if each.seat in FRONT else 0.6 for each in awake])
    size = min(count, len(awake))
    chosen = random.choice(len(awake), size=size, replace=False, p=weights / weights.sum())
    pointing = {awake[index].seat: _target(awake[index].seat, random) for index in chosen}
    return tuple(
        Occupant(
            each.seat,
            points_at=pointing[each.seat],
            child=each.child,
            child_seat=each.child_seat,
            seed=each.seed,
        )
        if each.seat in pointing
        else each
        for each in occupants
    )


def _target(seat: Seat, random: np.random.Generator) -> Place:
    """Anything but one's own seat, and from the back neither screen nor mirrors."""
    possible = [
        place
        for place in Place
        if own_seat(place) is not seat and not (seat in REAR and place in FROM_THE_FRONT_ONLY)
    ]
    return possible[random.integers(len(possible))]


def _light(random: np.random.Generator) -> float:
    kind = random.random()
    if kind < 0.7:
        return float(random.uniform(0.4, 1.0))
    return float(random.uniform(0.12, 0.4) if kind < 0.85 else random.uniform(DARKEST * 2, 0.12))
