"""Road, light, route and sensors: plain functions and small states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.battery import charged, charging_kw, seconds_to
from simulator.breakage import Breakage
from simulator.daylight import light_percent
from simulator.motion import Mover
from simulator.road import DRY_GRIP, ICE_GRIP, WET_GRIP, Road
from simulator.route import Route
from simulator.sensors import Sensors
from vehicle_bus.errors import ProviderFailed, ProviderSilent

HOUR = 3600.0
MUNICH, DACHAU = (48.1371, 11.5754), (48.2596, 11.4342)


def test_the_day_is_light_and_the_night_is_dark() -> None:
    assert light_percent(12 * HOUR) == pytest.approx(100, abs=1)
    assert light_percent(0) == light_percent(3 * HOUR) == 0.0
    day = [light_percent(hour * HOUR) for hour in range(24)]
    assert day[6:13] == sorted(day[6:13])
    assert light_percent(12 * HOUR, 0.4) == pytest.approx(40, abs=1)
    assert 0 < light_percent(18.2 * HOUR) < 20
    assert light_percent(36 * HOUR) == light_percent(12 * HOUR)


def test_rain_wets_the_road_and_it_dries() -> None:
    road = Road()
    road.step(10, rain=100, outside=10)
    assert road.wetness == pytest.approx(0.5)
    road.step(100, rain=100, outside=10)
    assert road.grip(10) == pytest.approx(WET_GRIP)
    assert road.grip(-3) == pytest.approx(ICE_GRIP)
    road.step(2000, rain=0, outside=10)
    assert (road.wetness, road.grip(10)) == (0.0, DRY_GRIP)


def test_a_route_is_followed_by_the_metre() -> None:
    route = Route([MUNICH, DACHAU, MUNICH])
    assert route.length / 2 == pytest.approx(17_200, rel=0.02)
    start, half, end = route.at(0), route.at(route.length / 2), route.at(1e9)
    assert start[:2] == MUNICH
    assert half[:2] == pytest.approx(DACHAU, abs=1e-6)
    assert end[:2] == pytest.approx(MUNICH, abs=1e-9)
    assert start.heading == pytest.approx(322.5, abs=1.0)
    assert (half.heading - start.heading) % 360 == pytest.approx(180, abs=1.0)


def test_sensors_have_noise_resolution_and_rates() -> None:
    truth = {"Vehicle.Speed": 50.0, "Vehicle.CurrentLocation.Latitude": 48.0, "Vehicle.X": "a"}
    sensors = Sensors(7)
    told = [sensors.due(truth, tick / 10) for tick in range(600)]
    speeds = np.array([each["Vehicle.Speed"] for each in told], dtype=float)
    assert len(speeds) == 600
    assert 0.03 < speeds.std() < 0.2
    assert abs(speeds.mean() - 50) < 0.05
    assert np.allclose(speeds / 0.05, np.round(speeds / 0.05))
    fixes = np.array([each[k] for each in told for k in each if k.endswith("Latitude")], float)
    assert len(fixes) == 60
    assert 0.2 < fixes.std() * 111_320 < 10
    again = Sensors(7)
    assert [again.due(truth, tick / 10) for tick in range(600)] == told
    assert Sensors(8).due(truth, 0.0) != told[0]


def test_a_car_that_stands_tells_a_speed_of_nothing() -> None:
    sensors = Sensors(1)
    truth = {"Vehicle.Speed": 0.0, "Vehicle.Body.Raindetection.Intensity": 0}
    assert all(sensors.due(truth, tick / 10).get("Vehicle.Speed") == 0.0 for tick in range(50))
    assert Sensors(1).due(truth, 0.0)["Vehicle.Body.Raindetection.Intensity"] == 0


def test_what_is_broken_comes_and_goes() -> None:
    broken = Breakage()
    values = {"a": 1, "b": 2}
    broken.begin("lost", ["a"], values)
    broken.begin("lost", ["a"], values)
    assert broken.told(values) == {"b": 2}
    broken.end("lost", ["a"])
    assert broken.told(values) == {"b": 2}
    broken.end("lost", ["a"])
    broken.begin("stuck", ["b"], values)
    assert broken.told({"a": 5, "b": 6}) == {"a": 5, "b": 2}
    broken.end("stuck", ["b"])
    assert broken.told({"b": 6}) == {"b": 6}
    broken.begin("refuses", ["a"], values)
    broken.begin("silent", ["b"], values)
    with pytest.raises(ProviderFailed, match="a: its control unit refused"):
        broken.check(["a"])
    with pytest.raises(ProviderSilent, match="b: its control unit did not answer"):
        broken.check(["b"])
    broken.check(["c"])


def test_a_battery_takes_less_the_fuller_it_is() -> None:
    assert charging_kw(20) == charging_kw(80) == 50.0
    assert charging_kw(90) == pytest.approx(29)
    assert charging_kw(100) == pytest.approx(8)
    assert 30 * 60 < seconds_to(10, 80) < 60 * 60
    assert seconds_to(80, 100) > seconds_to(60, 80) * 1.5
    assert seconds_to(90, 80) == 0
    percent, passed = 70.0, 0
    while percent < 95:
        percent, passed = charged(percent, 95, 1.0), passed + 1
    assert passed == pytest.approx(seconds_to(70, 95), rel=0.02)
    assert charged(96.0, 95.0, 10.0) == 96.0


@given(
    start=st.floats(0, 100),
    targets=st.lists(st.floats(0, 100), min_size=1, max_size=5),
    obstacle=st.none() | st.floats(1, 99),
    dt=st.floats(0.01, 0.5),
)
@settings(max_examples=80, deadline=None)
def test_nothing_that_closes_squeezes_what_is_in_its_way(
    start: float, targets: list[float], obstacle: float | None, dt: float
) -> None:
    mover = Mover("x.Position", 25.0, "x", position=start, target=start, obstacle=obstacle)
    above = obstacle is None or start > obstacle
    for target in targets:
        mover.command("x.Position", target)
        for _ in range(int(5 / dt)):
            before = mover.position
            mover.step(dt)
            assert 0 <= mover.position <= 100
            assert abs(mover.position - before) <= 25.0 * dt + 1e-9
            if above and obstacle is not None:
                assert mover.position >= obstacle
