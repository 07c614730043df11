"""A carmaker's policy file: it tightens, it never loosens, and every mistake names its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from vehicle_bus.catalogue import Catalogue
from vehicle_bus.overrides import PolicyFileError, load
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.rules import TABLE
from vehicle_bus.values import ActuationRequest, Datapoint, Decision, Requester, Scalar, Zone

PATHS = tuple(Catalogue.load())
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
WIPERS = "Vehicle.Body.Windshield.Front.Wiping.Mode"
PARKED = {
    "Vehicle.Speed": 0.0,
    "Vehicle.Powertrain.Transmission.SelectedGear": 126,
    "Vehicle.LowVoltageSystemState": "ON",
}
ROW = """
rows:
  - name: no_trunk_by_voice
    source: our homologation
    paths: [Vehicle.Body.Trunk.*]
    values: opening
    decision: refuse
    reason_en: The trunk is opened by hand.
    reason_zh: 请手动打开后备箱。
"""


def read(tmp_path: Path, text: str, auto_reverse: bool = True) -> SafetyPolicy:
    file = tmp_path / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, PATHS, auto_reverse)


def decide(policy: SafetyPolicy, path: str, value: Scalar, **signals: Scalar) -> tuple[str, str]:
    known = {**PARKED, **{name.replace("__", "."): each for name, each in signals.items()}}
    snapshot = {name: Datapoint(each, 0.0) for name, each in known.items()}
    who = Requester("test", Zone.DRIVER, ("Vehicle.*",))
    verdict = policy(ActuationRequest({path: value}, who), snapshot, 0.0)
    return verdict.decision, verdict.rule


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    policy = read(tmp_path, "")
    assert policy.table.rows == TABLE.rows
    assert decide(policy, TRUNK, True)[0] is Decision.ALLOW


def test_a_further_row_refuses(tmp_path: Path) -> None:
    policy = read(tmp_path, ROW)
    assert decide(policy, TRUNK, True) == (Decision.REFUSE, "no_trunk_by_voice")
    assert decide(policy, TRUNK, False)[0] is Decision.ALLOW


def test_a_further_row_can_ask(tmp_path: Path) -> None:
    policy = read(tmp_path, ROW.replace("decision: refuse", "decision: confirm"))
    assert decide(policy, TRUNK, True)[0] is Decision.CONFIRM


def test_a_row_that_asks_can_refuse_instead(tmp_path: Path) -> None:
    asking = decide(SafetyPolicy(), WIPERS, "OFF", Vehicle__Speed=50.0)
    assert asking == (Decision.CONFIRM, "wipers_off_when_rain_is_unknown")
    policy = read(tmp_path, "stricter: [wipers_off_when_rain_is_unknown]")
    assert decide(policy, WIPERS, "OFF", Vehicle__Speed=50.0)[0] is Decision.REFUSE


def test_limits_are_tightened(tmp_path: Path) -> None:
    policy = read(tmp_path, "max_age_s: 0.5\ndark_below_percent: 40\nauto_reverse: false")
    assert policy.profile.max_age_s == 0.5
    assert policy.profile.dark_below_percent == 40
    assert policy.profile.auto_reverse is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_age_s: 60", "1: max_age_s: 60 would loosen the rules; give at most 2"),
        ("\ndark_below_percent: 1", "2: dark_below_percent: 1 would loosen"),
        ("fog_above_percent: 99", "1: fog_above_percent: 99 would loosen"),
        ("max_age_s: soon", "1: max_age_s: 'soon' is no number"),
        ("max_age_s: .nan", "1: max_age_s: nan; give 0 or more"),
        ("max_age: 1", "1: unknown key 'max_age'; did you mean 'max_age_s'?"),
        ("max_age_s: 1\nmax_age_s: 1", "2: max_age_s stands twice"),
        ("stricter: [child_lok]", "1: unknown row 'child_lok'; did you mean 'child_lock'?"),
        ("stricter:\n  - child_lock", "2: child_lock refuses already"),
        ("stricter: child_lock", "1: stricter is no list"),
        (ROW.replace("refuse", "allow"), "7: a row can't allow"),
        (ROW.replace("no_trunk_by_voice", "child_lock"), "3: a row 'child_lock' is there already"),
        (ROW.replace("Trunk.*", "Trunc.*"), "5: unknown path 'Vehicle.Body.Trunc.*'"),
        (ROW.replace("values: opening", "values: wide"), "6: unknown values 'wide'"),
        (ROW.replace("    source: our homologation\n", ""), "3: no source"),
        (ROW.replace("The trunk", "The trunk " * 20), "8: reason_en has"),
        ("rows: [1]", "1: a row is no mapping"),
        ("[1, 2]", "1: no mapping"),
        ("a: [", "1: not YAML"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PolicyFileError) as error:
        read(tmp_path, text)
    assert message in str(error.value)
    assert "policy.yaml:" in str(error.value)


def test_a_file_cannot_give_back_what_the_configuration_takes(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="auto_reverse: true would loosen"):
        read(tmp_path, "auto_reverse: true", auto_reverse=False)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="can't be read"):
        load(tmp_path / "none.yaml", PATHS)
