"""Programs of the head unit: opened and closed by event, with films for nobody who drives."""

from __future__ import annotations

import re

from cabin_agent.sdk import Cabin, CannotDo, Manifest, Said, Skill, Text, Zone, intent

SPEED = "Vehicle.Speed"
WATCHED = re.compile(
    r"netflix|youtube(?! music)|disney|prime video|tiktok|hulu|twitch|game|video"
    r"|爱奇艺|腾讯视频|优酷|芒果|哔哩|抖音|快手|视频|电影|游戏|斗地主|ktv|k歌|唱歌"
)
_OPEN = re.compile(
    r"\b(please|can you|could you|open|launch|start|run|bring up|pull up|show me|the|app|for me)\b"
    r"|打开|启动|进入|运行|调出|点开|切到|开一下|帮我|我要用|请|应用|界面|把"
)


class App(Skill):
    manifest = Manifest(
        name="app",
        version="1.0.0",
        summary_en="apps",
        summary_zh="应用",
        reads=(SPEED,),
    )

    @intent(
        domain="app",
        en=(
            "open {option}",
            "launch {option}",
            "start the {option} app",
            "bring up {option}",
            "pull up {option} on the screen",
            "i want to use {option}",
            "switch to the {option} app",
            "run {option}",
            "show me {option}",
            "go to the {option} app",
            "can you open {option} for me",
            "get {option} started",
        ),
        zh=(
            "打开{option}应用",
            "启动{option}",
            "进入{option}",
            "运行{option}",
            "调出{option}",
            "我要用{option}",
            "点开{option}",
            "切到{option}",
            "开一下{option}",
            "帮我打开{option}",
            "打开{option}界面",
            "把{option}打开",
        ),
        reversible=False,
    )
    async def open(self, cabin: Cabin, option: Text | None = None) -> Said:
        name = str(option or "") or _named(cabin.words)
        if not name:
            return cabin.ask("Which app?", "打开哪个应用？", "option")
        watched = WATCHED.search(f"{name} {cabin.words}".lower()) is not None
        if watched and cabin.speaker in (Zone.DRIVER, Zone.UNKNOWN) and await _moving(cabin):
            raise CannotDo("Films and games only when we stand.", "停车后才能看视频玩游戏")
        cabin.event("app.open", {"name": name, "seat": str(cabin.speaker)})
        return cabin.say(f"Opening {name}.", f"正在打开{name}")

    @intent(
        domain="app",
        en=(
            "close {option}",
            "quit the {option} app",
            "exit {option}",
            "shut {option} down",
            "get rid of {option}",
            "i'm done with {option}",
            "leave the {option} app",
            "close all apps",
            "close this app",
            "end {option}",
            "stop the {option} app",
            "close {option} please",
        ),
        zh=(
            "关闭{option}应用",
            "退出{option}",
            "关掉{option}",
            "不用{option}了",
            "结束{option}",
            "把{option}关了",
            "{option}不看了",
            "关掉所有应用",
            "关闭当前应用",
            "清理后台",
            "退出这个应用",
            "帮我退出{option}",
        ),
        reversible=False,
    )
    async def close(self, cabin: Cabin, option: Text | None = None) -> Said:
        everything = re.search(r"\ball\b|所有|后台|都关", cabin.words) is not None
        name = "*" if everything else str(option or "")
        cabin.event("app.close", {"name": name, "seat": str(cabin.speaker)})
        if everything:
            return cabin.say("Closing all apps.", "正在关闭所有应用")
        if option is None:
            return cabin.say("Closing the app in front.", "正在关闭当前应用")
        return cabin.say(f"Closing {option}.", f"正在关闭{option}")


def _named(words: str) -> str:
    """What is left of the sentence without the words for opening."""
    return _OPEN.sub("", words).strip()


async def _moving(cabin: Cabin) -> bool:
    """A speed that nobody reports counts as moving."""
    speed = await cabin.get(SPEED)
    return speed is None or float(speed) > 0
