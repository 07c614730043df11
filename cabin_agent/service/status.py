"""Errors -> gRPC status codes."""

from __future__ import annotations

import grpc

from cabin_agent import errors

_CODES: tuple[tuple[type[errors.CabinError], grpc.StatusCode], ...] = (
    (errors.NotAllowed, grpc.StatusCode.PERMISSION_DENIED),
    (errors.ZoneTaken, grpc.StatusCode.ALREADY_EXISTS),
    (errors.LimitReached, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (errors.NotReady, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.NothingToUndo, grpc.StatusCode.NOT_FOUND),
    (errors.UnknownTurn, grpc.StatusCode.NOT_FOUND),
    (errors.CabinError, grpc.StatusCode.INVALID_ARGUMENT),
)


def status_of(error: errors.CabinError) -> tuple[grpc.StatusCode, str]:
    """The status code and the message for the client."""
    code = next(code for kind, code in _CODES if isinstance(error, kind))
    return code, str(error)
