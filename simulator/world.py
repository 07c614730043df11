"""The car: it takes what the bus hands it, and reacts over time.

`Vehicle` answers for every actuator of the bus's catalogue that is not another control unit's
(`defaults.NOT_OURS`). A switch or a set point takes its target at once; what moves, moves
(`motion`); the cabin's air follows set points and weather (`cabin_air`); speed follows the wanted
speed (`driveline`). Speed, gear and what the policy needs fresh are published every
`HEARTBEAT_S`, other signals when they change, as on a car's network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.battery import charged, seconds_to
from simulator.breakage import Breakage
from simulator.cabin_air import Influences, next_temperature
from simulator.clock import VirtualClock
from simulator.defaults import claimed, initial, occupancy
from simulator.driveline import DRIVE, PARK, Driveline, charge_for
from simulator.media import Player
from simulator.motion import INACTIVE, ROOF, WINDOWS, Mover, movers
from simulator.road import Road
from simulator.route import Route
from simulator.sensors import SENSORS, Sensors
from vehicle_bus.bus import Bus, Registration
from vehicle_bus.catalogue import INTEGERS, Catalogue, validate
from vehicle_bus.patterns import matches
from vehicle_bus.values import Clock, Scalar, Zone
from vehicle_bus.zones import branch

HEARTBEAT_S = 0.25
FIX_S = 1.0
AIR_S = 0.5
LONGEST_STEP_S = 0.5
STILL_STEP_S = 0.25
MOVING_STEP_S = 0.1
DARK_PERCENT = 20.0
AUTO_LOCK_KMH = 10.0

SPEED = "Vehicle.Speed"
IS_MOVING = "Vehicle.IsMoving"
SELECTED_GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
CURRENT_GEAR = "Vehicle.Powertrain.Transmission.CurrentGear"
IGNITION = "Vehicle.LowVoltageSystemState"
PARKING_BRAKE = "Vehicle.Chassis.ParkingBrake.IsEngaged"
ACCELERATION = "Vehicle.Acceleration.Longitudinal"
DISTANCE = "Vehicle.TraveledDistance"
CHARGE = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current"
RANGES = ("Vehicle.Powertrain.Range", "Vehicle.Powertrain.TractionBattery.Range")
CABIN = "Vehicle.Cabin.HVAC.AmbientAirTemperature"
OUTSIDE = "Vehicle.Exterior.AirTemperature"
HUMIDITY = "Vehicle.Exterior.Humidity"
NETWORK = "Vehicle.Connectivity.IsConnectivityAvailable"
RAIN = "Vehicle.Body.Raindetection.Intensity"
LIGHT = "Vehicle.Exterior.LightIntensity"
PERCEIVED_LIGHT = "Vehicle.Cabin.Light.PerceivedAmbientLight"
LATITUDE = "Vehicle.CurrentLocation.Latitude"
LONGITUDE = "Vehicle.CurrentLocation.Longitude"
HEADING = "Vehicle.CurrentLocation.Heading"
LIGHT_SWITCH = "Vehicle.Body.Lights.LightSwitch"
LOW_BEAM = "Vehicle.Body.Lights.Beam.Low.IsOn"
_CHARGING = "Vehicle.Powertrain.TractionBattery.Charging"
IS_CHARGING = f"{_CHARGING}.IsCharging"
START_STOP = f"{_CHARGING}.StartStopCharging"
CHARGE_LIMIT = f"{_CHARGING}.ChargeLimit"
TIME_TO_COMPLETE = f"{_CHARGING}.TimeToComplete"
CABLES = f"{_CHARGING}.ChargingPort.*.IsChargingCableConnected"
COOLING = "Vehicle.Cabin.HVAC.IsAirConditioningActive"
FRONT = "Vehicle.Cabin.HVAC.Station.Row1"
DRIVER_POSITION = "Vehicle.Cabin.DriverPosition"
HEARTBEAT = (SPEED, IS_MOVING, SELECTED_GEAR, CURRENT_GEAR, IGNITION)


@dataclass(frozen=True, slots=True)
class Actuation:
    """A target that somebody handed the car, at `at` seconds on the bus's clock."""

    path: str
    before: Scalar | None
    after: Scalar
    at: float


class Vehicle:
    """A car on `bus`. One `step` or `set` at a time; targets may arrive in between.

    `clock` is the bus's clock; `catalogue` is the bus's catalogue. `breakage` is what is broken;
    `value` and `values` are the truth, which a broken or noisy sensor may not tell.
    """

    def __init__(self, bus: Bus, clock: Clock, catalogue: Catalogue | None = None) -> None:
        self._bus = bus
        self._clock = clock
        self._catalogue = catalogue or Catalogue.load()
        self._values: dict[str, Scalar] = {}
        self._fresh: dict[str, Scalar] = {}
        self._changed: dict[str, Scalar] = {}
        self._actuations: list[Actuation] = []
        self._registration: Registration | None = None
        self.breakage = Breakage()
        self._sensors: Sensors | None = None
        self._route: Route | None = None
        self._fix_at = float("-inf")
        self._left_at = 0.0
        self._airing = 0.0
        self._road = Road()
        self._line = Driveline()
        self._player = Player()
        self._cabin = 21.0
        self._movers = [mover for mover in movers() if mover.path in self._catalogue]
        self._by_path = {
            path: mover
            for mover in self._movers
            for path in (mover.path, mover.is_open, mover.switch)
            if path
        }
        self._moving: list[Mover] = []
        self._beat_at = float("-inf")
        self._alone = False
        self._charging = False
        self._cables = [path for path in self._catalogue if matches(CABLES, path)]
        self._publishing = asyncio.Lock()

    async def start(
        self,
        signals: Mapping[str, Scalar] | None = None,
        occupants: Iterable[Zone] = (),
        route: Route | None = None,
        sensors: Sensors | None = None,
    ) -> None:
        """Claim the actuators and publish the first values: the defaults, people in the seats of
        `occupants` besides the driver, then `signals`. The car follows `route`; without `sensors`
        it tells what is. Raises BusError if another car is there or a signal does not fit."""
        signals = self._valid(signals or {})
        position = str(signals.get(DRIVER_POSITION, "LEFT"))
        people = occupancy({Zone.DRIVER, *occupants}, position)
        self._values = initial(self._catalogue) | people | _derived(signals) | signals
        self._adopt()
        self._sensors, self._route = sensors, route
        self._left_at = self._line.distance
        self._locate()
        await self._join()
        self._changed.clear()

    async def _join(self) -> None:
        """Claim the actuators, and tell everything."""
        self._registration = await self._bus.provide(claimed(self._catalogue), self._take)
        try:
            await self._registration.publish(self.breakage.told(self._values))
        except BaseException:
            await self.stop()
            raise
        self._fresh.clear()
        self._beat_at = self._clock()

    async def lose_bus(self) -> None:
        """The bus has gone: live on without telling anybody, until `find_bus`."""
        await self.stop()
        self._alone = True

    async def find_bus(self, bus: Bus) -> None:
        """Join another bus, or the same after it has come back."""
        self._bus = bus
        self._alone = False
        await self._join()

    async def stop(self) -> None:
        """Let go of the actuators. The last values stay on the bus."""
        registration, self._registration = self._registration, None
        if registration is not None:
            await registration.close()

    @property
    def catalogue(self) -> Catalogue:
        """The signals the car may have."""
        return self._catalogue

    def value(self, path: str) -> Scalar | None:
        """What is, whatever a broken sensor tells."""
        return self._values.get(path)

    @property
    def values(self) -> Mapping[str, Scalar]:
        """Everything that is, by path."""
        return self._values

    @property
    def speed(self) -> float:
        """km/h."""
        return self._line.speed

    def take_actuations(self) -> list[Actuation]:
        """The targets handed over since the last call, oldest first."""
        taken, self._actuations = self._actuations, []
        return taken

    def take_changes(self) -> Mapping[str, Scalar]:
        """The last value of every path that has changed since the last call or the start."""
        taken, self._changed = self._changed, {}
        return taken

    def drive_at(self, speed: float) -> None:
        """Let the driver go for `speed` km/h. Selects D if a parked car has to move."""
        self._line.want(speed)

    def select_gear(self, gear: int) -> None:
        """Select a gear (VSS numbers: 126 is Park). Park and Reverse wait for standstill."""
        self._line.select(gear)

    def obstruct(self, path: str, position: float | None) -> None:
        """Put an obstacle (a hand) into the way of the mover that `path` belongs to, at `position`
        in its units; None takes it away."""
        self._by_path[path].obstacle = position

    async def seat(self, zone: Zone, occupied: bool, belted: bool) -> None:
        """Somebody takes or leaves the seat of `zone`."""
        seat = branch(zone, str(self._values.get(DRIVER_POSITION, "LEFT"))).seat
        status = "OCCUPIED" if occupied else "EMPTY"
        await self.set({f"{seat}.OccupancyStatus": status, f"{seat}.IsBelted": belted})

    @property
    def wetness(self) -> float:
        """Of the road, 0..1."""
        return self._road.wetness

    async def set(self, values: Mapping[str, Scalar]) -> None:
        """Change signals from outside: weather, light, a door somebody opens by hand."""
        values = self._valid(values)
        if self._line.gear == PARK:
            values = _derived(values) | values
        for path, value in values.items():
            self._put(path, value)
        self._adopt(frozenset(values))
        await self._publish()

    async def step(self, dt: float) -> None:
        """Live for `dt` seconds that the clock has just passed; publish what has changed."""
        while dt > 0:
            part = min(dt, LONGEST_STEP_S)
            self._drive(part)
            self._move(part)
            self._breathe(part)
            dt -= part
        await self._publish()

    @property
    def at_rest(self) -> bool:
        """Nothing moves and the speed is the wanted one (the air may still be warming)."""
        return not self._moving and self._line.speed == self._line.wanted

    async def _take(self, targets: Mapping[str, Scalar]) -> None:
        self.breakage.check(targets)
        now = self._clock()
        for path, value in targets.items():
            self._actuations.append(Actuation(path, self._values.get(path), value, now))
            if self.breakage.is_broken("jams", path):
                continue
            mover = self._by_path.get(path)
            if mover is None:
                self._put(path, value)
                self._react(path, value)
                continue
            if path == mover.switch:
                self._put(path, value)
            mover.command(path, value)
            if mover not in self._moving:
                self._moving.append(mover)
        await self._publish()

    def _react(self, path: str, value: Scalar) -> None:
        """What a set point does besides being set."""
        for also, consequence in self._player.react(path, value, self._values).items():
            self._put(also, consequence)
        if path.endswith(".Massage.Level"):
            self._put(path.replace(".Level", ".Status"), "ON" if value else "OFF")
        elif path == LIGHT_SWITCH:
            self._low_beam()
        elif path == START_STOP:
            self._charging = value == "START"
            if not self._charging:
                self._put(IS_CHARGING, False)
                self._put(TIME_TO_COMPLETE, 0)

    def _drive(self, dt: float) -> None:
        line, before = self._line, self._line.speed
        line.step(dt, bool(self._values.get(COOLING)), self._road.grip(self._number(OUTSIDE)))
        if before < AUTO_LOCK_KMH <= line.speed:
            for path in self._catalogue.matching("Vehicle.Cabin.Door.*.*.IsLocked"):
                self._put(path, True)
        moving = line.speed > 0
        self._put(SPEED, round(line.speed, 1))
        self._put(IS_MOVING, moving)
        self._put(SELECTED_GEAR, line.gear)
        self._put(CURRENT_GEAR, line.current_gear)
        self._put(ACCELERATION, round(line.acceleration, 1))
        self._put(CHARGE, round(line.charge, 1))
        self._put_ranges()
        if moving:
            self._put(PARKING_BRAKE, False)
            self._put(DISTANCE, int(line.distance))
        elif line.gear == PARK:
            self._put(PARKING_BRAKE, True)

        if moving and self._route is not None and self._clock() >= self._fix_at + FIX_S:
            self._locate()

    def _locate(self) -> None:
        if self._route is not None:
            self._fix_at = self._clock()
            fix = self._route.at(self._line.distance - self._left_at)
            self._put(LATITUDE, round(fix.latitude, 6))
            self._put(LONGITUDE, round(fix.longitude, 6))
            self._put(HEADING, round(fix.heading, 1))

    def _put_ranges(self) -> None:
        for path in RANGES:
            self._put(path, self._line.range_m)

    def _move(self, dt: float) -> None:
        for mover in self._moving:
            mover.step(dt)
            self._put(mover.path, self._typed(mover.path, mover.position))
            if mover.is_open:
                self._put(mover.is_open, mover.position > 0)
            if mover.switch and not mover.moving:
                self._put(mover.switch, INACTIVE)
        self._moving = [mover for mover in self._moving if mover.moving]

    def _breathe(self, dt: float) -> None:
        """Air and road are slow: they take larger steps than what moves."""
        self._airing += dt
        if self._airing >= AIR_S - 1e-9:
            self._road.step(self._airing, self._number(RAIN), self._number(OUTSIDE))
            self._air(self._airing)
            self._charge(self._airing)
            self._airing = 0.0

    def _charge(self, dt: float) -> None:
        """Fill the battery while a cable is in, the car stands and nobody has stopped it."""
        limit = self._number(CHARGE_LIMIT) or 100.0
        line, wanted = self._line, self._charging
        plugged = wanted and any(self._values.get(path) for path in self._cables)
        self._charging = plugged and line.speed == 0 and line.charge < limit
        if self._charging:
            line.charge = charged(line.charge, limit, dt)
            self._put(TIME_TO_COMPLETE, seconds_to(line.charge, limit))
        elif wanted:
            self._put(TIME_TO_COMPLETE, 0)
        if wanted:
            self._put(IS_CHARGING, self._charging)

    def _air(self, dt: float) -> None:
        fans = (self._number(f"{FRONT}.{side}.FanSpeed") for side in ("Driver", "Passenger"))
        wanted = (self._number(f"{FRONT}.{side}.Temperature") for side in ("Driver", "Passenger"))
        openings = [self._number(f"{window}.Position") for window in WINDOWS]
        openings.append(abs(self._number(f"{ROOF}.Position")))
        around = Influences(
            set_point=sum(wanted) / 2,
            outside=self._number(OUTSIDE),
            fan=sum(fans) / 2,
            open_windows=sum(openings) / 100,
            speed=self._line.speed,
            cooling=bool(self._values.get(COOLING)),
        )
        self._cabin = next_temperature(self._cabin, around, dt)
        self._put(CABIN, round(self._cabin, 1))

    def _low_beam(self) -> None:
        switch = self._values.get(LIGHT_SWITCH)
        if switch in ("AUTO", "BEAM"):
            dark = self._number(LIGHT) < DARK_PERCENT
            self._put(LOW_BEAM, switch == "BEAM" or dark)

    def _adopt(self, changed: frozenset[str] | None = None) -> None:
        """Bring the inner state in line with values set from outside (None: with all)."""

        def touched(path: str) -> bool:
            return changed is None or path in changed

        if touched(CABIN):
            self._cabin = self._number(CABIN)
        if touched(SPEED):
            self._line.speed = self._line.wanted = self._number(SPEED)
        if touched(SELECTED_GEAR):
            self._line.gear = int(self._number(SELECTED_GEAR))
        if touched(CHARGE):
            self._line.charge = self._number(CHARGE)
            self._put_ranges()
        if touched(DISTANCE):
            self._line.distance = self._number(DISTANCE)
        if touched(LIGHT):
            self._put(PERCEIVED_LIGHT, round(self._number(LIGHT)))
            self._low_beam()
        for mover in self._movers:
            if touched(mover.path):
                mover.position = mover.target = self._number(mover.path)
                if mover.is_open:
                    self._put(mover.is_open, mover.position > 0)
            elif mover.is_open and touched(mover.is_open):
                mover.position = mover.target = 100.0 if self._values.get(mover.is_open) else 0.0
                self._put(mover.path, self._typed(mover.path, mover.position))

    def _put(self, path: str, value: Scalar) -> None:
        """Note a value; it is published with the next `_publish` if it is new."""
        if path not in self._catalogue or self._values.get(path) == value:
            return
        self._values[path] = value
        self._fresh[path] = value
        self._changed[path] = value

    async def _publish(self) -> None:
        if self._alone:
            self._fresh.clear()
            return
        if self._registration is None:
            raise RuntimeError("the car has not started; await vehicle.start() first")
        async with self._publishing:
            now = self._clock()
            if now - self._beat_at >= HEARTBEAT_S - 1e-6:
                self._beat_at = now
                self._fresh |= {path: self._values[path] for path in HEARTBEAT}
            fresh, self._fresh = self._fresh, {}
            if self._sensors is not None:
                fresh = {path: value for path, value in fresh.items() if path not in SENSORS}
                fresh |= self._sensors.due(self._values, now)
            if fresh := self.breakage.told(fresh):
                await self._registration.publish(fresh)

    def _valid(self, values: Mapping[str, Scalar]) -> dict[str, Scalar]:
        return {path: validate(self._catalogue[path], value) for path, value in values.items()}

    def _typed(self, path: str, number: float) -> Scalar:
        return round(number) if self._catalogue[path].datatype in INTEGERS else round(number, 2)

    def _number(self, path: str) -> float:
        value = self._values.get(path, 0.0)
        return float(value) if isinstance(value, int | float) else 0.0


async def settle(vehicle: Vehicle, clock: VirtualClock, seconds: float) -> None:
    """Let `seconds` pass for the car: in small steps while something moves, else in large ones."""
    left = seconds
    while left > 1e-9:
        step = min(left, STILL_STEP_S if vehicle.at_rest else MOVING_STEP_S)
        clock.advance(step)
        await vehicle.step(step)
        left -= step


def _derived(signals: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """What given signals say about others that were not given: a moving car is in D, and a range
    is a state of charge."""
    derived: dict[str, Scalar] = {}
    if signals.get(SPEED):
        derived |= {SELECTED_GEAR: DRIVE, CURRENT_GEAR: 1, IS_MOVING: True, PARKING_BRAKE: False}
    for path in RANGES:
        if isinstance(metres := signals.get(path), int):
            derived[CHARGE] = charge_for(metres)
    return derived
