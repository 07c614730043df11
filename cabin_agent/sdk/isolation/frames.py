"""How the two sides talk: JSON objects, each after its length in four bytes."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

MAX_BYTES = 2 << 20
"""Room for all that a skill may keep (1 MiB) at once."""

_LENGTH = struct.Struct("!I")
_PIECE = 1 << 16

Message = dict[str, Any]


class BadFrame(ValueError):
    """The other side sent something that is no message."""


class HungUp(ConnectionError):
    """The other side is gone."""


def encode(message: Message) -> bytes:
    """The bytes of a message. ValueError or TypeError for what JSON can't say."""
    body = json.dumps(message, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    if len(body) > MAX_BYTES:
        raise ValueError(f"{len(body)} bytes at once; {MAX_BYTES} is the most")
    return _LENGTH.pack(len(body)) + body


class Unpacker:
    """Bytes in any pieces -> messages."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> None:
        if not piece:
            raise HungUp("the other side closed the connection")
        self._bytes += piece

    def take(self) -> Message | None:
        """The next whole message, or None until there is one."""
        if len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length > MAX_BYTES:
            raise BadFrame(f"a message of {length} bytes; {MAX_BYTES} is the most")
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        body = bytes(self._bytes[_LENGTH.size : end])
        del self._bytes[:end]
        return _decoded(body)


class Line:
    """One end of the connection, blocking: for the child, and for ours while it starts one."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._unpacker = Unpacker()

    def send(self, message: Message) -> None:
        self.end.sendall(encode(message))

    def receive(self) -> Message:
        """The next message. TimeoutError as the socket says, HungUp when nobody is there."""
        while (message := self._unpacker.take()) is None:
            try:
                self._unpacker.feed(self.end.recv(_PIECE))
            except ConnectionResetError as error:
                raise HungUp("the other side is gone") from error
        return message


def _decoded(body: bytes) -> Message:
    try:
        message = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"no JSON: {error}") from None
    if not isinstance(message, dict):
        raise BadFrame(f"no object: {str(message)[:80]}")
    return message


def _no_number(name: str) -> float:
    raise BadFrame(f"{name} is no number here")
