"""Skills made for measuring: third-party, unsigned, two intents of eight phrases each."""

from __future__ import annotations

from pathlib import Path

AC = "Vehicle.Cabin.HVAC.IsAirConditioningActive"

_SKILL = """
import asyncio
import os

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, intent

VERSION = {version}


class Made(Skill):
    manifest = Manifest("{name}", "1.0.{version}", "{name}", "{name} 技能", actuates=("{ac}",))

    @intent(
        domain="app",
        en=("start {name}", "{name} on please", "run the {name} thing", "let {name} begin"),
        zh=("启动{name}", "打开{name}吧", "让{name}开始", "我要用{name}"),
    )
    async def start(self, cabin: Cabin) -> Said:
        active = await cabin.get("{ac}")
        await cabin.actuate({{"{ac}": not active}})
        return cabin.say("Started.", "已启动")

    @intent(
        domain="app",
        en=("stop {name}", "{name} off please", "end the {name} thing", "let {name} rest"),
        zh=("停止{name}", "关闭{name}吧", "让{name}停下", "不用{name}了"),
    )
    async def stop(self, cabin: Cabin) -> Said:
        words = cabin.words
        if words == "hang":
            await asyncio.sleep(60)
        if words == "crash":
            os._exit(1)
        return cabin.say("Stopped.", "已停止")
"""


def write(folder: Path, name: str, version: int = 0) -> Path:
    """The skill `name` in `folder`; gives its file."""
    file = folder / name / "skill.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = _SKILL.format(name=name, version=version, ac=AC)
    file.write_text(text, encoding="utf-8")
    return file


def names(count: int) -> list[str]:
    """Words that are no words, so that no two skills sound alike."""
    syllables = "ba de fi go lu ma ne pi ro su ta ve wi zo".split()
    size = len(syllables)
    return [
        syllables[number % size] + syllables[number // size % size] + f"n{number}"
        for number in range(count)
    ]
