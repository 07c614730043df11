"""Where the time of a turn went, from the first word to the end of the reply.

Zero of its scale is the true end of the last word, which the simulator knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.report import TurnReport
from simulator.reporting.timescale import Tick, Timescale
from simulator.scenario import show
from simulator.signal_names import short
from simulator.voices import SAMPLE_RATE

LEAD_S = 0.2
TAIL_S = 0.3
SHORTEST_S = 1.0
LONGEST_REPLY_S = 30.0


@dataclass(frozen=True, slots=True)
class Bar:
    """From `left`, `width` wide (percent); a moment if `width` is 0. `kind` is how it looks."""

    kind: str
    left: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """`wait`: from the last word to the first signal; `sound`: the recording of the
    microphone."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    zero: float
    wait: Bar | None
    sound: Bar | None


def waterfall(turn: TurnReport) -> Waterfall:
    """The rows of `turn`: said, heard, decided, done, replied; those that have something."""
    scale = _scale(turn)
    rows = (
        Row("said", _said(turn, scale)),
        Row("heard", _heard(turn, scale)),
        Row("decided", _decided(turn, scale)),
        Row("done", _done(turn, scale)),
        Row("replied", _replied(turn, scale)),
    )
    return Waterfall(
        tuple(row for row in rows if row.bars),
        scale.ticks(turn.last_word),
        scale.left(turn.last_word),
        _wait(turn, scale),
        _sound(turn, scale),
    )


def _scale(turn: TurnReport) -> Timescale:
    start = min([turn.began, *(span.start for span in turn.speech)])
    ends = [turn.last_word, *(moment.at for moment in turn.moments)]
    ends += [change.at for change in turn.changes] + [check.at for check in turn.checks]
    if turn.ended is not None:
        ends.append(turn.ended)
    if (replied := _replied_at(turn)) is not None:
        ends.append(replied + _reply_s(turn))
    end = max(*ends, start + SHORTEST_S)
    return Timescale(start - LEAD_S, end + TAIL_S)


def _said(turn: TurnReport, scale: Timescale) -> tuple[Bar, ...]:
    if turn.typed:
        return (_moment("typed", turn.began, f"typed “{turn.text}”", scale),)
    texts = (turn.text, turn.answered)
    return tuple(
        Bar("speech", scale.left(span.start), scale.width(span.start, span.end), text)
        for span, text in zip(turn.speech, texts, strict=False)
    )


def _heard(turn: TurnReport, scale: Timescale) -> tuple[Bar, ...]:
    told, bars = "", []
    for partial in turn.partials:
        if partial.text and partial.text != told:
            told = partial.text
            bars.append(_moment("partial", partial.at, told, scale))
    return tuple(bars)


def _decided(turn: TurnReport, scale: Timescale) -> tuple[Bar, ...]:
    kinds = {"understood", "asked", "refused", "amended", "end noticed"}
    return tuple(
        _moment(moment.name.replace(" ", "-"), moment.at, moment.name, scale)
        for moment in turn.moments
        if moment.name in kinds
    )


def _done(turn: TurnReport, scale: Timescale) -> tuple[Bar, ...]:
    """A moment each target that reached the car, and a bar until what it moved was there."""
    settled = {check.what: check.at for check in turn.checks if check.held}
    bars = []
    for change in turn.changes:
        until = settled.get(change.path, change.at)
        before = "—" if change.before is None else show(change.before)
        text = f"{short(change.path)} {before} → {show(change.after)}"
        width = scale.width(change.at, max(until, change.at))
        bars.append(Bar("motion", scale.left(change.at), width, text))
        bars.append(_moment("signal", change.at, text, scale))
    return tuple(bars)


def _replied(turn: TurnReport, scale: Timescale) -> tuple[Bar, ...]:
    at = _replied_at(turn)
    if at is None:
        return ()
    width = scale.width(at, at + _reply_s(turn))
    return (
        Bar("reply", scale.left(at), width, turn.reply),
        _moment("replied", at, turn.reply, scale),
    )


def _replied_at(turn: TurnReport) -> float | None:
    return next((moment.at for moment in turn.moments if moment.name == "reply"), None)


def _reply_s(turn: TurnReport) -> float:
    if not turn.reply_pcm:
        return 0.0
    return min(len(turn.reply_pcm) / 2 / turn.reply_rate, LONGEST_REPLY_S)


def _wait(turn: TurnReport, scale: Timescale) -> Bar | None:
    if not turn.changes or turn.latency_ms is None:
        return None
    first, last_word = turn.changes[0].at, turn.changes[0].at - turn.latency_ms / 1000
    start, end = sorted((first, last_word))
    return Bar("wait", scale.left(start), scale.width(start, end), f"{turn.latency_ms:.0f} ms")


def _sound(turn: TurnReport, scale: Timescale) -> Bar | None:
    if not turn.microphone_pcm or not turn.speech:
        return None
    start = turn.speech[0].start
    end = start + len(turn.microphone_pcm) / 2 / SAMPLE_RATE
    return Bar("sound", scale.left(start), scale.width(start, end), "what the microphone heard")


def _moment(kind: str, at: float, text: str, scale: Timescale) -> Bar:
    return Bar(kind, scale.left(at), 0.0, text)
