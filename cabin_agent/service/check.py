"""What the fields of a request may hold; anything else is a `BadRequest` that names the field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from cabin.v1 import cabin_pb2 as pb
from cabin_agent.config import Config
from cabin_agent.errors import BadRequest, LimitReached, NotAllowed
from cabin_agent.hearing.frames import SAMPLE_RATE, AudioFormat
from cabin_agent.seeing.frames import Frame, decode
from cabin_agent.service.translate import CAMERAS, ENCODINGS, ZONES
from cabin_agent.turn import Language, Zone

MAX_PAYLOAD_BYTES = 1 << 20
MAX_LABELS, MAX_LABEL_CHARS = 60, 80
BYTES_PER_SECOND = 2 * SAMPLE_RATE
_LOCAL = ("unix:", "ipv4:127.", "ipv6:[::1]", "ipv6:%5B::1%5D")


def client(name: str) -> str:
    if not name.strip():
        raise BadRequest("client: empty", "name your program, for example 'head-unit'")
    return name.strip()


def same_machine(peer: str) -> None:
    """Only whoever is on this machine may change what the car can do."""
    if not peer.startswith(_LOCAL):
        raise NotAllowed(f"{peer}: not on this machine", "call it from the machine of the service")


def zone(number: int) -> Zone:
    if number not in ZONES:
        known = ", ".join(pb.Zone.Name(each) for each in ZONES)
        raise BadRequest(f"zone: {number} is not a seat zone", f"use one of {known}")
    return ZONES[pb.Zone.ValueType(number)]


def language(code: str) -> Language:
    try:
        return Language(code or "en")
    except ValueError:
        raise BadRequest(f"language: {code!r} is not spoken here", "use 'en' or 'zh'") from None


def text(line: str, config: Config) -> str:
    if not line.strip():
        raise BadRequest("text: empty", "send what the person typed")
    if len(line) > config.max_text_chars:
        raise LimitReached(f"text: {len(line)} characters", f"send at most {config.max_text_chars}")
    return line


def frame(message: pb.Frame, now: float) -> Frame:
    """The picture of a message that came in at `now`."""
    if message.camera not in CAMERAS:
        raise BadRequest(f"frame.camera: {message.camera}", "use CAMERA_CABIN or CAMERA_ROAD")
    if message.encoding not in ENCODINGS:
        known = ", ".join(pb.FrameEncoding.Name(each) for each in ENCODINGS)
        raise BadRequest(f"frame.encoding: {message.encoding}", f"use one of {known}")
    pixels = decode(ENCODINGS[message.encoding], message.width, message.height, message.content)
    return Frame(CAMERAS[message.camera], pixels, now - message.age_ms / 1000.0)


def frames(messages: Iterable[pb.Frame], now: float) -> tuple[Frame, ...]:
    """The pictures of an `Ask`, at most one of each camera."""
    found = tuple(frame(message, now) for message in messages)
    if len({each.camera for each in found}) < len(found):
        raise BadRequest("frames: two of one camera", "send the latest of each")
    return found


def payload(document: str) -> dict[str, Any]:
    """The JSON object of an `Inform`."""
    if len(document.encode()) > MAX_PAYLOAD_BYTES:
        raise LimitReached(
            f"payload_json: {len(document)} characters", f"send at most {MAX_PAYLOAD_BYTES} bytes"
        )
    try:
        value = json.loads(document or "{}")
    except ValueError as error:
        raise BadRequest(f"payload_json: no JSON ({error})", "send an object") from None
    if not isinstance(value, dict):
        raise BadRequest("payload_json: no object", 'send {"...": ...}')
    return value


def audio_format(message: pb.AudioFormat | None) -> AudioFormat:
    """The format declared; `None` is the one that `Ask` fixes."""
    if message is None:
        return AudioFormat()
    return AudioFormat(message.sample_rate_hz, message.channels, message.encoding)


def whole_utterance(pcm: bytes, config: Config) -> bytes:
    if not pcm:
        raise BadRequest("pcm_s16le: empty", "send 16 kHz mono 16-bit samples")
    if len(pcm) % 2:
        raise BadRequest("pcm_s16le: an odd number of bytes", "send whole 16-bit samples")
    seconds = len(pcm) / BYTES_PER_SECOND
    if seconds > config.max_utterance_s:
        raise LimitReached(
            f"pcm_s16le: {seconds:.1f} s", f"send at most {config.max_utterance_s} s"
        )
    return pcm


def labels(given: Sequence[str]) -> tuple[str, ...]:
    """What can be tapped on the screen."""
    if len(given) > MAX_LABELS:
        raise LimitReached(f"screen.labels: {len(given)} labels", f"send up to {MAX_LABELS}")
    if any(len(label) > MAX_LABEL_CHARS for label in given):
        longest = max(map(len, given))
        mend = f"send up to {MAX_LABEL_CHARS} characters each"
        raise LimitReached(f"screen.labels: one of {longest} characters", mend)
    return tuple(label for label in given if label.strip())
