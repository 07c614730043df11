"""Skills over gRPC: listed with their state, reloaded while the service runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from harness_service import Loaded

from cabin.v1 import cabin_pb2 as pb
from cabin.v1 import cabin_pb2_grpc
from cabin_agent.assembly import make_bus, make_loader
from cabin_agent.assistant import Assistant
from cabin_agent.cli import main
from cabin_agent.config import Config
from cabin_agent.errors import NotAllowed
from cabin_agent.sdk.authoring.scaffold import scaffold
from cabin_agent.service.check import same_machine
from cabin_agent.service.server import serving
from cabin_agent.service.watching import watching_skills
from cabin_agent.understanding.session import Understander
from simulator.world import Vehicle

SHADE = "Vehicle.Cabin.RearShade.Position"


@dataclass
class Garage:
    stub: cabin_pb2_grpc.CabinServiceAsyncStub
    assistant: Assistant
    file: Path
    target: str

    async def say(self, text: str) -> pb.TurnSummary:
        request = pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, text=text)
        answer: pb.AskResponse = await self.stub.Ask(request)
        return answer.turn

    async def reload(self, *names: str) -> pb.ReloadSkillsResponse:
        request = pb.ReloadSkillsRequest(client="test", names=names)
        answer: pb.ReloadSkillsResponse = await self.stub.ReloadSkills(request)
        return answer

    async def skill(self, name: str) -> pb.Skill:
        answer = await self.stub.ListSkills(pb.ListSkillsRequest())
        return next(skill for skill in answer.skills if skill.name == name)

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
async def garage(loaded: Loaded, tmp_path: Path) -> AsyncIterator[Garage]:
    scaffold("ice_maker", tmp_path)
    project = tmp_path / "ice_maker"
    config = Config(skills=(str(project),), home=str(tmp_path / "home"), allow_unsigned_skills=True)
    clock = time.monotonic
    bus = make_bus(config, clock)
    vehicle = Vehicle(bus, clock, bus.catalogue)
    await vehicle.start({})
    loader = make_loader(config)
    registry = loader.load()
    understander = Understander.load(Path(config.understanding_model), clock)
    understander.learn(registry.phrases())
    assistant = Assistant(
        config, bus, clock, understander, registry, loaded.ears, None, loader=loader
    )
    async with (
        serving(assistant, "127.0.0.1", 0) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub = cabin_pb2_grpc.CabinServiceStub(channel)
        file = project / "ice_maker" / "skill.py"
        yield Garage(stub, assistant, file, f"127.0.0.1:{port}")  # type: ignore[arg-type]
    await vehicle.stop()
    loader.close()


async def test_a_third_party_skill_acts_and_is_listed(garage: Garage) -> None:
    turn = await garage.say("set ice maker to forty percent")
    assert turn.reply.text == "Ice maker is at 40 percent."
    assert [change.path for change in turn.changes] == [SHADE]
    skill = await garage.skill("ice_maker")
    assert (skill.isolated, skill.state, skill.signed_by) == (True, "ready", "")
    assert not (await garage.skill("climate")).isolated


async def test_a_reload_brings_new_phrases_and_code(garage: Garage) -> None:
    garage.edit("Ice maker is at", "The ice is at")
    garage.edit("set ice maker to {value}", "ice me to {value}")
    answer = await garage.reload()
    assert (list(answer.loaded), list(answer.problems)) == (["ice_maker"], [])
    turn = await garage.say("ice me to forty percent")
    assert turn.reply.text == "The ice is at 40 percent."


async def test_a_failed_reload_leaves_the_old_one_at_work(garage: Garage) -> None:
    garage.edit("async def adjust", "async def adjust(")
    answer = await garage.reload()
    assert list(answer.loaded) == []
    assert "not Python" in answer.problems[0]
    assert (await garage.say("set ice maker to forty percent")).reply.text.endswith("40 percent.")


async def test_a_skill_that_is_gone_is_removed(garage: Garage) -> None:
    garage.file.unlink()
    answer = await garage.reload()
    assert list(answer.removed) == ["ice_maker"]
    assert not (await garage.say("set ice maker to forty percent")).changes


async def test_names_are_checked(garage: Garage) -> None:
    assert list((await garage.reload("ice_maker")).loaded) == ["ice_maker"]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await garage.reload("nobody")
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "no skill 'nobody'" in str(error.value.details())


@pytest.mark.parametrize(
    ("peer", "local"),
    [
        ("ipv4:127.0.0.1:1234", True),
        ("ipv6:%5B::1%5D:1234", True),
        ("unix:", True),
        ("ipv4:192.168.0.7:1234", False),
        ("ipv6:%5Bfe80::1%5D:1234", False),
        ("ipv4:12.70.0.1:1", False),
    ],
)
def test_only_this_machine_may_reload(peer: str, local: bool) -> None:
    if local:
        same_machine(peer)
    else:
        with pytest.raises(NotAllowed, match="not on this machine"):
            same_machine(peer)


async def test_files_are_watched(garage: Garage) -> None:
    async with watching_skills(garage.assistant):
        for attempt in range(200):
            if attempt % 20 == 0:
                garage.file.write_text(
                    garage.file.read_text(encoding="utf-8").replace(
                        "Ice maker is at", "Seen: it is at"
                    )
                    + f"# {attempt}\n",
                    encoding="utf-8",
                )
            await asyncio.sleep(0.1)
            turn = await garage.say("set ice maker to forty percent")
            if turn.reply.text.startswith("Seen"):
                return
    pytest.fail("not reloaded within 20 s")


async def test_the_commands_ask_the_service(
    garage: Garage, capfd: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> int:
        return main(["skill", *arguments, "--target", garage.target])

    assert await asyncio.to_thread(run, "list") == 0
    assert "in its own process" in capfd.readouterr().out
    garage.edit("Ice maker is at", "The ice is at")
    assert await asyncio.to_thread(run, "reload") == 0
    assert capfd.readouterr().out == "loaded: ice_maker\n"


def test_without_a_service_the_mend_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["skill", "list", "--target", "127.0.0.1:1"]) == 2
    assert "no service answers on 127.0.0.1:1; start it" in capfd.readouterr().err
