"""What makes one scenario many, and what is done to people and the car in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario import Condition, Scenario, ScenarioError, load, loads
from vehicle_bus.values import Zone

WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
TURN = "name: x\nturns:\n  - say: open the window\n"


def refused(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "t.yaml")
    return str(caught.value)


# -- parameters --------------------------------------------------------------------------------

DRAWN = """\
name: ${speed} and ${word}
parameters:
  speed: {from: 10, to: 100, step: 5}
  word: {one_of: [warm, cold]}
  share: {from: 0, to: 1}
  fixed: 3
drive: [{at: 1, speed: "${speed}"}]
turns:
  - say: make it ${word} ${fixed} times
"""


def drawn(seed: int, **given: object) -> Scenario:
    return loads(DRAWN, seed=seed, given=given)  # type: ignore[arg-type]


def test_parameters_are_drawn_by_the_seed() -> None:
    same, again = drawn(1), drawn(1)
    assert same == again
    speeds = {drawn(seed).drive[0].speed for seed in range(40)}
    assert len(speeds) > 8
    assert all(speed is not None and speed % 5 == 0 and 10 <= speed <= 100 for speed in speeds)
    assert {drawn(seed).parameters["word"] for seed in range(20)} == {"warm", "cold"}
    assert same.turns[0].text == f"make it {same.parameters['word']} 3 times"
    assert same.name == f"{same.parameters['speed']} and {same.parameters['word']}"


def test_a_parameter_keeps_its_value_when_others_are_set() -> None:
    free = drawn(5)
    fixed = drawn(5, word="icy")
    assert fixed.parameters["word"] == "icy"
    assert fixed.parameters["speed"] == free.parameters["speed"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DRAWN.replace("${fixed}", "${fixd}"), "t.yaml:9:10: no parameter 'fixd'; did you mean"),
        (f"{TURN}    at: ${{x}}\n", "t.yaml:4:9: no parameter 'x'; add it under 'parameters'"),
        (f"{TURN}parameters: {{a: {{from: 3, to: 1}}}}\n", "t.yaml:4:31: 1 is out of range"),
        (f"{TURN}parameters: {{a: {{from: 3}}}}\n", "'one_of' or 'from' and 'to'"),
        (f"{TURN}parameters: {{a: {{one_of: []}}}}\n", "there is nothing to choose from"),
        (f"{TURN}parameters: {{a: {{one_of: [1], to: 3}}}}\n", "'one_of' stands alone"),
        (f"{TURN}parameters: {{1a: 3}}\n", "'1a' is no name"),
    ],
)
def test_parameters_that_do_not_fit(text: str, message: str) -> None:
    assert message in refused(text)


def test_only_what_is_declared_can_be_set() -> None:
    with pytest.raises(ScenarioError, match="no parameter 'wrod' can be set; did you mean 'word'"):
        drawn(1, wrod="cold")


# -- includes ----------------------------------------------------------------------------------


def test_includes_come_first_and_ours_count(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "base.yaml").write_text(
        "patience: 9\nlanguage: zh\nvehicle: {Vehicle.Speed: 30, Vehicle.Exterior.Humidity: 40}\n"
        "drive: [{at: 4, speed: 30}]\nnever: [{said: base}]\n",
        encoding="utf-8",
    )
    (tmp_path / "middle.yaml").write_text(
        "include: deep/base.yaml\npatience: 8\n", encoding="utf-8"
    )
    top = tmp_path / "top.scenario.yaml"
    top.write_text(
        "include: [middle.yaml]\nname: x\nlanguage: en\nvehicle: {Vehicle.Speed: 50}\n"
        "drive: [{at: 1, speed: 60}]\nnever: [{said: top}]\nturns: [{say: hello}]\n",
        encoding="utf-8",
    )
    scenario = load(top)
    assert (scenario.patience, scenario.language) == (8.0, "en")
    assert scenario.vehicle == {"Vehicle.Speed": 50.0, "Vehicle.Exterior.Humidity": 40.0}
    assert [drive.at for drive in scenario.drive] == [1.0, 4.0]
    assert [never.said for never in scenario.never] == ["base", "top"]
    assert scenario.never[0].place == f"{tmp_path / 'deep' / 'base.yaml'}:5"


def test_mistakes_in_an_included_file_are_told_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("\nvehicle: {Vehicle.Sped: 3}\n", encoding="utf-8")
    top = tmp_path / "top.scenario.yaml"
    top.write_text(f"include: base.yaml\n{TURN}", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"base\.yaml:2:11: no signal 'Vehicle.Sped'"):
        load(top)


def test_a_circle_of_includes_is_refused(tmp_path: Path) -> None:
    top = tmp_path / "a.yaml"
    top.write_text(f"include: b.yaml\n{TURN}", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("include: a.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"b\.yaml:1:10: .*a\.yaml includes itself"):
        load(top)


def test_aliases_that_never_end_or_explode_are_refused() -> None:
    assert "check the aliases for a circle" in refused("name: x\nturns: &a [*a]\n")
    bomb = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for before, name in zip("abcdef", "bcdefg", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    assert "aliases make more than" in refused(bomb)


# -- people ------------------------------------------------------------------------------------


def test_people_speak_as_they_are() -> None:
    scenario = loads(
        "name: x\noccupants:\n  driver: {voice: ben}\n  passenger: {voice: mei}\n"
        "  rear_left: {}\nturns:\n  - say: hello\n  - {seat: passenger, say: 你好}\n"
        "  - {seat: passenger, lang: en, say: hello}\n  - {seat: rear_right, say: hello}\n"
    )
    assert [turn.voice for turn in scenario.turns] == ["ben", "mei", "anna", "anna"]
    assert [turn.language for turn in scenario.turns] == ["en", "zh", "en", "en"]
    assert scenario.occupants == (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ("- {say: a, overlap: 1}", "there is nobody to overlap with"),
        ("- {say: a}\n- {say: b, overlap: 1}", "one person sits at driver"),
        ("- {type: a}\n- {say: b, seat: passenger, overlap: 1}", "typing overlaps with nothing"),
        ("- {say: a}\n- {say: b, seat: passenger, overlap: 1, pause: 2}", "exclude each other"),
    ],
)
def test_overlaps_that_can_not_be(turns: str, message: str) -> None:
    assert message in refused(f"name: x\nturns:\n{turns}\n")


# -- the drive ---------------------------------------------------------------------------------


def test_a_speed_profile_becomes_steps() -> None:
    scenario = loads(f"{TURN}drive: [{{at: 10, speed: [[0, 0], [4, 40], [5, 40]]}}]\n")
    steps = [(drive.at, drive.speed) for drive in scenario.drive]
    assert steps == [(10, 0), (11, 10), (12, 20), (13, 30), (14, 40), (15, 40)]
    assert [drive.quiet for drive in scenario.drive] == [False] + [True] * 5


def test_words_of_the_drive_become_signals() -> None:
    scenario = loads(
        f"{TURN}drive:\n- {{at: 0, fuel: 5, driver: {{attention: 40, eyes_on_road: false}}}}\n"
        "- {at: 1, inform: {message: {from: Ann, text: hi, list: [1, 2.5, true]}}}\n"
    )
    first, second = scenario.drive
    assert first.signals == {
        "Vehicle.Powertrain.FuelSystem.RelativeLevel": 5,
        "Vehicle.Powertrain.FuelSystem.IsFuelLevelLow": True,
        "Vehicle.Driver.AttentiveProbability": 40.0,
        "Vehicle.Driver.IsEyesOnRoad": False,
    }
    (message,) = second.messages
    assert message.topic == "message"
    assert message.payload == {"from": "Ann", "text": "hi", "list": [1, 2.5, True]}


@pytest.mark.parametrize(
    ("drive", "message"),
    [
        ("{at: 1, speed: [[0, 0], [0, 3]]}", "0 s is not after 0 s"),
        ("{at: 1, speed: []}", "the speed profile has no points"),
        ("{at: 1, speed: [[1]]}", "a point of a speed profile has two numbers"),
        ("{at: 1, gear: R, speed: 90}", "no car reverses at 90 km/h"),
        ("{at: 1, ignition: 'OFF', speed: 9}", "a car can't drive with the ignition OFF"),
        ("{at: 1, time: '25:00'}", "'25:00' is no time of day"),
        ("{at: 1, weather: rainy}", "did you mean 'rain'"),
        ("{at: 1, inform: {message: hello}}", "what is told is a mapping"),
        ("{at: 1, obstacle: {Vehicle.Speed: 3}}", "'Vehicle.Speed' is unknown here"),
        ("{at: 1, seats: {boot: empty}}", "'boot' is unknown here"),
        ("{at: 1, driver: {atention: 3}}", "did you mean 'attention'"),
        ("{at: 1, frames: {}}", "no camera sees anything"),
        ("{at: 1, frames: {road: {sign: stopp}}}", "did you mean 'stop'"),
        ("{at: 1, frames: {road: picture.txt}}", "'picture.txt' is no picture"),
        ("{at: 1, frames: {cabin: none.png}}", "no such file: none.png"),
        (
            "{at: 1, frames: {cabin: {driver: {asleep: true, looks: left}}}}",
            "who sleeps neither points nor looks",
        ),
        ("{at: 1, frames: {cabin: {driver: {child_seat: true}}}}", "a child sits in it"),
    ],
)
def test_drives_that_can_not_be(drive: str, message: str) -> None:
    assert message in refused(f"{TURN}drive: [{drive}]\n")


# -- faults, checks, never ---------------------------------------------------------------------


def test_faults_are_read() -> None:
    scenario = loads(
        f"{TURN}faults:\n- {{at: 9, for: 3, lost: Vehicle.Speed}}\n"
        f"- {{at: 2, refuses: ['{WINDOW.replace('Position', '*')}']}}\n"
        "- {at: 4, dropouts: {share: 20}}\n- {at: 5, skill: climate}\n- {at: 6, cloud: slow}\n"
    )
    kinds = [(fault.at, fault.kind) for fault in scenario.faults]
    assert kinds == [(2, "refuses"), (4, "dropouts"), (5, "skill"), (6, "cloud"), (9, "lost")]
    assert WINDOW in scenario.faults[0].paths
    assert scenario.faults[1].seats == tuple(zone for zone in Zone if zone is not Zone.UNKNOWN)
    assert scenario.faults[-1].until == 12.0
    assert str(scenario.faults[1]).startswith("dropouts 20 % at driver")


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("faults: [{at: 1}]", "t.yaml:4:10: a fault has no kind"),
        ("faults: [{at: 1, lost: Vehicle.Speed, skill: x}]", "a fault has lost and skill"),
        ("faults: [{lost: Vehicle.Speed}]", "'at' is missing"),
        ("faults: [{at: 1, lost: Vehicle.Sped}]", "no signal 'Vehicle.Sped'"),
        ("faults: [{at: 1, refuses: Vehicle.Speed}]", "no actuator is meant"),
        ("faults: [{at: 1, cloud: away}]", "'away' is unknown here; use one of slow, wrong, gone"),
        ("faults: [{at: 1, dropouts: {seats: [driver]}}]", "'share' is missing"),
        ("checks: [{at: 1}]", "nothing is checked"),
        ("checks: [{at: 1, said: a, not_said: a}]", "it contradicts 'said'"),
        ("limit: 4\ndrive: [{at: 9, speed: 3}]", "something is still to come at 9 s"),
        ("route: [[1, 1], [1, 1]]", "it leads nowhere"),
        ("recording: none.mcap", "no such file: none.mcap"),
        ("sensors: noisy", "'noisy' is unknown here"),
        ("sound: {cabin: bus}", "'bus' is unknown here"),
        (
            "vehicle: {Vehicle.Speed: 50, Vehicle.Powertrain.Transmission.SelectedGear: 126}",
            "a car in P does not do 50.0 km/h",
        ),
        (
            f"never: [{{{WINDOW}: {{at_least: 50}}}}]\n"
            f"checks: [{{at: 1, signals: {{{WINDOW}: 60}}}}]",
            f"t.yaml:5 expects {WINDOW} 60, which must never be (t.yaml:4)",
        ),
    ],
)
def test_parts_that_can_not_be(part: str, message: str) -> None:
    assert message in refused(f"{TURN}{part}\n")


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("{unanswered: true, reply: x}", "'reply' contradicts 'unanswered'"),
        ("{refused: false, reason: x}", "'refused: false' has no reason"),
        ("{no_change: true, latency_ms: 3}", "without a change there is no latency"),
        ("{reply: x, not_said: x}", "it contradicts 'reply'"),
    ],
)
def test_expectations_that_contradict(expect: str, message: str) -> None:
    assert message in refused(f"{TURN}    expect: {expect}\n")


def test_never_may_be_said_and_be_so() -> None:
    scenario = loads(f"{TURN}never:\n- {{said: 'ai model', {WINDOW}: 100}}\n- {{said: sorry}}\n")
    both, said = scenario.never
    assert (both.said, both.parts) == ("ai model", {WINDOW: Condition(equals=100)})
    assert str(both) == f"{WINDOW} 100 and said /ai model/"
    assert (said.said, said.parts) == ("sorry", {})
