from pathlib import Path

import pytest

from simulator.scenario import Scenario, loads
from simulator.sweeping import document
from simulator.sweeping.errors import SweepError
from simulator.sweeping.variants import applied
from vehicle_bus.values import Scalar

SPEED = "Vehicle.Speed"
TEXT = """
name: One
parameters: {degrees: 20}
vehicle: {Vehicle.Powertrain.Transmission.SelectedGear: 126}
drive:
- {at: 0, gear: P}
- {at: 5, speed: 30, rain: 10}
turns:
- {say: "make it ${degrees}", voice: ben, answer: no}
- {say: 你好, lang: zh}
- type: louder
"""


def scenario(tmp_path: Path, **values: Scalar) -> Scenario:
    file = tmp_path / "one.scenario.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return loads(document.written(applied(document.document(file), values)))


def test_as_it_stands_it_stays_the_same(tmp_path: Path) -> None:
    same, own = scenario(tmp_path), loads(TEXT)
    assert [turn.text for turn in same.turns] == [turn.text for turn in own.turns]
    assert [turn.answer for turn in same.turns] == [turn.answer for turn in own.turns]
    assert same.drive == own.drive


def test_a_parameter_counts_before_everything_else(tmp_path: Path) -> None:
    assert scenario(tmp_path, degrees=23).turns[0].text == "make it 23"


def test_speed_is_that_of_the_whole_drive(tmp_path: Path) -> None:
    fast = scenario(tmp_path, speed=100)
    assert fast.vehicle == {SPEED: 100}
    assert [item.speed for item in fast.drive] == [100.0, None]


def test_weather_is_that_of_the_whole_drive(tmp_path: Path) -> None:
    wet = scenario(tmp_path, rain=70)
    assert [item.at for item in wet.drive] == [0.0, 0.0, 5.0]
    assert [item.speed for item in wet.drive] == [None, None, 30.0]


def test_a_voice_speaks_the_turns_of_its_language(tmp_path: Path) -> None:
    before = scenario(tmp_path)
    after = scenario(tmp_path, voice="anna")
    assert after.turns[0].voice == "anna"
    assert after.turns[1].voice == before.turns[1].voice


def test_a_phrase_takes_the_place_of_the_first_words(tmp_path: Path) -> None:
    assert scenario(tmp_path, phrase="no, 22").turns[0].text == "no, 22"


def test_latency_bounds_spoken_turns(tmp_path: Path) -> None:
    bounds = [turn.expect.latency_ms for turn in scenario(tmp_path, latency=700).turns]
    assert bounds == [700.0, 700.0, None]


def test_any_place_can_be_named(tmp_path: Path) -> None:
    values: dict[str, Scalar] = {
        "turns.3.type": "softer",
        "sound.cabin": "van",
        "turns.3.expect.signals.Vehicle.Speed": 5,
        "Vehicle.Exterior.AirTemperature": -5,
    }
    changed = scenario(tmp_path, **values)
    assert changed.turns[2].text == "softer"
    assert changed.sound.cabin == "van"
    assert SPEED in changed.turns[2].expect.signals
    assert changed.vehicle["Vehicle.Exterior.AirTemperature"] == -5


@pytest.mark.parametrize(
    ("key", "value", "cause"),
    [
        ("sped", 5, "did you mean 'speed'"),
        ("turn.1.say", "x", "did you mean 'turns'"),
        ("turns.9.say", "x", "count from 1 to 3"),
        ("turns.1.say.x", "x", "below a single value"),
        ("voice", "bem", "did you mean 'ben'"),
    ],
)
def test_what_is_not_there_is_told(tmp_path: Path, key: str, value: Scalar, cause: str) -> None:
    with pytest.raises(SweepError, match=cause):
        scenario(tmp_path, **{key: value})
