"""One run as the page shows it: everything worked out, nothing left for the template to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.report import Check, Happening, Report, TurnReport
from simulator.reporting.audio import Clip, clip
from simulator.reporting.frames import FrameView, frame_view
from simulator.reporting.heard_words import Piece, pieces
from simulator.reporting.lanes import Lane, chosen, lanes
from simulator.reporting.timescale import Tick, Timescale, clock
from simulator.reporting.waterfall import Waterfall, waterfall
from simulator.suite import Ran
from simulator.voices import SAMPLE_RATE
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Zone

SEATS = {
    Zone.DRIVER: "driver",
    Zone.PASSENGER: "passenger",
    Zone.REAR_LEFT: "rear left",
    Zone.REAR_RIGHT: "rear right",
}


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn with its picture and sounds. `left`, `width`: its place on the run's timeline."""

    turn: TurnReport
    id: str
    at: str
    left: float
    width: float
    heard: tuple[Piece, ...]
    waterfall: Waterfall
    microphone: Clip | None
    reply: Clip | None

    @property
    def exact(self) -> bool:
        """Whether it was heard word for word."""
        return all(piece.kind == "same" for piece in self.heard)


@dataclass(frozen=True, slots=True)
class SeatLane:
    """The turns of one seat."""

    seat: Zone
    name: str
    turns: tuple[TurnView, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    left: float
    at: str
    happening: Happening


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be; `target`: the id of where it is shown."""

    target: str
    title: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class NeverView:
    """A condition that was watched, and how it was violated, if it was."""

    condition: str
    violated: str


@dataclass(frozen=True, slots=True)
class RunView:
    report: Report
    id: str
    file: Path
    length: str
    wall_s: float
    speedup: float
    figures: Mapping[str, float]
    ticks: tuple[Tick, ...]
    turns: tuple[TurnView, ...]
    seats: tuple[SeatLane, ...]
    flags: tuple[Flag, ...]
    lanes: tuple[Lane, ...]
    more_lanes: tuple[Lane, ...]
    faults: tuple[Fault, ...]
    never: tuple[NeverView, ...]
    frames: tuple[FrameView, ...]


def run_view(ran: Ran, number: int, catalogue: Catalogue) -> RunView:
    """The view of run `number` of a page."""
    report, name = ran.report, f"run{number}"
    scale = Timescale(0.0, max(report.seconds, 1.0))
    turns = tuple(_turn(turn, name, scale) for turn in report.turns)
    shown, more = chosen(report.signals, _interesting(report))
    return RunView(
        report=report,
        id=name,
        file=ran.file,
        length=clock(report.seconds),
        wall_s=ran.wall_s,
        speedup=ran.speedup,
        figures=report.figures(),
        ticks=scale.ticks(),
        turns=turns,
        seats=_seats(turns),
        flags=tuple(Flag(scale.left(h.at), clock(h.at), h) for h in report.happenings),
        lanes=lanes(shown, report.signals, scale, catalogue),
        more_lanes=lanes(more, report.signals, scale, catalogue),
        faults=tuple(_faults(report, name)),
        never=_never(report),
        frames=tuple(map(frame_view, report.frames)),
    )


def _turn(turn: TurnReport, run: str, scale: Timescale) -> TurnView:
    start = min([turn.began, *(span.start for span in turn.speech)])
    end = turn.last_word if turn.ended is None else turn.ended
    return TurnView(
        turn=turn,
        id=f"{run}-turn{turn.number}",
        at=clock(turn.began),
        left=scale.left(start),
        width=scale.width(start, end),
        heard=() if not turn.voice else pieces(f"{turn.text} {turn.answered}", turn.heard),
        waterfall=waterfall(turn),
        microphone=clip(turn.microphone_pcm, SAMPLE_RATE) if turn.microphone_pcm else None,
        reply=clip(turn.reply_pcm, turn.reply_rate) if turn.reply_pcm else None,
    )


def _interesting(report: Report) -> Iterator[str]:
    """Paths that the turns are about, in the order in which they come up."""
    for turn in report.turns:
        for change in turn.changes:
            yield change.path.removesuffix("Switch") + "Position" * change.path.endswith("Switch")
        yield from (check.what for check in turn.checks if check.what.startswith("Vehicle."))
    yield from (check.what for check in report.checks if check.what.startswith("Vehicle."))
    for violation in report.violations:
        yield from violation.values


def _seats(turns: tuple[TurnView, ...]) -> tuple[SeatLane, ...]:
    return tuple(
        SeatLane(seat, name, own)
        for seat, name in SEATS.items()
        if (own := tuple(view for view in turns if view.turn.seat is seat))
    )


def _faults(report: Report, run: str) -> Iterator[Fault]:
    if report.aborted:
        yield Fault(run, "the run ended early", report.aborted, "")
    for violation in report.violations:
        values = ", ".join(f"{path} = {value}" for path, value in violation.values.items())
        text = f"{violation.condition} held at {clock(violation.at)} ({values})"
        yield Fault(f"{run}-never", "never", text, violation.place)
    for check in report.checks:
        if not check.held:
            yield Fault(f"{run}-checks", "at a moment", _missed(check), check.place)
    for turn in report.turns:
        target, title = f"{run}-turn{turn.number}", f"turn {turn.number}"
        for check in turn.checks:
            if not check.held:
                yield Fault(target, title, _missed(check), check.place)
        for path in turn.undecided:
            yield Fault(target, title, f"{path}: not decided when the run ended", turn.place)
        if turn.ended is None:
            yield Fault(target, title, "cut short", turn.place)


def _missed(check: Check) -> str:
    return f"{check.what}: wanted {check.wanted}, got {check.got}"


def _never(report: Report) -> tuple[NeverView, ...]:
    violated = {each.condition: clock(each.at) for each in report.violations}
    return tuple(NeverView(text, violated.get(text, "")) for text in report.never)
