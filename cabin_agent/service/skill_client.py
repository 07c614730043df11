"""`cabin-agent skill list` and `reload`: asks the running service."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import grpc
from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cabin.v1 import cabin_pb2 as pb
from cabin.v1 import cabin_pb2_grpc
from cabin_agent.errors import CabinError, NotReady

CLIENT = "cabin-agent skill"
TIMEOUT_S = 60.0


async def show_skills(target: str, as_json: bool, console: Console) -> int:
    """What is loaded, where it runs and how it is doing. The exit status is 1 if a skill is
    quarantined or could not be loaded."""
    async with _service(target) as stub:
        answer = await stub.ListSkills(pb.ListSkillsRequest(), timeout=TIMEOUT_S)
    if as_json:
        print(json.dumps(MessageToDict(answer), ensure_ascii=False, indent=2))
    else:
        table = Table("skill", "version", "runs", "signed by", "state")
        for skill in answer.skills:
            where = "in its own process" if skill.isolated else "inside"
            state = skill.state + (f": {skill.state_reason}" if skill.state_reason else "")
            table.add_row(skill.name, skill.version, where, skill.signed_by, escape(state))
        console.print(table)
        _show_problems(answer.problems, console)
    quarantined = any(skill.state == "quarantined" for skill in answer.skills)
    return 1 if quarantined or answer.problems else 0


async def reload_skills(target: str, names: Sequence[str], as_json: bool, console: Console) -> int:
    """The exit status is 1 if a skill could not be loaded."""
    async with _service(target) as stub:
        request = pb.ReloadSkillsRequest(client=CLIENT, names=names)
        answer = await stub.ReloadSkills(request, timeout=TIMEOUT_S)
    if as_json:
        print(json.dumps(MessageToDict(answer), ensure_ascii=False, indent=2))
    else:
        console.print(f"loaded: {', '.join(answer.loaded) or 'nothing has changed'}")
        if answer.removed:
            console.print(f"removed: {', '.join(answer.removed)}")
        _show_problems(answer.problems, console)
    return 1 if answer.problems else 0


def _show_problems(problems: Sequence[str], console: Console) -> None:
    for problem in problems:
        console.print(f"[yellow]{escape(problem)}[/]", soft_wrap=True, highlight=False)


@asynccontextmanager
async def _service(target: str) -> AsyncIterator[cabin_pb2_grpc.CabinServiceAsyncStub]:
    async with grpc.aio.insecure_channel(target) as channel:
        try:
            yield cabin_pb2_grpc.CabinServiceStub(channel)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.UNAVAILABLE:
                raise NotReady(
                    f"no service answers on {target}",
                    "start it with 'cabin-agent serve', or name it with --target",
                ) from None
            raise CabinError(error.details() or str(error.code()), "see above") from None
