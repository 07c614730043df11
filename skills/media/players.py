"""The thing that really plays: MPD over its socket, a player of the desktop over D-Bus (MPRIS), or
the head unit, which is told by signals and events alone.

Which one is chosen by the environment, as the tools of both do: MPD_HOST (and MPD_PORT), else
CABIN_AGENT_MPRIS, the player's name on the session bus ("vlc", "spotify").
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from mpd import MPDError
from mpd.asyncio import MPDClient

MPD_PORT = 6600
SECONDS = 1.0
MPRIS_PATH = "/org/mpris/MediaPlayer2"
MPRIS = "org.mpris.MediaPlayer2"

log = logging.getLogger(__name__)


class PlayerGone(ConnectionError):
    """The player can't be reached or refused; the message says what it said."""


class Player(Protocol):
    """What a player has to be able to do. Every call raises PlayerGone if it does not answer."""

    async def play(self, uris: Sequence[str]) -> None:
        """Play these, in this order; nothing given: go on with what was there."""

    async def stop(self) -> None:
        """Pause."""

    async def next(self) -> None: ...

    async def previous(self) -> None: ...

    async def volume(self, percent: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Mpd:
    """The Music Player Daemon (python-mpd2). One connection a call: a daemon may restart."""

    host: str
    port: int = MPD_PORT

    async def play(self, uris: Sequence[str]) -> None:
        async with _Connected(self) as client:
            if uris:
                await client.clear()
                for uri in uris:
                    await client.add(uri)
            await client.play()

    async def stop(self) -> None:
        async with _Connected(self) as client:
            await client.pause(1)

    async def next(self) -> None:
        async with _Connected(self) as client:
            await client.next()

    async def previous(self) -> None:
        async with _Connected(self) as client:
            await client.previous()

    async def volume(self, percent: int) -> None:
        async with _Connected(self) as client:
            await client.setvol(percent)


class _Connected:
    """A connection to a daemon, closed in any case."""

    def __init__(self, mpd: Mpd) -> None:
        self._mpd = mpd
        self._client = MPDClient()

    async def __aenter__(self) -> MPDClient:
        where = f"{self._mpd.host}:{self._mpd.port}"
        try:
            connected = self._client.connect(self._mpd.host, self._mpd.port)
            await asyncio.wait_for(connected, SECONDS)
        except (OSError, TimeoutError, MPDError) as error:
            raise PlayerGone(f"MPD at {where}: {error or 'no answer'}; check MPD_HOST") from error
        return self._client

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._client.disconnect()
        if isinstance(error, MPDError | OSError):
            raise PlayerGone(f"MPD: {error}") from error


@dataclass(frozen=True, slots=True)
class Mpris:
    """A player on the D-Bus session bus (dbus-fast), by the end of its bus name."""

    name: str
    address: str | None = None

    async def play(self, uris: Sequence[str]) -> None:
        if uris:
            await self._call(f"{MPRIS}.Player", "OpenUri", "s", [uris[0]])
        else:
            await self._call(f"{MPRIS}.Player", "Play")

    async def stop(self) -> None:
        await self._call(f"{MPRIS}.Player", "Pause")

    async def next(self) -> None:
        await self._call(f"{MPRIS}.Player", "Next")

    async def previous(self) -> None:
        await self._call(f"{MPRIS}.Player", "Previous")

    async def volume(self, percent: int) -> None:
        value = [f"{MPRIS}.Player", "Volume", Variant("d", percent / 100)]
        await self._call("org.freedesktop.DBus.Properties", "Set", "ssv", value)

    async def _call(
        self, interface: str, member: str, signature: str = "", body: Sequence[object] = ()
    ) -> None:
        message = Message(
            destination=f"{MPRIS}.{self.name}",
            path=MPRIS_PATH,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )
        try:
            bus = await asyncio.wait_for(MessageBus(self.address).connect(), SECONDS)
            try:
                reply = await asyncio.wait_for(bus.call(message), SECONDS)
            finally:
                bus.disconnect()
        except Exception as error:
            raise PlayerGone(f"D-Bus: {error or 'no answer'}") from error
        if reply is not None and reply.message_type is MessageType.ERROR:
            raise PlayerGone(f"{MPRIS}.{self.name}: {' '.join(map(str, reply.body))}")


def chosen() -> Player | None:
    """The player that the environment names; None: the head unit plays."""
    host = os.environ.get("MPD_HOST", "")
    if host:
        return Mpd(host, int(os.environ.get("MPD_PORT", MPD_PORT)))
    name = os.environ.get("CABIN_AGENT_MPRIS", "")
    return Mpris(name) if name else None
