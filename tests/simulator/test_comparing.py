"""Two runs compared, from the JSON that `simulate` writes to the page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from cabin_agent import cli
from simulator.comparing.difference import difference
from simulator.comparing.recorded import CompareError, RecordedRun, RecordedTurn, recorded
from simulator.comparing.shown import print_difference

SAID = RecordedTurn(1, "driver", "warmer", True, "warmer", ("climate.up",), "okay", 300.0, {})
SECOND = replace(SAID, number=2, text="louder", reply="louder it is", latency_ms=None)
RUN = RecordedRun("motorway", 5, True, 300.0, (SAID, SECOND), ())


def test_the_same_run_has_no_difference() -> None:
    found = difference([RUN], [RUN])
    assert (found.compared, found.runs, found.broken) == (1, (), ())


def test_verdict_latency_and_reply_of_a_turn() -> None:
    worse = replace(
        SAID, passed=False, latency_ms=900.0, reply="pardon?", broken={"reply": "got pardon?"}
    )
    found = difference([RUN], [replace(RUN, passed=False, turns=(worse, SECOND))])
    (run,) = found.runs
    (turn,) = run.turns
    assert [(c.kind, c.before, c.after, c.worse) for c in turn.changes] == [
        ("verdict", "passed", "failed", True),
        ("reply", "held", "got pardon?", True),
        ("latency", "300 ms", "900 ms", True),
        ("replied", "okay", "pardon?", None),
    ]
    assert found.broken == ("motorway",)
    back = difference([replace(RUN, passed=False, turns=(worse, SECOND))], [RUN])
    assert back.mended == ("motorway",)
    assert [change.worse for change in back.runs[0].turns[0].changes] == [False, False, False, None]


def test_latencies_that_are_close_are_the_same() -> None:
    near = replace(SAID, latency_ms=310.0)
    assert difference([RUN], [replace(RUN, turns=(near, SECOND))]).runs == ()


def test_a_turn_more_moves_none_of_the_others() -> None:
    added = replace(SAID, text="hello")
    moved = tuple(replace(turn, number=turn.number + 1) for turn in RUN.turns)
    (run,) = difference([RUN], [replace(RUN, turns=(added, *moved))]).runs
    assert [(turn.number, turn.text) for turn in run.turns] == [(1, "hello")]


def test_what_is_in_one_run_only_is_told() -> None:
    other = replace(RUN, scenario="other")
    found = difference([RUN, RUN], [RUN, other])
    assert (found.only_old, found.only_new) == (("motorway",), ("other",))
    console = Console(record=True, width=100)
    print_difference(found, console)
    text = console.export_text()
    assert "only in the new run other" in text
    assert "1 scenarios compared: 0 changed" in text


def written(path: Path, degrees: int) -> Path:
    scenario = path.with_suffix(".scenario.yaml")
    scenario.write_text(
        f"name: Warm\nturns:\n- type: set the temperature to {degrees} degrees\n"
        "  expect: {signals: {Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature: 20}}\n"
    )
    cli.main(["simulate", str(scenario), "--quiet", "--json", str(path)])
    return path


def test_from_the_files_of_two_runs_to_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = written(tmp_path / "old.json", 20), written(tmp_path / "new.json", 24)
    page = tmp_path / "difference.html"
    assert cli.main(["compare", str(old), str(new), "--html", str(page)]) == 1
    assert "Warm" in capsys.readouterr().out
    assert "Two runs compared" in page.read_text(encoding="utf-8")
    assert cli.main(["compare", str(old), str(old)]) == 0


@pytest.mark.parametrize(
    ("text", "cause"),
    [("{", "no JSON"), ("[]", "no verdicts"), ('{"format": 99}', "format 99"), (None, "read")],
)
def test_what_is_no_run_is_told(tmp_path: Path, text: str | None, cause: str) -> None:
    file = tmp_path / "run.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(CompareError, match=cause):
        recorded(file)


def test_a_turn_is_read_as_it_was_written(tmp_path: Path) -> None:
    runs = recorded(written(tmp_path / "run.json", 20))
    document = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert [turn.text for turn in runs[0].turns] == [t["text"] for t in document["turns"]]
    assert runs[0].passed
    assert runs[0].turns[0].intents == ("climate.temperature_set",)
