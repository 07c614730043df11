"""What share of the sentences that other people say to cars reaches a skill that does it.

A sentence is reached when the turn ends in a skill of its subject, and that skill acts, answers,
asks back or gives the policy's reason. Sentences of several subjects count when every part that was
understood reached one, and there was more than one. Advanced driver assistance (`vehicle_other`),
which no skill may touch, and bare dialogue are not counted.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import track

from bench.figures import Options
from bench.shared import COMFORT, rows
from bench.understanding import STATE
from cabin_agent.assistant import Assistant, Seat
from cabin_agent.config import Config
from cabin_agent.local import Workshop
from cabin_agent.turn import Language, Outcome, Status, Turn, Zone

NOT_COUNTED = frozenset({"vehicle_other", "dialogue"})
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Coverage:
    """By subject: (reached, asked); `missed`: why the others were not; `nobody` are labels of which
    not one sentence was reached, with their count and a sentence."""

    language: str
    by_domain: Mapping[str, tuple[int, int]]
    missed: Mapping[str, int]
    nobody: tuple[tuple[str, int, str], ...]

    @property
    def share(self) -> float:
        reached, asked = map(sum, zip(*self.by_domain.values(), strict=True))
        return reached / asked

    def lines(self) -> Iterator[str]:
        parts = [
            f"{domain} {reached}/{asked}"
            for domain, (reached, asked) in sorted(self.by_domain.items())
        ]
        yield f"coverage {self.language}: {self.share:.3f}; {', '.join(parts)}"
        why = ", ".join(f"{reason} {count}" for reason, count in self.missed.items())
        yield f"not reached ({self.language}): {why}"
        for label, count, text in self.nobody[:SHOWN]:
            yield f"nobody does ({self.language}): {label} x{count}, for example {text!r}"
        if len(self.nobody) > SHOWN:
            yield f"... and {len(self.nobody) - SHOWN} more of one or two sentences"


def measure(options: Options, console: Console) -> tuple[Coverage, ...]:
    """Both languages; nothing without the shared texts."""
    if options.shared is None:
        return ()
    workshop = Workshop.load(Config())
    return tuple(
        asyncio.run(_measure(workshop, Language(code), options, console)) for code in ("en", "zh")
    )


async def _measure(
    workshop: Workshop, language: Language, options: Options, console: Console
) -> Coverage:
    reached: dict[str, Counter[bool]] = defaultdict(Counter)
    missed: Counter[str] = Counter()
    by_label: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    every = rows(options, f"incar_{language}")
    for row in track(every, f"coverage {language}", console=console, transient=True):
        domain = row["domain"]
        if domain in NOT_COUNTED:
            continue
        reason = await _missed(workshop, language, row)
        hit = not reason
        missed.update([reason] if reason else [])
        reached[domain][hit] += 1
        by_label[f"{domain}/{row['label']}"].append((hit, row["text"]))
    nobody = [
        (label, len(told), told[0][1])
        for label, told in by_label.items()
        if not any(hit for hit, _ in told)
    ]
    nobody.sort(key=lambda each: -each[1])
    return Coverage(
        str(language),
        {domain: (hits[True], hits.total()) for domain, hits in reached.items()},
        dict(missed.most_common()),
        tuple(nobody),
    )


async def _missed(workshop: Workshop, language: Language, row: Mapping[str, Any]) -> str:
    seat = Seat("bench", "coverage", Zone.DRIVER, language)
    async with workshop.car(STATE, Zone.DRIVER) as car:
        turn = await car.assistant.ask(seat, row["text"])
        return missed_because(row["domain"], turn, car.assistant)


def missed_because(domain: str, turn: Turn, assistant: Assistant) -> str:
    """Empty if the turn ended in skills of the subject that did something about it."""
    if not turn.outcomes:
        return f"no action ({turn.plan.route})"
    if not all(_answered(outcome) for outcome in turn.outcomes):
        return "the skill failed"
    subjects = [assistant.names(outcome.step.action.intent)[1] for outcome in turn.outcomes]
    if domain == "multi":
        return "" if len(subjects) > 1 else "only one of several"
    if domain == "implicit":
        return "" if any(subject in COMFORT for subject in subjects) else "another subject"
    return "" if domain in subjects else "another subject"


def _answered(outcome: Outcome) -> bool:
    asked = outcome.status is Status.FAILED and not outcome.error and bool(outcome.said)
    return asked or outcome.status is not Status.FAILED
