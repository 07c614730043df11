"""Who comes in at a server for KUKSA's clients."""

from __future__ import annotations

import time
from collections.abc import Callable

import grpc

from vehicle_bus.kuksa.permissions import BadToken, Permissions
from vehicle_bus.peers import certified_name
from vehicle_bus.values import Zone

TokenReader = Callable[[str], Permissions]
"""What a token says, whatever its date; BadToken if it is not good."""


class Doorkeeper:
    """Finds out who calls. Without a `reader` of tokens everybody may come in, as nobody in
    particular, unless `open_zone` says whom to take them for. `now` tells the seconds since 1970.
    """

    def __init__(
        self,
        reader: TokenReader | None = None,
        open_zone: Zone = Zone.UNKNOWN,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._reader = reader
        self._open_zone = open_zone
        self.now = now

    def admit(self, context: grpc.aio.ServicerContext) -> Permissions:  # type: ignore[type-arg]
        """The permissions of a call, or BadToken."""
        if self._reader is None:
            return Permissions(_who(context), self._open_zone)
        metadata = context.invocation_metadata() or ()
        header = next((str(value) for key, value in metadata if key == "authorization"), "")
        if not header.startswith("Bearer "):
            raise BadToken("no token; send `authorization: Bearer ...`")
        who = self._reader(header.removeprefix("Bearer "))
        if who.seconds_left(self.now()) == 0.0:
            raise BadToken("the token has expired; get a new one")
        return who


def _who(context: grpc.aio.ServicerContext) -> str:  # type: ignore[type-arg]
    """The name on the client's certificate, or where it calls from, without the port that changes
    with every connection."""
    address = str(context.peer())
    return certified_name(context) or address.rpartition(":")[0] or address
