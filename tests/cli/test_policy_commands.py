"""`cabin-agent policy`: the rules to read, and why they decide as they do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness_cli import Run

STRICTER = """
rows:
  - name: no_trunk_by_voice
    source: our homologation
    paths: [Vehicle.Body.Trunk.*]
    decision: refuse
    reason_en: The trunk is opened by hand.
    reason_zh: 请手动打开后备箱。
"""


def test_list_shows_all_seventeen_rules(run: Run) -> None:
    status, out, _ = run("policy", "list", "--json")
    rules = json.loads(out)
    assert status == 0
    assert {rule["number"] for rule in rules} == set(range(1, 18))
    _, table, _ = run("policy", "list", "--lang", "zh")
    assert all(rule["name"] in table for rule in rules)
    assert "行驶中不能折叠后视镜" in table


def test_explain_names_the_rule_that_decides_and_those_that_do_not(run: Run) -> None:
    asked = ("policy", "explain", "open the trunk", "--signal", "Vehicle.Speed=30")
    status, out, _ = run(*asked, "--json")
    (request,) = json.loads(out)["requests"]
    assert status == 1
    assert (request["decision"], request["rule"]) == ("refuse", "openings_only_in_park")
    applied = {row["rule"]: row["applies"] for row in request["rows"]}
    assert applied["openings_only_in_park"]
    assert not applied["drivers_business"]
    _, text, _ = run(*asked)
    assert "openings_only_in_park" in text
    assert "only in Park" in text


def test_explain_in_mandarin_and_for_another_seat(run: Run) -> None:
    status, out, _ = run("policy", "explain", "打开后备箱", "--lang", "zh")
    assert (status, "allow" in out) == (0, True)
    asked = ("policy", "explain", "打开后备箱", "--lang", "zh", "--zone", "rear_left")
    status, out, _ = run(*asked)
    assert (status, "只有驾驶员可以调节" in out) == (1, True)


def test_explain_a_clients_target_values(run: Run) -> None:
    target = "Vehicle.Chassis.SteeringWheel.Angle=3"
    status, _, err = run("policy", "explain", "--actuate", "Vehicle.Speed")
    assert (status, "write PATH=VALUE" in err) == (2, True)
    mirror = "Vehicle.Body.Mirrors.DriverSide.IsFolded=true"
    moving = ("--signal", "Vehicle.Speed=50")
    status, out, _ = run("policy", "explain", "--actuate", mirror, *moving)
    assert (status, "mirrors_stay_out" in out) == (1, True)
    status, out, _ = run("policy", "explain", "--actuate", target, "--json")
    assert json.loads(out)["requests"][0]["rule"] == "driving_functions_never"


@pytest.mark.parametrize(
    ("signal", "told"),
    [
        ("Vehicle.Sped=30", "closest are Vehicle.Speed"),
        ("Vehicle.Speed=fast", "takes float, not str; send a number"),
        ("Vehicle.IsMoving=1", "send true or false"),
        ("Vehicle.Exterior.Humidity=130", "send a value from 0 to 100"),
    ],
)
def test_a_signal_that_does_not_fit_is_named(run: Run, signal: str, told: str) -> None:
    status, _, err = run("policy", "explain", "open the trunk", "--signal", signal)
    assert (status, told in err) == (2, True)


def test_a_carmakers_rules_are_checked_listed_and_explained(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(STRICTER, encoding="utf-8")
    status, out, _ = run("policy", "check", file)
    assert (status, "1 rows of its own" in out) == (0, True)
    _, out, _ = run("policy", "list", "--policy", file, "--json")
    assert json.loads(out)[-1]["name"] == "no_trunk_by_voice"
    status, out, _ = run("policy", "explain", "open the trunk", "--policy", file)
    assert (status, "opened by hand" in out) == (1, True)


def test_a_mistake_in_the_file_stops_everything_and_names_the_line(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(STRICTER.replace("decision: refuse", "decision: allow"), encoding="utf-8")
    for command in (("policy", "check", file), ("serve", "--policy", file)):
        status, _, err = run(*command)
        assert status == 2
        assert f"{file}:6: a row can't allow; rows only refuse or confirm" in err


def test_another_cars_signals(run: Run, tmp_path: Path) -> None:
    spoiler = {"type": "actuator", "datatype": "float", "unit": "percent", "min": 0, "max": 100}
    body = {"type": "branch", "children": {"RearMainSpoilerPosition": spoiler}}
    vss = tmp_path / "vss.json"
    vss.write_text(json.dumps({"Vehicle": {"type": "branch", "children": {"Body": body}}}))
    asked = ("policy", "check", tmp_path / "rules.yaml")
    (tmp_path / "rules.yaml").write_text(STRICTER.replace("Trunk.*", "RearMainSpoilerPosition"))
    status, _, err = run(*asked)
    assert (status, "unknown path" in err) == (2, True)
    (tmp_path / "cabin.yaml").write_text(f"vss: {vss}\n")
    assert run("--config", tmp_path / "cabin.yaml", *asked)[0] == 0


def test_a_broken_file_of_signals_stops_the_start(run: Run, tmp_path: Path) -> None:
    vss = tmp_path / "vss.json"
    vss.write_text('{"Vehicle": {"type": "branch", "children": {"Speed": {"type": "sensor"}}}}')
    status, _, err = run("serve", "--vss", vss)
    assert (status, "vss: Vehicle.Speed: has the datatype 'None'" in err) == (2, True)
    status, _, err = run("policy", "list", "--vss", tmp_path / "none.json")
    assert (status, "none.json: can't be read" in err) == (2, True)
