"""Skills in processes of their own: whatever they do, the answer is an outcome."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from probe_skill import WriteSkill

from cabin_agent.sdk import Language, Zone
from cabin_agent.sdk.hosts import State
from cabin_agent.sdk.isolation import confinement, seccomp
from cabin_agent.sdk.isolation.confinement import Limits
from cabin_agent.sdk.isolation.nursery import Nursery
from cabin_agent.sdk.isolation.supervision import FIRST_PAUSE_S, MAX_FAILURES, Isolated
from cabin_agent.sdk.loader import Loader, Rules
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Consent, Status

PATIENT_S = 30.0  # for skills that answer: the machine may be busy
AC = "Vehicle.Cabin.HVAC.IsAirConditioningActive"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
DRIVER_WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"

BODY = f"""
count = 0

@say("on")
async def on(self, cabin):
    await cabin.actuate({{"{AC}": True}})
    cabin.event("probe.done", {{"a": 1}})
    return cabin.say("On.", "开了")

@say("set")
async def set(self, cabin, value: Temperature):
    await cabin.actuate({{"{TEMPERATURE}": value}})
    return cabin.say(f"{{type(value).__name__}} {{value}}.", "好了")

@say("air")
async def air(self, cabin, option: Air, time: ClockTime, colour: Colour | None = None):
    return cabin.say(f"{{option!r}} {{time.hour}} {{colour.en if colour else None}}", "好")

@say("count")
async def add(self, cabin):
    self.count += 1
    return cabin.say(str(self.count), "好")

@say("keeps")
async def keeps(self, cabin):
    cabin.storage.set("seen", cabin.storage.get("seen", 0) + 1)
    cabin.storage.set("gone", 1)
    cabin.storage.delete("gone")
    return cabin.say(f"{{cabin.storage.get('seen')}} {{cabin.storage.get('gone', 'no')}}", "好")

@say("later")
async def later(self, cabin):
    cabin.schedule("one", 60.0, "ring", {{"n": 7}})
    cabin.schedule("two", cabin.now(), "ring", {{"n": 8}})
    cabin.unschedule("two")
    return cabin.say("Later.", "好")

@scheduled()
async def ring(self, cabin, data):
    return cabin.say(f"Ring {{data['n']}}.", "响")

@informed("news")
async def news(self, cabin, payload):
    return cabin.say(payload["title"], "新闻")

@observe("{AC}")
async def seen(self, cabin, path, value):
    return cabin.say(f"{{path.rsplit('.', 1)[1]}} {{value}}", "看到")

@say("trunk")
async def trunk(self, cabin):
    await cabin.actuate({{"{AC}": True}})
    await cabin.actuate({{"{TRUNK}": True}})
    return cabin.say("Open.", "开了")

@say("close")
async def close(self, cabin):
    await cabin.actuate({{"{DRIVER_WINDOW}": 0}})
    return cabin.say("Closed.", "关了")

@say("catches")
async def catches(self, cabin):
    from vehicle_bus.errors import Refused
    try:
        await cabin.actuate({{"{TRUNK}": True}})
    except Refused as refused:
        return cabin.say(f"No: {{refused.verdict.rule}}", "不行")
    return cabin.say("Yes.", "好")

@say("chooses")
async def chooses(self, cabin, place: Place | None = None):
    if place is None:
        return cabin.choose("Which?", "哪个", "place", ["here", "there"])
    return cabin.say(f"{{place}} {{cabin.confirmed}}", "好")

@say("suggests")
async def suggests(self, cabin):
    return cabin.suggest("Shall I?", "要吗", "probe.on", words="on then")

@say("knows")
async def knows(self, cabin):
    names = ",".join(each.name for each in cabin.skills)
    return cabin.say(f"{{names}} {{cabin.place}} {{cabin.paths(cabin.zones[0]).hvac}}", "好")

@say("seat")
async def seat(self, cabin):
    cabin.paths(cabin.zones[0])
    return cabin.say("Here.", "这里")

@say("cannot")
async def cannot(self, cabin):
    raise CannotDo("Not today.", "今天不行")
"""

BAD = f"""
kept = None

@say("fine")
async def fine(self, cabin):
    Probe.kept = cabin
    return cabin.say("Fine.", "好")

@say("raises")
async def raises(self, cabin):
    await cabin.actuate({{"{AC}": True}})
    raise RuntimeError("boom")

@say("loops")
async def loops(self, cabin):
    await cabin.actuate({{"{AC}": True}})
    while True:
        pass

@say("sleeps")
async def sleeps(self, cabin):
    import time
    time.sleep(60)

@say("late")
async def late(self, cabin):
    import asyncio
    await asyncio.sleep(60)
    return cabin.say("Late.", "晚了")

@say("leaks")
async def leaks(self, cabin):
    held = []
    while True:
        held.append(bytearray(1 << 24))

@say("prints")
async def prints(self, cabin):
    import sys
    print("to stdout")
    print("to stderr", file=sys.stderr)
    return cabin.say("Printed.", "好")

@say("undeclared")
async def undeclared(self, cabin):
    await cabin.actuate({{"Vehicle.Body.Horn.IsActive": True}})

@say("forks")
async def forks(self, cabin):
    import os
    os.fork()
    return cabin.say("Forked.", "好")

@say("runs")
async def runs(self, cabin):
    import subprocess
    subprocess.run(["true"])
    return cabin.say("Ran.", "好")

@say("threads")
async def threads(self, cabin):
    import asyncio
    return cabin.say(await asyncio.to_thread(lambda: "In a thread."), "好")

@say("connects")
async def connects(self, cabin):
    import socket
    socket.create_connection(("127.0.0.1", int(cabin.words or 1)))

@say("kills")
async def kills(self, cabin):
    import os, signal
    os.kill(os.getppid(), signal.SIGKILL)

@say("dies later")
async def dies(self, cabin):
    import os, threading
    threading.Timer(0.05, os._exit, (0,)).start()
    return cabin.say("Soon.", "好")

@say("exits")
async def exits(self, cabin):
    import os
    os._exit(3)

@say("nonsense")
async def nonsense(self, cabin):
    return "hello"

@say("unsayable")
async def unsayable(self, cabin):
    cabin.event("probe.thing", {{"a": object()}})
    return cabin.say("Said.", "好")

@say("raw")
async def raw(self, cabin):
    cabin._requests._line.end.sendall(b"\\x00\\x00\\x00\\x02hi")
    return cabin.say("Said.", "好")

@say("huge")
async def huge(self, cabin):
    cabin._requests._line.end.sendall(b"\\xff\\xff\\xff\\xff")
    return cabin.say("Said.", "好")

@say("lies")
async def lies(self, cabin):
    cabin._requests._line.send({{"said": {{"text": 5}}, "events": []}})
    return cabin.say("Said.", "好")

@say("floods")
async def floods(self, cabin):
    while True:
        await cabin.get("{AC}")

@say("stale")
async def stale(self, cabin):
    await Probe.kept.get("{AC}")

@say("secrets")
async def secrets(self, cabin):
    import os
    return cabin.say(",".join(sorted(os.environ)), "好")

@say("reads files")
async def reads(self, cabin):
    open("/etc/passwd").read()

@say("peeks")
async def peeks(self, cabin):
    import os
    open(f"/proc/{{os.getppid()}}/environ", "rb").read()

@say("writes files")
async def writes(self, cabin):
    open("mine.txt", "w").write("kept")
    open("../storage.json", "w").write("not mine")

@say("files")
async def files(self, cabin):
    import os
    return cabin.say(os.getcwd(), "好")
"""
OPTION = """

class Air(Option):
    FEET = ("DOWN", ("feet", "脚"))
    FACE = ("UP", ("face", "脸"))
"""


@dataclass
class Garage:
    """Cars with the skill `probe` isolated."""

    write: WriteSkill
    home: Path
    nursery: Nursery
    loader: Loader | None = None

    async def car(self, body: str, deadline_s: float = PATIENT_S, network: bool = False) -> TestCar:
        folder = self.write(body)
        file = folder / "probe" / "skill.py"
        text = file.read_text(encoding="utf-8").replace("\nclass Probe", f"{OPTION}\nclass Probe")
        more = f"storage=True, network={network}, actuates="
        file.write_text(text.replace("actuates=", more), encoding="utf-8")
        rules = Rules(
            self.home,
            (folder,),
            allow_unsigned=True,
            built_in=False,
            packages=False,
            limits=Limits(deadline_s),
        )
        self.loader = Loader(rules, self.nursery)
        registry = self.loader.load()
        assert registry.problems == ()
        car = await TestCar.parked(registry, auto_reverse=False, deadline_s=deadline_s)
        await car.set({AC: False, TEMPERATURE: 21.0, DRIVER_WINDOW: 40, TRUNK: False})
        await car.wait(0.0)
        return car


@pytest.fixture
def garage(write_skill: WriteSkill, tmp_path: Path, nursery: Nursery) -> Garage:
    return Garage(write_skill, tmp_path / "home", nursery)


@pytest.fixture
async def car(garage: Garage) -> TestCar:
    return await garage.car(BODY)


@pytest.fixture
async def bad(garage: Garage) -> TestCar:
    return await garage.car(BAD)


def body(car: TestCar) -> Isolated:
    skill = car.runner.registry.skill("probe")
    assert skill is not None
    assert isinstance(skill.body, Isolated)
    return skill.body


async def test_it_runs_elsewhere(car: TestCar) -> None:
    assert body(car).pid not in (None, os.getpid())
    result = await car.ask("probe.on")
    assert result.outcome.status is Status.DONE
    assert result.signals == {AC: True}
    assert await car.get(AC) is True
    assert [tuple(event) for event in result.events] == [("probe.done", {"a": 1})]
    undone = await car.undo(result)
    assert undone[0].status is Status.DONE
    assert await car.get(AC) is False


async def test_the_reply_is_in_the_speakers_language(car: TestCar) -> None:
    assert (await car.ask("probe.on", language=Language.MANDARIN)).said == "开了"


async def test_slots_keep_their_types(car: TestCar) -> None:
    assert (await car.ask("probe.set", value="twenty two and a half")).said == "Temperature 22.5."
    said = await car.ask("probe.air", option="my feet", time="half past seven", colour="red")
    assert said.said == "<Air.FEET: ('DOWN', ('feet', '脚'))> 7 red"
    assert "temperature" in (await car.ask("probe.set")).said
    assert (await car.ask("probe.air", option="knee")).said == "Which one: feet or face?"


async def test_an_object_lives_as_long_as_its_car(car: TestCar) -> None:
    assert [(await car.ask("probe.add")).said for _ in range(3)] == ["1", "2", "3"]
    other = await TestCar.parked(car.runner.registry)
    assert (await other.ask("probe.add")).said == "1"
    assert (await car.ask("probe.add")).said == "4"


async def test_it_keeps_schedules_and_is_informed(car: TestCar) -> None:
    assert (await car.ask("probe.keeps")).said == "1 no"
    assert (await car.ask("probe.keeps")).said == "2 no"
    await car.ask("probe.later")
    assert [each.said for each in await car.wait(59.0)] == []
    assert [each.said for each in await car.wait(2.0)] == ["Ring 7."]
    assert [each.said for each in await car.inform("news", {"title": "Rain."})] == ["Rain."]
    await car.set({AC: True})
    assert [each.said for each in await car.wait(1.0)] == ["IsAirConditioningActive True"]


async def test_the_policy_judges_its_requests(car: TestCar) -> None:
    await car.set({"Vehicle.Speed": 60.0, "Vehicle.Powertrain.Transmission.SelectedGear": 127})
    refused = await car.ask("probe.trunk")
    assert refused.outcome.status is Status.REFUSED
    assert refused.said == refused.outcome.verdicts[-1].reason_en
    assert await car.get(AC) is False, "the first half was put back"
    assert (await car.ask("probe.catches")).said == "No: openings_only_in_park"


async def test_a_confirmation_goes_through(car: TestCar) -> None:
    assert (await car.ask("probe.close")).outcome.status is Status.NEEDS_CONFIRMATION
    second = await car.ask("probe.close", consent=Consent.POLICY)
    assert second.outcome.status is Status.DONE


async def test_questions_and_suggestions(car: TestCar) -> None:
    asked = (await car.ask("probe.chooses")).outcome.asked
    assert asked is not None
    assert (asked.slot, asked.options) == ("place", ("here", "there"))
    assert (await car.ask("probe.chooses", place="here")).said == "here False"
    suggested = (await car.ask("probe.suggests")).outcome
    assert suggested.status is Status.NEEDS_CONFIRMATION
    assert (suggested.step.action.intent, suggested.step.words) == ("probe.on", "on then")
    assert (await car.ask("probe.cannot")).said == "Not today."


async def test_it_knows_the_car(car: TestCar) -> None:
    known = await car.ask("probe.knows", zone=Zone.REAR_LEFT)
    assert known.said == "probe Rear left Vehicle.Cabin.HVAC.Station.Row2.Driver"
    assert (await car.ask("probe.seat", speaker=Zone.UNKNOWN)).said == "Which seat do you mean?"


def test_by_default_a_hang_is_answered_within_a_second() -> None:
    assert Limits().deadline_s < 1.0


# -- what goes wrong -----------------------------------------------------------------------------


async def back_again(car: TestCar) -> None:
    """After its pause, the skill works."""
    await asyncio.sleep(0.15)
    assert (await car.ask("probe.fine")).said == "Fine."


@pytest.mark.parametrize(
    ("intent", "error"),
    [
        ("raises", "RuntimeError: boom"),
        (
            "undeclared",
            "NotDeclared: probe actuates Vehicle.Body.Horn.IsActive, which its",
        ),
        ("nonsense", "NonsenseReply: probe.nonsense returned 'hello'; return cabin.say(...)"),
        ("unsayable", "TypeError: Object of type object is not JSON serializable"),
        ("stale", "CallIsOver: the call is over"),
    ],
)
async def test_a_mistake_costs_one_request(bad: TestCar, intent: str, error: str) -> None:
    await bad.ask("probe.fine")
    pid = body(bad).pid
    result = await bad.ask(f"probe.{intent}")
    assert result.outcome.status is Status.FAILED
    assert result.said == "Sorry, the probe did not work."
    assert result.outcome.error.startswith(error)
    assert await bad.get(AC) is False
    assert (await bad.ask("probe.fine")).said == "Fine."
    assert body(bad).pid == pid, "the process goes on"


@pytest.mark.parametrize("intent", ["loops", "sleeps", "late"])
async def test_a_hang_is_answered(garage: Garage, intent: str) -> None:
    bad = await garage.car(BAD, deadline_s=1.5)
    result = await bad.ask(f"probe.{intent}")
    assert result.said == "Sorry, the probe did not answer in time."
    assert result.outcome.error == "TimeoutError: no answer within 1.5 s"
    assert await bad.get(AC) is False, "what it had done is put back"
    assert body(bad).pid is None, "its process was ended"
    await back_again(bad)


@pytest.mark.parametrize(
    ("intent", "error"),
    [
        ("exits", "Broken: probe ended during exits"),
        ("leaks", "Broken: probe ended during leaks"),
        ("raw", "Broken: probe said what makes no sense: no JSON"),
        ("huge", "Broken: probe said what makes no sense: a message of 4294967295 bytes"),
        ("lies", "Broken: said what makes no sense: text: 5 is no text"),
        ("floods", "Broken: probe made more than 500 requests in one call"),
    ],
)
async def test_a_broken_process_is_replaced(bad: TestCar, intent: str, error: str) -> None:
    result = await bad.ask(f"probe.{intent}")
    assert result.outcome.status is Status.FAILED
    assert result.outcome.error.startswith(error)
    assert result.said == "Sorry, the probe did not work."
    await back_again(bad)


linux = pytest.mark.skipif(not seccomp.supported(), reason="no filter of system calls here")


@linux
@pytest.mark.parametrize("intent", ["forks", "runs", "connects", "kills"])
async def test_other_processes_and_the_network_are_out_of_reach(bad: TestCar, intent: str) -> None:
    result = await bad.ask(f"probe.{intent}")
    assert result.outcome.error.startswith("PermissionError: [Errno 1]")
    assert (await bad.ask("probe.threads")).said == "In a thread."


async def test_no_secrets_are_inherited(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_TOKEN", "secret")
    car = await garage.car(BAD)
    assert (await car.ask("probe.secrets")).said == "LANG,LC_ALL,PATH"


async def test_only_its_own_folder_is_its_own(bad: TestCar, garage: Garage) -> None:
    assert (await bad.ask("probe.files")).said == str(garage.home / "probe" / "files")
    if "files" not in confined(bad):
        pytest.skip("this kernel can't restrict files")
    for intent in ("reads", "peeks", "writes"):
        error = (await bad.ask(f"probe.{intent}")).outcome.error
        assert error.startswith("PermissionError: [Errno 13]")
    assert (garage.home / "probe" / "files" / "mine.txt").read_text() == "kept"


def confined(car: TestCar) -> tuple[str, ...]:
    process = body(car).process
    assert process is not None
    return process.confined


@linux
async def test_everything_holds_on_this_system(bad: TestCar) -> None:
    assert set(confined(bad)) <= set(confinement.EVERYTHING)
    assert {"limits", "no new privileges", "system calls"} <= set(confined(bad))


async def test_what_it_prints_is_in_its_log(bad: TestCar, garage: Garage) -> None:
    assert (await bad.ask("probe.prints")).said == "Printed."
    await bad.ask("probe.raises")
    log = (garage.home / "probe" / "log.txt").read_text(encoding="utf-8")
    assert "to stdout\n" in log
    assert "to stderr\n" in log
    assert 'raise RuntimeError("boom")' in log, "with the trace"


async def test_repeated_failures_end_in_quarantine(bad: TestCar) -> None:
    for failure in range(MAX_FAILURES):
        result = await bad.ask("probe.exits")
        assert "ended during exits" in result.outcome.error
        if failure == 0:
            resting = await bad.ask("probe.fine")
            assert resting.said == "Sorry, the probe is out of order for now."
            assert "started again in" in resting.outcome.error
        await asyncio.sleep(FIRST_PAUSE_S * 2**failure + 0.05)
    health = body(bad).health()
    assert health.state is State.QUARANTINED
    assert "the 5th failure in 5 minutes; mend it, then 'cabin-agent skill reload" in health.reason
    refused = await bad.ask("probe.fine")
    assert refused.said == "Sorry, the probe is out of order for now."
    assert refused.outcome.error.startswith("Resting: probe is quarantined")


async def test_one_that_died_between_calls_is_replaced_unnoticed(bad: TestCar) -> None:
    await bad.ask("probe.dies")
    process = body(bad).process
    assert process is not None
    while not process.has_ended():
        await asyncio.sleep(0.01)
    assert (await bad.ask("probe.fine")).said == "Fine."
    assert body(bad).health().reason == "ended between two calls"


@pytest.mark.skipif(sys.platform != "linux", reason="told by the Linux kernel")
async def test_nothing_is_left_when_the_service_is_killed(
    write_skill: WriteSkill, tmp_path: Path
) -> None:
    folder = write_skill(BAD)
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVICE, str(tmp_path / "home"), str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert service.stdout is not None
    pid = int(await service.stdout.readline())
    assert Path(f"/proc/{pid}").exists()
    service.kill()
    await service.wait()
    for _ in range(600):
        if _gone(pid):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"process {pid} of the skill still runs")


SERVICE = """
import sys, time
from pathlib import Path
from cabin_agent.sdk.loader import Loader, Rules

home, folder = map(Path, sys.argv[1:])
rules = Rules(home, (folder,), allow_unsigned=True, built_in=False, packages=False)
print(Loader(rules).load().skills[0].body.pid, flush=True)
time.sleep(600)
"""


def _gone(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


@linux
async def test_a_network_ends_at_the_web(garage: Garage) -> None:
    car = await garage.car(BAD, network=True)
    if "network" not in confined(car):
        pytest.skip("this kernel can't restrict ports")
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    result = await car.ask("probe.connects", words=str(port))
    assert result.outcome.error.startswith("PermissionError: [Errno 13]")
    web = await car.ask("probe.connects", words="443")
    assert "ConnectionRefusedError" in web.outcome.error
    server.close()


async def test_calls_to_one_skill_wait_for_each_other(car: TestCar) -> None:
    results = await asyncio.gather(*(car.ask("probe.add") for _ in range(20)))
    assert sorted(int(result.said) for result in results) == list(range(1, 21))


async def test_code_that_changed_unseen_is_not_run(bad: TestCar, garage: Garage) -> None:
    file = garage.write(BAD.replace("Fine.", "Evil.")) / "probe" / "skill.py"
    assert file.is_file()
    await bad.ask("probe.exits")
    await asyncio.sleep(0.15)
    result = await bad.ask("probe.fine")
    assert "has changed on disk" in result.outcome.error
