"""The car over virtual time: what is commanded moves with real speed."""

from __future__ import annotations

import time

import pytest

from simulator.clock import VirtualClock
from simulator.driveline import DRIVE, PARK
from simulator.world import Vehicle, settle
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import AlreadyProvided, InvalidValue, NoProvider
from vehicle_bus.values import (
    ActuationRequest,
    Datapoint,
    Decision,
    Requester,
    Scalar,
    Verdict,
    Zone,
)

CATALOGUE = Catalogue.load()
DRIVER_DOOR = "Vehicle.Cabin.Door.Row1.DriverSide"
WINDOW = f"{DRIVER_DOOR}.Window"
ROOF = "Vehicle.Cabin.Sunroof"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
CABIN = "Vehicle.Cabin.HVAC.AmbientAirTemperature"
STATIONS = "Vehicle.Cabin.HVAC.Station.Row1"


def allow_everything(request: ActuationRequest, snapshot: object, now: float) -> Verdict:
    return Verdict(Decision.ALLOW, tuple(request.values))


class Garage:
    """A car on a bus without rules, and a hand for its switches."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.bus = Broker(CATALOGUE, allow_everything, self.clock)
        self.car = Vehicle(self.bus, self.clock, CATALOGUE)

    async def ask(self, path: str, value: Scalar) -> None:
        requester = Requester("test", Zone.DRIVER, ("*",))
        await self.bus.actuate(ActuationRequest({path: value}, requester))

    async def point(self, path: str) -> Datapoint:
        point = (await self.bus.get(path))[path]
        assert point is not None
        return point

    async def value(self, path: str) -> Scalar:
        return (await self.point(path)).value

    async def wait(self, seconds: float) -> None:
        await settle(self.car, self.clock, seconds)


@pytest.fixture
async def garage() -> Garage:
    garage = Garage()
    await garage.car.start()
    return garage


async def test_stands_parked_and_switched_on(garage: Garage) -> None:
    assert await garage.value(GEAR) == PARK
    assert await garage.value("Vehicle.Speed") == 0
    assert await garage.value("Vehicle.LowVoltageSystemState") == "ON"
    assert await garage.value("Vehicle.Cabin.DriverPosition") == "LEFT"
    assert await garage.value("Vehicle.Cabin.Seat.Row1.DriverSide.OccupancyStatus") == "OCCUPIED"
    assert await garage.value("Vehicle.Cabin.Seat.Row1.PassengerSide.OccupancyStatus") == "EMPTY"


async def test_window_takes_four_seconds(garage: Garage) -> None:
    await garage.ask(f"{WINDOW}.Position", 100)
    assert await garage.value(f"{WINDOW}.Position") == 0
    await garage.wait(2.0)
    assert await garage.value(f"{WINDOW}.Position") == pytest.approx(50, abs=1)
    assert await garage.value(f"{WINDOW}.IsOpen") is True
    await garage.wait(2.0)
    assert await garage.value(f"{WINDOW}.Position") == 100
    await garage.ask(f"{WINDOW}.IsOpen", False)
    await garage.wait(4.1)
    assert await garage.value(f"{WINDOW}.Position") == 0
    assert await garage.value(f"{WINDOW}.IsOpen") is False


async def test_switch_stops_half_way_and_returns_by_itself(garage: Garage) -> None:
    await garage.ask(f"{WINDOW}.Switch", "OPEN")
    await garage.wait(1.0)
    await garage.ask(f"{WINDOW}.Switch", "INACTIVE")
    await garage.wait(3.0)
    assert await garage.value(f"{WINDOW}.Position") == pytest.approx(25, abs=1)
    await garage.ask(f"{WINDOW}.Switch", "ONE_SHOT_CLOSE")
    assert await garage.value(f"{WINDOW}.Switch") == "ONE_SHOT_CLOSE"
    await garage.wait(3.0)
    assert await garage.value(f"{WINDOW}.Switch") == "INACTIVE"
    assert await garage.value(f"{WINDOW}.Position") == 0


@pytest.mark.parametrize(
    ("switch", "position"),
    [("OPEN", 100), ("ONE_SHOT_OPEN", 100), ("TILT_UP", -100)],
)
async def test_roof_follows_its_switch(garage: Garage, switch: str, position: int) -> None:
    await garage.ask(f"{ROOF}.Switch", switch)
    await garage.wait(1.0)
    assert 0 < abs(garage.car.value(f"{ROOF}.Position")) < 100  # type: ignore[arg-type]
    await garage.wait(4.5)
    assert await garage.value(f"{ROOF}.Position") == position
    assert await garage.value(f"{ROOF}.Switch") == "INACTIVE"
    await garage.ask(f"{ROOF}.Switch", "TILT_DOWN" if position < 0 else "CLOSE")
    await garage.wait(5.5)
    assert await garage.value(f"{ROOF}.Position") == 0


async def test_window_turns_round_at_a_hand(garage: Garage) -> None:
    await garage.car.set({f"{WINDOW}.Position": 80})
    garage.car.obstruct(f"{WINDOW}.Position", 30.0)
    await garage.ask(f"{WINDOW}.Position", 0)
    lowest = 100.0
    for _ in range(60):
        await garage.wait(0.1)
        lowest = min(lowest, float(await garage.value(f"{WINDOW}.Position")))
    assert lowest == 30
    assert await garage.value(f"{WINDOW}.Position") == 70


async def test_seat_moves_slowly_and_settings_at_once(garage: Garage) -> None:
    seat = "Vehicle.Cabin.Seat.Row1.DriverSide"
    await garage.ask(f"{seat}.Backrest.Recline", 36.0)
    await garage.ask(f"{seat}.HeatingCooling", 66)
    assert await garage.value(f"{seat}.HeatingCooling") == 66
    await garage.wait(1.0)
    assert await garage.value(f"{seat}.Backrest.Recline") == pytest.approx(28.0, abs=1)
    await garage.wait(1.5)
    assert await garage.value(f"{seat}.Backrest.Recline") == 36.0


async def test_accelerates_and_parks_like_a_car(garage: Garage) -> None:
    garage.car.drive_at(100)
    await garage.wait(5.0)
    assert garage.car.speed == pytest.approx(50, abs=3)
    assert await garage.value(GEAR) == DRIVE
    assert await garage.value(f"{DRIVER_DOOR}.IsLocked") is True
    await garage.wait(6.0)
    assert await garage.value("Vehicle.Speed") == 100
    garage.car.drive_at(0)
    garage.car.select_gear(PARK)
    await garage.wait(3.0)
    assert await garage.value(GEAR) == DRIVE
    await garage.wait(7.0)
    assert await garage.value("Vehicle.Speed") == 0
    assert await garage.value("Vehicle.IsMoving") is False
    assert await garage.value(GEAR) == PARK


async def test_driving_empties_the_battery(garage: Garage) -> None:
    charge = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current"
    before = await garage.value(charge), await garage.value("Vehicle.Powertrain.Range")
    garage.car.drive_at(120)
    await garage.wait(600.0)
    after = await garage.value(charge), await garage.value("Vehicle.Powertrain.Range")
    assert 3 < float(before[0]) - float(after[0]) < 10
    assert 10_000 < float(before[1]) - float(after[1]) < 40_000


async def test_cabin_warms_towards_the_set_point_and_cools_with_open_windows() -> None:
    garage = Garage()
    await garage.car.start(
        {CABIN: 5.0, "Vehicle.Exterior.AirTemperature": 0.0, f"{STATIONS}.Driver.Temperature": 24.0}
    )
    await garage.wait(60)
    warmer = float(await garage.value(CABIN))
    await garage.wait(240)
    warm = float(await garage.value(CABIN))
    assert 7 < warmer < 16
    assert 17 < warm < 24
    await garage.ask(f"{WINDOW}.Position", 100)
    await garage.wait(90)
    assert float(await garage.value(CABIN)) < warm - 3


async def test_heater_alone_does_not_cool_below_the_weather() -> None:
    garage = Garage()
    await garage.car.start({CABIN: 30.0, "Vehicle.Exterior.AirTemperature": 28.0})
    await garage.wait(300)
    assert float(await garage.value(CABIN)) > 27.9
    await garage.ask("Vehicle.Cabin.HVAC.IsAirConditioningActive", True)
    await garage.wait(300)
    assert float(await garage.value(CABIN)) < 25


async def test_speed_and_gear_stay_fresh(garage: Garage) -> None:
    for _ in range(20):
        await garage.wait(1.0)
        for path in ("Vehicle.Speed", GEAR, "Vehicle.LowVoltageSystemState"):
            assert garage.clock() - (await garage.point(path)).at <= 0.5


async def test_given_speed_is_held_and_means_drive() -> None:
    garage = Garage()
    await garage.car.start({"Vehicle.Speed": 60})
    await garage.wait(10)
    assert await garage.value("Vehicle.Speed") == 60
    assert await garage.value(GEAR) == DRIVE
    assert await garage.value("Vehicle.IsMoving") is True


async def test_given_range_is_a_state_of_charge() -> None:
    garage = Garage()
    await garage.car.start({"Vehicle.Powertrain.Range": 60_000})
    assert await garage.value("Vehicle.Powertrain.Range") == 60_000
    charge = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current"
    assert await garage.value(charge) == pytest.approx(17.07, abs=0.05)


async def test_driving_off_after_standing_still_selects_drive(garage: Garage) -> None:
    await garage.car.set({"Vehicle.Speed": 30.0})
    assert await garage.value(GEAR) == DRIVE


async def test_given_position_fits_is_open() -> None:
    garage = Garage()
    await garage.car.start({f"{WINDOW}.Position": 40})
    assert await garage.value(f"{WINDOW}.IsOpen") is True


async def test_low_beam_follows_the_light(garage: Garage) -> None:
    beam = "Vehicle.Body.Lights.Beam.Low.IsOn"
    assert await garage.value(beam) is False
    await garage.car.set({"Vehicle.Exterior.LightIntensity": 5.0})
    assert await garage.value(beam) is True


async def test_skipping_plays_the_next_track(garage: Garage) -> None:
    media = "Vehicle.Cabin.Infotainment.Media"
    await garage.ask(f"{media}.Action", "PLAY")
    first = await garage.value(f"{media}.Played.Track")
    await garage.ask(f"{media}.Action", "SKIP_FORWARD")
    assert await garage.value(f"{media}.Played.Track") not in ("", first)
    assert await garage.value(f"{media}.Action") == "PLAY"


async def test_remembers_who_asked_for_what(garage: Garage) -> None:
    garage.clock.advance(3.0)
    await garage.ask(f"{WINDOW}.Position", 30)
    (actuation,) = garage.car.take_actuations()
    assert (actuation.path, actuation.before, actuation.after) == (f"{WINDOW}.Position", 0, 30)
    assert actuation.at == 3.0
    assert garage.car.take_actuations() == []


async def test_two_cars_do_not_share_a_bus(garage: Garage) -> None:
    with pytest.raises(AlreadyProvided):
        await Vehicle(garage.bus, garage.clock, CATALOGUE).start()
    await garage.car.stop()
    with pytest.raises(NoProvider):
        await garage.ask(f"{WINDOW}.Position", 30)


async def test_wrong_first_signal_claims_nothing() -> None:
    garage = Garage()
    with pytest.raises(InvalidValue, match=r"Window.Position"):
        await garage.car.start({f"{WINDOW}.Position": 400})
    await garage.car.start()


async def test_twenty_idle_seconds_cost_little(garage: Garage) -> None:
    began = time.perf_counter()
    await garage.wait(20.0)
    assert time.perf_counter() - began < 0.05


async def test_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="can't go back"):
        VirtualClock().advance(-1)
