"""Automatic climate: what a control unit would choose from how far the cabin is from the set point.
VSS has no signal for the automatic mode, so the head unit also gets the event `climate.auto`."""

from __future__ import annotations

from dataclasses import dataclass

from cabin_agent.sdk import Cabin, Said, characters, figures, intent, number

HVAC = "Vehicle.Cabin.HVAC"
AIR_CONDITIONING = f"{HVAC}.IsAirConditioningActive"
CABIN_AIR = f"{HVAC}.AmbientAirTemperature"
COMFORT = 22.0
NEAR, FAR = 1.5, 6.0  # °C from the set point
FACE, FEET = "MIDDLE", "DOWN"


@dataclass(frozen=True, slots=True)
class Choice:
    """Fan in percent and where the air goes."""

    fan: int
    air: str


class Automatic:
    """The part of the climate that looks after itself."""

    @intent(
        domain="climate",
        en=(
            "set the climate control to auto",
            "auto mode for the air conditioning",
            "climate on auto",
            "turn on automatic climate",
            "let the car control the temperature by itself",
            "put the air conditioning on automatic",
            "regulate the temperature automatically",
            "automatic ac {zone}",
            "run the air con automatically",
            "fan on auto",
            "go back to automatic climate",
            "let the blower decide",
        ),
        zh=(
            "打开自动空调",
            "空调切到自动模式",
            "空调调成自动",
            "空调自动",
            "自动调节温度",
            "风量自动",
            "空调开自动",
            "打开自动温控",
            "恢复自动空调",
            "空调你自己调吧",
            "{zone}空调自动",
            "让空调自动运行",
        ),
    )
    async def auto_on(self, cabin: Cabin) -> Said:
        inside = await cabin.get(CABIN_AIR)
        values: dict[str, bool | int | str] = {AIR_CONDITIONING: True}
        for zone in cabin.zones:
            station = cabin.paths(zone).hvac
            wanted = await number(cabin, f"{station}.Temperature", COMFORT)
            choice = choose(wanted, None if inside is None else float(inside))
            values[f"{station}.FanSpeed"] = choice.fan
            values[f"{station}.AirDistribution"] = choice.air
        await cabin.actuate(values)
        cabin.event("climate.auto", {"on": True, "seats": [str(zone) for zone in cabin.zones]})
        shown = figures(await number(cabin, f"{station}.Temperature", COMFORT))
        spoken = characters(float(shown))
        return cabin.say(f"Climate on auto at {shown} degrees.", f"空调自动模式，{spoken}度")

    @intent(
        domain="climate",
        en=(
            "turn off auto climate",
            "ac to manual",
            "stop regulating the climate automatically",
            "manual air conditioning please",
            "auto mode off for the ac",
            "take the climate out of automatic",
            "i want to set the fan myself",
            "leave automatic climate mode",
            "no more automatic climate {zone}",
            "deactivate automatic air conditioning",
            "climate control on manual",
            "don't adjust the air automatically",
        ),
        zh=(
            "关闭自动空调",
            "退出空调自动模式",
            "空调改成手动",
            "空调不要自动了",
            "取消空调自动",
            "我自己调空调",
            "风量不要自动",
            "空调手动模式",
            "关闭自动温控",
            "{zone}空调不要自动",
            "空调别自动了",
            "停用自动空调",
        ),
    )
    async def auto_off(self, cabin: Cabin) -> Said:
        cabin.event("climate.auto", {"on": False, "seats": [str(zone) for zone in cabin.zones]})
        return cabin.say("Automatic climate off.", "自动空调已关闭")


def choose(wanted: float, inside: float | None) -> Choice:
    """The further away, the more air; cold air to the face, warm air to the feet."""
    if inside is None:
        return Choice(40, FACE)
    gap = abs(wanted - inside)
    fan = 20 if gap <= NEAR else 80 if gap >= FAR else 50
    return Choice(fan, FEET if wanted > inside else FACE)
