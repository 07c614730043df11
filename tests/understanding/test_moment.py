import numpy as np
import pytest

from cabin_agent.understanding.moment import SIGNALS, SIZE, Moment, encode, nearness
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Zone

SPEED = "Vehicle.Speed"


def test_everything_missing_is_all_zero_but_the_speaker() -> None:
    vector = encode(Moment(Zone.UNKNOWN), "")
    assert vector.shape == (SIZE,)
    assert vector.sum() == 1.0


def test_a_known_zero_differs_from_a_missing_value() -> None:
    middle = encode(Moment(Zone.DRIVER, {SPEED: 60.0}), "")
    assert tuple(middle[:2]) == (0.0, 1.0)
    assert tuple(encode(Moment(Zone.DRIVER), "")[:2]) == (0.0, 0.0)


def test_the_window_is_the_speakers_own() -> None:
    signals = {"Vehicle.Cabin.Door.Row1.PassengerSide.Window.Position": 100}
    passenger = encode(Moment(Zone.PASSENGER, signals), "")
    driver = encode(Moment(Zone.DRIVER, signals), "")
    start = 2 * len(SIGNALS)
    assert tuple(passenger[start : start + 2]) == (1.0, 1.0)
    assert tuple(driver[start : start + 2]) == (0.0, 0.0)


def test_wild_values_stay_bounded() -> None:
    wild = {path: value for path, _ in SIGNALS for value in (1e9,)}
    assert np.abs(encode(Moment(Zone.DRIVER, wild), "")).max() <= 2.0
    words = {path: "nonsense" for path, _ in SIGNALS}
    assert np.isfinite(encode(Moment(Zone.DRIVER, words), "")).all()


def test_words_of_a_label_on_the_screen_are_noticed() -> None:
    shown = Moment(Zone.DRIVER, on_screen=("Route options", "Settings"))
    said = encode(shown, "tap on settings please")
    other = encode(shown, "open the window")
    assert said[-1] == 1.0 > other[-1]
    assert encode(Moment(Zone.DRIVER), "settings")[-1] == 0.0


def test_nearness_grows_with_likeness() -> None:
    assert nearness("设置", "设置") == 1.0
    assert nearness("set", "settings") < 1.0
    assert nearness("", "settings") == 0.0


@pytest.mark.parametrize("path", [path for path, _ in SIGNALS])
def test_every_signal_is_in_the_catalogue(path: str) -> None:
    assert path in Catalogue.load()
