"""A person as solid shapes: body, clothes, head, arms and hands."""

from __future__ import annotations

from simulator.cameras.looks import Looks
from simulator.cameras.pose import DEGREE, Arm, Grip, Pose
from simulator.cameras.shapes import (
    Colour,
    Kind,
    Shape,
    Vector,
    box,
    ellipsoid,
    facing,
    rod,
    turned,
    unit,
    vector,
)

LIPS: Colour = (0.6, 0.28, 0.27)
EYE_WHITE: Colour = (0.93, 0.93, 0.92)
PUPIL: Colour = (0.08, 0.06, 0.05)
BELT: Colour = (0.06, 0.06, 0.07)
SCREEN_LIGHT: Colour = (0.65, 0.75, 0.9)


def shapes(pose: Pose, looks: Looks, tag: int, hand_tag: int) -> list[Shape]:
    """The person as shapes tagged `tag`, a hand that points tagged `hand_tag`."""
    built = [*_trunk(pose, looks, tag), *_legs(pose, looks, tag), *_head(pose, looks, tag)]
    for arm in (pose.left, pose.right):
        built += _arm(arm, looks, tag)
        built += _hand(arm, looks, hand_tag if arm.points else tag)
    return built


def _trunk(pose: Pose, looks: Looks, tag: int) -> list[Shape]:
    scale, girth, torso = looks.scale, looks.girth, pose.torso
    up = torso[:, 2]

    def part(height: float, radii: tuple[float, float, float], colour: Colour) -> Shape:
        size = [radii[0] * scale * girth, radii[1] * scale * girth, radii[2] * scale]
        return ellipsoid(pose.hip + up * height * scale, size, colour, torso, tag)

    built = [
        part(0.06, (0.13, 0.17, 0.14), looks.trousers),
        part(0.20, (0.125, 0.165, 0.20), looks.shirt),
        part(0.36, (0.12, 0.19, 0.17), looks.shirt),
        rod(
            pose.neck - up * 0.05 * scale,
            pose.head_centre - pose.head[:, 2] * 0.06 * scale,
            0.055 * scale,
            looks.skin,
            tag=tag,
        ),
    ]
    if looks.stripes:
        built += [part(height, (0.128, 0.18, 0.025), looks.stripes) for height in (0.18, 0.3)]
    if looks.scarf:
        around = [0.085 * scale, 0.095 * scale, 0.05 * scale]
        built.append(ellipsoid(pose.neck, around, looks.scarf, torso, tag))
    if looks.belt:
        built.append(_belt(pose, looks, tag))
    return built


def _belt(pose: Pose, looks: Looks, tag: int) -> Shape:
    """From the shoulder at the door down to the middle of the car."""
    outwards = 1.0 if pose.hip[1] > 0 else -1.0
    front = pose.torso[:, 0] * 0.13 * looks.scale * looks.girth
    across = pose.torso[:, 1] * outwards * looks.scale
    top = pose.neck - pose.torso[:, 2] * 0.03 * looks.scale + across * 0.14 + front * 0.6
    low = pose.hip + pose.torso[:, 2] * 0.05 * looks.scale - across * 0.16 + front
    return rod(top, low, 0.022, BELT, tag=tag)


def _legs(pose: Pose, looks: Looks, tag: int) -> list[Shape]:
    built = []
    for side, knee in zip((1.0, -1.0), pose.knees, strict=True):
        start = pose.hip + vector(0.02, side * 0.09 * looks.scale, 0.02)
        foot = knee + vector(0.1, 0.0, -0.42 * looks.scale)
        built.append(rod(start, knee, 0.075 * looks.scale * looks.girth, looks.trousers, tag=tag))
        built.append(rod(knee, foot, 0.055 * looks.scale, looks.trousers, tag=tag))
    return built


# -- head ----------------------------------------------------------------------------------------


def _head(pose: Pose, looks: Looks, tag: int) -> list[Shape]:
    size = 0.55 + 0.45 * looks.scale
    frame, centre = pose.head, pose.head_centre

    def at(x: float, y: float, z: float) -> Vector:
        return centre + frame @ vector(x * size, y * size, z * size)

    def blob(place: Vector, radii: tuple[float, float, float], colour: Colour) -> Shape:
        return ellipsoid(place, [each * size for each in radii], colour, frame, tag)

    built = [
        blob(at(0, 0, 0.01), (0.098, 0.078, 0.112), looks.skin),
        blob(at(0.02, 0, -0.06), (0.07, 0.06, 0.065), looks.skin),
        blob(at(0.1, 0, -0.012), (0.022, 0.016, 0.028), _darker(looks.skin, 0.9)),
        *(blob(at(0.0, y, 0.0), (0.022, 0.014, 0.032), looks.skin) for y in (0.08, -0.08)),
    ]
    built += _face(at, blob, pose, looks)
    return built + _hair(at, blob, looks)


def _face(at, blob, pose: Pose, looks: Looks) -> list[Shape]:  # type: ignore[no-untyped-def]
    built = []
    for y in (0.034, -0.034):
        if pose.eyes_open:
            built.append(blob(at(0.081, y, 0.018), (0.014, 0.019, 0.013), EYE_WHITE))
            built.append(blob(at(0.092, y, 0.018), (0.007, 0.010, 0.010), PUPIL))
        else:
            built.append(blob(at(0.086, y, 0.012), (0.010, 0.020, 0.004), _darker(looks.skin, 0.5)))
        built.append(blob(at(0.088, y, 0.045), (0.010, 0.022, 0.006), _darker(looks.hair, 0.9)))
    if looks.glasses:
        lens = (0.008, 0.026, 0.02)
        built += [blob(at(0.106, y, 0.018), lens, looks.glasses) for y in (0.034, -0.034)]
    if looks.mask:
        built.append(blob(at(0.055, 0, -0.055), (0.062, 0.066, 0.055), looks.mask))
    else:
        opening = 0.02 if pose.mouth_open else 0.008
        built.append(blob(at(0.078, 0, -0.065), (0.016, 0.026, opening), LIPS))
        if looks.beard:
            built.append(blob(at(0.03, 0, -0.088), (0.066, 0.062, 0.05), looks.hair))
    return built


def _hair(at, blob, looks: Looks) -> list[Shape]:  # type: ignore[no-untyped-def]
    built = []
    if looks.hair_length > 0:
        built.append(blob(at(-0.024, 0, 0.042), (0.094, 0.085, 0.096), looks.hair))
    if looks.hair_length > 0.5:
        depth = 0.13 * looks.hair_length
        built.append(blob(at(-0.06, 0, -0.03), (0.06, 0.092, depth), looks.hair))
    if looks.hat:
        built.append(blob(at(-0.005, 0, 0.075), (0.105, 0.09, 0.062), looks.hat))
        built.append(blob(at(0.1, 0, 0.065), (0.06, 0.06, 0.01), looks.hat))
    return built


# -- arms and hands ------------------------------------------------------------------------------


def _arm(arm: Arm, looks: Looks, tag: int) -> list[Shape]:
    scale, build = looks.scale, 0.5 + 0.5 * looks.girth
    sleeve = looks.shirt if looks.long_sleeves else looks.skin
    return [
        rod(arm.shoulder, arm.elbow, 0.05 * scale * build, looks.shirt, tag=tag),
        rod(arm.elbow, arm.wrist, 0.039 * scale * build, sleeve, tag=tag),
    ]


def _hand(arm: Arm, looks: Looks, tag: int) -> list[Shape]:
    scale, skin = 0.4 + 0.6 * looks.scale, looks.skin
    frame = facing(arm.aim)
    palm = arm.wrist + arm.aim * 0.05 * scale
    if arm.grip is Grip.FLAT:
        flat = turned(frame, roll=70 * DEGREE)
        middle = arm.wrist + arm.aim * 0.085 * scale
        return [ellipsoid(middle, [0.095 * scale, 0.045 * scale, 0.016 * scale], skin, flat, tag)]
    fist = ellipsoid(palm, [0.05 * scale, 0.042 * scale, 0.038 * scale], skin, frame, tag)
    match arm.grip:
        case Grip.FINGER:
            knuckle = palm + arm.aim * 0.035 * scale + frame[:, 2] * 0.012 * scale
            tip = knuckle + arm.aim * 0.085 * scale
            thumb = palm + unit(arm.aim + frame[:, 2]) * 0.055 * scale
            finger = rod(knuckle, tip, 0.012 * scale, skin, tag=tag)
            return [fist, finger, rod(palm, thumb, 0.012 * scale, skin, tag=tag)]
        case Grip.PHONE:
            half = [0.005, 0.036, 0.074]
            held = turned(frame, pitch=-50 * DEGREE)
            case = box(palm + arm.aim * 0.03, half, (0.05, 0.05, 0.06), held)
            lit = box(
                palm + arm.aim * 0.03 - held[:, 0] * 0.006, half, SCREEN_LIGHT, held, glow=0.5
            )
            return [fist, case, lit]
        case Grip.CUP:
            foot, rim = palm - vector(0, 0, 0.05), palm + vector(0, 0, 0.06)
            return [fist, rod(foot, rim, 0.036, (0.8, 0.76, 0.7), Kind.CYLINDER)]
        case _:
            return [fist]


def _darker(colour: Colour, share: float) -> Colour:
    red, green, blue = (part * share for part in colour)
    return (red, green, blue)
