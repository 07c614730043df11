"""Which sentences of the text are held out from training."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

from training.understanding.templates import Entry

HELD_OUT_EVERY = 40


def split(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """(training, held out) by sentence: one line in `HELD_OUT_EVERY` is held out.

    A line's own checksum decides, so that it stays on its side while the text grows.
    """
    train, held = [], []
    for entry in entries:
        kept: list[str] = []
        out: list[str] = []
        for say in entry.say:
            chosen = crc32(say.encode()) % HELD_OUT_EVERY == 0 and len(entry.say) > 1
            (out if chosen else kept).append(say)
        if kept:
            train.append(replace(entry, say=tuple(kept)))
        if out:
            held.append(replace(entry, say=tuple(out)))
    return train, held
