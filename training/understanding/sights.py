"""What the cameras may have seen, as the picture encoders would say it: right most of the time,
sure some of the time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np

from cabin_agent.seen import GAZES, NOTHING_SEEN, PLACES, SEATS, SIGN_CLASSES, SeatSeen, Seen
from cabin_agent.understanding.sight import seat_of, side
from training.understanding.templates import Entry
from vehicle_bus.values import Scalar, Zone
from vehicle_bus.zones import DRIVER_POSITION, RIGHT

CABIN_SHARE = 0.4
ROAD_SHARE = 0.25
POINTS_SHARE = 0.15
WRONG_SHARE = 0.03
SEATED = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)
POINTED = "pointed"


def wanted_by(entry: Entry) -> str:
    """What the hand must show for an entry: what it says, or what its intent is about."""
    if entry.seen or not any(label.target == POINTED for label in entry.actions):
        return entry.seen
    intent = entry.actions[0].intent
    if "sun" in intent:
        return "roof"
    return {"windows": "window", "mirrors": "mirror"}.get(intent.partition(".")[0], "seat")


def draw_seen(
    wanted: str, speaker: Zone, signals: Mapping[str, Scalar], rng: random.Random
) -> tuple[Seen, str]:
    """A sight in which `wanted` (`templates.SIGHTS`; empty: anything; "nothing": the hand shows
    nothing) holds for the speaker, and the place that is meant by it, if that is a place."""
    if wanted == "":
        return _anything(rng), ""
    if wanted == "sign":
        return _with_sign(_maybe_cabin(rng), rng), ""
    on_left = signals.get(DRIVER_POSITION) != RIGHT
    own = seat_of(speaker, on_left)
    if wanted == "nothing":
        return _road(_maybe_cabin(rng, own), rng), ""
    if not own:
        return NOTHING_SEEN, ""
    pointed, gaze, target = "", "", ""
    if wanted in ("window", "seat"):
        zone = rng.choice(SEATED)
        pointed, target = f"{wanted}_{seat_of(zone, on_left)}", str(zone)
    elif wanted == "mirror":
        zone = rng.choice(SEATED[:2])
        pointed = side(f"mirror_{seat_of(zone, True).removeprefix('front_')}", on_left)
        target = str(zone)
    elif wanted in ("roof", "screen"):
        pointed = wanted
    else:
        gaze = wanted
    seats = [_seat(rng, pointed if name == own else None, gaze, name == own) for name in SEATS]
    return _road(Seen(tuple(seats)), rng), target


def _anything(rng: random.Random) -> Seen:
    return _road(_maybe_cabin(rng), rng)


def _maybe_cabin(rng: random.Random, idle: str | None = None) -> Seen:
    """The cabin or nothing; the hand in the seat `idle` points at nothing."""
    if rng.random() >= CABIN_SHARE:
        return NOTHING_SEEN
    seats = (_seat(rng, "" if name == idle else None, "", name == idle) for name in SEATS)
    return Seen(tuple(seats))


def _road(seen: Seen, rng: random.Random) -> Seen:
    return _with_sign(seen, rng) if rng.random() < ROAD_SHARE else seen


def _with_sign(seen: Seen, rng: random.Random) -> Seen:
    return Seen(seen.seats, _likely(rng.randrange(SIGN_CLASSES), SIGN_CLASSES, rng))


def _seat(rng: random.Random, pointed: str | None, gaze: str, own: bool) -> SeatSeen:
    """`pointed`: empty for a hand that points at nothing, None for any."""
    if pointed is None:
        pointed = rng.choice(PLACES) if rng.random() < POINTS_SHARE else ""
    there = 0.97 if own else rng.choice([0.03, 0.97])
    looks = gaze or rng.choices(GAZES, (0.6, 0.12, 0.12, 0.1, 0.06))[0]
    return SeatSeen(
        _near(there, rng),
        _near(rng.choice([0.03, 0.03, 0.03, 0.97]), rng),
        _near(rng.choice([0.03, 0.03, 0.97]), rng),
        _likely(1 + PLACES.index(pointed) if pointed else 0, 1 + len(PLACES), rng),
        _likely(GAZES.index(looks), len(GAZES), rng),
    )


def _near(probability: float, rng: random.Random) -> float:
    return min(1.0, max(0.0, probability + rng.gauss(0.0, 0.05)))


def _likely(right: int, classes: int, rng: random.Random) -> tuple[float, ...]:
    """A distribution whose top is `right`, except in `WRONG_SHARE`."""
    top = rng.randrange(classes) if rng.random() < WRONG_SHARE else right
    logits = np.array([rng.gauss(0.0, 1.0) for _ in range(classes)])
    logits[top] = max(logits.max(), 0.0) + rng.uniform(1.0, 7.0)
    shares = np.exp(logits - logits.max())
    found: Sequence[float] = (shares / shares.sum()).tolist()
    return tuple(found)
