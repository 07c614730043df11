"""TLS and mutual TLS of our KUKSA server, and of the bus that uses a databroker elsewhere."""

import grpc
import pytest
from harness_certificates import Authority
from harness_kuksa import FAN, OPEN, SPEED, Code, actuate, code_of, get, kuksa_over
from kuksa.val.v2 import val_pb2_grpc
from kuksa_client.grpc.aio import VSSClient

from vehicle_bus.broker import Broker
from vehicle_bus.errors import Unreachable
from vehicle_bus.kuksa.address import Address
from vehicle_bus.kuksa.client import KuksaBus
from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.serving import Tls
from vehicle_bus.kuksa.tls import BadCertificate, Identity, load_authority
from vehicle_bus.policy import SafetyPolicy


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ours"), "authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("theirs"), "stranger")


@pytest.fixture(scope="module")
def server(authority):
    signed = authority.sign("server")
    return Identity.load(signed.certificate, signed.key)


def credentials(authority, signed=None):
    files = (signed.key.read_bytes(), signed.certificate.read_bytes()) if signed else (None, None)
    return grpc.ssl_channel_credentials(authority.file.read_bytes(), *files)


async def speed_over(port, secure):
    """What a client with these credentials gets for a question, a status if it gets nothing."""
    target = f"127.0.0.1:{port}"
    channel = (
        grpc.aio.secure_channel(target, secure) if secure else grpc.aio.insecure_channel(target)
    )
    async with channel:
        try:
            answer = await val_pb2_grpc.VALStub(channel).GetValue(get(SPEED), timeout=5)
        except grpc.aio.AioRpcError as error:
            return error.code()
        return answer.data_point.value.float


class TestServer:
    async def test_tls(self, parked_broker, authority, stranger, server):
        async with kuksa_over(parked_broker, OPEN, Tls(server)) as kuksa:
            assert await speed_over(kuksa.port, credentials(authority)) == 0.0
            assert await speed_over(kuksa.port, credentials(stranger)) is Code.UNAVAILABLE
            assert await speed_over(kuksa.port, None) is Code.UNAVAILABLE

    async def test_mutual_tls(self, parked_broker, authority, stranger, server):
        tls = Tls(server, load_authority(authority.file))
        known, unknown = authority.sign("head-unit"), stranger.sign("burglar")
        async with kuksa_over(parked_broker, OPEN, tls) as kuksa:
            assert await speed_over(kuksa.port, credentials(authority, known)) == 0.0
            for secure in (credentials(authority), credentials(authority, unknown), None):
                assert await speed_over(kuksa.port, secure) is Code.UNAVAILABLE

    async def test_the_certificate_names_the_client(self, parked_broker, authority, server):
        told = []
        parked_broker._witnesses = (told.append,)
        tls = Tls(server, load_authority(authority.file))
        secure = credentials(authority, authority.sign("rear-screen"))
        async with (
            kuksa_over(parked_broker, Doorkeeper(), tls) as kuksa,
            grpc.aio.secure_channel(f"127.0.0.1:{kuksa.port}", secure) as channel,
        ):
            call = val_pb2_grpc.VALStub(channel).Actuate(actuate(FAN, uint32=3))
            assert await code_of(call) in (Code.UNAVAILABLE, Code.PERMISSION_DENIED)
        assert told[0].request.requester.name == "kuksa:rear-screen"

    async def test_the_unmodified_client(self, parked_broker, authority, server):
        async with (
            kuksa_over(parked_broker, OPEN, Tls(server)) as kuksa,
            VSSClient("127.0.0.1", kuksa.port, root_certificates=authority.file) as client,
        ):
            assert (await client.get_current_values([SPEED]))[SPEED].value == 0.0


class TestBusElsewhere:
    async def test_mutual_tls(self, parked_broker, catalogue, authority, server):
        signed = authority.sign("cabin-agent")
        ca = load_authority(authority.file)
        ours = Identity.load(signed.certificate, signed.key)
        async with kuksa_over(parked_broker, OPEN, Tls(server, ca)) as kuksa:
            mirror = Broker(catalogue, SafetyPolicy(), parked_broker.clock)
            address = Address.parse(f"kuksas://localhost:{kuksa.port}", "", ca, ours)
            async with KuksaBus(mirror, address) as bus:
                assert (await bus.get(SPEED))[SPEED].value == 0.0
            for wrong in (
                Address.parse(f"kuksas://localhost:{kuksa.port}", "", ca),
                Address.parse(f"kuksa://localhost:{kuksa.port}"),
            ):
                fresh = Broker(catalogue, SafetyPolicy(), mirror.clock)
                with pytest.raises(Unreachable, match="TLS"):
                    async with KuksaBus(fresh, wrong):
                        pass


class TestFiles:
    def test_the_key_of_another_certificate(self, authority):
        one, other = authority.sign("one"), authority.sign("other")
        with pytest.raises(BadCertificate, match=r"other\.key: not the key of .*one\.pem"):
            Identity.load(one.certificate, other.key)

    def test_what_is_no_certificate_and_no_key(self, authority, tmp_path):
        good, bad = authority.sign("good"), tmp_path / "bad.pem"
        bad.write_bytes(b"\xff\x00")
        with pytest.raises(BadCertificate, match=r"bad\.pem: no private key"):
            Identity.load(good.certificate, bad)
        with pytest.raises(BadCertificate, match=r"bad\.pem: no certificate"):
            Identity.load(bad, good.key)
        with pytest.raises(BadCertificate, match="check the path"):
            load_authority(tmp_path / "none.pem")
