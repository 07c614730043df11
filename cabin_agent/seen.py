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
SIGN_CLASSES = 43
"""The classes of the German Traffic Sign Recognition Benchmark, in its order."""


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
