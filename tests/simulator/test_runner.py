"""Whole runs on the virtual clock, with an assistant made of wood: it hears by loudness, and knows
beforehand what will be said."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

import pytest

from simulator import acoustics, head_unit
from simulator.clock import VirtualClock
from simulator.head_unit import Event, HeadUnitError, SeatLine
from simulator.report import Report
from simulator.reporting.junit import as_junit
from simulator.reporting.sounds import write_sounds
from simulator.reporting.verdict import as_json
from simulator.runner import RunEvent, TurnBegan, TurnFinished, ignore, run
from simulator.scenario import loads
from simulator.voices import Speaker
from simulator.world import Vehicle
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import ActuationRequest, Decision, Requester, Scalar, Verdict, Zone

CATALOGUE = Catalogue.load()
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
TALK_DB = -26.5
SILENCE_S = 0.6


@dataclass
class Answer:
    """What the wooden assistant does once it has heard the next utterance."""

    heard: str
    values: dict[str, Scalar] = field(default_factory=dict)
    refused: str = ""
    asks: str = ""
    addressed: bool = True
    intents: tuple[str, ...] = ()


class WoodenAssistant:
    """A head unit whose ears are a level meter."""

    speaks = True

    def __init__(self, bus: Broker, clock: VirtualClock, answers: list[Answer]) -> None:
        self.bus = bus
        self.clock = clock
        self.answers = answers
        self.opened: list[tuple[Zone, str, bool]] = []
        self.dies_at = float("inf")

    async def open(self, zone: Zone, language: str, microphone: bool) -> SeatLine:
        self.opened.append((zone, language, microphone))
        return WoodenLine(self, zone)


class WoodenLine:
    def __init__(self, assistant: WoodenAssistant, zone: Zone) -> None:
        self._assistant = assistant
        self._zone = zone
        self._talked_at: float | None = None

    async def hear(self, pcm: bytes) -> list[Event]:
        now = self._assistant.clock()
        if now >= self._assistant.dies_at:
            raise HeadUnitError("the assistant is gone; start it again")
        if pcm and acoustics.level_db(acoustics.from_pcm(pcm)) > TALK_DB:
            started = self._talked_at is None
            self._talked_at = now
            return [head_unit.SpeechStarted(now), head_unit.Partial("uh")] if started else []
        if self._talked_at is None or now - self._talked_at < SILENCE_S:
            return []
        last_word, self._talked_at = self._talked_at, None
        return await self._act(last_word)

    async def read(self, text: str) -> list[Event]:
        return await self._act(self._assistant.clock())

    async def close(self) -> None:
        pass

    async def _act(self, last_word: float) -> list[Event]:
        answer = self._assistant.answers.pop(0)
        now = self._assistant.clock()
        if answer.values:
            requester = Requester("wood", self._zone, ("*",))
            await self._assistant.bus.actuate(ActuationRequest(answer.values, requester))
        refusals = (head_unit.Refused(answer.refused, "No."),) if answer.refused else ()
        actions = tuple(head_unit.Action(intent) for intent in answer.intents)
        asked: list[Event] = [head_unit.Asked(answer.asks)] if answer.asks else []
        return [
            *refusals,
            *asked,
            head_unit.ReplyText(answer.asks or "Done."),
            head_unit.ReplyAudio(b"\x01\x00" * 800, 22050, last=True),
            head_unit.TurnEnded(
                heard=answer.heard,
                addressed=answer.addressed,
                complete=True,
                route="act",
                actions=actions,
                refusals=refusals,
                reply=answer.asks or "Done.",
                last_word_to_action_ms=(now - last_word) * 1000 if answer.values else None,
            ),
        ]


def allow_everything(request: ActuationRequest, snapshot: object, now: float) -> Verdict:
    return Verdict(Decision.ALLOW, tuple(request.values))


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with Speaker() as speaker:
        yield speaker


async def play(
    text: str,
    answers: list[Answer],
    speaker: Speaker,
    on_event: object = ignore,
    dies_at: float = float("inf"),
    stop: asyncio.Event | None = None,
) -> tuple[Report, WoodenAssistant]:
    clock = VirtualClock(100.0)
    bus = Broker(CATALOGUE, allow_everything, clock)
    assistant = WoodenAssistant(bus, clock, answers)
    assistant.dies_at = 100.0 + dies_at
    report = await run(
        loads(text),
        assistant,
        Vehicle(bus, clock, CATALOGUE),
        clock,
        on_event,  # type: ignore[arg-type]
        speaker,
        stop,
    )
    return report, assistant


DRIVE = f"""\
name: A short drive
seed: 4
vehicle: {{{WINDOW}: 60}}
drive: [{{at: 0, speed: 50}}]
turns:
  - at: 1
    voice: ben
    say: close my window
    expect:
      signals: {{{WINDOW}: 0}}
      intents: [windows.close]
      reply: done
      heard: window
      asked: false
  - seat: passenger
    voice: clara
    say: open the trunk
    expect: {{refused: openings_only_in_park, no_change: true}}
  - type: 二十四度
    lang: zh
    expect: {{signals: {{{TEMPERATURE}: 24}}}}
never:
  - Vehicle.Speed: {{at_least: 60}}
"""


def drive_answers() -> list[Answer]:
    return [
        Answer("close my window", {WINDOW: 0}, intents=("windows.close",)),
        Answer("open the trunk", refused="openings_only_in_park"),
        Answer("二十四度", {TEMPERATURE: 24.0}),
    ]


async def test_a_drive_with_three_turns_passes(speaker: Speaker) -> None:
    seen: list[RunEvent] = []
    report, assistant = await play(DRIVE, drive_answers(), speaker, seen.append)
    assert [check for turn in report.turns for check in turn.checks if not check.held] == []
    assert report.passed
    assert [turn.seat for turn in report.turns] == [Zone.DRIVER, Zone.PASSENGER, Zone.DRIVER]
    closing = report.turns[0]
    assert closing.began == pytest.approx(1.0, abs=0.05)
    assert 0.5 < closing.last_word - closing.began < 2.0
    assert closing.latency_ms is not None
    assert 200 < closing.latency_ms < 700
    assert closing.changes[0].before == 60
    (moved,) = [check for check in closing.checks if check.what == WINDOW]
    assert moved.at > closing.changes[0].at + 2.0
    assert report.turns[1].speed > 5
    assert assistant.opened == [
        (Zone.DRIVER, "en", True),
        (Zone.PASSENGER, "en", True),
        (Zone.DRIVER, "zh", False),
    ]
    began = [event.number for event in seen if isinstance(event, TurnBegan)]
    ended = [event.turn.number for event in seen if isinstance(event, TurnFinished)]
    assert began == ended == [1, 2, 3]


async def test_same_seed_same_bytes(speaker: Speaker) -> None:
    reports = [(await play(DRIVE, drive_answers(), speaker))[0] for _ in range(2)]
    first, second = (as_json(report) for report in reports)
    assert first == second
    assert reports[0].turns[0].microphone_pcm == reports[1].turns[0].microphone_pcm
    other, _ = await play(DRIVE.replace("seed: 4", "seed: 5"), drive_answers(), speaker)
    assert other.turns[0].microphone_pcm != reports[0].turns[0].microphone_pcm


async def test_signals_are_kept_as_they_went(speaker: Speaker) -> None:
    report, _ = await play(DRIVE, drive_answers(), speaker)
    speed = [value for _, value in report.signals["Vehicle.Speed"]]
    assert (speed[0], speed[-1]) == (0.0, 50.0)
    window = report.signals[WINDOW]
    assert window[0] == (0.0, 60)
    assert next(at for at, value in window if value == 0) == pytest.approx(
        report.turns[0].changes[0].at + 2.4, abs=0.3
    )
    assert window[-1] == (report.seconds, 0)
    assert "Vehicle.Body.Trunk.Rear.IsOpen" not in report.signals


async def test_a_check_names_its_line(speaker: Speaker) -> None:
    report, _ = await play(DRIVE, drive_answers(), speaker)
    places = {check.what: check.place for turn in report.turns for check in turn.checks}
    line = DRIVE.splitlines().index(f"      signals: {{{WINDOW}: 0}}") + 1
    assert places[WINDOW] == f"scenario:{line}"
    assert places["reply"] == f"scenario:{line + 2}"
    assert places["refused"] == places["no change"]
    assert places["the turn ends"] == ""


async def test_the_moments_of_a_turn(speaker: Speaker) -> None:
    report, _ = await play(DRIVE, drive_answers(), speaker)
    first = report.turns[0]
    assert [moment.name for moment in first.moments] == ["speech noticed", "reply"]
    noticed, replied = (moment.at for moment in first.moments)
    (speech,) = first.speech
    assert speech.start < noticed < speech.end == first.last_word < replied
    assert first.stamps_ms == {}


async def test_every_broken_expectation_is_told(speaker: Speaker) -> None:
    wrong = [
        Answer("close my widow", {WINDOW: 40}, intents=("windows.open",), asks="Really?"),
        Answer("open the trunk", {TEMPERATURE: 30.0}),
        Answer("二十四度"),
    ]
    report, _ = await play(DRIVE, wrong, speaker)
    assert not report.passed
    broken = [(turn.number, c.what) for turn in report.turns for c in turn.checks if not c.held]
    assert broken == [
        (1, "heard"),
        (1, "reply"),
        (1, "intents"),
        (1, "asked"),
        (1, WINDOW),
        (2, "refused"),
        (2, "no change"),
        (3, TEMPERATURE),
    ]


async def test_nobody_hears_what_is_not_answered(speaker: Speaker) -> None:
    text = "name: x\npatience: 1\nturns:\n  - say: hello\n"
    report, assistant = await play(text, [Answer("hello")], speaker)
    assert report.passed
    assistant.answers.clear()
    deaf = "name: x\npatience: 1\nturns:\n  - say: hello\n    loudness: whisper\n"
    report, _ = await play(deaf, [], speaker)
    assert [check.what for check in report.turns[0].checks if not check.held] == ["the turn ends"]


async def test_people_answer_a_question(speaker: Speaker) -> None:
    text = f"""\
name: x
turns:
  - say: close my window
    answer: "yes"
    expect: {{asked: true, signals: {{{WINDOW}: 5}}}}
"""
    answers = [Answer("close my window", asks="Is it clear?"), Answer("yes please", {WINDOW: 5})]
    report, _ = await play(text, answers, speaker)
    assert report.passed
    assert report.turns[0].answered == "yes please"
    assert report.turns[0].heard == "close my window yes please"
    assert report.turns[0].latency_ms == pytest.approx(450, abs=250)


async def test_a_value_passed_by_does_not_count(speaker: Speaker) -> None:
    text = (
        f"name: x\nturns:\n  - type: open\n    expect: {{signals: {{{WINDOW}: 50}}, within: 5}}\n"
    )
    report, _ = await play(text, [Answer("open", {WINDOW: 100})], speaker)
    assert [check.got for check in report.turns[0].checks if not check.held] == ["100"]
    report, _ = await play(text, [Answer("open", {WINDOW: 50})], speaker)
    assert report.passed


async def test_not_addressed(speaker: Speaker) -> None:
    text = "name: x\nturns:\n  - say: mum are we there\n    expect: {not_addressed: true}\n"
    assert (await play(text, [Answer("mum", addressed=False)], speaker))[0].passed
    assert not (await play(text, [Answer("mum")], speaker))[0].passed


async def test_never_is_broken_once(speaker: Speaker) -> None:
    text = DRIVE.replace("at_least: 60", "at_least: 20")
    report, _ = await play(text, drive_answers(), speaker)
    assert not report.passed
    (violation,) = report.violations
    assert violation.condition == "Vehicle.Speed >= 20"
    assert violation.at == pytest.approx(2.0, abs=0.2)
    assert violation.place == f"scenario:{len(DRIVE.splitlines())}"
    assert float(violation.values["Vehicle.Speed"] or 0) >= 20


async def test_an_assistant_that_dies_leaves_a_partial_report(speaker: Speaker) -> None:
    report, _ = await play(DRIVE, drive_answers(), speaker, dies_at=3.5)
    assert report.aborted == "the assistant is gone; start it again"
    assert not report.passed
    assert (len(report.turns), report.planned_turns) == (2, 3)
    tree = ElementTree.fromstring(as_junit(report))
    assert tree.get("failures") == "3"
    assert len(tree.findall("testsuite/testcase/skipped")) == 1


async def test_stopped_by_hand(speaker: Speaker) -> None:
    stop = asyncio.Event()

    def once_begun(event: RunEvent) -> None:
        if isinstance(event, TurnBegan) and event.number == 2:
            stop.set()

    report, _ = await play(DRIVE, drive_answers(), speaker, once_begun, stop=stop)
    assert report.aborted == "stopped by hand"
    assert len(report.turns) == 2


async def test_report_files(speaker: Speaker, tmp_path) -> None:  # type: ignore[no-untyped-def]
    report, _ = await play(DRIVE, drive_answers(), speaker)
    document = json.loads(as_json(report))
    assert document["passed"] is True
    assert document["turns"][0]["changes"][0]["path"] == WINDOW
    assert document["figures"]["turns_passed"] == 3
    assert document["signals"]["Vehicle.Speed"][0] == [0.0, 0.0]
    assert document["happenings"] == [{"at": 0.0, "kind": "drive", "text": "50 km/h"}]
    assert ElementTree.fromstring(as_junit(report)).get("tests") == "3"
    names = sorted(path.name for path in write_sounds(report, tmp_path / "out"))
    assert names == ["01-heard.wav", "01-reply.wav", "02-heard.wav", "02-reply.wav", "03-reply.wav"]


async def test_text_runs_need_no_voice_and_little_time(speaker: Speaker) -> None:
    turns = "".join(f"  - {{at: {60 * n}, type: hello}}\n" for n in range(1, 11))
    began = time.process_time()
    report, _ = await play(f"name: x\nturns:\n{turns}", [Answer("hello")] * 10, speaker)
    assert report.passed
    assert report.seconds > 600
    assert time.process_time() - began < 600 / 100
