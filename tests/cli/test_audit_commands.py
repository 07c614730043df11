"""`cabin-agent audit` and `record`: what a service wrote down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness_cli import Run

from vehicle_bus.audit import AuditLog
from vehicle_bus.values import ActuationRequest, Judged, Outcome, Requester, Zone

TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "audit.jsonl"
    witness = AuditLog(file)
    for number in range(3):
        who = Requester(f"skill{number}", Zone.DRIVER)
        request = ActuationRequest({TRUNK: True}, who)
        rule = "openings_only_in_park"
        witness(Judged(request, Outcome.REFUSED, rule, "Only in Park.", 1.0))
    witness.close()
    return file


def test_a_whole_log_verifies_and_tells_its_head(run: Run, log: Path) -> None:
    status, out, _ = run("audit", "verify", log)
    assert (status, "3 records, nothing was changed" in out) == (0, True)
    head = out.split()[-1]
    assert run("audit", "verify", log, "--head", head)[0] == 0


def test_lines_cut_off_at_the_end_show_against_a_noted_head(run: Run, log: Path) -> None:
    head = run("audit", "verify", log)[1].split()[-1]
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    assert run("audit", "verify", log)[0] == 0
    status, out, _ = run("audit", "verify", log, "--head", head)
    assert (status, "lines were cut off" in out) == (1, True)


def test_an_earlier_head_is_still_there_after_more_lines(run: Run, log: Path) -> None:
    head = run("audit", "verify", log)[1].split()[-1]
    witness = AuditLog(log)
    witness(Judged(ActuationRequest({TRUNK: False}, Requester("x")), Outcome.ALLOWED, "", "", 2.0))
    witness.close()
    assert run("audit", "verify", log, "--head", head)[0] == 0


def test_a_changed_line_is_named(run: Run, log: Path) -> None:
    log.write_text(log.read_text().replace("skill1", "skill9"))
    status, out, _ = run("audit", "verify", log)
    assert (status, f"{log}:3: does not follow" in out) == (1, True)


def test_show_prints_the_last_and_json(run: Run, log: Path) -> None:
    status, out, _ = run("audit", "show", log, "--last", "1")
    assert status == 0
    assert "skill2 (driver)" in out.replace("\n", " ")
    assert "skill1" not in out
    _, out, _ = run("audit", "show", log, "--json")
    assert [json.loads(line)["requester"] for line in out.splitlines()] == [
        "skill0",
        "skill1",
        "skill2",
    ]


def test_no_log_and_no_recording_are_told(run: Run, tmp_path: Path) -> None:
    status, _, err = run("audit", "verify", tmp_path / "none.jsonl")
    assert (status, "no such log" in err) == (2, True)
    status, _, err = run("record", "show", tmp_path / "none.mcap")
    assert (status, "No such file or directory); check the path" in err) == (2, True)
