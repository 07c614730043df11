"""How a person sits: where the joints are, which way the head is turned, what the hands do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from simulator.cameras.cabin_layout import FRONT, HIPS, ROOM_TOP, ROOM_Y, Gaze, spot
from simulator.cameras.scene import Occupant
from simulator.cameras.shapes import LEVEL, UP, Frame, Vector, facing, turned, unit, vector

UPPER_ARM, FOREARM, HAND = 0.29, 0.25, 0.16
TORSO, NECK_TO_HEAD, SHOULDER = 0.47, 0.16, 0.18
WHEEL_RADIUS = 0.17
DEGREE = np.pi / 180.0


class Grip(Enum):
    FIST = "fist"
    FINGER = "finger"
    FLAT = "flat"
    PHONE = "phone"
    CUP = "cup"


@dataclass(frozen=True, slots=True)
class Arm:
    """`aim` is the way the hand points."""

    shoulder: Vector
    elbow: Vector
    wrist: Vector
    aim: Vector
    grip: Grip
    points: bool = False


@dataclass(frozen=True, slots=True)
class Pose:
    """`torso` and `head` are frames: x to where they face, z upwards."""

    hip: Vector
    torso: Frame
    neck: Vector
    head: Frame
    head_centre: Vector
    left: Arm
    right: Arm
    knees: tuple[Vector, Vector]
    gaze: Gaze
    eyes_open: bool
    mouth_open: bool


def wheel_centre(seat_y: float) -> Vector:
    """Of the steering wheel before a seat at `seat_y`."""
    return vector(0.26, seat_y, 0.66)


def pose(who: Occupant, scale: float, drives: bool, random: np.random.Generator) -> Pose:
    """The pose of an occupant whose body is `scale` times an average adult's."""
    hip = _hip(who, scale, random)
    target = spot(who.points_at, random) if who.points_at else None
    torso = _torso(who, hip, target, random)
    neck = hip + torso[:, 2] * (TORSO + 0.05) * scale
    mouth_open = bool(who.asleep and random.random() < 0.4)
    if who.asleep:
        head = _dropped(torso, random)
        gaze = Gaze.DOWN
    else:
        head = facing(_gaze_direction(who, torso, neck, target, random))
        head = turned(head, roll=random.normal(0, 5 * DEGREE))
        gaze = gaze_of(head[:, 0])
    above = unit(0.35 * torso[:, 2] + 0.65 * head[:, 2])
    head_centre = neck + above * NECK_TO_HEAD * scale
    left, right = _arms(who, hip, torso, head_centre, head, target, scale, drives, random)
    knees = tuple(
        hip + scale * vector(0.42, side * random.uniform(0.06, 0.2), random.uniform(0.08, 0.18))
        for side in (1, -1)
    )
    return Pose(
        hip,
        torso,
        neck,
        head,
        head_centre,
        left,
        right,
        (knees[0], knees[1]),
        gaze,
        not who.asleep,
        mouth_open,
    )


def gaze_of(direction: Vector) -> Gaze:
    """Which way a head with this forward direction is turned."""
    yaw = np.arctan2(direction[1], direction[0]) / DEGREE
    pitch = np.arcsin(np.clip(-direction[2], -1, 1)) / DEGREE
    if abs(yaw) > 95:
        return Gaze.BEHIND
    if pitch > 30:
        return Gaze.DOWN
    if abs(yaw) < 30:
        return Gaze.AHEAD
    return Gaze.LEFT if yaw > 0 else Gaze.RIGHT


# -- body and head -------------------------------------------------------------------------------


def _hip(who: Occupant, scale: float, random: np.random.Generator) -> Vector:
    slide = 0.09 if who.seat in FRONT else 0.03
    moved = vector(
        random.uniform(-slide, slide), random.normal(0, 0.02), random.uniform(-0.03, 0.04)
    )
    if who.child:
        moved = moved + vector(0.04, 0.0, 0.12 if who.child_seat else 0.04)
    return HIPS[who.seat] + moved + vector(0.0, 0.0, 0.1 * (scale - 1.0))


def _torso(who: Occupant, hip: Vector, target: Vector | None, random: np.random.Generator) -> Frame:
    recline = random.uniform(8, 26) * DEGREE
    lean = random.normal(0, 5) * DEGREE
    twist = random.normal(0, 6) * DEGREE
    if who.asleep:
        recline += random.uniform(0, 8) * DEGREE
        lean += random.normal(0, 8) * DEGREE
    elif target is not None:
        towards = np.arctan2(target[1] - hip[1], target[0] - hip[0])
        twist += np.clip(towards * random.uniform(0.15, 0.4), -50 * DEGREE, 50 * DEGREE)
        recline -= random.uniform(0, 8) * DEGREE
    elif who.looks is Gaze.BEHIND:
        twist += _over_which_shoulder(who) * random.uniform(25, 45) * DEGREE
    return turned(turned(LEVEL, yaw=twist), pitch=-recline, roll=lean)


def _over_which_shoulder(who: Occupant) -> float:
    """Towards the middle of the car, for most people: 1 is to the left."""
    inwards = -1.0 if HIPS[who.seat][1] > 0 else 1.0
    return inwards if who.seed % 4 else -inwards


def _dropped(torso: Frame, random: np.random.Generator) -> Frame:
    """The head of a sleeper: on the chest, to a side, or back."""
    kind = random.random()
    side = random.choice([-1.0, 1.0])
    if kind < 0.35:
        pitch, roll = random.uniform(40, 62), side * random.uniform(10, 28)
    elif kind < 0.75:
        pitch, roll = random.uniform(5, 35), side * random.uniform(26, 45)
    else:
        pitch, roll = random.uniform(-22, -10), side * random.uniform(5, 25)
    yaw = -side * random.uniform(0, 25)
    return turned(turned(torso, yaw=yaw * DEGREE), pitch=pitch * DEGREE, roll=roll * DEGREE)


def _gaze_direction(
    who: Occupant,
    torso: Frame,
    neck: Vector,
    target: Vector | None,
    random: np.random.Generator,
) -> Vector:
    looks = who.looks
    if target is not None and looks is None:
        if random.random() < 0.7:
            return _within_reach(target - (neck + UP * 0.12), torso)
        looks = Gaze.AHEAD
    yaw, pitch = 0.0, random.normal(2, 6)
    match looks or Gaze.AHEAD:
        case Gaze.AHEAD:
            yaw = random.normal(0, 9)
        case Gaze.LEFT:
            yaw = random.uniform(42, 82)
        case Gaze.RIGHT:
            yaw = -random.uniform(42, 82)
        case Gaze.DOWN:
            yaw, pitch = random.normal(0, 12), random.uniform(38, 58)
        case Gaze.BEHIND:
            yaw = _over_which_shoulder(who) * random.uniform(108, 140)
    level = turned(LEVEL, yaw=yaw * DEGREE)
    return turned(level, pitch=pitch * DEGREE)[:, 0]


def _within_reach(direction: Vector, torso: Frame) -> Vector:
    """The nearest direction to which a neck can turn: 80 degrees sideways, 45 up, 60 down."""
    local = torso.T @ unit(direction)
    yaw = np.clip(np.arctan2(local[1], local[0]), -80 * DEGREE, 80 * DEGREE)
    pitch = np.clip(np.arcsin(np.clip(-local[2], -1, 1)), -45 * DEGREE, 60 * DEGREE)
    return turned(turned(torso, yaw=yaw), pitch=pitch)[:, 0]


# -- arms ----------------------------------------------------------------------------------------


def _arms(
    who: Occupant,
    hip: Vector,
    torso: Frame,
    head_centre: Vector,
    head: Frame,
    target: Vector | None,
    scale: float,
    drives: bool,
    random: np.random.Generator,
) -> tuple[Arm, Arm]:
    arms: list[Arm] = []
    pointing_side = _pointing_side(hip, target, random) if target is not None else 0.0
    both = _both_hands(who, random)
    for side in (1.0, -1.0):
        shoulder = hip + scale * (torso[:, 2] * TORSO + torso[:, 1] * SHOULDER * side)
        if target is not None and side == pointing_side:
            flat = random.random() < 0.2
            eye = head_centre + head[:, 0] * 0.08 * scale
            arms.append(_pointing_arm(shoulder, eye, target, side, scale, flat, random))
            continue
        place, grip = _idle_hand(who, hip, torso, head_centre, side, scale, drives, both, random)
        arms.append(_bent(shoulder, place, side, scale, grip, random))
    return arms[0], arms[1]


def _pointing_side(hip: Vector, target: Vector, random: np.random.Generator) -> float:
    nearer = 1.0 if target[1] > hip[1] else -1.0
    return nearer if random.random() < 0.75 else -nearer


def _pointing_arm(
    shoulder: Vector,
    eye: Vector,
    target: Vector,
    side: float,
    scale: float,
    flat: bool,
    random: np.random.Generator,
) -> Arm:
    """People align eye, fingertip and target, or sight along the arm (Taylor & McCloskey 1988): the
    line starts somewhere between eye and shoulder."""
    start = shoulder + (eye - shoulder) * random.uniform(0.0, 0.75)
    along = unit(target - start)
    longest = (UPPER_ARM + FOREARM) * scale
    reach = longest * random.uniform(0.72, 0.99)
    room = float(np.linalg.norm(target - start)) - (HAND * scale + 0.03)
    wrist = start + along * max(min(reach, room), 0.12)
    wrist = shoulder + _shortened(wrist - shoulder, longest * 0.995)
    wrist = np.clip(wrist, [-2.0, -ROOM_Y + 0.06, 0.3], [0.62, ROOM_Y - 0.06, ROOM_TOP - 0.06])
    aim = unit(unit(target - wrist) + random.normal(0, 0.05, 3))
    grip = Grip.FLAT if flat else Grip.FINGER
    elbow = _elbow(shoulder, wrist, side, scale, random)
    return Arm(shoulder, elbow, wrist, aim, grip, points=True)


def _shortened(step: Vector, longest: float) -> Vector:
    length = float(np.linalg.norm(step))
    return step if length <= longest else step * (longest / length)


def _bent(
    shoulder: Vector,
    wrist: Vector,
    side: float,
    scale: float,
    grip: Grip,
    random: np.random.Generator,
) -> Arm:
    wrist = shoulder + _shortened(wrist - shoulder, (UPPER_ARM + FOREARM) * scale * 0.995)
    wrist = np.clip(wrist, [-2.0, -ROOM_Y, 0.3], [0.62, ROOM_Y, ROOM_TOP])
    elbow = _elbow(shoulder, wrist, side, scale, random)
    bend = unit(wrist - elbow)
    return Arm(shoulder, elbow, wrist, unit(bend + random.normal(0, 0.25, 3)), grip)


def _elbow(
    shoulder: Vector, wrist: Vector, side: float, scale: float, random: np.random.Generator
) -> Vector:
    """Where both bones meet, below the line from shoulder to wrist and a little outwards."""
    line = wrist - shoulder
    distance = max(float(np.linalg.norm(line)), 0.05)
    upper, lower = UPPER_ARM * scale, FOREARM * scale
    along = np.clip((upper**2 - lower**2 + distance**2) / (2 * distance), -upper, upper)
    away = np.sqrt(max(upper**2 - along**2, 0.0))
    hint = vector(-0.15, side * random.uniform(0.1, 0.9), -1.0)
    across = unit(hint - unit(line) * float(hint @ unit(line)))
    elbow = shoulder + unit(line) * along + across * away
    inside = np.clip(elbow, [-2.0, -0.68, 0.2], [0.7, 0.68, 1.2])
    return np.asarray(inside, dtype=np.float64)


Idle = tuple[Vector, Grip]


def _both_hands(who: Occupant, random: np.random.Generator) -> str:
    """What both hands do together, if anything."""
    if who.asleep or who.points_at:
        return ""
    if who.looks is Gaze.DOWN and random.random() < 0.75:
        return "phone"
    return str(random.choice(["", "crossed", "phone", "raised"], p=[0.86, 0.06, 0.05, 0.03]))


def _idle_hand(
    who: Occupant,
    hip: Vector,
    torso: Frame,
    head_centre: Vector,
    side: float,
    scale: float,
    drives: bool,
    both: str,
    random: np.random.Generator,
) -> Idle:
    """Where a hand rests or what it is busy with, and how it is held."""
    jitter = random.normal(0, 0.025, 3)
    across = torso[:, 1] * side
    chest = hip + torso[:, 2] * 0.3 * scale
    if both == "crossed":
        return chest + scale * (torso[:, 0] * 0.2 - across * 0.12) + jitter, Grip.FIST
    if both == "phone":
        held = hip + scale * (torso[:, 0] * 0.3 + torso[:, 2] * 0.2 + across * 0.04)
        return held + jitter * 0.5, Grip.PHONE if side > 0 else Grip.FIST
    if both == "raised":
        return chest + scale * (torso[:, 0] * 0.3 + across * 0.22 + UP * 0.22) + jitter, Grip.FLAT
    busy: dict[str, tuple[float, Callable[[], Idle]]] = {
        "lap": (3.0, lambda: (hip + scale * vector(0.24, 0.09 * side, 0.12) + jitter, Grip.FIST)),
        "knee": (1.5, lambda: (hip + scale * vector(0.34, 0.13 * side, 0.2) + jitter, Grip.FLAT)),
    }
    if not who.asleep:
        busy |= {
            "sill": (0.8, lambda: (_sill(hip, side, random) + jitter * 0.5, Grip.FIST)),
            "lever": (0.5, lambda: (vector(hip[0] + 0.32, 0.0, 0.55) + jitter, Grip.FIST)),
            "chin": (0.5, lambda: (head_centre + _chin(torso, side, scale) + jitter, Grip.FIST)),
            "ear": (0.3, lambda: (head_centre + across * 0.1 - UP * 0.06 * scale, Grip.PHONE)),
            "cup": (
                0.3,
                lambda: (chest + scale * torso[:, 0] * 0.27 + UP * 0.08 + jitter, Grip.CUP),
            ),
            "belt": (0.3, lambda: (chest + scale * torso[:, 0] * 0.14 + jitter, Grip.FIST)),
        }
        if drives:
            busy["wheel"] = (9.0, lambda: (_on_wheel(hip, side, random), Grip.FIST))
    names = list(busy)
    weights = np.array([busy[name][0] for name in names])
    return busy[names[random.choice(len(names), p=weights / weights.sum())]][1]()


def _on_wheel(hip: Vector, side: float, random: np.random.Generator) -> Vector:
    angle = random.uniform(-10, 70) * DEGREE
    rim = vector(-0.35 * np.sin(angle), side * np.cos(angle), 0.94 * np.sin(angle))
    return wheel_centre(float(hip[1])) + WHEEL_RADIUS * rim + vector(-0.04, 0, 0)


def _sill(hip: Vector, side: float, random: np.random.Generator) -> Vector:
    """The forearm on the door, or on the armrest between the seats."""
    outwards = side * float(hip[1]) > 0.1
    if outwards:
        return vector(hip[0] + random.uniform(0.12, 0.34), side * 0.6, random.uniform(0.74, 0.8))
    return vector(hip[0] + 0.25, hip[1] + side * 0.3, 0.6)


def _chin(torso: Frame, side: float, scale: float) -> Vector:
    return scale * (torso[:, 0] * 0.11 - UP * 0.13 + torso[:, 1] * side * 0.03)
