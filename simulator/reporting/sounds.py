"""What the microphones heard and what was replied, as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.report import Report, TurnReport
from simulator.speech import write_wav
from simulator.voices import SAMPLE_RATE

Sound = tuple[str, bytes, int]
"""("heard" or "reply", signed 16-bit little-endian mono, samples a second)"""


def sounds(turn: TurnReport) -> Iterator[Sound]:
    """What there is to listen to of a turn."""
    for name, pcm, rate in (
        ("heard", turn.microphone_pcm, SAMPLE_RATE),
        ("reply", turn.reply_pcm, turn.reply_rate),
    ):
        if pcm:
            yield name, pcm, rate


def write_sounds(report: Report, folder: Path) -> list[Path]:
    """A wav file each turn and side."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for turn in report.turns:
        for name, pcm, rate in sounds(turn):
            path = folder / f"{turn.number:02d}-{name}.wav"
            write_wav(path, pcm, rate)
            written.append(path)
    return written
