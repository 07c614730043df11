"""Messages that only computers with the car's key can write: JSON with an HMAC-SHA-256 before it.

The seal covers the key expression that a message is sent to, so that one for the left door is none
for the right one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vehicle_bus.zonal.errors import BadSeal, ZonalError

SEAL_BYTES = 32
SHORTEST_KEY = 16
MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """What the computers of one car share."""

    secret: bytes

    @classmethod
    def load(cls, file: Path) -> Key:
        """The content of a file, without space around it; ZonalError if it is none or short."""
        try:
            secret = file.read_bytes().strip()
        except OSError as error:
            raise ZonalError(
                f"{file}: can't be read ({error.strerror}); make one: openssl rand -hex 32 > {file}"
            ) from None
        if len(secret) < SHORTEST_KEY:
            raise ZonalError(
                f"{file}: a key has at least {SHORTEST_KEY} characters; openssl rand -hex 32"
            )
        return cls(secret)

    @classmethod
    def fresh(cls) -> Key:
        """A new one."""
        return cls(secrets.token_hex(32).encode())

    def seal(self, address: str, message: Mapping[str, Any]) -> bytes:
        """`message` for whoever listens at the key expression `address`."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        return self._mac(address, body) + body

    def open(self, address: str, sealed: bytes) -> dict[str, Any]:
        """The message, or BadSeal."""
        if len(sealed) > MAX_BYTES:
            raise BadSeal(f"{len(sealed)} bytes")
        seal, body = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._mac(address, body)):
            raise BadSeal("the seal is not this car's")
        message = json.loads(body)
        if not isinstance(message, dict):
            raise BadSeal("no message")
        return message

    def _mac(self, address: str, body: bytes) -> bytes:
        return hmac.digest(self.secret, address.encode() + b"\0" + body, hashlib.sha256)


def nonce() -> str:
    """A word that was never said before."""
    return secrets.token_hex(16)
