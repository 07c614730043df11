"""A CAN network on the bus: frames in, frames out, and what contradicts is refused by name."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

can = pytest.importorskip("can")
pytest.importorskip("cantools")

from vehicle_bus.broker import Broker  # noqa: E402 - only with the extra `can`
from vehicle_bus.can import CanError, carrying, load, open_channel  # noqa: E402
from vehicle_bus.can.agreement import load_dbc  # noqa: E402
from vehicle_bus.catalogue import Catalogue  # noqa: E402
from vehicle_bus.errors import AlreadyProvided, ProviderFailed, Refused  # noqa: E402
from vehicle_bus.policy import SafetyPolicy  # noqa: E402
from vehicle_bus.values import ActuationRequest, Requester, Scalar, Zone  # noqa: E402

EXAMPLE = Path(__file__).parents[2] / "examples" / "can"
DBC = EXAMPLE / "cabin.dbc"
MAPPING = EXAMPLE / "mapping.yaml"
SPEED = "Vehicle.Speed"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
LOCKED = "Vehicle.Cabin.Door.Row1.DriverSide.IsLocked"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
IGNITION = "Vehicle.LowVoltageSystemState"
ACTUATORS = {"window": WINDOW, "locked": LOCKED, "fan": FAN, "temperature": TEMPERATURE}
DRIVER = Requester("test", Zone.DRIVER, ("Vehicle.*",))
PATIENCE_S = 20.0
NUMBERS = itertools.count()


class Network:
    """The other control units on the wire."""

    def __init__(self, channel: object, broker: Broker) -> None:
        self.channel = channel
        self.broker = broker
        self.database = load_dbc(DBC)

    def send(self, message: str, **signals: object) -> None:
        found = self.database.get_message_by_name(message)
        data = found.encode({signal.name: 0 for signal in found.signals} | signals)
        self.put(found.frame_id, data)

    def put(self, number: int, data: bytes) -> None:
        frame = can.Message(arbitration_id=number, data=data, is_extended_id=False)
        self.channel.send(frame)

    async def next(self) -> tuple[str, dict[str, object]]:
        frame = await asyncio.to_thread(self.channel.recv, PATIENCE_S)
        assert frame is not None
        message = self.database.get_message_by_frame_id(frame.arbitration_id)
        return message.name, message.decode(bytes(frame.data))

    async def until(self, path: str, value: Scalar) -> None:
        async with asyncio.timeout(PATIENCE_S):
            async for update in self.broker.subscribe(path):
                if update.datapoint.value == value:
                    return

    async def actuate(self, **targets: Scalar) -> None:
        values = {ACTUATORS[name]: value for name, value in targets.items()}
        await self.broker.actuate(ActuationRequest(values, DRIVER))

    async def switch_on(self) -> None:
        self.send("Motion", GearLever="Park", IgnitionState="ON")
        await self.until(IGNITION, "ON")


@asynccontextmanager
async def connected(
    mapping: Path = EXAMPLE / "mapping.yaml", dbc: Path = DBC
) -> AsyncIterator[Network]:
    name = f"virtual:test{next(NUMBERS)}"
    broker = Broker(Catalogue.load(), SafetyPolicy(), time.monotonic)
    wire = open_channel(name)
    async with carrying(broker, open_channel(name), load_dbc(DBC), load(mapping), time.monotonic):
        try:
            yield Network(wire, broker)
        finally:
            wire.shutdown()


async def test_frames_become_signals() -> None:
    async with connected() as network:
        network.send("Motion", VehicleSpeed=83.5, GearLever="Drive", IgnitionState="ON")
        await network.until(SPEED, 83.5)
        await network.until(GEAR, 127)
        await network.until(IGNITION, "ON")
        network.send("DoorLeftState", WindowLeftActual=42.5, DoorLeftLocked=1)
        await network.until(WINDOW, 42)
        await network.until(LOCKED, True)
        network.send("Weather", OutsideTemperature=-12.5)
        await network.until("Vehicle.Exterior.AirTemperature", -12.5)


async def test_targets_become_frames_that_keep_the_rest_of_what_they_carry() -> None:
    async with connected() as network:
        await network.actuate(temperature=22.5)
        told = await network.next()
        assert told == ("ClimateCommand", {"DriverSetPointTarget": 22.5, "DriverFanLevelTarget": 0})
        await network.actuate(fan=50)
        told = await network.next()
        assert told == ("ClimateCommand", {"DriverSetPointTarget": 22.5, "DriverFanLevelTarget": 3})


async def test_before_anything_was_asked_a_frame_carries_the_initial_values_of_the_dbc() -> None:
    async with connected() as network:
        await network.actuate(fan=100)
        name, content = await network.next()
        assert (name, content["DriverFanLevelTarget"]) == ("ClimateCommand", 5)
        assert content["DriverSetPointTarget"] == 21.0


async def test_a_batch_goes_out_as_one_frame_a_message_and_values_have_names() -> None:
    async with connected() as network:
        await network.switch_on()
        await network.actuate(locked=True, window=30, fan=20)
        door, climate = await network.next(), await network.next()
        assert door == ("DoorLeftCommand", {"WindowLeftTarget": 30, "DoorLeftLockTarget": "Lock"})
        assert climate[1]["DriverFanLevelTarget"] == 1


async def test_the_actual_value_is_what_the_network_reports() -> None:
    async with connected() as network:
        await network.switch_on()
        await network.actuate(window=80)
        assert (await network.broker.get(WINDOW))[WINDOW] is None
        network.send("DoorLeftState", WindowLeftActual=80)
        await network.until(WINDOW, 80)


async def test_the_policy_stands_before_the_network() -> None:
    async with connected() as network:
        network.send("Motion", VehicleSpeed=50, GearLever="Drive", IgnitionState="ON")
        await network.until(SPEED, 50.0)
        with pytest.raises(Refused):
            await network.actuate(locked=False)
        await network.actuate(fan=20)
        assert (await network.next())[0] == "ClimateCommand"


async def test_damaged_unknown_and_impossible_frames_change_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected() as network:
        for number, data in ((256, b"\x01"), (1999, b"\x01\x02"), (768, bytes(8))):
            network.put(number, data)
        network.send("Weather", OutsideTemperature=1)
        await network.until("Vehicle.Exterior.AirTemperature", 1.0)
        assert set(await network.broker.snapshot()) <= {
            "Vehicle.Exterior.AirTemperature",
            "Vehicle.Body.Raindetection.Intensity",
            "Vehicle.Exterior.LightIntensity",
            "Vehicle.Cabin.HVAC.AmbientAirTemperature",
            FAN,
        }
        assert "Motion: a frame can't be decoded" in caplog.text
        assert "DriverSetPoint = 10" in caplog.text


async def test_signals_come_as_often_as_they_may(tmp_path: Path) -> None:
    text = "Vehicle.Speed: {dbc2vss: {signal: VehicleSpeed, interval_ms: 3600000}}\n"
    text += "Vehicle.IsMoving: {dbc2vss: {signal: IsMoving, on_change: true}}\n"
    async with connected(written(tmp_path, text)) as network:
        subscription = network.broker.subscribe(SPEED, "Vehicle.IsMoving")
        for speed, moving in ((1, 0), (2, 0), (3, 1)):
            network.send("Motion", VehicleSpeed=speed, IsMoving=moving)
        async with asyncio.timeout(PATIENCE_S):
            updates = [await anext(subscription) for _ in range(3)]
        values = [(update.path, update.datapoint.value) for update in updates]
        assert values == [
            (SPEED, 1.0),
            ("Vehicle.IsMoving", False),
            ("Vehicle.IsMoving", True),
        ]


async def test_a_multiplexer_selects(tmp_path: Path) -> None:
    text = """
Vehicle.Speed:
  dbc2vss: {signal: VehicleSpeed, interval_ms: 0, multiplexer: [{signal: IsMoving, value: 1}]}
"""
    async with connected(written(tmp_path, text)) as network:
        network.send("Motion", VehicleSpeed=10, IsMoving=0)
        network.send("Motion", VehicleSpeed=20, IsMoving=1)
        await network.until(SPEED, 20.0)
        assert (await network.broker.get(SPEED))[SPEED].value == 20.0


async def test_two_networks_can_not_move_the_same_window() -> None:
    async with connected() as network:
        again = carrying(
            network.broker,
            open_channel("virtual:other"),
            load_dbc(DBC),
            load(MAPPING),
            time.monotonic,
        )
        with pytest.raises(AlreadyProvided):
            await again.__aenter__()


async def test_a_network_that_takes_no_frames_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected() as network:

        def full(*_: object, **__: object) -> None:
            raise can.CanOperationError("transmit buffer full")

        monkeypatch.setattr(type(network.channel), "send", full)
        with pytest.raises(ProviderFailed, match=r"ClimateCommand.*transmit buffer full"):
            await network.actuate(fan=20)


def written(folder: Path, text: str) -> Path:
    file = folder / "mapping.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ("Vehicle.Sped: {dbc2vss: {signal: VehicleSpeed}}", "closest are Vehicle.Speed"),
        ("Vehicle.Speed: {dbc2vss: {signal: VehicleSped}}", "VehicleSped: no such signal"),
        (
            "Vehicle.Speed: {vss2dbc: {signal: VehicleSpeed}}",
            "Vehicle.Speed: is of kind sensor; vss2dbc carries target values",
        ),
        (
            "Vehicle.Exterior.AirTemperature: {dbc2vss: {signal: VehicleSpeed}}",
            "Vehicle.Exterior.AirTemperature: is in Celsius, but VehicleSpeed in km/h",
        ),
        (
            "Vehicle.Exterior.Humidity: {dbc2vss: {signal: VehicleSpeed, transform: {math: x}}}",
            "Vehicle.Exterior.Humidity (float 0 to 100 percent) and VehicleSpeed of the DBC "
            "contradict: VehicleSpeed can be 103.12",
        ),
        (
            f"{WINDOW}: {{dbc2vss: {{signal: WindowLeftActual}}}}",
            "0.5 is no whole number; use floor(x) or round(x)",
        ),
        (
            "Vehicle.IsMoving: {dbc2vss: {signal: GearLever, transform: {math: x}}}",
            "takes boolean, not",
        ),
        (
            f"{GEAR}: {{dbc2vss: {{signal: GearLever}}}}",
            "takes int8, not str; send a whole number",
        ),
        (
            f"{GEAR}: {{dbc2vss: {{signal: GearLever, "
            "transform: {mapping: [{from: Parked, to: 126}]}}}",
            "'Parked' is no value of GearLever; its values are Drive, Neutral, Park, Reverse",
        ),
        (
            f"{FAN}: {{vss2dbc: {{signal: DriverFanLevelTarget}}}}",
            "6 does not fit into DriverFanLevelTarget (0 to 5)",
        ),
        (
            f"{LOCKED}: {{vss2dbc: {{signal: DoorLeftLockTarget, "
            "transform: {mapping: [{from: true, to: Lock}]}}}",
            "mapping: nothing is said about False",
        ),
    ],
)
async def test_what_contradicts_is_refused_by_name(tmp_path: Path, mapping: str, told: str) -> None:
    with pytest.raises(CanError) as error:
        async with connected(written(tmp_path, mapping)):
            pass
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ("", "no mapping"),
        ("a: [", "neither YAML nor JSON"),
        ("Vehicle.Speed: {}", "maps nothing"),
        ("Vehicle.Speed: {dbc2vss: {}}", "Vehicle.Speed: dbc2vss: no signal"),
        ("Vehicle.Speed: {dbc2vss: {signal: X, intervall_ms: 3}}", "unknown key 'intervall_ms'"),
        ("Vehicle.Speed: {dbc2vss: {signal: X, interval_ms: -3}}", "give milliseconds"),
        ("Vehicle.Speed: {dbc2vss: {signal: X, on_change: 1}}", "give true or false"),
        ("Vehicle.Speed: {dbc2vss: {signal: X, transform: 3}}", "give one of math, mapping"),
        ("Vehicle.Speed: {dbc2vss: {signal: X, transform: {math: '3 +'}}}", "is no formula"),
        ("Vehicle.Speed: {dbc2vss: {signal: X, transform: {math: y}}}", "uses y; use x only"),
        ("Vehicle.Speed: {dbc2vss: {signal: X, multiplexer: [3]}}", "every entry is"),
    ],
)
def test_a_mapping_with_a_mistake_names_signal_and_mend(
    tmp_path: Path, mapping: str, told: str
) -> None:
    with pytest.raises(CanError) as error:
        load(written(tmp_path, mapping))
    assert told in str(error.value)


def test_kuksas_own_layout_a_vss_tree_is_read_too(tmp_path: Path) -> None:
    tree = """{"Vehicle": {"type": "branch", "children": {"Speed": {
        "type": "sensor", "datatype": "float", "dbc": {"signal": "VehicleSpeed"}}}}}"""
    (row,) = load(written(tmp_path, tree)).from_can
    assert (row.path, row.signal, row.interval_s, row.on_change) == (
        SPEED,
        "VehicleSpeed",
        1.0,
        False,
    )


@pytest.mark.parametrize("content", ["", "hello", "BO_ 1 X"])
def test_what_is_no_dbc_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.dbc"
    file.write_text(content)
    with pytest.raises(CanError, match=r"x\.dbc: "):
        load_dbc(file)


def test_an_interface_that_is_not_there_is_told() -> None:
    with pytest.raises(CanError, match="nothing0: can't be opened"):
        open_channel("nothing0")
