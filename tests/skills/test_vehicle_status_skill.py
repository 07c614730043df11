"""What the car tells about itself, whether it gets somewhere, and settings that are not ours."""

from __future__ import annotations

import pytest

from cabin_agent.sdk import Language, Zone
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from vehicle_bus.values import Scalar

REGISTRY = load()
BATTERY = "Vehicle.Powertrain.TractionBattery"
TYRE = "Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire"
SEAT = "Vehicle.Cabin.Seat.Row2.PassengerSide"
START: dict[str, Scalar] = {
    "Vehicle.CurrentLocation.Latitude": 48.137,
    "Vehicle.CurrentLocation.Longitude": 11.576,
    f"{BATTERY}.Range": 200_000,
    f"{BATTERY}.StateOfCharge.Current": 60.0,
    f"{TYRE}.Pressure": 240,
    f"{TYRE}.IsPressureLow": False,
    "Vehicle.TraveledDistance": 51_200_000,
    "Vehicle.TraveledDistanceSinceStart": 34_000,
    "Vehicle.Service.DistanceToService": 4200.0,
    "Vehicle.Diagnostics.DTCCount": 0,
    "Vehicle.ADAS.LaneDepartureDetection.IsEnabled": True,
    "Vehicle.Powertrain.Transmission.PerformanceMode": "ECONOMY",
    "Vehicle.Chassis.ParkingBrake.IsEngaged": True,
}


async def car(**signals: Scalar) -> TestCar:
    return await TestCar.parked(REGISTRY, {**START, **signals})


@pytest.mark.parametrize(
    ("place", "words", "reply"),
    [
        ("salzburg", "can we get there", "Yes: Salzburg is 151 kilometres, 49 would be left."),
        (
            "nuremberg",
            "will we reach nuremberg",
            "Barely: Nuremberg is 196 kilometres, 4 would be left. Charge first.",
        ),
        ("berlin", "is it enough", "No: Berlin is 656 kilometres, 456 more than the range."),
        (
            "salzburg",
            "can we drive to salzburg and back without charging",
            "No: Salzburg is 302 kilometres, 102 more than the range.",
        ),
        ("", "will we make it home", "Yes: Home is 3 kilometres, 197 would be left."),
    ],
)  # fmt: skip
async def test_whether_it_is_enough_is_computed(place: str, words: str, reply: str) -> None:
    slots = {"place": place} if place else {}
    assert (await (await car()).ask("vehicle_status.query", words=words, **slots)).said == reply


async def test_the_destination_that_is_set_counts_where_no_place_is_said() -> None:
    trip = await car()
    await trip.ask("navigation.navigate", place="berlin")
    asked = await trip.ask("vehicle_status.query", words="电够不够", language=Language.MANDARIN)
    assert asked.said.startswith("到不了：去目的地有六百五十六公里")


async def test_home_is_the_head_units_home() -> None:
    trip = await car()
    await trip.inform("places", {"home": {"latitude": 52.52, "longitude": 13.405}})
    asked = await trip.ask("vehicle_status.query", words="will we make it home")
    assert asked.said.startswith("No: Home is 656 kilometres")


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("what is our range", "Battery 60 percent, range 200 kilometres."),
        ("what is the tyre pressure", "Tyres in bar: front left 2.4."),
        ("how many kilometres are on the car", "The car has done 51200 kilometres."),
        ("how far is this trip distance", "34 kilometres on this trip."),
        ("when is the next service", "4200 kilometres to the next service."),
        ("is something wrong with the car", "The car reports no faults."),
        ("is lane keeping on", "The lane departure warning is on."),
        ("is the blind spot monitor on", "The car does not report the blind spot warning."),
        ("which driving mode is on", "The car is in eco mode."),
        ("is the parking brake on", "The parking brake is on."),
        ("手刹拉了吗", "The parking brake is on."),
        ("挂的什么挡", "The gear is P."),
        ("谁没系安全带", "Everybody is belted."),
    ],
)
async def test_a_report(words: str, reply: str) -> None:
    assert (await (await car()).ask("vehicle_status.query", words=words)).said == reply


async def test_a_low_tyre_and_an_open_belt_are_told_first() -> None:
    bad = await car(
        **{
            f"{TYRE}.IsPressureLow": True,
            f"{SEAT}.OccupancyStatus": "OCCUPIED",
            f"{SEAT}.IsBelted": False,
            "Vehicle.Diagnostics.DTCCount": 2,
        }
    )
    tyres = await bad.ask("vehicle_status.query", words="胎压正常吗", language=Language.MANDARIN)
    assert tyres.said.startswith("左前气压偏低")
    belts = await bad.ask("vehicle_status.query", words="is everybody belted")
    assert belts.said == "Not belted: rear, passenger's side."
    health = await bad.ask("vehicle_status.query", words="is something wrong with the car")
    assert health.said == "Please look after: 2 faults stored, tyre low front left."


@pytest.mark.parametrize(
    ("words", "language", "start"),
    [
        ("how do i jump start this car", Language.ENGLISH, "Manual 9.1: Red to plus"),
        ("what octane should i put in", Language.ENGLISH, "Manual 5.7: Cars with an engine"),
        ("电瓶没电了怎么办", Language.MANDARIN, "手册9.1："),
    ],
)
async def test_how_to_is_quoted_from_the_manual(words: str, language: Language, start: str) -> None:
    answer = await (await car()).ask("vehicle_status.query", words=words, language=language)
    assert answer.said.startswith(start)


async def test_settings_of_assistants_are_only_shown() -> None:
    done = await (await car()).ask(
        "vehicle_status.set", words="turn off the blind spot alert", option="blind spot alert"
    )
    assert not done.signals
    assert [(e.name, e.payload["setting"]) for e in done.events] == [
        ("settings.open", "blind spot warning")
    ]
    passenger = await (await car()).ask(
        "vehicle_status.set", words="关闭疲劳提醒", speaker=Zone.PASSENGER
    )
    assert passenger.outcome.status is Status.FAILED
    assert not passenger.events


async def test_the_trip_meter_is_reset() -> None:
    done = await (await car()).ask("vehicle_status.set", words="小计里程清零")
    assert done.signals == {"Vehicle.TripMeterReading": 0}
