"""The audit log: every request is in it, and whatever is changed afterwards shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import pytest

from vehicle_bus.audit import FIRST, AuditError, AuditLog, files_of, records, verify
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import BusError
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.values import ActuationRequest, Judged, Outcome, Requester, Scalar, Zone

FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
DRIVER = Requester("climate", Zone.DRIVER, ("Vehicle.*",))


def then() -> datetime:
    return datetime(2026, 11, 24, 12, tzinfo=UTC)


def judged(value: Scalar = 40, outcome: Outcome = Outcome.ALLOWED) -> Judged:
    return Judged(ActuationRequest({FAN: value}, DRIVER), outcome, "", "", 1.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def write(file: Path, count: int, max_bytes: int = 1 << 20) -> str:
    log = AuditLog(file, then, max_bytes)
    for value in range(count):
        log(judged(value))
    log.close()
    return log.head


async def test_the_bus_tells_every_request_and_what_became_of_it(file: Path) -> None:
    log = AuditLog(file, then)
    bus = Broker(Catalogue.load(), SafetyPolicy(), lambda: 0.0, witnesses=(log,))

    async def accept(values: object) -> None:
        pass

    await bus.provide((FAN,), accept)
    for values in ({FAN: 40}, {FAN: 400}, {TRUNK: True}, {"Vehicle.Nonsense": 1}):
        try:
            await bus.actuate(ActuationRequest(values, DRIVER))
        except BusError:
            continue
    nobody = Requester("x", Zone.UNKNOWN, ("Vehicle.*",))
    with pytest.raises(BusError):
        await bus.actuate(ActuationRequest({FAN: 10}, nobody))
    told = [(record["outcome"], record["rule"]) for record in records(file)]
    assert told == [
        ("allowed", ""),
        ("invalid", ""),
        ("refused", "openings_only_in_park"),
        ("invalid", ""),
        ("refused", "unknown_speaker"),
    ]


def test_a_whole_chain(file: Path) -> None:
    head = write(file, 5)
    checked = verify(file)
    assert (checked.lines, checked.head, checked.problem) == (5, head, "")
    assert next(records(file))["previous"] == FIRST


def test_a_changed_line_shows_at_the_next(file: Path) -> None:
    write(file, 5)
    lines = file.read_text().splitlines()
    lines[2] = lines[2].replace('"allowed"', '"refused"')
    file.write_text("\n".join(lines) + "\n")
    assert verify(file).problem.startswith(f"{file}:4: does not follow")


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_line_that_is_gone_shows(file: Path, gone: int) -> None:
    write(file, 5)
    lines = file.read_text().splitlines()
    del lines[gone]
    file.write_text("\n".join(lines) + "\n")
    assert verify(file).problem.startswith(f"{file}:{gone + 1}: does not follow")


def test_what_is_no_record_shows(file: Path) -> None:
    write(file, 2)
    with file.open("a") as out:
        out.write("hello\n")
    assert verify(file).problem == f"{file}:3: no record of an audit log"


def test_it_goes_on_after_a_restart(file: Path) -> None:
    write(file, 3)
    write(file, 3)
    assert verify(file).lines == 6
    assert verify(file).problem == ""


def test_a_line_torn_by_a_power_cut_is_set_aside(file: Path) -> None:
    write(file, 3)
    file.write_bytes(file.read_bytes() + b'{"previous":"abc')
    write(file, 1)
    assert (verify(file).lines, verify(file).problem) == (4, "")
    assert file.with_name("audit.jsonl.torn").read_bytes() == b'{"previous":"abc\n'


def test_full_files_turn_over_and_the_chain_goes_on(file: Path) -> None:
    write(file, 40, max_bytes=2000)
    assert len(files_of(file)) > 3
    checked = verify(file)
    assert checked.problem == ""
    values = [next(iter(record["values"].values())) for record in records(file)]
    assert values == list(range(40))[-len(values) :]


def test_a_long_path_does_not_fill_the_disk(file: Path) -> None:
    log = AuditLog(file, then)
    log(Judged(ActuationRequest({"x" * 5000: "y" * 5000}, DRIVER), Outcome.INVALID, "", "", 0.0))
    log.close()
    assert len(file.read_bytes()) < 1000
    assert json.loads(file.read_text())["outcome"] == "invalid"


def test_a_batch_of_thousands_and_what_json_can_not_hold_stay_one_short_line(file: Path) -> None:
    log = AuditLog(file, then)
    values: dict[str, Scalar] = {FAN: float("nan"), **{f"x{n}": 1 for n in range(5000)}}
    log(Judged(ActuationRequest(values, DRIVER), Outcome.INVALID, "", "", 0.0))
    log.close()
    (record,) = records(file)
    assert (record["values"][FAN], record["more_values"]) == ("nan", 4937)
    assert len(file.read_bytes()) < 2000


def test_two_services_do_not_tear_one_chain_apart(file: Path) -> None:
    first = AuditLog(file, then)
    with pytest.raises(AuditError, match=r"audit\.jsonl: another service writes it"):
        AuditLog(file, then)
    first.close()
    AuditLog(file, then).close()


def test_a_file_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditError, match=r"file/audit\.jsonl: can't be written"):
        AuditLog(tmp_path / "file" / "audit.jsonl")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_what_a_full_disk_did_not_take_is_counted_in_the_next_line(
    file: Path,
) -> None:
    log = AuditLog(file, then)
    log(judged(1))
    kept = log._out
    log._out = FileIO("/dev/full", "ab")
    log(judged(2))
    log(judged(3))
    log._out = kept
    log(judged(4))
    log.close()
    told = [(next(iter(r["values"].values())), r.get("missed")) for r in records(file)]
    assert told == [(1, None), (4, 2)]
    assert verify(file).problem == ""
