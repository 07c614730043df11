"""What the policy knows about the car at the moment of a request, derived once per request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vehicle_bus.values import Datapoint, Requester, Scalar, Zone
from vehicle_bus.zones import DRIVER_POSITION, LEFT, zones_of_path

SPEED = "Vehicle.Speed"
IS_MOVING = "Vehicle.IsMoving"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
IGNITION = "Vehicle.LowVoltageSystemState"
RAIN = "Vehicle.Body.Raindetection.Intensity"
LIGHT = "Vehicle.Exterior.LightIntensity"
HUMIDITY = "Vehicle.Exterior.Humidity"
FOG_LIGHTS = ("Vehicle.Body.Lights.Fog.Front.IsOn", "Vehicle.Body.Lights.Fog.Rear.IsOn")
CHILD_LOCKS = (
    "Vehicle.Cabin.IsWindowChildLockEngaged",
    "Vehicle.Cabin.Door.Row2.DriverSide.IsChildLockActive",
    "Vehicle.Cabin.Door.Row2.PassengerSide.IsChildLockActive",
)
PARK = 126
POWERED = frozenset({"ACC", "ON", "START"})


class VehicleState(StrEnum):
    """The driving states of Android Automotive's car user restrictions."""

    PARKED = "parked"
    IDLING = "idling"
    MOVING = "moving"


@dataclass(frozen=True, slots=True)
class VehicleProfile:
    """What a carmaker declares about a model.

    `max_age_s`: older values of speed and gear count as missing. `auto_reverse`: windows and roof
    stop and reverse on an obstacle (FMVSS 118 S5); the simulated car does. `dark_below_percent`:
    of `Vehicle.Exterior.LightIntensity`, whose scale is the sensor's own. `fog_above_percent`:
    outside humidity from which fog must be reckoned with.
    """

    max_age_s: float = 2.0
    auto_reverse: bool = True
    dark_below_percent: float = 25.0
    fog_above_percent: float = 95.0


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment of a request. `rain` and `fog` are None when no sensor tells."""

    requester: Requester
    snapshot: Mapping[str, Datapoint]
    profile: VehicleProfile
    state: VehicleState
    driver_position: str

    @classmethod
    def of(
        cls,
        requester: Requester,
        snapshot: Mapping[str, Datapoint],
        profile: VehicleProfile,
        now: float,
    ) -> Situation:
        position = snapshot.get(DRIVER_POSITION)
        return cls(
            requester,
            snapshot,
            profile,
            vehicle_state(snapshot, profile, now),
            LEFT if position is None else str(position.value),
        )

    @property
    def zone(self) -> Zone:
        return self.requester.zone

    @property
    def powered(self) -> bool:
        """Ignition in ACC, ON or START; unknown counts as off."""
        return self.value(IGNITION) in POWERED

    @property
    def dark(self) -> bool:
        """Unknown light counts as dark."""
        light = self.value(LIGHT)
        return light is None or float(light) < self.profile.dark_below_percent

    @property
    def rain(self) -> bool | None:
        intensity = self.value(RAIN)
        return None if intensity is None else float(intensity) > 0

    @property
    def fog(self) -> bool | None:
        if any(self.value(path) is True for path in FOG_LIGHTS):
            return True
        humidity = self.value(HUMIDITY)
        return None if humidity is None else float(humidity) >= self.profile.fog_above_percent

    @property
    def child_lock(self) -> bool:
        return any(self.value(path) is True for path in CHILD_LOCKS)

    def value(self, path: str) -> Scalar | None:
        """The last known value, of any age."""
        point = self.snapshot.get(path)
        return None if point is None else point.value

    def seats(self, path: str) -> frozenset[Zone]:
        """The seat zones `path` belongs to in this car."""
        return zones_of_path(path, self.driver_position)


def vehicle_state(
    snapshot: Mapping[str, Datapoint], profile: VehicleProfile, now: float
) -> VehicleState:
    """Parked, idling or moving; missing, stale or contradicting signals count as moving."""
    speed = _fresh(snapshot, SPEED, profile, now)
    gear = _fresh(snapshot, GEAR, profile, now)
    if speed is None or gear is None or speed != 0:
        return VehicleState.MOVING
    if _fresh(snapshot, IS_MOVING, profile, now) is True:
        return VehicleState.MOVING
    return VehicleState.PARKED if gear == PARK else VehicleState.IDLING


def _fresh(
    snapshot: Mapping[str, Datapoint], path: str, profile: VehicleProfile, now: float
) -> Scalar | None:
    point = snapshot.get(path)
    if point is None or not 0.0 <= now - point.at <= profile.max_age_s:
        return None
    return point.value
