"""What a scenario's cameras see, drawn or read before the run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from simulator.cameras.cabin_frame import CabinCamera, CamerasMissing
from simulator.cameras.cabin_layout import Seat
from simulator.cameras.road_frame import RoadScene, road_frame
from simulator.cameras.scene import CabinScene, Occupant
from simulator.head_unit import Camera, CameraFrame
from simulator.language.drive import Drive
from simulator.language.frames import CabinView, RoadView
from simulator.scenario import Scenario, ScenarioError
from simulator.world import DRIVER_POSITION
from vehicle_bus.values import Zone

LEFT_HAND_DRIVE: Mapping[Zone, Seat] = {
    Zone.DRIVER: Seat.FRONT_LEFT,
    Zone.PASSENGER: Seat.FRONT_RIGHT,
    Zone.REAR_LEFT: Seat.REAR_LEFT,
    Zone.REAR_RIGHT: Seat.REAR_RIGHT,
}
RIGHT_HAND_DRIVE = {
    **LEFT_HAND_DRIVE,
    Zone.DRIVER: Seat.FRONT_RIGHT,
    Zone.PASSENGER: Seat.FRONT_LEFT,
}

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Pictures:
    """The frames of the items of a drive that show any."""

    shown: tuple[tuple[Drive, tuple[CameraFrame, ...]], ...] = ()

    def of(self, drive: Drive) -> tuple[CameraFrame, ...]:
        return next((frames for shown, frames in self.shown if shown is drive), ())


def drawn(scenario: Scenario) -> Pictures:
    """All pictures of `scenario`. Raises ScenarioError if one can't be drawn or read."""
    shown = []
    with ExitStack() as stack:
        camera: CabinCamera | None = None
        for index, drive in enumerate(scenario.drive):
            found = []
            if (cabin := drive.views.cabin) is not None:
                if cabin.file is None and camera is None:
                    camera = stack.enter_context(_camera(cabin))
                found.append(_frame(Camera.CABIN, _cabin(cabin, scenario, camera, index)))
            if (road := drive.views.road) is not None:
                found.append(_frame(Camera.ROAD, _road(road, scenario.seed + index)))
            if found:
                shown.append((drive, tuple(found)))
    return Pictures(tuple(shown))


def _camera(view: CabinView) -> CabinCamera:
    try:
        return CabinCamera()
    except CamerasMissing as error:
        raise ScenarioError(f"{view.place}: {error}; or name a picture file") from None


def _cabin(view: CabinView, scenario: Scenario, camera: CabinCamera | None, index: int) -> Picture:
    if view.file is not None or camera is None:
        return _read(view)
    on_left = scenario.vehicle.get(DRIVER_POSITION, "LEFT") != "RIGHT"
    seats = LEFT_HAND_DRIVE if on_left else RIGHT_HAND_DRIVE
    people = tuple(
        Occupant(
            seats[zone],
            figure.points_at,
            figure.looks,
            figure.asleep,
            figure.child,
            figure.child_seat,
            seed=scenario.seed + number,
        )
        for number, (zone, figure) in enumerate(view.figures.items())
    )
    try:
        scene = CabinScene(people, driver_on_left=on_left, seed=scenario.seed + index)
    except ValueError as error:
        raise ScenarioError(f"{view.place}: {error}; show somebody else") from None
    return camera.frame(scene)


def _road(view: RoadView, seed: int) -> Picture:
    if view.file is not None:
        return _read(view)
    return road_frame(RoadScene(view.sign, view.light, view.fog, seed=seed))


def _read(view: CabinView | RoadView) -> Picture:
    assert view.file is not None
    try:
        with Image.open(view.file) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ScenarioError(f"{view.place}: {view.file} is no picture ({error})") from None


def _frame(camera: Camera, picture: Picture) -> CameraFrame:
    height, width, _ = picture.shape
    return CameraFrame(camera, width, height, picture.tobytes())
