"""Lanes stay small however long the drive."""

from __future__ import annotations

from simulator.reporting.lanes import COLUMNS, chosen, lanes
from simulator.reporting.timescale import Timescale, clock
from vehicle_bus.catalogue import Catalogue

SPEED = "Vehicle.Speed"


def test_many_points_keep_their_extremes() -> None:
    points = tuple((n * 0.1, 200.0 if n == 17_777 else n % 7 * 1.0) for n in range(36_000))
    (lane,) = lanes([SPEED], {SPEED: points}, Timescale(0, 3600), Catalogue.load())
    drawn = lane.line.split()
    assert len(drawn) <= 4 * (COLUMNS + 1)
    assert (lane.low, lane.high, lane.unit) == (0.0, 200.0, "km/h")
    assert min(float(point.split(",")[1]) for point in drawn) == 6.0


def test_what_the_turns_are_about_comes_first() -> None:
    signals = dict.fromkeys(("a", "b", "c", SPEED))
    assert chosen(signals, ["c", "gone", "c"]) == ([SPEED, "c"], ["a", "b"])


def test_a_signal_that_the_catalogue_does_not_know_is_drawn() -> None:
    (lane,) = lanes(["My.Own"], {"My.Own": ((0.0, 1), (2.0, 3))}, Timescale(0, 2), Catalogue.load())
    assert (lane.label, lane.unit, lane.line) == ("My.Own", "", "0.0,94.0 1000.0,6.0")


def test_round_ticks() -> None:
    assert [tick.label for tick in Timescale(0, 48).ticks()] == "0 s,10 s,20 s,30 s,40 s".split(",")
    around = Timescale(2.9, 5.4).ticks(zero=4.4)
    assert [tick.label for tick in around][:2] == ["-1.5 s", "-1 s"]
    assert [tick.left for tick in around if tick.label == "0 s"] == [60.0]
    assert len(Timescale(0, 86_400).ticks()) < 10


def test_clock() -> None:
    assert [clock(s) for s in (0.25, 12.0, 125, 3725, -125)] == [
        *("0.2 s", "12 s", "2:05", "1:02:05", "-2:05"),
    ]
