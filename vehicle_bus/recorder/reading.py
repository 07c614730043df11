"""Reads a recorded drive, and one that was cut off as far as it goes."""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mcap.exceptions import InvalidMagic, McapError
from mcap.records import Channel, Chunk, Message
from mcap.stream_reader import StreamReader, breakup_chunk
from zstandard import ZstdError

from vehicle_bus.recorder.errors import RecordingError

LARGEST_RECORD = 256 << 20
_CUT_OFF = (McapError, struct.error, ValueError, ZstdError, MemoryError)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. `at_s`: seconds on the bus's clock; `at_ns`: since 1970."""

    topic: str
    at_s: float
    at_ns: int
    data: Mapping[str, Any]

    @property
    def is_signal(self) -> bool:
        """Whether it is a new value of a signal: `data["value"]` of `topic`."""
        return "path" in self.data


def read(file: Path) -> Iterator[Entry]:
    """Every message in the order in which it was recorded. A file that was cut off ends where it
    was. RecordingError if it is no recording."""
    return _Reader(file).entries()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a recording holds. `whole`: it was closed, not cut off."""

    entries: int
    seconds: float
    whole: bool
    topics: Mapping[str, int] = field(default_factory=dict)


def summary(file: Path) -> Summary:
    """Reads the whole file. RecordingError if it is no recording."""
    reader = _Reader(file)
    topics: Counter[str] = Counter()
    first = last = 0
    for entry in reader.entries():
        first, last = first or entry.at_ns, entry.at_ns
        topics[entry.topic] += 1
    return Summary(topics.total(), (last - first) / 1e9, reader.whole, topics)


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._topics: dict[int, str] = {}
        self.whole = False

    def entries(self) -> Iterator[Entry]:
        try:
            with self._file.open("rb") as source:
                reader = StreamReader(source, emit_chunks=True, record_size_limit=LARGEST_RECORD)
                for record in self._until_cut_off(reader):
                    match record:
                        case Channel():
                            self._topics[record.id] = record.topic
                        case Message():
                            yield self._entry(record)
        except InvalidMagic:
            raise RecordingError(
                f"{self._file}: no MCAP file; give one that `serve --record` wrote"
            ) from None
        except OSError as error:
            raise RecordingError(
                f"{self._file}: can't be read ({error.strerror}); check the path"
            ) from None

    def _until_cut_off(self, reader: StreamReader) -> Iterator[object]:
        begun = False
        try:
            for record in reader.records:
                begun = True
                if isinstance(record, Chunk):
                    yield from breakup_chunk(record, validate_crc=True)
                else:
                    yield record
            self.whole = True
        except _CUT_OFF as error:
            if isinstance(error, InvalidMagic) and not begun:
                raise

    def _entry(self, message: Message) -> Entry:
        data = json.loads(message.data)
        return Entry(self._topics[message.channel_id], data["at_s"], message.log_time, data)
