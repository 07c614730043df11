"""The HTML report: nothing outside is needed, and everything about a run is in it."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import soundfile
from html_reader import Page, self_contained
from PIL import Image

from simulator.head_unit import Camera, CameraFrame
from simulator.report import Check, Report, ShownFrame
from simulator.reporting.page import as_html
from simulator.reporting.provenance import Provenance
from simulator.suite import Ran

MADE = Provenance(
    "cabin-agent simulate x & y", "virtual", datetime(2026, 3, 1, tzinfo=UTC), "a", {"vosk": "1"}
)
FILE = Path("drive.scenario.yaml")


@pytest.fixture
def page(report: Report) -> Page:
    return Page(as_html([Ran(FILE, report, 0.5)], MADE))


def test_it_needs_nothing_else(page: Page) -> None:
    self_contained(page)


def test_what_people_say_is_text_and_no_markup(page: Page) -> None:
    assert "<b>please</b>" in page.text
    assert "Windows & flaps" in page.text
    assert "cabin-agent simulate x & y" in page.text


def test_what_went_wrong_is_told_first_with_its_line(page: Page) -> None:
    wrong = page.text.split("What went wrong", 1)[1].split("The drive", 1)[0]
    assert "Vehicle.Speed >= 55 held at 4.6 s" in wrong
    assert "reply: wanted /half/, got Opening. drive.scenario.yaml:13" in wrong
    assert "#run1-turn1" in page.values("href")


def test_a_run_that_holds_has_nothing_wrong(report: Report) -> None:
    good = replace(report, turns=report.turns[1:], planned_turns=1, violations=())
    page = Page(as_html([Ran(FILE, good, 0.5)], MADE))
    assert "What went wrong" not in page.text
    assert page.named("title") == [{}]
    assert "✔ Windows & flaps" in page.text


def test_checks_of_a_moment_and_drawn_parameters_are_shown(report: Report) -> None:
    checks = (
        Check("said", "/rain/", "message <i>has</i> come", False, 3.0, "drive.scenario.yaml:40"),
        Check("Vehicle.Speed", "50", "50", True, 4.0, "drive.scenario.yaml:41"),
    )
    shown = replace(report, checks=checks, parameters={"degrees": 23})
    page = Page(as_html([Ran(FILE, shown, 0.5)], MADE))
    wrong = page.text.split("What went wrong", 1)[1].split("The drive", 1)[0]
    assert "said: wanted /rain/, got message <i>has</i> come drive.scenario.yaml:40" in wrong
    assert "degrees 23" in page.text
    assert "✔ Vehicle.Speed 50" in page.text.split("At a moment", 1)[1]


def test_what_the_cameras_saw_is_shown_small(report: Report) -> None:
    frame = CameraFrame(Camera.ROAD, 640, 320, bytes([200, 30, 30]) * 640 * 320)
    page = Page(as_html([Ran(FILE, replace(report, frames=(ShownFrame(2.0, frame),)), 0.5)], MADE))
    self_contained(page)
    (image,) = page.named("img")
    assert image["alt"] == "road camera at 2 s"
    picture = Image.open(io.BytesIO(base64.b64decode(image["src"].partition(",")[2])))
    assert picture.size == (320, 160)
    red, green, blue = picture.getpixel((160, 80))
    assert red > 180
    assert max(green, blue) < 60


def test_facts_to_make_it_again(page: Page) -> None:
    for fact in ("seed 7", "20× real time", "vosk 1", "2026-03-01 00:00:00 UTC", "virtual"):
        assert fact in page.text


def test_turns_stand_on_the_timeline_by_seat(page: Page) -> None:
    (driver, passenger) = page.of_class("chip")
    assert passenger["class"] == "chip passenger failed"
    assert driver["class"] == "chip driver"
    assert passenger["style"] == "left:9.0%;width:31.0%"
    assert driver["style"] == "left:50.0%;width:0.0%"


def test_a_turn_tells_its_story(page: Page) -> None:
    story = page.text
    assert "open my the window <b>please</b> please" in story
    marked = [tag for tag, _ in page.elements if tag in ("del", "ins")]
    assert marked == ["del", "ins", "del", "ins"]
    assert "windows.open own value= half 0.97" in story
    assert "0 → 50 +300 ms" in story
    assert "只能在驻车时打开 openings_only_in_park" in story
    assert "first actuation +250 ms" in story


def test_the_waterfall_starts_at_the_last_word(page: Page) -> None:
    marks = {attrs["class"]: attrs["style"] for attrs in page.of_class("bar")}
    # from 0.2 s before the first word (0.9 s) to 0.3 s after the end (4.0 s)
    assert marks["bar wait"] == f"left:{100 * 2.2 / 3.6:.3f}%;width:{100 * 0.3 / 3.6:.3f}%"
    assert marks["bar speech"] == f"left:{100 * 0.2 / 3.6:.3f}%;width:{100 * 2.0 / 3.6:.3f}%"
    assert len(page.of_class("partial")) == 2
    assert len(page.of_class("understood")) == 1


def test_signals_are_drawn_and_like_ones_joined(page: Page) -> None:
    lines = [attrs["points"] for attrs in page.named("polyline")]
    assert "0.0,94.0 320.0,94.0 390.0,6.0 1000.0,6.0" in lines
    assert len(lines) == 3
    assert "Light. AmbientLight. *. DriverSide. IsLightOn ×2" in page.text
    states = [attrs["title"] for attrs in page.of_class("state")]
    assert states == ["false", "true"]


def test_sound_can_be_listened_to(page: Page) -> None:
    clips = [attrs["src"] for attrs in page.named("audio")]
    lengths = []
    for clip in clips:
        kind, data = clip.split(",", 1)
        assert kind == "data:audio/mpeg;base64"
        samples, rate = soundfile.read(io.BytesIO(base64.b64decode(data)))
        lengths.append(len(samples) / rate)
    assert lengths == [pytest.approx(2.5, abs=0.2), pytest.approx(0.5, abs=0.2)]


def test_several_runs_have_a_table_and_only_failed_ones_are_open(report: Report) -> None:
    good = replace(report, turns=report.turns[1:], planned_turns=1, violations=())
    page = Page(as_html([Ran(FILE, report, 0.5), Ran(FILE, good, 0.5)], MADE))
    self_contained(page)
    assert "1 of 2 passed" in page.text
    opened = [attrs for attrs in page.of_class("run") if "open" in attrs]
    assert [attrs["id"] for attrs in opened] == ["run1"]


def test_a_run_that_died_at_once_has_a_page(report: Report) -> None:
    dead = Report("dead", 1, 0.0, (), 3, aborted="the assistant can't be reached")
    page = Page(as_html([Ran(FILE, dead, 0.0)], MADE))
    self_contained(page)
    assert "the run ended early the assistant can't be reached" in page.text


def test_a_turn_cut_short_has_a_page(report: Report) -> None:
    cut = replace(report.turns[0], ended=None, undecided=("Vehicle.Speed",), moments=(), checks=())
    page = Page(as_html([Ran(FILE, replace(report, turns=(cut,)), 0.1)], MADE))
    self_contained(page)
    assert "Vehicle.Speed: not decided when the run ended" in page.text
