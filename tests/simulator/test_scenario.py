"""The scenario language: what it takes, and where it says that something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import simulator
from simulator import scenario as language
from simulator.language import schema
from simulator.scenario import Condition, ScenarioError, load, loads
from vehicle_bus.values import Zone

FOLDER = Path(simulator.__file__).parent
SHIPPED = sorted((FOLDER / "scenarios").glob("*.scenario.yaml"))
EVERY = sorted((FOLDER / "scenarios").rglob("*.scenario.yaml"))
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"

FULL = f"""\
name: Everything
about: one of each
seed: 9
language: en
patience: 4
occupants: [rear_right]
vehicle:
  Vehicle.Exterior.AirTemperature: 4
drive:
  - {{at: 0, speed: 50, gear: D, rain: 10, light: 20, outside: 3}}
  - at: 5
    signals: {{Vehicle.Exterior.Humidity: 90}}
turns:
  - at: 1
    seat: passenger
    voice: clara
    loudness: soft
    say: open ... my window
    answer: "yes"
    expect:
      signals: {{{WINDOW}: {{at_least: 10, at_most: 90}}}}
      within: 5
      reply: window|opening
      heard: window
      intents: [windows.open]
      asked: false
  - after: previous
    pause: 0.2
    type: 打开天窗
    lang: zh
    expect: {{refused: child_lock, no_change: true}}
never:
  - Vehicle.Speed: {{at_least: 60}}
    {WINDOW}: {{is_not: 0}}
"""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_are_valid(path: Path) -> None:
    assert load(path).turns


def test_reads_everything() -> None:
    scenario = loads(FULL)
    assert (scenario.name, scenario.seed, scenario.patience) == ("Everything", 9, 4.0)
    assert scenario.occupants == (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_RIGHT)
    assert scenario.seats == (Zone.DRIVER, Zone.PASSENGER)
    assert scenario.vehicle == {"Vehicle.Exterior.AirTemperature": 4.0}
    assert [drive.at for drive in scenario.drive] == [0, 5]
    assert scenario.drive[0].gear == 127
    first, second = scenario.turns
    assert (first.voice, first.loudness, first.answer, first.at) == ("clara", "soft", "yes", 1.0)
    assert first.expect.signals == {WINDOW: Condition(at_least=10, at_most=90)}
    assert first.expect.intents == ("windows.open",)
    assert (second.typed, second.language, second.at, second.pause) == (True, "zh", None, 0.2)
    assert (second.expect.refused, second.expect.no_change) == ("child_lock", True)
    assert scenario.never[0].parts["Vehicle.Speed"] == Condition(at_least=60)


TURN = "name: x\nturns:\n  - say: open the window\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.yaml:1:1: the file is empty"),
        ("name: [", "t.yaml:1:8: not YAML"),
        ("- 1", "t.yaml:1:1: keys and values are expected"),
        ("name: x\n", "t.yaml:1:1: 'turns' is missing"),
        ("name: x\nturns: []\n", "t.yaml:2:8: nobody says anything"),
        ("name: x\nturn: []\n", "t.yaml:2:1: unknown key 'turn'; did you mean 'turns'?"),
        ("name: x\nname: y\n", "t.yaml:2:1: 'name' is here twice"),
        (f"{TURN}    seet: driver\n", "t.yaml:4:5: unknown key 'seet'; did you mean 'seat'?"),
        (f"{TURN}    seat: pasenger\n", "t.yaml:4:11: 'pasenger' is unknown here; did you mean"),
        (f"{TURN}    type: hello\n", "t.yaml:3:5: a turn has say and type"),
        (f"{TURN}    at: 1\n    after: previous\n", "t.yaml:5:12: 'at' and 'after' exclude"),
        (f"{TURN}    voice: mei\n", "t.yaml:4:12: 'mei' speaks 'zh', the turn is 'en'"),
        (f"{TURN}    at: soon\n", "t.yaml:4:9: 'soon' is no number"),
        (f"{TURN}    expect: {{within: -1}}\n", "t.yaml:4:22: -1 is out of range"),
        (f"{TURN}    expect: {{reply: '('}}\n", "t.yaml:4:21: '(' is no regular expression"),
        (f"{TURN}    expect: {{asked: maybe}}\n", "t.yaml:4:21: 'maybe' is neither true"),
        (
            f"{TURN}    expect: {{no_change: true, signals: {{{WINDOW}: 3}}}}\n",
            "t.yaml:4:25: 'no_change' contradicts 'signals'",
        ),
        (
            f"{TURN}    expect: {{signals: {{{WINDOW}: {{at_least: 9, at_most: 3}}}}}}\n",
            "nothing is at least 9 and at most 3",
        ),
        (
            f"{TURN}    expect: {{signals: {{{WINDOW}: {{}}}}}}\n",
            "the condition is empty; use one of at_least, at_most, is_not",
        ),
        (
            f"{TURN}vehicle:\n  {WINDOW}: 140\n",
            f"t.yaml:5:{len(WINDOW) + 5}: {WINDOW}: 140 percent is out of range",
        ),
        (
            f"{TURN}vehicle:\n  Vehicle.Sped: 3\n",
            "t.yaml:5:3: no signal 'Vehicle.Sped'; the closest are Vehicle.Speed",
        ),
        (f"{TURN}    at: !!python/name:os.system x\n", "t.yaml:4:9: 'x' can't be read"),
        (f"{TURN}    at: 2024-13-45\n", "t.yaml:4:9: '2024-13-45' can't be read"),
        (f"{TURN}drive:\n  - {{speed: 3}}\n", "t.yaml:5:5: 'at' is missing"),
        (f"{TURN}drive:\n  - {{at: 3}}\n", "t.yaml:5:5: nothing changes"),
        (
            f"{TURN}drive:\n  - {{at: 3, speed: 5}}\n  - {{at: 2, speed: 5}}\n",
            "t.yaml:6:5: 2 s comes before 3 s",
        ),
        (f"{TURN}drive:\n  - {{at: 3, speed: 50, gear: P}}\n", "can't drive in P or N"),
        (f"{TURN}drive:\n  - {{at: 3, speed: 900}}\n", "t.yaml:5:20: 900 is out of range"),
        (f"{TURN}never:\n  - {{}}\n", "t.yaml:5:5: no condition is given"),
        ("name: x\nturns:\n  - wav: missing.wav\n", "t.yaml:3:10: no such file: missing.wav"),
    ],
)
def test_says_where_and_why(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "t.yaml")
    assert message in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.scenario\.yaml:1:1: can.t be read"):
        load(tmp_path / "nowhere.scenario.yaml")


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (Condition(equals=22), 22.04, True),
        (Condition(equals=22), 22.1, False),
        (Condition(equals=True), 1, False),
        (Condition(equals=False), False, True),
        (Condition(at_least=5), 4.9, False),
        (Condition(at_least=5, at_most=6), 5.5, True),
        (Condition(at_least=5), "6", False),
        (Condition(is_not=0), 0.0, False),
        (Condition(is_not="STOP"), "PLAY", True),
        (Condition(is_not="STOP"), None, False),
    ],
)
def test_conditions(condition: Condition, value: object, holds: bool) -> None:
    assert condition.holds(value) is holds  # type: ignore[arg-type]


def test_the_published_schema_is_the_present_one() -> None:
    published = (FOLDER / "scenario.schema.json").read_text(encoding="utf-8")
    assert published == schema.as_text(), "python -m simulator --schema > scenario.schema.json"


def test_schema_knows_what_the_parser_knows() -> None:
    whole = schema.schema()
    definitions = whole["$defs"]
    assert set(whole["properties"]) == set(language.TOP_KEYS)
    assert set(definitions["drive"]["properties"]["driver"]["properties"]) == set(
        language.DRIVER_KEYS
    )
    assert set(definitions["fault"]["properties"]["dropouts"]["properties"]) == set(
        language.DROPOUT_KEYS
    )
    cameras = definitions["drive"]["properties"]["frames"]["properties"]
    assert set(cameras) == set(language.FRAME_KEYS)
    assert set(cameras["road"]["anyOf"][1]["properties"]) == set(language.ROAD_KEYS)
    figure = cameras["cabin"]["anyOf"][1]["additionalProperties"]
    assert set(figure["properties"]) == set(language.FIGURE_KEYS)
    keys = {
        "drive": language.DRIVE_KEYS,
        "turn": language.TURN_KEYS,
        "expect": language.EXPECT_KEYS,
        "check": language.CHECK_KEYS,
        "fault": language.FAULT_KEYS,
        "sound": language.SOUND_KEYS,
        "occupant": language.OCCUPANT_KEYS,
    }
    for name, known in keys.items():
        assert set(definitions[name]["properties"]) == set(known)
    limits = definitions["condition"]["anyOf"][1]["properties"]
    assert set(limits) == set(language.CONDITION_KEYS)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_every_scenario_fits_the_schema(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    Draft202012Validator(schema.schema()).validate(document)


def test_what_the_parser_refuses_the_schema_refuses() -> None:
    validator = Draft202012Validator(schema.schema())
    for wrong in ("turn: []", "turns: []", "turns: [{seet: driver, say: x}]", "drive: [{at: 3}]"):
        document = {"name": "x", "turns": [{"say": "x"}]} | yaml.safe_load(wrong)
        assert not validator.is_valid(document)


def test_docstring_describes_every_key() -> None:
    reference = language.__doc__ or ""
    keys = (
        *language.TOP_KEYS,
        *language.DRIVE_KEYS,
        *language.TURN_KEYS,
        *language.EXPECT_KEYS,
        *language.CONDITION_KEYS,
        *language.CHECK_KEYS,
        *language.FAULT_KEYS,
        *language.SOUND_KEYS,
        *language.DRIVER_KEYS,
        *language.DROPOUT_KEYS,
        *language.OCCUPANT_KEYS,
        *language.FRAME_KEYS,
        *language.FIGURE_KEYS,
        *language.ROAD_KEYS,
    )
    assert [key for key in keys if key not in reference] == []
