"""How the car is: range, charge, tyres, fluids, service. Read-only."""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    Manifest,
    Option,
    Place,
    Said,
    Skill,
    Text,
    characters,
    characters_percent,
    figures,
    intent,
)

POWERTRAIN = "Vehicle.Powertrain"
RANGE = f"{POWERTRAIN}.Range"
BATTERY_RANGE = f"{POWERTRAIN}.TractionBattery.Range"
CHARGE = f"{POWERTRAIN}.TractionBattery.StateOfCharge.Current"
CHARGING = f"{POWERTRAIN}.TractionBattery.Charging.IsCharging"
FUEL = f"{POWERTRAIN}.FuelSystem.RelativeLevel"
TYRES = "Vehicle.Chassis.Axle.*.Wheel.*.Tire.Pressure"
MILEAGE = "Vehicle.TraveledDistance"
OUTSIDE = "Vehicle.Exterior.AirTemperature"
WASHER = "Vehicle.Body.Windshield.Front.WasherFluid.Level"
SERVICE = "Vehicle.Service.DistanceToService"
WHEELS = {
    ("Row1", "Left"): ("front left", "左前"),
    ("Row1", "Right"): ("front right", "右前"),
    ("Row2", "Left"): ("rear left", "左后"),
    ("Row2", "Right"): ("rear right", "右后"),
}
KPA_PER_BAR = 100


class Matter(Option):
    """What is asked about."""

    RANGE = ("range", ("range", "how far", "distance left", "续航", "剩余里程", "能跑"))
    CHARGE = (
        "charge",
        (
            "battery",
            "charge",
            "battery level",
            "state of charge",
            "电量",
            "电池",
            "剩余电量",
            "充电",
        ),
    )
    FUEL = ("fuel", ("fuel", "gas", "petrol", "tank", "油量", "汽油"))
    TYRES = (
        "tyres",
        (
            "tyre",
            "tyres",
            "tire",
            "tires",
            "tyre pressure",
            "tire pressure",
            "胎压",
            "轮胎",
            "气压",
        ),
    )
    MILEAGE = ("mileage", ("mileage", "odometer", "miles", "kilometres", "里程", "总里程", "公里"))
    OUTSIDE = ("outside", ("outside temperature", "temperature outside", "车外温度", "外面温度"))
    WASHER = ("washer", ("washer fluid", "wiper fluid", "玻璃水"))
    SERVICE = ("service", ("service", "maintenance", "oil change", "保养", "保养里程"))


class VehicleStatus(Skill):
    manifest = Manifest(
        name="vehicle_status",
        version="1.0.0",
        summary_en="range, battery and tyres",
        summary_zh="续航、电量和胎压",
        reads=(
            RANGE,
            BATTERY_RANGE,
            CHARGE,
            CHARGING,
            FUEL,
            TYRES,
            MILEAGE,
            OUTSIDE,
            WASHER,
            SERVICE,
        ),
    )

    @intent(
        domain="vehicle_status",
        en=(
            "how much range do i have left",
            "what is the {option}",
            "check the {option}",
            "how is the battery",
            "is the {option} okay",
        ),
        zh=("还能跑多远", "{option}还有多少", "查一下{option}", "还有多少电", "{option}正常吗"),
    )
    async def query(
        self, cabin: Cabin, option: Matter | Text | None = None, place: Place | None = None
    ) -> Said:
        match option:
            case Matter.TYRES:
                return await _tyres(cabin)
            case Matter.MILEAGE:
                return await _distance(cabin, MILEAGE, "The car has done", "总里程")
            case Matter.FUEL:
                return await _share(cabin, FUEL, "Fuel", "油量")
            case Matter.WASHER:
                return await _share(cabin, WASHER, "Washer fluid", "玻璃水")
            case Matter.OUTSIDE:
                return await _outside(cabin)
            case Matter.SERVICE:
                return await _service(cabin)
            case str():
                return cabin.say(
                    f"The car does not report the {option}.", f"车辆没有提供{option}信息"
                )
            case _:
                return await _energy(cabin)


async def _energy(cabin: Cabin) -> Said:
    charge, metres = await cabin.get(CHARGE), await cabin.get(BATTERY_RANGE)
    if metres is None:
        metres = await cabin.get(RANGE)
    if charge is None and metres is None:
        return await _share(cabin, FUEL, "Fuel", "油量")
    en, zh = [], []
    if charge is not None:
        plugged = await cabin.get(CHARGING)
        en.append(
            f"Battery {figures(round(float(charge)))} percent" + (", charging" * bool(plugged))
        )
        zh.append(
            f"电量{characters_percent(round(float(charge)))}" + ("，正在充电" * bool(plugged))
        )
    if metres is not None:
        km = round(float(metres) / 1000)
        en.append(f"range {km} kilometres")
        zh.append(f"续航{characters(km)}公里")
    text = ", ".join(en)
    return cabin.say(f"{text[0].upper()}{text[1:]}.", "，".join(zh))


async def _tyres(cabin: Cabin) -> Said:
    en, zh = [], []
    for (axle, side), (name_en, name_zh) in WHEELS.items():
        kpa = await cabin.get(f"Vehicle.Chassis.Axle.{axle}.Wheel.{side}.Tire.Pressure")
        if kpa is not None:
            bar = float(kpa) / KPA_PER_BAR
            en.append(f"{name_en} {figures(bar)}")
            zh.append(f"{name_zh}{characters(bar)}")
    if not en:
        return _silent(cabin)
    return cabin.say(f"Tyres in bar: {', '.join(en)}.", f"胎压{'，'.join(zh)}巴")


async def _distance(cabin: Cabin, path: str, en: str, zh: str) -> Said:
    metres = await cabin.get(path)
    if metres is None:
        return _silent(cabin)
    km = round(float(metres) / 1000)
    return cabin.say(f"{en} {km} kilometres.", f"{zh}{characters(km)}公里")


async def _share(cabin: Cabin, path: str, en: str, zh: str) -> Said:
    share = await cabin.get(path)
    if share is None:
        return _silent(cabin)
    value = round(float(share))
    return cabin.say(f"{en} {value} percent.", f"{zh}{characters_percent(value)}")


async def _outside(cabin: Cabin) -> Said:
    degrees = await cabin.get(OUTSIDE)
    if degrees is None:
        return _silent(cabin)
    value = round(float(degrees))
    below = "零下" if value < 0 else ""
    return cabin.say(f"{value} degrees outside.", f"车外{below}{characters(abs(value))}度")


async def _service(cabin: Cabin) -> Said:
    km = await cabin.get(SERVICE)
    if km is None:
        return _silent(cabin)
    value = round(float(km))
    return cabin.say(
        f"{value} kilometres to the next service.", f"距离下次保养还有{characters(value)}公里"
    )


def _silent(cabin: Cabin) -> Said:
    return cabin.say("The car does not report that.", "车辆没有提供这项信息")
