"""What may be shown and said, rule by rule."""

from __future__ import annotations

import pytest

from vehicle_bus.presentation import ROWS, Presentation, presentation
from vehicle_bus.situation import VehicleProfile
from vehicle_bus.values import Datapoint, Scalar, Zone

PARKED: dict[str, Scalar] = {
    "Vehicle.Speed": 0.0,
    "Vehicle.Powertrain.Transmission.SelectedGear": 126,
}
DRIVING: dict[str, Scalar] = {**PARKED, "Vehicle.Speed": 50.0}


def at(zone: Zone, signals: dict[str, Scalar], age: float = 0.0) -> Presentation:
    snapshot = {path: Datapoint(value, 0.0) for path, value in signals.items()}
    return presentation(zone, snapshot, VehicleProfile(), age)


def test_a_parked_car_restricts_nothing() -> None:
    assert at(Zone.DRIVER, PARKED) == Presentation()


def test_rule_11_nothing_that_holds_the_eye() -> None:
    limits = at(Zone.DRIVER, DRIVING)
    shown = (limits.video, limits.keyboard, limits.scrolling_text, limits.messages_shown)
    assert shown == (False, False, False, False)


def test_rule_12_little_to_read() -> None:
    limits = at(Zone.DRIVER, DRIVING)
    assert (limits.text_chars, limits.list_items, limits.list_depth) == (120, 21, 3)
    assert not limits.partials


def test_a_passengers_display_is_not_the_drivers() -> None:
    limits = at(Zone.REAR_LEFT, DRIVING)
    assert limits.video
    assert limits.partials
    assert limits.text_chars is None


@pytest.mark.parametrize("zone", [Zone.DRIVER, Zone.UNKNOWN])
def test_what_is_not_known_counts_as_moving(zone: Zone) -> None:
    assert not at(zone, {}).video
    assert not at(zone, PARKED, age=10.0).video


def test_rule_13_setup_only_in_park() -> None:
    idling = {**PARKED, "Vehicle.Powertrain.Transmission.SelectedGear": 127}
    assert at(Zone.REAR_LEFT, PARKED).setup
    assert not at(Zone.REAR_LEFT, idling).setup
    assert at(Zone.DRIVER, idling).video


@pytest.mark.parametrize("signals", [PARKED, DRIVING, {}])
def test_rule_14_always_interruptible(signals: dict[str, Scalar]) -> None:
    assert at(Zone.DRIVER, signals).interruptible


@pytest.mark.parametrize(
    ("path", "value", "quiet"),
    [
        ("Vehicle.Driver.FatigueLevel", 80.0, True),
        ("Vehicle.Driver.FatigueLevel", 20.0, False),
        ("Vehicle.Driver.DistractionLevel", 60.0, True),
        ("Vehicle.Driver.IsEyesOnRoad", False, True),
        ("Vehicle.Driver.IsEyesOnRoad", True, False),
    ],
)
def test_rule_15_quiet_for_a_tired_driver(path: str, value: Scalar, quiet: bool) -> None:
    limits = at(Zone.DRIVER, {**DRIVING, path: value})
    assert (limits.short, limits.deferred) == (quiet, quiet)
    assert not at(Zone.DRIVER, {**PARKED, path: value}).deferred


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_names_source_and_reasons(row: object) -> None:
    assert row.source  # type: ignore[attr-defined]
    assert 0 < len(row.reason_en) <= 120  # type: ignore[attr-defined]
    assert 0 < len(row.reason_zh) <= 60  # type: ignore[attr-defined]
