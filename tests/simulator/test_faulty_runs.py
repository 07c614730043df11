"""Whole runs with context and faults, with an assistant made of wood that does as it is typed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from simulator import head_unit
from simulator.cameras.cabin_frame import CabinCamera, CamerasMissing
from simulator.clock import VirtualClock
from simulator.head_unit import Camera, CameraFrame, Event, HeadUnitError, SeatLine
from simulator.report import Report
from simulator.reporting.failure_text import failure_text
from simulator.reporting.junit import as_junit
from simulator.reporting.verdict import as_json
from simulator.runner import run
from simulator.scenario import ScenarioError, loads
from simulator.world import Vehicle
from vehicle_bus.broker import Broker
from vehicle_bus.bus import Bus
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import BusError
from vehicle_bus.recorder import Recording, recording_signals
from vehicle_bus.values import ActuationRequest, Decision, Requester, Verdict, Zone

CATALOGUE = Catalogue.load()
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
SPEED = "Vehicle.Speed"


def allow(request: ActuationRequest, snapshot: object, now: float) -> Verdict:
    return Verdict(Decision.ALLOW, tuple(request.values))


class Puppet:
    """A typed line is `path = value`; it says what the bus says to that. As a service it can be
    ended: a new bus comes with it."""

    speaks = True
    breakable = frozenset({"service", "skill"})
    skills = ("puppetry",)

    def __init__(self, bus: Broker, clock: VirtualClock) -> None:
        self.bus = bus
        self.clock = clock
        self.told: list[tuple[str, object]] = []
        self.broken: set[str] = set()
        self.announcements: list[Event] = []
        self.seen: list[tuple[float, CameraFrame]] = []

    async def open(self, zone: Zone, language: str, microphone: bool) -> SeatLine:
        return PuppetLine(self, zone)

    async def inform(self, topic: str, payload: Mapping[str, object]) -> None:
        self.told.append((topic, payload))
        self.announcements.append(head_unit.Announced("puppetry", f"{topic} has come"))

    def break_skill(self, name: str) -> None:
        self.broken.add(name)

    def mend_skill(self, name: str) -> None:
        self.broken.discard(name)

    async def kill(self) -> None:
        pass

    async def start(self) -> Bus:
        self.bus = Broker(CATALOGUE, allow, self.clock)
        return self.bus


class PuppetLine:
    def __init__(self, puppet: Puppet, zone: Zone) -> None:
        self._puppet = puppet
        self._zone = zone

    async def hear(self, pcm: bytes) -> list[Event]:
        told, self._puppet.announcements = self._puppet.announcements, []
        return told

    async def read(self, text: str) -> list[Event]:
        if text == "hang":
            await asyncio.Event().wait()
        if text == "die":
            raise HeadUnitError("the assistant is gone")
        if self._puppet.broken:
            return [head_unit.ReplyText("I am broken."), _ended("I am broken.")]
        path, _, value = text.partition(" = ")
        request = ActuationRequest({path: int(value)}, Requester("puppet", self._zone, ("*",)))
        try:
            await self._puppet.bus.actuate(request)
            said = "Done."
        except BusError as error:
            said = error.cause
        return [head_unit.ReplyText(said), _ended(said)]

    async def see(self, frame: CameraFrame) -> list[Event]:
        self._puppet.seen.append((self._puppet.clock(), frame))
        return []

    async def close(self) -> None:
        pass


def _ended(said: str) -> Event:
    return head_unit.TurnEnded("", True, True, "act", reply=said)


async def play(text: str, spare_service: bool = False) -> tuple[Report, Puppet]:
    clock = VirtualClock()
    bus = Broker(CATALOGUE, allow, clock)
    puppet = Puppet(bus, clock)
    vehicle = Vehicle(bus, clock, CATALOGUE)
    service = None if spare_service else puppet
    report = await run(loads(text, "t.yaml"), puppet, vehicle, clock, service=service)
    return report, puppet


def broken(report: Report) -> list[str]:
    checks = [*report.checks, *(check for turn in report.turns for check in turn.checks)]
    return [check.what for check in checks if not check.held]


OPEN = f"- {{at: 3, type: '{WINDOW} = 100', expect: "
OPENS = f"type: '{WINDOW} = 100', expect: {{signals: {{{WINDOW}: 100}}, within: 6}}"


async def test_a_control_unit_that_refuses_or_is_silent() -> None:
    for kind, said in (("refuses", "refused"), ("silent", "did not answer")):
        report, _ = await play(
            f"name: x\nturns:\n{OPEN} {{no_change: true, reply: {said}}}}}\n"
            f"- {{at: 9, {OPENS}}}\n"
            f"faults: [{{at: 0, for: 6, {kind}: {WINDOW}}}]\n"
        )
        assert broken(report) == []
        assert report.passed
        kinds = [(h.kind, h.at) for h in report.happenings]
        assert kinds == [("fault", 0.0), ("fault", 6.0)]


async def test_what_jams_says_yes_and_stays() -> None:
    report, _ = await play(
        f"name: x\nturns:\n{OPEN} {{reply: done}}}}\nfaults: [{{at: 0, jams: {WINDOW}}}]\n"
        f"checks: [{{at: 8, signals: {{{WINDOW}: 0}}}}]\nnever: [{{{WINDOW}: {{at_least: 1}}}}]\n"
    )
    assert report.passed


async def test_a_lost_signal_grows_old_and_one_that_was_never_there_is_missing() -> None:
    seen = []

    def look(request: ActuationRequest, snapshot: Mapping[str, object], now: float) -> Verdict:
        point = snapshot.get(SPEED)
        seen.append(None if point is None else round(now - point.at, 2))  # type: ignore[attr-defined]
        return allow(request, snapshot, now)

    async def age(since: float) -> float | None:
        clock = VirtualClock()
        bus = Broker(CATALOGUE, look, clock)
        text = (
            f"name: x\nturns: [{{at: 9, type: '{FAN} = 50'}}]\n"
            f"faults: [{{at: {since}, lost: {SPEED}}}]\n"
        )
        await run(loads(text), Puppet(bus, clock), Vehicle(bus, clock, CATALOGUE), clock)
        return seen.pop()

    assert await age(0) is None
    assert await age(4) == pytest.approx(5.0, abs=0.3)
    assert (await age(20) or 0) < 0.5


async def test_a_stuck_signal_is_told_as_it_was_and_judged_as_it_is() -> None:
    report, puppet = await play(
        f"name: x\ndrive: [{{at: 0, speed: 30}}]\nturns: [{{at: 12, type: '{FAN} = 50'}}]\n"
        f"faults: [{{at: 1, stuck: {SPEED}}}]\nchecks: [{{at: 11, signals: {{{SPEED}: 30}}}}]\n"
    )
    assert report.passed
    point = (await puppet.bus.get(SPEED))[SPEED]
    assert point is not None
    assert float(point.value) < 12
    assert point.at > 10


async def test_a_killed_service_loses_what_is_said_and_comes_back() -> None:
    report, puppet = await play(
        f"name: x\npatience: 2\nturns:\n- {{at: 1, type: '{FAN} = 70'}}\n"
        f"- {{at: 4, type: '{FAN} = 20', expect: {{unanswered: true, no_change: true}}}}\n"
        f"- {{at: 9, type: '{WINDOW} = 50', expect: {{signals: {{{WINDOW}: 50}}}}}}\n"
        "faults: [{at: 3, for: 5, service: killed}]\n"
        f"checks: [{{at: 7, signals: {{{FAN}: 70}}}}]\n"
    )
    assert broken(report) == []
    assert report.passed
    told = (await puppet.bus.get(FAN))[FAN]
    assert told is not None
    assert told.value == 70


async def test_a_broken_skill_is_mended_again() -> None:
    report, _ = await play(
        f"name: x\nturns:\n- {{at: 1, type: '{FAN} = 70', expect: {{no_change: true}}}}\n"
        f"- {{at: 9, type: '{FAN} = 70', expect: {{signals: {{{FAN}: 70}}}}}}\n"
        "faults: [{at: 0, for: 5, skill: puppetry}]\n"
    )
    assert report.passed


@pytest.mark.parametrize(
    ("fault", "spare", "message"),
    [
        ("cloud: slow", False, "t.yaml:3: this assistant has no cloud client"),
        ("service: killed", True, "t.yaml:3: service killed can't be done to this assistant"),
        ("skill: puppetry", True, "drive in virtual time"),
        ("skill: juggling", False, "no skill 'juggling'; there are puppetry"),
    ],
)
async def test_faults_that_can_not_be_made_here(fault: str, spare: bool, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        await play(f"name: x\nturns: [{{type: a}}]\nfaults: [{{at: 1, {fault}}}]\n", spare)


async def test_messages_are_told_and_announcements_judged() -> None:
    text = (
        "name: x\nturns: [{at: 8, type: 'Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed = 1'}]\n"
        "drive: [{at: 2, inform: {message: {from: Ann}}}]\nchecks:\n"
        "- {at: 1, said: message has come}\n- {at: 4, not_said: come}\n- {at: 1, said: rain}\n"
        "- {at: 1, not_said: come}\nnever: [{said: HAS come}]\n"
    )
    report, puppet = await play(text)
    assert puppet.told == [("message", {"from": "Ann"})]
    assert broken(report) == ["not said", "said"]
    assert [v.condition for v in report.violations] == ["said /HAS come/"]
    assert ("said", "“message has come”") in [(h.kind, h.text) for h in report.happenings]
    assert "said: wanted /rain/, got message has come" in failure_text(report)
    assert "at a moment: said" in as_junit(report)
    assert [check["held"] for check in json.loads(as_json(report))["checks"]].count(False) == 2


async def test_expectations_of_time_and_words() -> None:
    line = f"type: '{FAN} = 55'"
    good = "{latency_ms: 200, reply_within: 1, not_said: sorry, unanswered: false}"
    report, _ = await play(f"name: x\nturns: [{{{line}, expect: {good}}}]\n")
    assert report.passed
    bad = "{latency_ms: -5, not_said: done, unanswered: false}"
    report, _ = await play(f"name: x\nturns: [{{{line}, expect: {bad}}}]\n")
    assert broken(report) == ["not said", "latency"]


async def test_a_window_meets_a_hand_and_opens_again() -> None:
    report, _ = await play(
        f"name: x\nvehicle: {{{WINDOW}: 100}}\nturns: [{{at: 1, type: '{WINDOW} = 0'}}]\n"
        f"drive: [{{at: 0, obstacle: {{{WINDOW}: 30}}}}]\n"
        f"checks: [{{at: 7, signals: {{{WINDOW}: 70}}}}]\nnever: [{{{WINDOW}: {{at_most: 29}}}}]\n"
    )
    assert report.passed


async def test_the_context_reaches_the_car() -> None:
    report, _ = await play(
        f"name: x\nroute: [[48, 11], [48.2, 11]]\nturns: [{{at: 40, type: '{FAN} = 1'}}]\ndrive:\n"
        "- {at: 0, time: '23:00', weather: heavy_rain, speed: [[0, 0], [10, 60]]}\n"
        "- {at: 20, weather: snow, charge: 9, network: none, ignition: 'ON'}\n"
        "- {at: 21, seats: {rear_left: unbelted, driver: empty}}\nchecks:\n"
        "- at: 15\n  within: 4\n  signals:\n    Vehicle.Exterior.LightIntensity: 0\n"
        "    Vehicle.Body.Raindetection.Intensity: 90\n"
        "    Vehicle.Body.Lights.Beam.Low.IsOn: true\n"
        "    Vehicle.CurrentLocation.Latitude: {at_least: 48.0005}\n"
        "    Vehicle.CurrentLocation.Heading: 0\n"
        "- at: 30\n  signals:\n    Vehicle.Body.Raindetection.Intensity: 20\n"
        "    Vehicle.Powertrain.TractionBattery.StateOfCharge.Current: {at_most: 9}\n"
        "    Vehicle.Connectivity.IsConnectivityAvailable: false\n"
        "    Vehicle.Cabin.Seat.Row2.DriverSide.OccupancyStatus: OCCUPIED\n"
        "    Vehicle.Cabin.Seat.Row2.DriverSide.IsBelted: false\n"
        "    Vehicle.Cabin.Seat.Row1.DriverSide.OccupancyStatus: EMPTY\n"
    )
    assert broken(report) == []
    assert report.happenings[0].text == "0 km/h, heavy rain, 23:00"


async def test_cameras_see_while_somebody_talks(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "cabin.png"
    Image.fromarray(np.full((120, 160, 3), 90, dtype=np.uint8)).save(file)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    text = (
        f"name: x\nturns: [{{at: 3, type: '{FAN} = 1'}}]\ndrive:\n"
        f"- {{at: 1, frames: {{cabin: {file}, road: {{sign: speed_limit_50, fog: 20}}}}}}\n"
    )
    report, puppet = await play(text)
    assert report.happenings[0].text == "cameras"
    first, second, *again = puppet.seen
    assert [at for at, _ in puppet.seen[:4]] == pytest.approx([1.0, 1.0, 3.0, 3.0], abs=0.05)
    assert (first[1].camera, second[1].camera) == (Camera.CABIN, Camera.ROAD)
    assert (first[1].width, first[1].height, set(first[1].rgb)) == (160, 120, {90})
    assert (second[1].width, len(second[1].rgb)) == (320, 320 * 240 * 3)
    assert again[1][1].rgb == second[1].rgb
    with pytest.raises(ScenarioError, match=r"t\.yaml:4: .*broken\.png is no picture"):
        await play(text.replace("cabin.png", "broken.png"))


PEOPLE = (
    f"name: x\nturns: [{{at: 1, type: '{FAN} = 1'}}]\ndrive:\n- at: 0\n  frames:\n"
    "    cabin: {driver: {points_at: window_rear_left}, rear_right: {child: true, asleep: true}}\n"
)


async def test_people_in_the_cabin_are_drawn() -> None:
    pytest.importorskip("mujoco", reason="the extra 'cameras' is not installed")
    _, puppet = await play(PEOPLE)
    picture = puppet.seen[0][1]
    assert (picture.width, picture.height) == (160, 120)
    assert len(set(picture.rgb)) > 50


async def test_a_machine_that_can_not_draw_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> CabinCamera:
        raise CamerasMissing("no cabin pictures can be drawn: install the extra")

    monkeypatch.setattr("simulator.pictures.CabinCamera", missing)
    with pytest.raises(ScenarioError, match=r"t\.yaml:6: no cabin.*or name a picture file"):
        await play(PEOPLE)


async def test_a_run_that_does_not_end_is_cut_short() -> None:
    text = (
        f"name: x\nlimit: 20\nturns: [{{type: '{FAN} = 1'}}, {{type: '{FAN} = 2', pause: 500}}]\n"
    )
    report, _ = await play(text)
    assert report.aborted == "not over after 20 s, the scenario's limit"
    assert (len(report.turns), report.passed) == (1, False)


async def test_an_assistant_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.runner.HANGS_S", 0.2)
    report, _ = await play(
        "name: x\nturns: [{type: hang}]\nchecks: [{at: 9, signals: {Vehicle.Speed: 0}}]\n"
    )
    assert report.aborted == "the assistant has not answered for 0.2 s; it hangs"
    assert [check.got for check in report.checks] == ["cut short"]


async def test_an_assistant_that_dies_unplanned_leaves_a_report() -> None:
    report, _ = await play("name: x\nturns: [{type: die}, {type: more}]\n")
    assert report.aborted == "the assistant is gone"
    assert (len(report.turns), report.planned_turns) == (1, 2)


async def test_real_sensors_tell_less_than_is() -> None:
    text = (
        "name: x\nsensors: real\nseed: 3\ndrive: [{at: 0, speed: 50}]\n"
        f"turns: [{{at: 30, type: '{FAN} = 1'}}]\n"
    )
    report, puppet = await play(text)
    assert report.signals[SPEED][-1][1] == 50.0
    told = (await puppet.bus.get(SPEED))[SPEED]
    assert told is not None
    assert abs(float(told.value) - 50) < 0.5
    assert as_json(report) == as_json((await play(text))[0])


async def test_a_recorded_drive_is_played(tmp_path) -> None:  # type: ignore[no-untyped-def]
    clock = VirtualClock(500.0)
    bus = Broker(CATALOGUE, allow, clock)
    leaves = {leaf.path: leaf for leaf in await bus.signals()}
    file = tmp_path / "drive.mcap"
    vehicle = Vehicle(bus, clock, CATALOGUE)
    await vehicle.start({WINDOW: 40})
    recording = Recording(file, clock, leaves, wall_clock=lambda: 1_700_000_000.0)
    async with recording_signals(bus, recording):
        vehicle.drive_at(45)
        for _ in range(150):
            clock.advance(0.1)
            await vehicle.step(0.1)
            await asyncio.sleep(0)
    text = (
        f"name: x\nrecording: {file}\nturns: [{{at: 16, type: '{FAN} = 1'}}]\n"
        f"checks: [{{at: 0, signals: {{{WINDOW}: 40}}}}, {{at: 1, within: 1, signals: "
        f"{{{SPEED}: {{at_least: 8}}}}}}, {{at: 13, signals: {{{SPEED}: 45}}}}]\n"
    )
    report, _ = await play(text)
    assert broken(report) == []
    (tmp_path / "none.mcap").write_bytes(b"no recording")
    with pytest.raises(ScenarioError, match="no MCAP file"):
        await play(text.replace("drive.mcap", "none.mcap"))


@pytest.mark.parametrize(("speaks", "leaks"), [(False, True), (True, False)])
async def test_replies_without_sound_leak_in_a_voice_of_ours(
    speaks: bool, leaks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Puppet, "speaks", speaks)
    played: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "simulator.microphones.Microphones.reply",
        lambda _, pcm, rate: played.append((len(pcm), rate)),
    )
    await play(f"name: x\nsound: {{assistant: 20}}\nturns: [{{type: '{FAN} = 1'}}]\n")
    assert bool(played) is leaks
    assert all(size > 6000 and rate == 16000 for size, rate in played)
