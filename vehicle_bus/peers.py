"""Who a gRPC client is, as the transport knows it."""

from __future__ import annotations

import grpc


def peer_of(context: grpc.aio.ServicerContext) -> str:  # type: ignore[type-arg]
    """The name on the client's certificate, or the connection it calls from."""
    return certified_name(context) or str(context.peer())


def certified_name(context: grpc.aio.ServicerContext) -> str:  # type: ignore[type-arg]
    """The name on the certificate that the client showed; empty without mutual TLS."""
    for name in context.auth_context().get("x509_common_name", ()):
        return name.decode(errors="replace")
    return ""
