"""What is different between two sets of runs, scenario by scenario and turn by turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from simulator.comparing.recorded import RecordedRun, RecordedTurn

SAME_MS = 20.0
"""Latencies this close count as the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: what it is about; `worse`: None where neither is better."""

    kind: str
    before: str
    after: str
    worse: bool | None = None


@dataclass(frozen=True, slots=True)
class TurnDifference:
    """`number`: in the new run, or in the old one if it is gone."""

    number: int
    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RunDifference:
    """One scenario. `verdict`: None where it stayed the same."""

    scenario: str
    verdict: Change | None
    changes: tuple[Change, ...]
    turns: tuple[TurnDifference, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.verdict or self.changes or self.turns)


@dataclass(frozen=True, slots=True)
class Difference:
    """`compared`: how many scenarios are in both; `runs`: those that changed."""

    compared: int
    runs: tuple[RunDifference, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]

    @property
    def broken(self) -> tuple[str, ...]:
        """Scenarios that held before."""
        return tuple(run.scenario for run in self.runs if run.verdict and run.verdict.worse)

    @property
    def mended(self) -> tuple[str, ...]:
        return tuple(r.scenario for r in self.runs if r.verdict and r.verdict.worse is False)


def difference(old: Sequence[RecordedRun], new: Sequence[RecordedRun]) -> Difference:
    """Scenarios are the same if they have the same name; of several, in their order."""
    before, after = _named(old), _named(new)
    both = [name for name in after if name in before]
    runs = (_run(before[name], after[name]) for name in both)
    return Difference(
        len(both),
        tuple(run for run in runs if not run.is_empty),
        tuple(run.scenario for name, run in before.items() if name not in after),
        tuple(run.scenario for name, run in after.items() if name not in before),
    )


def _named(runs: Sequence[RecordedRun]) -> dict[tuple[str, int], RecordedRun]:
    found: dict[tuple[str, int], RecordedRun] = {}
    for run in runs:
        times = sum(name == run.scenario for name, _ in found)
        found[run.scenario, times] = run
    return found


def _run(old: RecordedRun, new: RecordedRun) -> RunDifference:
    verdict = None
    if old.passed != new.passed:
        verdict = Change("verdict", _verdict(old.passed), _verdict(new.passed), not new.passed)
    changes = [Change("seed", str(old.seed), str(new.seed))] if old.seed != new.seed else []
    changes += _latency("median latency", old.latency_ms, new.latency_ms)
    changes += [Change("trouble", "", each, True) for each in _less(new.troubles, old.troubles)]
    changes += [Change("trouble", each, "", False) for each in _less(old.troubles, new.troubles)]
    return RunDifference(new.scenario, verdict, tuple(changes), tuple(_turns(old, new)))


def _turns(old: RecordedRun, new: RecordedRun) -> Iterator[TurnDifference]:
    were, are = _words(old), _words(new)
    for kind, a, b, c, d in SequenceMatcher(None, were, are, autojunk=False).get_opcodes():
        if kind == "equal":
            for before, after in zip(old.turns[a:b], new.turns[c:d], strict=True):
                if changes := tuple(_turn(before, after)):
                    yield TurnDifference(after.number, after.text, changes)
            continue
        for turn in old.turns[a:b]:
            yield TurnDifference(turn.number, turn.text, (Change("turn", "said", "not said"),))
        for turn in new.turns[c:d]:
            yield TurnDifference(turn.number, turn.text, (Change("turn", "not said", "said"),))


def _turn(old: RecordedTurn, new: RecordedTurn) -> Iterator[Change]:
    if old.passed != new.passed:
        yield Change("verdict", _verdict(old.passed), _verdict(new.passed), not new.passed)
    for what in dict.fromkeys((*old.broken, *new.broken)):
        before, after = old.broken.get(what, "held"), new.broken.get(what, "held")
        if before != after:
            worse = None if "held" not in (before, after) else before == "held"
            yield Change(what, before, after, worse)
    yield from _latency("latency", old.latency_ms, new.latency_ms)
    for kind, was, now in (
        ("heard", old.heard, new.heard),
        ("understood", ", ".join(old.intents), ", ".join(new.intents)),
        ("replied", old.reply, new.reply),
    ):
        if was != now:
            yield Change(kind, was, now)


def _latency(kind: str, old: float | None, new: float | None) -> list[Change]:
    if old is None and new is None:
        return []
    if old is not None and new is not None:
        if abs(new - old) < SAME_MS:
            return []
        return [Change(kind, _ms(old), _ms(new), new > old)]
    return [Change(kind, _ms(old), _ms(new))]


def _ms(latency: float | None) -> str:
    return "" if latency is None else f"{latency:.0f} ms"


def _words(run: RecordedRun) -> list[tuple[str, str]]:
    return [(turn.seat, turn.text) for turn in run.turns]


def _less(these: Sequence[str], those: Sequence[str]) -> list[str]:
    return [each for each in these if each not in those]


def _verdict(passed: bool) -> str:
    return "passed" if passed else "failed"
