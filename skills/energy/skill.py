"""Charging: start, stop, how far. Whether there is enough to get somewhere is vehicle_status's."""

from __future__ import annotations

import re

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Manifest,
    Percent,
    Said,
    Skill,
    Steps,
    Text,
    characters_percent,
    ensure,
    intent,
    spoken_clock,
    spoken_duration,
)

CHARGING = "Vehicle.Powertrain.TractionBattery.Charging"
START_STOP = f"{CHARGING}.StartStopCharging"
LIMIT = f"{CHARGING}.ChargeLimit"
CABLES = f"{CHARGING}.ChargingPort.*.IsChargingCableConnected"
CABLE = f"{CHARGING}.ChargingPort.AnyPosition.IsChargingCableConnected"
CHARGE = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current"
FULL = re.compile(r"\b(full|all the way|completely|no limit|remove)\b|满|不限")
LIMITS = Steps(small=5, plain=10, large=20, low=50, high=100)  # percent; below 50 is of no use


class Energy(Skill):
    manifest = Manifest(
        name="energy",
        version="1.0.0",
        summary_en="charging",
        summary_zh="充电",
        reads=(CABLES, CHARGE),
        actuates=(START_STOP, LIMIT),
    )

    @intent(
        domain="vehicle_status",
        en=(
            "start charging",
            "charge the car now",
            "begin charging",
            "resume charging",
            "start charging at {time}",
            "charge from {time}",
            "turn charging on",
            "get the charging going",
            "i've plugged in start charging",
            "top up the battery",
            "schedule charging for {time}",
            "let the car charge",
        ),
        zh=(
            "开始充电",
            "现在充电",
            "给车充电",
            "继续充电",
            "{time}开始充电",
            "预约{time}充电",
            "启动充电",
            "枪插好了开始充",
            "打开充电",
            "充点电",
            "马上充电",
            "恢复充电",
        ),
        reversible=False,
    )
    async def charge_start(self, cabin: Cabin, time: Text | None = None) -> Said:
        if time is not None and (spoken_clock(time) or spoken_duration(time)):
            cabin.event("charging.schedule", {"time": str(time)})
            return cabin.say(f"Charging starts at {_at(time)}.", f"已预约{time}充电")
        if await cabin.get(CABLE) is False:
            raise CannotDo("The charging cable is not plugged in.", "充电枪还没有插好")
        await cabin.actuate({START_STOP: "START"}, undo={START_STOP: "STOP"})
        return cabin.say("Charging started.", "开始充电")

    @intent(
        domain="vehicle_status",
        en=(
            "stop charging",
            "end the charging session",
            "finish charging",
            "pause charging",
            "turn charging off",
            "no more charging",
            "that's enough charge",
            "cancel the scheduled charging",
            "i want to unplug stop the charging",
            "interrupt the charging",
            "don't charge any more",
            "quit charging",
        ),
        zh=(
            "停止充电",
            "结束充电",
            "暂停充电",
            "别充了",
            "不充了",
            "充够了",
            "取消预约充电",
            "关闭充电",
            "我要拔枪了停止充电",
            "终止充电",
            "先别充电",
            "把充电停掉",
        ),
        reversible=False,
    )
    async def charge_stop(self, cabin: Cabin) -> Said:
        cabin.event("charging.schedule", {"time": ""})
        await cabin.actuate({START_STOP: "STOP"}, undo={START_STOP: "START"})
        return cabin.say("Charging stopped.", "已停止充电")

    @intent(
        domain="vehicle_status",
        en=(
            "charge to {value} percent",
            "set the charge limit to {value}",
            "stop charging at {value} percent",
            "only charge to {value}",
            "limit the charge to {value} percent",
            "charging target {value}",
            "don't charge above {value} percent",
            "fill the battery to {value} percent",
            "raise the charge limit to {value}",
            "charge it all the way",
            "remove the charge limit",
            "cap the charge at {value}",
        ),
        zh=(
            "充到{value}",
            "充电上限设为{value}",
            "目标电量{value}",
            "只充到{value}",
            "充电限制调到{value}",
            "最多充到{value}",
            "充电别超过{value}",
            "把电充到{value}",
            "充电目标改到{value}",
            "充满电",
            "充到{value}停",
            "充电不限制",
        ),
    )
    async def charge_limit(self, cabin: Cabin, value: Percent | None = None) -> Said:
        target = _all_the_way(cabin) if value is None else float(value)
        if target is None:
            return cabin.ask("Charge to how many percent?", "充到百分之多少？", "value")
        shown = round(LIMITS.clipped(target))
        return await ensure(
            cabin,
            {LIMIT: shown},
            cabin.say(f"Charging to {shown} percent.", f"充电上限{characters_percent(shown)}"),
            cabin.say(
                f"The limit is already {shown} percent.",
                f"充电上限已经是{characters_percent(shown)}",
            ),
        )


def _all_the_way(cabin: Cabin) -> float | None:
    return LIMITS.high if FULL.search(cabin.words) else LIMITS.limit(cabin.degree)


def _at(time: str) -> str:
    return time.removeprefix("at ").removeprefix("from ")
