"""What the car says about itself, one short report each, and which one a sentence asks for."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from cabin_agent.sdk import Cabin, Said, characters, characters_percent, figures

POWERTRAIN = "Vehicle.Powertrain"
BATTERY = f"{POWERTRAIN}.TractionBattery"
RANGE = f"{POWERTRAIN}.Range"
BATTERY_RANGE = f"{BATTERY}.Range"
CHARGE = f"{BATTERY}.StateOfCharge.Current"
CHARGING = f"{BATTERY}.Charging.IsCharging"
CHARGE_TIME = f"{BATTERY}.Charging.TimeToComplete"
CHARGE_LIMIT = f"{BATTERY}.Charging.ChargeLimit"
FUEL = f"{POWERTRAIN}.FuelSystem.RelativeLevel"
MILEAGE = "Vehicle.TraveledDistance"
TRIP = "Vehicle.TraveledDistanceSinceStart"
TRIP_TIME = "Vehicle.TripDuration"
AVERAGE_SPEED = "Vehicle.AverageSpeed"
SPEED = "Vehicle.Speed"
OUTSIDE = "Vehicle.Exterior.AirTemperature"
WASHER = "Vehicle.Body.Windshield.Front.WasherFluid.Level"
SERVICE = "Vehicle.Service.DistanceToService"
SERVICE_DUE = "Vehicle.Service.IsServiceDue"
FAULTS = "Vehicle.Diagnostics.DTCCount"
VOLTAGE = "Vehicle.LowVoltageBattery.CurrentVoltage"
GEAR = f"{POWERTRAIN}.Transmission.SelectedGear"
MODE = f"{POWERTRAIN}.Transmission.PerformanceMode"
HANDBRAKE = "Vehicle.Chassis.ParkingBrake.IsEngaged"
WHEELS = {
    "Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire": ("front left", "左前"),
    "Vehicle.Chassis.Axle.Row1.Wheel.Right.Tire": ("front right", "右前"),
    "Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire": ("rear left", "左后"),
    "Vehicle.Chassis.Axle.Row2.Wheel.Right.Tire": ("rear right", "右后"),
}
SEATS = {
    "Vehicle.Cabin.Seat.Row1.DriverSide": ("driver", "主驾"),
    "Vehicle.Cabin.Seat.Row1.PassengerSide": ("passenger", "副驾"),
    "Vehicle.Cabin.Seat.Row2.DriverSide": ("rear, driver's side", "后排主驾侧"),
    "Vehicle.Cabin.Seat.Row2.PassengerSide": ("rear, passenger's side", "后排副驾侧"),
}
READS = (
    *(RANGE, BATTERY_RANGE, CHARGE, CHARGING, CHARGE_TIME, CHARGE_LIMIT, FUEL, MILEAGE, TRIP),
    *(TRIP_TIME, AVERAGE_SPEED, SPEED, OUTSIDE, WASHER, SERVICE, SERVICE_DUE, FAULTS, VOLTAGE),
    *(GEAR, MODE, HANDBRAKE),
    "Vehicle.Chassis.Axle.*.Wheel.*.Tire.*",
    "Vehicle.Cabin.Seat.*.IsBelted",
    "Vehicle.Cabin.Seat.*.OccupancyStatus",
)
KPA_PER_BAR = 100
GEARS = {126: "P", 127: "D", 0: "N", -1: "R"}
MODES = {
    "NORMAL": ("normal", "标准"),
    "SPORT": ("sport", "运动"),
    "ECONOMY": ("eco", "经济"),
    "SNOW": ("snow", "雪地"),
    "RAIN": ("rain", "湿滑"),
}

Report = Callable[[Cabin], Awaitable[Said]]


async def energy(cabin: Cabin) -> Said:
    charge, metres = await cabin.get(CHARGE), await cabin.get(BATTERY_RANGE)
    if metres is None:
        metres = await cabin.get(RANGE)
    if charge is None and metres is None:
        return await fuel(cabin)
    en, zh = [], []
    if charge is not None:
        plugged = await cabin.get(CHARGING)
        percent = round(float(charge))
        en.append(f"Battery {percent} percent" + (", charging" if plugged else ""))
        zh.append(f"电量{characters_percent(percent)}" + ("，正在充电" if plugged else ""))
    if metres is not None:
        km = round(float(metres) / 1000)
        en.append(f"range {km} kilometres")
        zh.append(f"续航{characters(km)}公里")
    text = ", ".join(en)
    return cabin.say(f"{text[0].upper()}{text[1:]}.", "，".join(zh))


async def tyres(cabin: Cabin) -> Said:
    en, zh = [], []
    for path, (name_en, name_zh) in WHEELS.items():
        kpa = await cabin.get(f"{path}.Pressure")
        if kpa is not None:
            bar = float(kpa) / KPA_PER_BAR
            en.append(f"{name_en} {figures(bar)}")
            zh.append(f"{name_zh}{characters(bar)}")
    if not en:
        return silent(cabin)
    low = [n for path, n in WHEELS.items() if await cabin.get(f"{path}.IsPressureLow")]
    if low:
        return cabin.say(
            f"Low pressure: {', '.join(n for n, _ in low)}. Tyres in bar: {', '.join(en)}.",
            f"{'、'.join(n for _, n in low)}气压偏低。胎压{'，'.join(zh)}巴",
        )
    return cabin.say(f"Tyres in bar: {', '.join(en)}.", f"胎压{'，'.join(zh)}巴")


async def belts(cabin: Cabin) -> Said:
    """Seats with somebody in them and the belt undone."""
    free = [
        names
        for seat, names in SEATS.items()
        if await cabin.get(f"{seat}.OccupancyStatus") == "OCCUPIED"
        and await cabin.get(f"{seat}.IsBelted") is False
    ]
    if not free:
        return cabin.say("Everybody is belted.", "都系好安全带了")
    return cabin.say(
        f"Not belted: {', '.join(en for en, _ in free)}.",
        f"{'、'.join(zh for _, zh in free)}没有系安全带",
    )


async def service(cabin: Cabin) -> Said:
    if await cabin.get(SERVICE_DUE):
        return cabin.say("The service is due.", "该保养了")
    return await _distance(
        cabin, SERVICE, 1, "{} kilometres to the next service.", "距离下次保养还有{}公里"
    )


async def health(cabin: Cabin) -> Said:
    faults, due = await cabin.get(FAULTS), await cabin.get(SERVICE_DUE)
    low = [n for path, n in WHEELS.items() if await cabin.get(f"{path}.IsPressureLow")]
    en, zh = [], []
    if faults:
        plural = "" if int(faults) == 1 else "s"
        en.append(f"{int(faults)} fault{plural} stored")
        zh.append(f"有{characters(int(faults))}个故障码")
    if low:
        en.append(f"tyre low {low[0][0]}")
        zh.append(f"{low[0][1]}轮胎气压低")
    if due:
        en.append("service due")
        zh.append("该保养了")
    if en:
        return cabin.say(f"Please look after: {', '.join(en)}.", f"请留意：{'，'.join(zh)}")
    if faults is None:
        return await energy(cabin)
    return cabin.say("The car reports no faults.", "车辆没有故障")


async def charge_time(cabin: Cabin) -> Said:
    seconds = await cabin.get(CHARGE_TIME)
    if not await cabin.get(CHARGING) or seconds is None:
        return await energy(cabin)
    minutes = max(1, round(float(seconds) / 60))
    return cabin.say(f"Charged in {minutes} minutes.", f"还要{characters(minutes)}分钟充好")


async def gear(cabin: Cabin) -> Said:
    value = await cabin.get(GEAR)
    if value is None:
        return silent(cabin)
    name = GEARS.get(int(value), str(value))
    return cabin.say(f"The gear is {name}.", f"现在是{name}挡")


async def mode(cabin: Cabin) -> Said:
    names = MODES.get(str(await cabin.get(MODE)))
    if names is None:
        return silent(cabin)
    return cabin.say(f"The car is in {names[0]} mode.", f"现在是{names[1]}模式")


async def handbrake(cabin: Cabin) -> Said:
    engaged = await cabin.get(HANDBRAKE)
    if engaged is None:
        return silent(cabin)
    return cabin.say(
        f"The parking brake is {'on' if engaged else 'off'}.",
        f"手刹{'已拉起' if engaged else '没有拉'}",
    )


async def outside(cabin: Cabin) -> Said:
    degrees = await cabin.get(OUTSIDE)
    if degrees is None:
        return silent(cabin)
    value = round(float(degrees))
    below = "零下" if value < 0 else ""
    return cabin.say(f"{value} degrees outside.", f"车外{below}{characters(abs(value))}度")


async def fuel(cabin: Cabin) -> Said:
    return await _share(cabin, FUEL, "Fuel", "油量")


async def washer(cabin: Cabin) -> Said:
    return await _share(cabin, WASHER, "Washer fluid", "玻璃水")


async def charge_limit(cabin: Cabin) -> Said:
    return await _share(cabin, CHARGE_LIMIT, "The charge limit is", "充电上限是")


async def mileage(cabin: Cabin) -> Said:
    return await _distance(cabin, MILEAGE, 1000, "The car has done {} kilometres.", "总里程{}公里")


async def trip(cabin: Cabin) -> Said:
    return await _distance(cabin, TRIP, 1000, "{} kilometres on this trip.", "这次跑了{}公里")


async def trip_time(cabin: Cabin) -> Said:
    return await _distance(cabin, TRIP_TIME, 60, "{} minutes on the road.", "这次开了{}分钟")


async def average_speed(cabin: Cabin) -> Said:
    en = "On average {} kilometres per hour."
    return await _distance(cabin, AVERAGE_SPEED, 1, en, "平均时速{}公里")


async def speed(cabin: Cabin) -> Said:
    return await _distance(cabin, SPEED, 1, "{} kilometres per hour.", "现在时速{}公里")


async def voltage(cabin: Cabin) -> Said:
    volts = await cabin.get(VOLTAGE)
    if volts is None:
        return silent(cabin)
    return cabin.say(
        f"The 12 volt battery has {figures(float(volts))} volts.",
        f"电瓶电压{characters(float(volts))}伏",
    )


def silent(cabin: Cabin) -> Said:
    return cabin.say("The car does not report that.", "车辆没有提供这项信息")


async def _distance(cabin: Cabin, path: str, unit: float, en: str, zh: str) -> Said:
    """The signal in `unit`s as a whole number, in the sentences' braces."""
    value = await cabin.get(path)
    if value is None:
        return silent(cabin)
    shown = round(float(value) / unit)
    return cabin.say(en.format(shown), zh.format(characters(shown)))


async def _share(cabin: Cabin, path: str, en: str, zh: str) -> Said:
    share = await cabin.get(path)
    if share is None:
        return silent(cabin)
    value = round(float(share))
    return cabin.say(f"{en} {value} percent.", f"{zh}{characters_percent(value)}")


_ASKED: tuple[tuple[re.Pattern[str], Report], ...] = tuple(
    (re.compile(pattern), report)
    for pattern, report in (
        (r"\bt[yi]res?\b|胎压|轮胎|车胎|气压|轮子", tyres),
        (r"belt|安全带", belts),
        (r"charge limit|充电上限|充电限", charge_limit),
        (
            r"fully charged|charging (going|time|done)|until.*charged"
            r"|充电还要|充满|充好|充电进度",
            charge_time,
        ),
        (r"washer|wiper fluid|玻璃水|雨刷水", washer),
        (r"service|maintenance|oil change|保养", service),
        (r"average speed|平均车速|平均速度", average_speed),
        (r"how fast|speedometer|\bmy speed|车速|开多快", speed),
        (r"outside temp|temperature outside|(cold|warm) is it outside|车外温度|外面温度", outside),
        (
            r"(miles|kilomet\w+) (are|have|is|on)|mileage|odometer"
            r"|总里程|一共跑|^里程|上的里程",
            mileage,
        ),
        (r"this trip|trip (distance|meter)|since (the )?start|这次跑|小计|今天跑|上一段行程", trip),
        (r"how long (have|are) (we|i)|drive time|开了多久|行驶时间", trip_time),
        (r"\bgear\b|什么挡|挂的", gear),
        (r"(drive|driving) mode|which mode|驾驶模式|运动模式吗", mode),
        (r"hand ?brake|parking brake|手刹", handbrake),
        (r"12 volt|voltage|电瓶电压", voltage),
        (r"\b(fuel|gas|petrol|tank)\b|油量|汽油|多少油|油还|没油|油表|加油|油箱", fuel),
        (
            r"wrong with|fault|how is the car|status of the car|health"
            r"|故障|车况|体检|毛病|怎么了|检查一下车|车子还好",
            health,
        ),
        (
            r"range|batter|charge|how far|can (i|we) (still )?(drive|go)|miles.*(left|can)|power"
            r"|电|续航|能跑|能开|公里|里程",
            energy,
        ),
    )
)


def asked_for(words: str) -> Report | None:
    """The report that `words`, in lower case, ask for."""
    return next((report for pattern, report in _ASKED if pattern.search(words)), None)
