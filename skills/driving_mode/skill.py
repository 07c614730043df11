"""How the car drives, and comfort scenes.

Driving modes and assistants are never switched here (rule 10 of the policy): the head unit is told
by the event `driving.request` {"function", "on"} and asks the driver's own hand. A scene is several
actions that one sentence starts and one undo, or leaving the scene, ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Manifest,
    NoProvider,
    Number,
    Refused,
    Said,
    Scalar,
    Skill,
    Text,
    Zone,
    intent,
    scheduled,
    spoken_duration,
)

from .modes import named as function_named
from .scenes import Scene, SceneStep, find, named

CABIN = "Vehicle.Cabin"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
PARK = 126
KEY = "scene"
WAKE = "wake"
SPOKEN = 60  # characters of what was done, so that the reply stays short
_OFF = re.compile(
    r"\b(off|disable|deactivate|terminate|end|leave|exit|stop|without|shut down)\b"
    r"|关|退出|取消|不用|不要|停用|别"
)


class DrivingMode(Skill):
    manifest = Manifest(
        name="driving_mode",
        version="1.0.0",
        summary_en="comfort scenes",
        summary_zh="舒适场景",
        reads=(GEAR, f"{CABIN}.Sunroof.Position"),
        actuates=(
            f"{CABIN}.HVAC.*",
            f"{CABIN}.Seat.*.*.Backrest.Recline",
            f"{CABIN}.Seat.*.*.HeatingCooling",
            f"{CABIN}.Seat.*.*.Massage.Level",
            f"{CABIN}.Light.AmbientLight.*",
            f"{CABIN}.Light.Spotlight.*.*.IsLightOn",
            f"{CABIN}.Door.*.*.Window.Position",
            f"{CABIN}.Door.*.*.Shade.Position",
            f"{CABIN}.Door.*.*.IsLocked",
            f"{CABIN}.Sunroof.Switch",
            f"{CABIN}.Sunroof.Shade.Position",
            f"{CABIN}.Infotainment.Media.Action",
            f"{CABIN}.Infotainment.Media.Volume",
            f"{CABIN}.Infotainment.Navigation.Mute",
            "Vehicle.Body.Mirrors.*.IsFolded",
            "Vehicle.Body.Mirrors.*.IsHeatingOn",
            "Vehicle.Body.Windshield.Front.Wiping.Mode",
            "Vehicle.Body.Lights.Beam.Low.IsOn",
        ),
        storage=True,
    )

    @intent(
        name="set",
        domain="driving_mode",
        en=(
            "switch to {option} mode",
            "put the car into {option} mode",
            "set the driving mode to {option}",
            "activate {option}",
            "turn off {option}",
            "turn on the lane keeping",
            "start the cruise control",
            "set the cruise control to {value}",
            "park the car by yourself",
            "help me with {option}",
            "keep me in my lane",
            "go easy on the battery",
        ),
        zh=(
            "切换到{option}模式",
            "驾驶模式换成{option}",
            "打开{option}驾驶模式",
            "关闭{option}驾驶模式",
            "打开自适应巡航",
            "巡航速度设为{value}",
            "车道保持打开",
            "自动泊车",
            "能量回收强一点",
            "悬架升高",
            "省电点开",
            "换个驾驶模式",
        ),
        reversible=False,
    )
    async def request(
        self, cabin: Cabin, option: Text | None = None, value: Number | None = None
    ) -> Said:
        if cabin.speaker is not Zone.DRIVER:
            raise CannotDo(
                "How the car drives is for the driver to say.", "驾驶方式只能由驾驶员决定"
            )
        words = f"{option or ''} {cabin.words}".lower()
        function = function_named(words)
        on = not _OFF.search(cabin.words)
        name = function.name if function else str(option or cabin.words)
        amount = {} if value is None else {"value": float(value)}
        cabin.event("driving.request", {"function": name, "on": on, **amount})
        en = function.en if function else str(option or "that")
        zh = function.zh if function else str(option or "这项功能")
        state_en, state_zh = ("", "") if on else (" off", "关闭")
        return cabin.say(
            f"I never switch driving functions; {en}{state_en} is on the screen for your tap.",
            f"驾驶功能我不直接操作，{zh}{state_zh}已显示在屏幕上，请您点按确认",
        )

    @intent(
        domain="driving_mode",
        en=(
            "{option} mode",
            "set the car up for a nap",
            "i want to take a nap",
            "make it romantic",
            "kids asleep mode",
            "we're going through the car wash",
            "camping mode please",
            "start the {option} scene",
            "nap for {time}",
            "the dog stays in the car",
            "help me relax",
            "get everything ready for sleeping",
        ),
        zh=(
            "打开{option}场景",
            "进入{option}场景",
            "我想睡一会儿",
            "小睡{time}",
            "来点浪漫的气氛",
            "孩子要睡了切哄睡",
            "我要洗车",
            "今晚在车里露营",
            "狗留在车里",
            "我想放松一下",
            "在车里看电影布置一下",
            "执行{option}场景",
        ),
    )
    async def scene(
        self, cabin: Cabin, option: Text | None = None, time: Text | None = None
    ) -> Said:
        scene = find(f"{option or ''} {cabin.words}".lower())
        if scene is None:
            if option is None:
                return cabin.ask(
                    "Which scene: nap, romantic, camping?",
                    "哪个场景：小憩、浪漫还是露营？",
                    "option",
                )
            cabin.event("driving_mode.scene", {"name": str(option)})
            return cabin.say(f"I've asked the car for {option}.", f"已请求{option}场景")
        if scene.parked and await cabin.get(GEAR) != PARK:
            raise CannotDo(f"{scene.en} only in Park.", f"{scene.zh}场景只能在P挡使用")
        done = await _start(cabin, scene)
        cabin.storage.set(KEY, {"key": scene.key, "before": done.before})
        cabin.event("driving_mode.scene", {"name": scene.key})
        seconds = spoken_duration(time) if time else None
        if seconds is not None:
            cabin.schedule(WAKE, seconds, "wake", {})
        return done.said(cabin, scene)

    @intent(
        domain="driving_mode",
        en=(
            "leave {option} mode",
            "turn off {option} mode",
            "end the scene",
            "the nap is over",
            "i'm awake again",
            "exit {option} mode",
            "stop the {option} scene",
            "the car wash is done",
            "we're done camping",
            "the kids are awake now",
            "back to normal after the nap",
            "no more {option} mode",
        ),
        zh=(
            "退出{option}场景",
            "关闭{option}场景",
            "结束场景",
            "我睡醒了",
            "午休结束",
            "退出当前场景",
            "洗车洗完了",
            "露营结束了",
            "宝宝醒了恢复正常",
            "不要{option}场景了",
            "恢复到场景之前的样子",
            "场景模式关掉",
        ),
    )
    async def scene_off(self, cabin: Cabin, option: Text | None = None) -> Said:
        kept = cabin.storage.get(KEY)
        cabin.unschedule(WAKE)
        if not kept:
            return cabin.say("No scene is running.", "没有正在使用的场景")
        before: dict[str, Scalar] = kept["before"]
        for path, value in before.items():
            try:
                await cabin.actuate({path: value})
            except (Refused, NoProvider):
                continue
        cabin.storage.delete(KEY)
        scene = named(kept["key"])
        cabin.event("driving_mode.scene", {"name": ""})
        if scene is None:
            return cabin.say("Everything is as it was before.", "已恢复原样")
        return cabin.say(f"{scene.en} is over, all as before.", f"{scene.zh}结束，已恢复原样")

    @scheduled()
    async def wake(self, cabin: Cabin, data: dict[str, object]) -> Said | None:
        if not cabin.storage.get(KEY):
            return None
        return cabin.suggest(
            "Time is up. Shall I put everything back?",
            "时间到了，要恢复原样吗？",
            "driving_mode.scene_off",
        )


@dataclass(slots=True)
class Started:
    """What became of a scene's steps, and the values before."""

    before: dict[str, Scalar] = field(default_factory=dict)
    steps: list[SceneStep] = field(default_factory=list)
    refused: Refused | None = None

    def said(self, cabin: Cabin, scene: Scene) -> Said:
        """The steps by name, as many as a short reply holds."""
        en, zh = (_listed([getattr(s, name) for s in self.steps], joint) for name, joint in _NAMES)
        return cabin.say(f"{scene.en}: {en}.", f"{scene.zh}：{zh}")


_NAMES = (("en", ", "), ("zh", "、"))


def _listed(names: list[str], joint: str) -> str:
    shown: list[str] = []
    for name in filter(None, names):
        if len(joint.join([*shown, name])) > SPOKEN:
            break
        shown.append(name)
    return joint.join(shown)


async def _start(cabin: Cabin, scene: Scene) -> Started:
    """Every step that the car has and the policy allows. The refusal if that is none."""
    done = Started()
    for step in scene.steps:
        if step.if_open and not await cabin.get(step.if_open):
            continue
        if await _take(cabin, step, done):
            done.steps.append(step)
    if not done.steps and done.refused is not None:
        raise done.refused
    return done


async def _take(cabin: Cabin, step: SceneStep, done: Started) -> bool:
    """Whether at least one seat's share of the step was carried out."""
    taken = False
    for values in step.laid_out(cabin):
        before = {path: await cabin.get(path) for path in values}
        try:
            await cabin.actuate(values, step.undo or None)
        except NoProvider:
            continue
        except Refused as refusal:
            done.refused = refusal
            continue
        taken = True
        for path, value in {**before, **step.undo}.items():
            if value is not None:
                done.before.setdefault(path, value)
    return taken
