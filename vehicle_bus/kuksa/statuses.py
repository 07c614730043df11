"""Statuses of a databroker as errors of the bus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

import grpc

from cabin.v1 import vehicle_bus_pb2
from vehicle_bus import translate
from vehicle_bus.errors import (
    AlreadyProvided,
    BusError,
    Denied,
    InvalidValue,
    NoProvider,
    ProviderFailed,
    ProviderSilent,
    RateLimited,
    UnknownPath,
    Unreachable,
)

_ERRORS: Mapping[grpc.StatusCode, type[BusError]] = {
    grpc.StatusCode.NOT_FOUND: UnknownPath,
    grpc.StatusCode.INVALID_ARGUMENT: InvalidValue,
    grpc.StatusCode.PERMISSION_DENIED: Denied,
    grpc.StatusCode.UNAUTHENTICATED: Denied,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyProvided,
    grpc.StatusCode.RESOURCE_EXHAUSTED: RateLimited,
    grpc.StatusCode.ABORTED: ProviderFailed,
    grpc.StatusCode.DATA_LOSS: ProviderFailed,
    grpc.StatusCode.DEADLINE_EXCEEDED: ProviderSilent,
}
TRANSPORT = ("failed to connect", "Socket closed", "connections to all backends", "GOAWAY", "RST_")
"""Beginnings and parts of what gRPC itself says when there is nobody to talk to."""


def bus_error(path: str, error: grpc.aio.AioRpcError) -> BusError:
    """What the databroker said about `path`."""
    trailing = error.trailing_metadata()
    return error_of(path, error.code(), error.details() or "", trailing)


def error_of(
    path: str, code: grpc.StatusCode, details: str, trailing: Iterable[object] | None
) -> BusError:
    """The error that a call about `path` ended with. One of our servers sends it whole."""
    for key, value in cast("Iterable[tuple[str, str | bytes]]", trailing or ()):
        if key == translate.DETAIL_KEY and isinstance(value, bytes):
            return translate.from_detail(vehicle_bus_pb2.ErrorDetail.FromString(value))
    said = f"the databroker said {code.name}: {details}"
    if code is grpc.StatusCode.UNAVAILABLE:
        if path and not any(sign in details for sign in TRANSPORT):
            return NoProvider(path, said, "start its control unit")
        return Unreachable(
            "", f"the databroker can't be reached ({details})", "start it, check TLS"
        )
    if code is grpc.StatusCode.DEADLINE_EXCEEDED and not path:
        return Unreachable("", "the databroker does not answer", "check address and network")
    return _ERRORS.get(code, Unreachable)(path, said, "see the databroker's log")
