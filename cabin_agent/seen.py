"""What the cameras saw, as numbers of fixed size: made by `seeing`, taken by `understanding`.

Everything is a probability of the picture encoders, in the car's own geometry (left and right as
seen in driving direction). The understanding model gets them with the moment: it decides together
with the words whether "this one" means what a hand points at. An encoder that has no fresh frame
leaves its part empty.
"""

from __future__ import annotations

from dataclasses import dataclass

SEATS = ("front_left", "front_right", "rear_left", "rear_middle", "rear_right")
PLACES = (
    "window_front_left",
    "window_front_right",
    "window_rear_left",
    "window_rear_right",
    "seat_front_left",
    "seat_front_right",
    "seat_rear_left",
    "seat_rear_right",
    "roof",
    "screen",
    "mirror_left",
    "mirror_right",
)
GAZES = ("ahead", "left", "right", "down", "behind")
SIGNS = (
    "speed limit 20",
    "speed limit 30",
    "speed limit 50",
    "speed limit 60",
    "speed limit 70",
    "speed limit 80",
    "end of speed limit 80",
    "speed limit 100",
    "speed limit 120",
    "no overtaking",
    "no overtaking for trucks",
    "right of way",
    "priority road",
    "give way",
    "stop",
    "no vehicles",
    "no trucks",
    "no entry",
    "danger",
    "curve left",
    "curve right",
    "double curve",
    "bumpy road",
    "slippery road",
    "road narrows",
    "road works",
    "traffic signals",
    "pedestrians",
    "children",
    "bicycles",
    "ice or snow",
    "wild animals",
    "end of limits",
    "turn right",
    "turn left",
    "ahead only",
    "ahead or right",
    "ahead or left",
    "keep right",
    "keep left",
    "roundabout",
    "end of no overtaking",
    "end of no overtaking for trucks",
)
"""The classes of the German Traffic Sign Recognition Benchmark (Stallkamp et al. 2012), in its
order."""
SIGN_CLASSES = len(SIGNS)


@dataclass(frozen=True, slots=True)
class SeatSeen:
    """One seat of a cabin frame. `points_at`: first "at nothing", then `PLACES`; both
    distributions sum to 1."""

    occupied: float
    child_seat: float
    asleep: float
    points_at: tuple[float, ...]
    gaze: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.points_at) != 1 + len(PLACES) or len(self.gaze) != len(GAZES):
            found = f"points_at has {len(self.points_at)} numbers and gaze {len(self.gaze)}"
            raise ValueError(f"{found}; {1 + len(PLACES)} and {len(GAZES)} are wanted")


@dataclass(frozen=True, slots=True)
class Seen:
    """The latest frames while they are fresh. `seats`: one for each of `SEATS`, or none at all;
    `sign`: `SIGN_CLASSES` probabilities that add up to 1, or none."""

    seats: tuple[SeatSeen, ...] = ()
    sign: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.seats) not in (0, len(SEATS)) or len(self.sign) not in (0, SIGN_CLASSES):
            found = f"{len(self.seats)} seats and {len(self.sign)} signs"
            raise ValueError(f"{found} were seen; all of {len(SEATS)} and {SIGN_CLASSES}, or none")


NOTHING_SEEN = Seen()
LIKELY = 0.5
"""From this probability on something counts as seen."""


def pointed_at(seat: SeatSeen) -> str:
    """The place that the seat's hand points at; empty for nothing."""
    likeliest = max(range(len(seat.points_at)), key=seat.points_at.__getitem__)
    return PLACES[likeliest - 1] if likeliest and seat.points_at[likeliest] >= LIKELY else ""


def looks(seat: SeatSeen) -> str:
    """Which way the head is turned; empty where nobody sits."""
    if seat.occupied < LIKELY:
        return ""
    return GAZES[max(range(len(seat.gaze)), key=seat.gaze.__getitem__)]
