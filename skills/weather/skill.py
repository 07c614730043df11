"""The weather where the car is, from its own sensors; a forecast is the head unit's to give."""

from __future__ import annotations

import re

from cabin_agent.sdk import Cabin, Manifest, Place, Said, Skill, Text, characters, figures, intent

OUTSIDE = "Vehicle.Exterior.AirTemperature"
RAIN = "Vehicle.Body.Raindetection.Intensity"
HUMIDITY = "Vehicle.Exterior.Humidity"
LIGHT = "Vehicle.Exterior.LightIntensity"
ICE_BELOW = 3.0  # °C: where cars warn of slippery roads, since bridges freeze before the air does
HEAVY_RAIN = 50.0
HUMID = 90.0
BRIGHT = 60.0
NOT_NOW = re.compile(
    r"tomorrow|tonight|later|week|month|morning|afternoon|evening|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|forecast|will it|going to"
    r"|明天|后天|今晚|晚上|早上|下午|周|星期|月|预报|会不会|会下|待会|一会儿"
)


class Weather(Skill):
    manifest = Manifest(
        name="weather",
        version="1.0.0",
        summary_en="weather",
        summary_zh="天气",
        reads=(OUTSIDE, RAIN, HUMIDITY, LIGHT),
    )

    @intent(
        domain="weather",
        en=(
            "what is the weather like",
            "how cold is it outside",
            "is it raining in {place}",
            "do i need an umbrella {time}",
            "what's the forecast for {place}",
        ),
        zh=("天气怎么样", "外面多少度", "{place}下雨吗", "{time}要带伞吗", "{place}天气如何"),
    )
    async def query(
        self, cabin: Cabin, place: Place | None = None, time: Text | None = None
    ) -> Said:
        if place is not None or NOT_NOW.search(cabin.words) or (time and NOT_NOW.search(time)):
            return _forecast(cabin, place, time)
        sky_en, sky_zh = await self._sky(cabin)
        outside = await cabin.get(OUTSIDE)
        if outside is None:
            if not sky_en:
                return cabin.say(
                    "The car has no weather sensors that answer.", "车上的天气传感器没有数据"
                )
            return cabin.say(f"It is {sky_en} here.", f"这里现在{sky_zh}")
        degrees = round(float(outside))
        warning_en, warning_zh = (
            (" Roads may be icy.", "，路面可能结冰") if float(outside) < ICE_BELOW else ("", "")
        )
        plural = "" if abs(degrees) == 1 else "s"
        there_en = f" and {sky_en}" if sky_en else ""
        there_zh = f"，{sky_zh}" if sky_zh else ""
        return cabin.say(
            f"It is {figures(degrees)} degree{plural} outside{there_en}.{warning_en}",
            f"车外{characters(degrees)}度{there_zh}{warning_zh}",
        )

    async def _sky(self, cabin: Cabin) -> tuple[str, str]:
        rain, humidity, light = [await cabin.get(path) for path in (RAIN, HUMIDITY, LIGHT)]
        if rain is not None and float(rain) >= HEAVY_RAIN:
            return "raining hard", "雨很大"
        if rain is not None and float(rain) > 0:
            return "raining", "正在下雨"
        if humidity is not None and float(humidity) >= HUMID:
            return "very humid", "湿度很大"
        if rain is None:
            return "", ""
        if light is not None and float(light) >= BRIGHT:
            return "dry and bright", "没有下雨，天色明亮"
        return "dry", "没有下雨"


def _forecast(cabin: Cabin, place: Place | None, time: Text | None) -> Said:
    """The car can't see the future or other towns: the head unit's weather service may."""
    cabin.event("weather.forecast", {"place": str(place or ""), "time": str(time or "")})
    where_en = f" for {place}" if place else ""
    where_zh = f"{place}的" if place else ""
    return cabin.say(
        f"I can't see a forecast{where_en} offline; I've asked the weather service.",
        f"离线看不到{where_zh}天气预报，已向天气服务查询",
    )
