"""Who is let in, and to do what: the web tokens of KUKSA clients."""

import asyncio
import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from harness_certificates import SECONDS, pem, public_pem, token
from harness_kuksa import (
    AIR,
    FAN,
    REAR,
    SPEED,
    TEMPERATURE,
    TRUNK,
    Code,
    actuate,
    batch,
    claim,
    code_of,
    codes,
    ended,
    entry,
    get,
    kuksa_over,
    publish,
    signal,
    target_update,
    value_update,
)
from kuksa.val.v1 import types_pb2 as t1
from kuksa.val.v1 import val_pb2 as v1
from kuksa.val.v2 import val_pb2 as v2

from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.permissions import BadToken
from vehicle_bus.kuksa.tokens import BadKey, Tokens
from vehicle_bus.values import Outcome, Zone

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = ec.generate_private_key(ec.SECP384R1())
SECRET, PUBLIC = pem(KEY), public_pem(KEY)
EVERY_CALL = [
    lambda k, m: k.v1.Get(entry(SPEED), metadata=m),
    lambda k, m: k.v1.Set(v1.SetRequest(updates=[value_update(AIR, float=1.0)]), metadata=m),
    lambda k, m: k.v1.GetServerInfo(v1.GetServerInfoRequest(), metadata=m),
    lambda k, m: k.v2.GetValue(get(SPEED), metadata=m),
    lambda k, m: k.v2.GetValues(v2.GetValuesRequest(signal_ids=[signal(SPEED)]), metadata=m),
    lambda k, m: k.v2.Actuate(actuate(FAN, uint32=1), metadata=m),
    lambda k, m: k.v2.ActuateStream(iter([actuate(FAN, uint32=1)]), metadata=m),
    lambda k, m: k.v2.BatchActuate(batch(actuate(FAN, uint32=1)), metadata=m),
    lambda k, m: k.v2.PublishValue(publish(AIR, float=1.0), metadata=m),
    lambda k, m: k.v2.ListMetadata(v2.ListMetadataRequest(root="Vehicle"), metadata=m),
    lambda k, m: k.v2.GetServerInfo(v2.GetServerInfoRequest(), metadata=m),
]
EVERY_STREAM = [
    lambda k, m: k.v1.Subscribe(v1.SubscribeRequest(), metadata=m),
    lambda k, m: k.v1.StreamedUpdate(iter([v1.StreamedUpdateRequest()]), metadata=m),
    lambda k, m: k.v2.Subscribe(v2.SubscribeRequest(signal_paths=[SPEED]), metadata=m),
    lambda k, m: k.v2.SubscribeById(v2.SubscribeByIdRequest(signal_ids=[1]), metadata=m),
    lambda k, m: k.v2.OpenProviderStream(iter([claim(FAN)]), metadata=m),
]


class Calendar:
    """Seconds since 1970, as the test wants them."""

    def __init__(self):
        self.now = SECONDS

    def __call__(self):
        return self.now


@pytest.fixture
def calendar():
    return Calendar()


@pytest.fixture
async def kuksa(parked_broker, calendar):
    async def take(_):
        pass

    await parked_broker.provide((TEMPERATURE, FAN, REAR, TRUNK), take)
    async with kuksa_over(parked_broker, Doorkeeper(Tokens(PUBLIC), now=calendar)) as kuksa:
        yield kuksa


def bearer(text):
    return (("authorization", f"Bearer {text}"),)


def signed(scope, **claims):
    return bearer(token(SECRET, scope, **claims))


def confused(scope):
    """A token that is "signed" with the public key as if it were a shared secret."""

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = {"sub": "x", "aud": "kuksa.val", "exp": int(SECONDS) + 60, "scope": scope}
    head = {"alg": "HS256", "typ": "JWT"}
    text = part(json.dumps(head).encode()) + b"." + part(json.dumps(claims).encode())
    return (text + b"." + part(hmac.digest(PUBLIC.encode(), text, hashlib.sha256))).decode()


def damaged(text):
    head, _, signature = text.split(".")
    other = token(SECRET, "actuate").split(".")[1]
    return f"{head}.{other}.{signature}"


STRANGER = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
BAD = {
    "none": (),
    "no bearer": (("authorization", "Basic YTpi"),),
    "empty": bearer(""),
    "no token": bearer("let.me.in"),
    "forged": bearer(token(STRANGER, "read actuate provide")),
    "changed": bearer(damaged(token(SECRET, "read"))),
    "confused": bearer(confused("read actuate provide")),
    "unsigned": bearer(token(None, "read actuate provide", "none")),
    "expired": signed("read", exp=int(SECONDS) - 1),
    "never expires": signed("read", exp=None),
    "nobody's": signed("read", sub=None),
    "without a scope": signed(None),
    "for another audience": signed("read", aud=["sdv.broker"]),
    "for no audience": signed("read", aud=None),
    "scope of no action": signed("reed"),
    "scope of no path": signed("read:Vehicle..Speed"),
    "scope with a wildcard in a word": signed("read:Vehicle.Spe*"),
    "zone of no seat": signed("read", zone="boot"),
}


class TestBadTokens:
    @pytest.mark.parametrize("metadata", BAD.values(), ids=BAD.keys())
    async def test_are_not_let_in(self, kuksa, metadata):
        assert await code_of(kuksa.v2.GetValue(get(SPEED), metadata=metadata)) is (
            Code.UNAUTHENTICATED
        )

    @pytest.mark.parametrize("call", EVERY_CALL)
    async def test_by_no_call(self, kuksa, call):
        assert await code_of(call(kuksa, ())) is Code.UNAUTHENTICATED

    @pytest.mark.parametrize("stream", EVERY_STREAM)
    async def test_by_no_stream(self, kuksa, stream):
        assert await ended(stream(kuksa, ())) is Code.UNAUTHENTICATED

    async def test_a_good_one_goes_bad_with_time(self, kuksa, calendar):
        metadata = signed("read")
        await kuksa.v2.GetValue(get(SPEED), metadata=metadata)
        calendar.now += 61
        late = kuksa.v2.GetValue(get(SPEED), metadata=metadata)
        assert await code_of(late) is Code.UNAUTHENTICATED

    async def test_streams_end_when_it_expires(self, kuksa, calendar):
        calendar.now += 59.8
        metadata = signed("read provide:Vehicle.Cabin.Sunroof")
        follow = kuksa.v2.Subscribe(v2.SubscribeRequest(signal_paths=[SPEED]), metadata=metadata)
        wanted = v1.SubscribeEntry(path=SPEED, fields=[t1.FIELD_VALUE])
        old = kuksa.v1.Subscribe(v1.SubscribeRequest(entries=[wanted]), metadata=metadata)
        provider = kuksa.v2.OpenProviderStream(metadata=metadata)
        await provider.write(claim("Vehicle.Cabin.Sunroof.Switch"))
        for stream in (follow, old, provider):
            assert await ended(stream) is Code.UNAUTHENTICATED
        assert not kuksa.broker.readers_of(SPEED)


class TestScopes:
    async def test_reading(self, kuksa):
        metadata = signed("read:Vehicle.Speed read:Vehicle.Cabin.HVAC.Station.Row2")
        await kuksa.v2.GetValue(get(SPEED), metadata=metadata)
        await kuksa.v2.GetValue(get(REAR), metadata=metadata)
        both = v2.GetValuesRequest(signal_ids=[signal(SPEED), signal(FAN)])
        denied = Code.PERMISSION_DENIED
        assert await code_of(kuksa.v2.GetValue(get(FAN), metadata=metadata)) is denied
        assert await code_of(kuksa.v2.GetValues(both, metadata=metadata)) is denied
        follow = v2.SubscribeRequest(signal_paths=[SPEED, FAN])
        assert await ended(kuksa.v2.Subscribe(follow, metadata=metadata)) is denied
        branch = v1.SubscribeRequest(entries=[v1.SubscribeEntry(path="Vehicle.Cabin.HVAC")])
        assert await ended(kuksa.v1.Subscribe(branch, metadata=metadata)) is denied
        answer = await kuksa.v1.Get(entry("Vehicle.Cabin.HVAC"), metadata=metadata)
        assert codes(answer) == [("Vehicle.Cabin.HVAC", 403)]
        assert not answer.entries

    async def test_metadata_is_for_everybody_with_a_token(self, kuksa):
        metadata = signed("read:Vehicle.Speed")
        await kuksa.v2.ListMetadata(v2.ListMetadataRequest(root="Vehicle"), metadata=metadata)
        answer = await kuksa.v1.Get(entry(FAN, t1.VIEW_METADATA), metadata=metadata)
        assert not answer.errors

    async def test_reading_is_not_writing(self, kuksa):
        metadata = signed("read", zone="driver")
        for call in (
            kuksa.v2.Actuate(actuate(FAN, uint32=1), metadata=metadata),
            kuksa.v2.BatchActuate(batch(actuate(FAN, uint32=1)), metadata=metadata),
            kuksa.v2.PublishValue(publish(AIR, float=1.0), metadata=metadata),
        ):
            assert await code_of(call) is Code.PERMISSION_DENIED
        updates = [value_update(AIR, float=1.0), target_update(FAN, uint32=1)]
        answer = await kuksa.v1.Set(v1.SetRequest(updates=updates), metadata=metadata)
        assert codes(answer) == [(AIR, 403), (FAN, 403)]
        assert (await kuksa.broker.get(AIR))[AIR] is None

    async def test_providing(self, kuksa):
        metadata = signed("provide:Vehicle.Exterior provide:Vehicle.Cabin.Sunroof")
        await kuksa.v2.PublishValue(publish(AIR, float=1.0), metadata=metadata)
        denied = kuksa.v2.PublishValue(publish(SPEED, float=1.0), metadata=metadata)
        assert await code_of(denied) is Code.PERMISSION_DENIED
        stream = kuksa.v2.OpenProviderStream(iter([claim(FAN)]), metadata=metadata)
        assert await ended(stream) is Code.PERMISSION_DENIED

    async def test_actuating_with_digits_in_the_path(self, kuksa):
        metadata = signed("actuate:Vehicle.Cabin.HVAC.Station.Row2.*.Temperature", zone="driver")
        await kuksa.v2.Actuate(actuate(REAR, float=20.0), metadata=metadata)
        outside = kuksa.v2.Actuate(actuate(FAN, uint32=1), metadata=metadata)
        assert await code_of(outside) is Code.PERMISSION_DENIED

    @pytest.mark.parametrize(
        ("scope", "read"),
        [
            ("read", {SPEED, AIR, FAN}),
            ("read:Vehicle", {SPEED, AIR, FAN}),
            ("read:Vehicle.*", {SPEED}),
            ("read:Vehicle.**", {SPEED, AIR, FAN}),
            ("read:**.FanSpeed", {FAN}),
            ("read:Vehicle.*.AirTemperature", {AIR}),
            ("read:Vehicle.Spee", set()),
            ("actuate:Vehicle.Cabin", {FAN}),
            ("provide:Vehicle.Exterior create:Vehicle.Speed", {AIR, SPEED}),
            ("", set()),
        ],
    )
    def test_what_a_scope_covers(self, scope, read):
        who = Tokens(PUBLIC)(token(SECRET, scope))
        assert {path for path in (SPEED, AIR, FAN) if who.may_read(path)} == read


class TestPolicy:
    async def test_the_zone_of_the_token_is_whose_hands_they_are(self, kuksa):
        for zone, allowed in (("driver", True), ("rear_left", False)):
            call = kuksa.v2.Actuate(
                actuate(TEMPERATURE, float=20.0), metadata=signed("actuate", zone=zone)
            )
            if allowed:
                await call
            else:
                assert await code_of(call) is Code.PERMISSION_DENIED

    async def test_no_token_is_above_it(self, kuksa):
        await kuksa.broker.publish({SPEED: 30.0})
        metadata = signed("read actuate provide create", zone="driver")
        call = kuksa.v2.Actuate(actuate(TRUNK, bool=True), metadata=metadata)
        assert await code_of(call) is Code.PERMISSION_DENIED

    async def test_what_a_token_does_not_cover_is_on_the_record(self, parked_broker, calendar):
        told = []
        parked_broker._witnesses = (told.append,)
        async with kuksa_over(parked_broker, Doorkeeper(Tokens(PUBLIC), now=calendar)) as kuksa:
            metadata = signed("actuate:Vehicle.Cabin.Sunroof", zone="driver")
            call = kuksa.v2.Actuate(actuate(FAN, uint32=1), metadata=metadata)
            assert await code_of(call) is Code.PERMISSION_DENIED
        (judged,) = told
        assert (judged.outcome, judged.rule) == (Outcome.REFUSED, "out_of_scope")
        assert judged.request.requester.name == "kuksa:head-unit"
        assert judged.request.requester.zone is Zone.DRIVER


class TestKeys:
    @pytest.mark.parametrize(
        ("key", "algorithm"),
        [
            (KEY, "RS512"),
            (ec.generate_private_key(ec.SECP256R1()), "ES256"),
            (ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
        ],
    )
    def test_every_kind_that_the_databroker_takes(self, key, algorithm):
        text = token(pem(key), "read:Vehicle.Speed", algorithm)
        assert Tokens(public_pem(key))(text).may_read(SPEED)
        with pytest.raises(BadToken):
            Tokens(public_pem(OTHER_KEY))(text)

    @pytest.mark.parametrize(
        "content", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\xff"]
    )
    def test_what_is_no_key(self, tmp_path, content):
        file = tmp_path / "key.pem"
        file.write_bytes(content)
        with pytest.raises(BadKey, match=r"key\.pem"):
            Tokens.with_key(file)

    def test_a_missing_file_and_a_key_of_the_wrong_kind(self, tmp_path):
        with pytest.raises(BadKey, match="check the path"):
            Tokens.with_key(tmp_path / "none.pem")
        with pytest.raises(BadKey, match="RSA, EC or Ed25519"):
            Tokens(public_pem(dsa.generate_private_key(key_size=1024)))

    async def test_many_calls_at_once_with_one_token(self, kuksa):
        metadata = signed("read")
        calls = [kuksa.v2.GetValue(get(SPEED), metadata=metadata) for _ in range(50)]
        assert len(await asyncio.gather(*calls)) == 50
