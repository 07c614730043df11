"""What is understood: the suite's turns down to the signals, plugins from their phrases alone,
other people's sentences by subject, what the cameras add, and what a decision costs; grammar
matchers beside it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from bench import grammars, held_back_skills, many_intents, pictures, shared
from bench.figures import Options, Result, Row, median, p95
from bench.shared import PARKED
from bench.suite_turns import Exchange, Gold, exchanges, same
from cabin_agent.assistant import Seat
from cabin_agent.config import Config
from cabin_agent.local import Workshop
from cabin_agent.sdk.registry import Registry
from cabin_agent.turn import Language, Zone
from cabin_agent.understanding.session import Understander

STATE: Mapping[str, float | int | str | bool] = {
    "Vehicle.Cabin.Infotainment.Media.Volume": 50,
    "Vehicle.Cabin.Infotainment.Media.Action": "PLAY",
    "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position": 40,
    "Vehicle.Cabin.Door.Row1.PassengerSide.Window.Position": 40,
}
LOADED = """
import sys, time
from pathlib import Path
import psutil
from cabin_agent.understanding.session import Understander
from cabin_agent.understanding.moment import Moment
before = psutil.Process().memory_info().rss
Understander.load(Path(sys.argv[1]), time.monotonic).understand("open the window", Moment())
print((psutil.Process().memory_info().rss - before) / 1e6)
"""
INTENTS = (50, 200, 500, 1000)
PHRASES_EACH = 6
TIMED = 200


def run(console: Console, options: Options) -> Result:
    """Measure everything; takes a few minutes."""
    config = Config()
    workshop = Workshop.load(config)
    suite = exchanges()
    texts = [turn.text for exchange in suite for turn in exchange.turns]
    right, wrong = asyncio.run(_judge(workshop, suite, console))
    peers = {name: make(workshop.registry) for name, make in PEERS.items()}
    heard = shared.measure(workshop.understander, options)
    timed = _timed(workshop.understander, texts)
    grown = many_intents.latencies(config, texts[:TIMED], INTENTS, PHRASES_EACH)
    plugins = held_back_skills.measure(config)
    figures = {
        "own_suite_exact": _share(right),
        "multi_action_exact": _share(right, kind="several"),
        "implicit_exact": _share(right, kind="implicit"),
        "must_not_act_exact": _share(right, kind="nothing"),
        "dialogue_exact": _share(right, kind="dialogue"),
        "held_back_skill_exact": plugins.from_phrases,
        "held_back_skill_exact_after_train": plugins.after_train,
        **{f"shared_{each.language}_domain": each.domain for each in heard},
        **{f"shared_{each.language}_reject": each.rejected for each in heard},
        **pictures.measure(options),
        "ms_median": median(timed),
        "ms_p95": p95(timed),
        "ms_p95_1000_intents": p95(grown[INTENTS[-1]]),
        "graph_mb": _size_mb(Path(config.understanding_model) / "model.onnx"),
        "memory_mb": _memory_mb(config),
    }
    parts = [f"{k} {_share(right, kind=k):.3f}" for k in sorted({kind for kind, _ in right})]
    langs = [f"{lang} {_share(right, language=lang):.3f}" for lang in Language]
    notes = [
        f"suite: {sum(len(e.turns) for e in suite)} turns; {', '.join(parts + langs)}",
        "peers are judged by the intent alone, which is easier than the signals",
        *(line for each in heard for line in each.table()),
        *(f"wrong: {line}" for line in wrong),
    ]
    rows = [Row(f"... with {count} intents more", "ms", grown[count]) for count in INTENTS]
    return Result(
        "Understanding",
        [Row("one decision", "ms", timed), *rows],
        figures,
        {name: _peer(match, workshop.registry, suite, options) for name, match in peers.items()},
        notes,
    )


PEERS: Mapping[str, Callable[[Registry], grammars.Match]] = {
    "hassil": grammars.hassil,
    "padacioso": grammars.padacioso,
    "tfidf": grammars.tfidf,
}

Right = dict[tuple[str, Language], list[bool]]


def _share(right: Right, kind: str = "", language: Language | None = None) -> float:
    every = [
        each
        for (of, spoken), hits in right.items()
        if (not kind or of == kind) and (language is None or spoken is language)
        for each in hits
    ]
    return float(np.mean(every)) if every else float("nan")


async def _judge(
    workshop: Workshop, suite: list[Exchange], console: Console
) -> tuple[Right, list[str]]:
    """Every exchange in a car of its own, and in a twin that understands it as it is meant."""
    gold = replace(workshop, understander=Gold(suite))  # type: ignore[arg-type]
    right: Right = {}
    wrong: list[str] = []
    for each in track(suite, "suite", console=console, transient=True):
        got, meant = await _rows(workshop, each), await _rows(gold, each)
        for turn, ours, theirs in zip(each.turns, got, meant, strict=True):
            hit = same(ours, theirs)
            right.setdefault((each.kind, each.language), []).append(hit)
            if not hit:
                understood = ", ".join(action["intent"] for action in ours["actions"])
                wrong.append(f"{each.kind}: {turn.text!r} -> {understood or ours['route']}")
    return right, wrong


async def _rows(workshop: Workshop, exchange: Exchange) -> list[dict[str, Any]]:
    seat = Seat("bench", "suite", Zone.DRIVER, exchange.language)
    async with workshop.car(STATE, Zone.DRIVER) as car:
        return [await car.ask(seat, turn.text) for turn in exchange.turns]


def _timed(understander: Understander, texts: list[str]) -> list[float]:
    spent = []
    for text in texts:
        began = time.perf_counter()
        understander.understand(text, PARKED)
        spent.append((time.perf_counter() - began) * 1000.0)
    return spent


def _size_mb(file: Path) -> float:
    return file.stat().st_size / 1e6


def _memory_mb(config: Config) -> float:
    """What loading the model adds to a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(config.understanding_model)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _peer(
    match: grammars.Match, registry: Registry, suite: list[Exchange], options: Options
) -> dict[str, float]:
    hits, spent = [], []
    for exchange in suite:
        for turn in exchange.turns:
            began = time.perf_counter()
            found = match(turn.text)
            spent.append((time.perf_counter() - began) * 1000.0)
            hits.append([found] == [a.intent for a in turn.actions] or found == _nothing(turn))
    judged = shared.judged(options, "en")
    subjects = Counter(
        shared.same_subject(row["domain"], _domain(registry, match(row["text"]))) for row in judged
    )
    return {
        "own_suite_exact": float(np.mean(hits)),
        "shared_en_domain": subjects[True] / len(judged) if judged else float("nan"),
        "ms_median": median(spent),
    }


def _nothing(turn: Any) -> str | None:
    return "" if not turn.actions else None


def _domain(registry: Registry, intent: str) -> str:
    declared = registry.intents().get(intent)
    return declared.domain if declared else ""
