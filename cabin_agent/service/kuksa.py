"""KUKSA beside `cabin.v1`: who is let in, and the databroker that may take the bus's place."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cabin_agent.config import KUKSA_PORT, Config, ConfigError
from cabin_agent.errors import NotReady
from vehicle_bus.broker import Broker
from vehicle_bus.bus import Bus
from vehicle_bus.errors import BusError
from vehicle_bus.values import Clock, Zone

if TYPE_CHECKING:
    from vehicle_bus.kuksa.address import Address
    from vehicle_bus.kuksa.doorkeeper import Doorkeeper
    from vehicle_bus.kuksa.serving import Tls
    from vehicle_bus.kuksa.tls import Identity

_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def serving_kuksa(config: Config, bus: Bus, clock: Clock) -> AsyncIterator[int | None]:
    """kuksa.val.v1 and v2 as configured; yields the port, or None if it is switched off or another
    program has KUKSA's usual port. NotReady if it has one that was asked for."""
    if not config.kuksa:
        yield None
        return
    from vehicle_bus.kuksa.serving import PortTaken, serving

    address = f"{config.host}:{config.kuksa_port}"
    server = serving(bus, clock, address, doorkeeper(config), server_tls(config))
    async with AsyncExitStack() as stack:
        port: int | None = None
        try:
            port = await stack.enter_async_context(server)
        except PortTaken as error:
            mend = "stop it, choose another with --kuksa-port, or do without: --no-kuksa"
            if config.kuksa_port != KUKSA_PORT:
                raise NotReady(str(error), mend) from None
            _LOG.warning("KUKSA's clients are not served: %s; %s", error, mend)
        yield port


@asynccontextmanager
async def vehicle(config: Config, embedded: Broker) -> AsyncIterator[Bus]:
    """The embedded bus, or as its mirror the databroker of the configuration."""
    if not config.bus:
        yield embedded
        return
    from vehicle_bus.kuksa.client import KuksaBus

    bus = KuksaBus(embedded, databroker(config))
    try:
        await bus.start()
    except BusError as error:
        await bus.close()
        raise NotReady(f"bus: {error.cause}", error.mend) from None
    try:
        yield bus
    finally:
        await bus.close()


def databroker(config: Config) -> Address:
    """Where the databroker of the configuration is; ConfigError names the key."""
    from vehicle_bus.kuksa.address import Address

    token = _text(config.bus_token, "bus_token").strip()
    ca = _authority(config.bus_ca, "bus_ca")
    identity = _identity(config.bus_certificate, config.bus_key, "bus_certificate", "bus_key")
    try:
        address = Address.parse(config.bus, token, ca, identity)
    except ValueError as error:
        raise ConfigError(f"bus: {error}") from None
    if not address.secure and (ca or identity):
        raise ConfigError(f"bus: certificates need TLS; say kuksas://{address.target}")
    return address


def doorkeeper(config: Config) -> Doorkeeper:
    """Who may come in; ConfigError names the key."""
    from vehicle_bus.kuksa.doorkeeper import Doorkeeper

    if config.kuksa_zone not in tuple(Zone):
        raise ConfigError(
            f"kuksa_zone: {config.kuksa_zone!r} is no seat zone; use one of {', '.join(Zone)}"
        )
    zone = Zone(config.kuksa_zone)
    if not config.kuksa_token_key:
        return Doorkeeper(open_zone=zone)
    from vehicle_bus.kuksa.tokens import BadKey, Tokens

    try:
        return Doorkeeper(Tokens.with_key(Path(config.kuksa_token_key)), zone)
    except BadKey as error:
        raise ConfigError(f"kuksa_token_key: {error}") from None


def server_tls(config: Config) -> Tls | None:
    """None without a certificate; ConfigError names the key."""
    from vehicle_bus.kuksa.serving import Tls

    identity = _identity(
        config.kuksa_certificate, config.kuksa_key, "kuksa_certificate", "kuksa_key"
    )
    client_ca = _authority(config.kuksa_client_ca, "kuksa_client_ca")
    if identity is None:
        if client_ca:
            raise ConfigError("kuksa_client_ca: needs kuksa_certificate and kuksa_key")
        return None
    return Tls(identity, client_ca)


def _identity(certificate: str, key: str, *names: str) -> Identity | None:
    if not certificate and not key:
        return None
    if not certificate or not key:
        raise ConfigError(f"{names[0]} and {names[1]}: give both or none")
    from vehicle_bus.kuksa.tls import BadCertificate, Identity

    try:
        return Identity.load(Path(certificate), Path(key))
    except BadCertificate as error:
        raise ConfigError(f"{names[0]}: {error}") from None


def _authority(file: str, name: str) -> bytes | None:
    if not file:
        return None
    from vehicle_bus.kuksa.tls import BadCertificate, load_authority

    try:
        return load_authority(Path(file))
    except BadCertificate as error:
        raise ConfigError(f"{name}: {error}") from None


def _text(file: str, name: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: {file} can't be read ({error}); check the path") from None
