"""The car's networks at the edge of the bus, as configured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cabin_agent.config import Config, ConfigError
from cabin_agent.errors import NotReady
from vehicle_bus.bus import Bus
from vehicle_bus.errors import BusError
from vehicle_bus.values import Clock


@asynccontextmanager
async def can_network(config: Config, bus: Bus, clock: Clock) -> AsyncIterator[None]:
    """Meanwhile the configured CAN network is on the bus. ConfigError or NotReady say what can't
    be."""
    if not config.can:
        if config.can_dbc or config.can_mapping:
            raise ConfigError("can: name the interface that can_dbc and can_mapping describe")
        yield
        return
    for key in ("can_dbc", "can_mapping"):
        if not getattr(config, key):
            raise ConfigError(f"{key}: name the file that describes the network {config.can!r}")
    try:
        from vehicle_bus.can import CanError, carrying, load, open_channel
        from vehicle_bus.can.agreement import load_dbc
    except ImportError as error:
        raise NotReady(f"can: {error}", "install the extra: pip install cabin-agent[can]") from None
    try:
        database, mapping = load_dbc(Path(config.can_dbc)), load(Path(config.can_mapping))
        network = carrying(bus, open_channel(config.can), database, mapping, clock)
        await network.__aenter__()
    except CanError as error:
        raise ConfigError(f"can: {error}") from None
    except BusError as error:
        raise NotReady(f"can: {error.path}: {error.cause}", error.mend) from None
    try:
        yield
    finally:
        await network.__aexit__(None, None, None)


@asynccontextmanager
async def zone_controllers(config: Config, bus: Bus) -> AsyncIterator[None]:
    """Meanwhile zone controllers may come, if configured. ConfigError or NotReady say what can't
    be."""
    if not config.zones:
        if config.zones_key:
            raise ConfigError("zones: name the endpoint, for example tcp/127.0.0.1:7447")
        yield
        return
    if not config.zones_key:
        raise ConfigError("zones_key: name a file with the key that the car's computers share")
    try:
        from vehicle_bus.zonal import Key, ZonalError, listen, zones
    except ImportError as error:
        mend = "install the extra: pip install cabin-agent[zenoh]"
        raise NotReady(f"zones: {error}", mend) from None
    try:
        key = Key.load(Path(config.zones_key))
        session = listen(config.zones)
    except ZonalError as error:
        raise ConfigError(f"zones: {error}") from None
    async with zones(bus, session, key):
        yield
