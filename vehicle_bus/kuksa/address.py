"""Where a KUKSA databroker is, and what it wants to see of us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import grpc

from vehicle_bus.kuksa.serving import PORT

if TYPE_CHECKING:
    from vehicle_bus.kuksa.tls import Identity

SCHEMES = {"kuksa": False, "kuksas": True}
OPTIONS = (
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 2_000),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5_000),
)


@dataclass(frozen=True, slots=True)
class Address:
    """`target`: host:port. `secure`: with TLS; then `ca` (PEM) is who signed the databroker's
    certificate, None for the authorities this machine trusts, and `identity` is ours for mutual
    TLS. `token`: a JSON web token."""

    target: str
    secure: bool = False
    token: str = ""
    ca: bytes | None = None
    identity: Identity | None = None

    @classmethod
    def parse(
        cls,
        text: str,
        token: str = "",
        ca: bytes | None = None,
        identity: Identity | None = None,
    ) -> Address:
        """`kuksa://host[:port]`, or `kuksas://...` for TLS; ValueError for anything else."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port or PORT
        except ValueError:
            host = None
        if not host or parts.scheme not in SCHEMES or parts.path.strip("/") or parts.query:
            raise ValueError(f"{text!r} is no databroker; give kuksa://host:port (kuksas: TLS)")
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return cls(target, SCHEMES[parts.scheme], token, ca, identity)

    def channel(self) -> grpc.aio.Channel:
        if not self.secure:
            return grpc.aio.insecure_channel(self.target, options=OPTIONS)
        credentials = grpc.ssl_channel_credentials(
            self.ca,
            self.identity.key if self.identity else None,
            self.identity.certificate if self.identity else None,
        )
        return grpc.aio.secure_channel(self.target, credentials, options=OPTIONS)

    def metadata(self) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()
