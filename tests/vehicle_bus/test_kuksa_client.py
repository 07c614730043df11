"""The unmodified `kuksa-client`, as a program and as a library, against our server."""

import asyncio
import re
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from harness_certificates import SECONDS, Authority, pem, public_pem, token
from harness_kuksa import AIR, FAN, POWER, SPEED, TEMPERATURE, TRUNK, kuksa_over
from kuksa_client.grpc import Datapoint, Field, SubscribeEntry, VSSClientError
from kuksa_client.grpc import View as ViewOf
from kuksa_client.grpc.aio import VSSClient

from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.serving import Tls
from vehicle_bus.kuksa.tls import Identity
from vehicle_bus.kuksa.tokens import Tokens

PROGRAM = Path(sys.executable).with_name("kuksa-client")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PATIENCE_S = 30.0


class Terminal:
    """The program at its prompt, which takes commands from a pipe too."""

    def __init__(self, process):
        self._process = process
        self._heard = ""

    async def says(self, *words):
        """Wait for all words, in that order, in what it has said since the last command."""
        pattern = re.compile(".*?".join(map(re.escape, words)), re.DOTALL)
        async with asyncio.timeout(PATIENCE_S):
            while not pattern.search(self._heard):
                read = await self._process.stdout.read(4096)
                assert read, f"it ended without {words}: {self._heard}"
                self._heard += COLOUR.sub("", read.decode())

    async def does(self, command, *words):
        """Type a command and wait for the words of its answer."""
        self._heard = ""
        self._process.stdin.write(f"{command}\n".encode())
        await self._process.stdin.drain()
        await self.says(*words)


@asynccontextmanager
async def terminal(folder, *arguments):
    process = await asyncio.create_subprocess_exec(
        *(PROGRAM, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={"PYTHONUNBUFFERED": "1", "HOME": str(folder), "TERM": "dumb"},
    )
    try:
        yield Terminal(process)
        process.stdin.write(b"quit\n")
        process.stdin.close()
        async with asyncio.timeout(PATIENCE_S):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def kuksa(parked_broker):
    async with kuksa_over(parked_broker) as kuksa:
        yield kuksa


@pytest.fixture
async def sdk(kuksa):
    async with VSSClient("127.0.0.1", kuksa.port) as client:
        yield client


@pytest.fixture
async def heater(kuksa):
    """Provides fan and temperature, and does at once what it is told."""

    async def take(values):
        await registration.publish(values)

    registration = await kuksa.broker.provide((FAN, TEMPERATURE, TRUNK), take)
    return registration


class TestProgram:
    async def test_everything_it_can_do(self, kuksa, heater, tmp_path):
        await kuksa.broker.publish({SPEED: 0.0})
        async with terminal(tmp_path, f"grpc://{kuksa.address}") as client:
            await client.says("gRPC channel connected")
            await client.does(f"getValue {SPEED}", f'"path": "{SPEED}"', '"value": 0.0')
            await client.does(f"setValue {AIR} 21.5", "OK")
            await client.does(f"getValue {AIR}", '"value": 21.5', '"timestamp"')
            await client.does(f"setValues {AIR}=-3 {POWER}=ACC", "OK")
            await client.does(f"getValues {AIR} {POWER}", '"value": -3.0', '"value": "ACC"')
            await client.does(f"setTargetValue {FAN} 40", "OK")
            await client.does(f"getTargetValue {FAN}", "actuator_target", '"value": 40')
            await client.does(f"getValue {FAN}", '"value": 40')
            await client.does(f"setTargetValues {FAN}=30 {TEMPERATURE}=21.5", "OK")
            await client.does(f"getTargetValues {FAN} {TEMPERATURE}", ": 30", ": 21.5")
            await client.does(f"getMetaData {FAN}", "UINT8", "ACTUATOR", "percent", '"max": 100')
            await client.does("getMetaData **", SPEED, FAN)
            await client.does(f"subscribe -f {SPEED}", "log available", "subscriptionId")
            await client.does("subscribe -f Vehicle.Exterior", "log available", "subscriptionId")
            await kuksa.broker.publish({SPEED: 3.0})
            await client.does(f"setValue {AIR} 4", "OK")
            await self.logged(tmp_path, SPEED, '"value": 3.0')
            await self.logged(tmp_path, "Vehicle.Exterior", '"value": 4.0')
            await client.does("unsubscribe nonsense", "error")
            await client.does(f"connect grpc://{kuksa.address}", "gRPC channel connected")
            await client.does(f"getValue {SPEED}", '"value": 3.0')
            await client.does("disconnect", "disconnected")
        points = await kuksa.broker.get(AIR, FAN, TEMPERATURE)
        assert [point.value for point in points.values()] == [4.0, 30, 21.5]

    async def test_what_it_may_not_do(self, kuksa, heater, tmp_path):
        await kuksa.broker.publish({SPEED: 30.0})
        async with terminal(tmp_path, f"grpc://{kuksa.address}") as client:
            await client.says("gRPC channel connected")
            await client.does("getValue Vehicle.Sped", '"code": 404', "not_found")
            await client.does(f"setValue {SPEED} fast", "ValueError")
            await client.does(f"setValue {FAN} 40", '"code": 7', "permission denied")
            await client.does(f"setTargetValue {FAN} 140", '"code": 400', "from 0 to 100")
            await client.does(f"setTargetValue {SPEED} 40", "invalid argument")
            await client.does(f"setTargetValue {TRUNK} true", '"code": 403', "Park")
            await client.does("subscribe Vehicle.Sped", "not found")
            sunroof = "setTargetValue Vehicle.Cabin.Sunroof.Switch OPEN"
            await client.does(sunroof, '"code": 503')
            await client.does(f'updateMetaData {SPEED} \'{{"unit": "mph"}}\'', '"code": 400')
        assert (await kuksa.broker.get(FAN))[FAN] is None

    async def test_with_a_token_over_tls(self, parked_broker, tmp_path):
        key = ec.generate_private_key(ec.SECP256R1())
        signed = (authority := Authority(tmp_path / "ca", "authority")).sign("server")
        doorkeeper = Doorkeeper(Tokens(public_pem(key)), now=lambda: SECONDS)
        text = token(pem(key), "read provide:Vehicle.Exterior", "ES256")
        (tmp_path / "ours.token").write_text(text, encoding="utf-8")
        tls = Tls(Identity.load(signed.certificate, signed.key))
        async with (
            kuksa_over(parked_broker, doorkeeper, tls) as kuksa,
            terminal(
                tmp_path,
                f"grpcs://localhost:{kuksa.port}",
                *("--cacertificate", str(authority.file)),
            ) as client,
        ):
            await client.says("TLS will be used", "Unauthenticated channel started")
            await client.does(f"getValue {SPEED}", '"code": 16', "unauthenticated")
            await client.does("authorize forged", "unauthenticated")
            await client.does("authorize ours.token", "Authenticated")
            await client.does(f"getValue {SPEED}", '"value": 0.0')
            await client.does(f"setValue {AIR} 3", "OK")
            await client.does(f"setValue {POWER} ACC", "permission denied")

    async def logged(self, folder, name, words):
        """Wait until a subscription's file holds the words."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(words in file.read_text() for file in folder.glob(f"log_{name}_*")):
                await asyncio.sleep(0.02)


class TestLibrary:
    async def test_values_and_metadata(self, sdk):
        await sdk.set_current_values({AIR: Datapoint(21.5), POWER: Datapoint("ACC")})
        values = await sdk.get_current_values([AIR, POWER])
        assert [point.value for point in values.values()] == [21.5, "ACC"]
        metadata = await sdk.get_metadata([FAN])
        assert metadata[FAN].value_restriction.max == 100
        assert (await sdk.get_server_info()).name == "cabin-agent vehicle bus"
        types = await sdk.get_value_types([FAN, SPEED])
        assert [each.name for each in types.values()] == ["UINT8", "FLOAT"]

    async def test_subscriptions_to_signals_and_branches(self, sdk, kuksa):
        async with asyncio.timeout(30):
            updates = sdk.subscribe_current_values([AIR])
            assert (await anext(updates))[AIR].value is None
            await kuksa.broker.publish({AIR: 3.0})
            assert (await anext(updates))[AIR].value == 3.0
            branch = await anext(sdk.subscribe_current_values(["Vehicle.Exterior"]))
        below = {path for path in kuksa.broker.catalogue if path.startswith("Vehicle.Exterior.")}
        assert set(branch) == below

    async def test_a_provider_and_who_asks_it(self, kuksa, sdk):
        """Its stream is half closed from the start, and its values come by request."""

        async def provider():
            async with VSSClient("127.0.0.1", kuksa.port) as other:
                async for updates in other.subscribe_target_values([FAN, TEMPERATURE]):
                    values = {path: Datapoint(point.value) for path, point in updates.items()}
                    await other.set_current_values(values)

        providing = asyncio.create_task(provider())
        async with asyncio.timeout(30):
            while not await self.is_taken(sdk, {FAN: Datapoint(40)}):
                await asyncio.sleep(0.01)
            while (await sdk.get_current_values([FAN]))[FAN] is None:
                await asyncio.sleep(0.01)
        assert (await sdk.get_current_values([FAN]))[FAN].value == 40
        assert (await sdk.get_target_values([FAN]))[FAN].value == 40
        providing.cancel()
        await asyncio.gather(providing, return_exceptions=True)

    async def is_taken(self, sdk, targets):
        try:
            await sdk.set_target_values(targets)
        except VSSClientError:
            return False
        return True

    async def test_v1_subscriptions_to_values_targets_and_metadata(self, sdk, heater, kuksa):
        entries = [SubscribeEntry(FAN, ViewOf.ALL, (Field.VALUE, Field.ACTUATOR_TARGET))]
        found = []
        async with asyncio.timeout(30):
            async for updates in sdk.subscribe(entries=entries):
                found += updates
                if len(found) == 1:
                    await sdk.set_target_values({FAN: Datapoint(40)})
                if len(found) == 3:
                    break
            async for metadata in sdk.subscribe_metadata([FAN]):
                assert metadata[FAN].unit == "percent"
                break
        assert {update.entry.path for update in found} == {FAN}

    async def test_errors_have_the_databrokers_codes(self, sdk):
        for call, code in (
            (sdk.get_current_values(["Vehicle.Sped"]), 404),
            (sdk.set_current_values({POWER: Datapoint("MAYBE")}), 3),
            (sdk.set_target_values({FAN: Datapoint(40)}), 503),
            (sdk.set_target_values({SPEED: Datapoint(40)}), 3),
        ):
            with pytest.raises(VSSClientError) as error:
                await call
            assert error.value.error["code"] == code
