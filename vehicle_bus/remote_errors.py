"""What a call to a bus in another process may fail with, as a `BusError`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import cast

import grpc

from cabin.v1 import vehicle_bus_pb2 as pb
from vehicle_bus import translate
from vehicle_bus.errors import BusError, ProviderSilent, Unreachable


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """A call that fails in here raises its `BusError`."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise bus_error(error) from error


def bus_error(error: grpc.aio.AioRpcError) -> BusError:
    """What the server says went wrong, or that it can't be reached."""
    metadata = cast("Iterable[tuple[str, str | bytes]]", error.trailing_metadata() or ())
    for key, value in metadata:
        if key == translate.DETAIL_KEY and isinstance(value, bytes):
            return translate.from_detail(pb.ErrorDetail.FromString(value))
    details = error.details() or error.code().name
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return ProviderSilent("", f"the bus did not answer in time ({details})", "try again")
    return Unreachable("", f"the bus failed ({details})", "check its address and that it runs")
