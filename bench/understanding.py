"""What is understood: the suite's turns down to the signals, plugins from their phrases alone,
other people's sentences by subject, and what a decision costs; grammar matchers beside it."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from bench import grammars
from bench.figures import Options, Result, Row, median, p95
from bench.suite_turns import Exchange, Gold, exchanges, held_back, same
from cabin_agent.assembly import load_registry, load_understander
from cabin_agent.assistant import Seat
from cabin_agent.config import Config
from cabin_agent.local import Workshop
from cabin_agent.sdk.registry import Registry
from cabin_agent.turn import Language, Route, Zone
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander

HELD_BACK = Path(__file__).parent / "held_back"
STATE: Mapping[str, float | int | str | bool] = {
    "Vehicle.Cabin.Infotainment.Media.Volume": 50,
    "Vehicle.Cabin.Infotainment.Media.Action": "PLAY",
    "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position": 40,
    "Vehicle.Cabin.Door.Row1.PassengerSide.Window.Position": 40,
}
PARKED = Moment(
    Zone.DRIVER,
    {
        "Vehicle.Speed": 0.0,
        "Vehicle.Powertrain.Transmission.SelectedGear": 126,
        "Vehicle.LowVoltageSystemState": "ON",
        "Vehicle.Cabin.HVAC.AmbientAirTemperature": 21.0,
    },
)
COMFORT = frozenset("climate window sunroof seat light wiper mirror door_trunk volume".split())
NOT_JUDGED = frozenset({"multi", "vehicle_other", "dialogue"})
ACCEPTANCE = 0.95
ELSEWHERE = (Route.DECLINE, Route.CLOUD, Route.GENERATE)
MANY_INTENTS = 1000
PHRASES_EACH = 8


def run(console: Console, options: Options) -> Result:
    """Measure everything; takes a few minutes."""
    config = Config()
    workshop = Workshop.load(config)
    suite = exchanges()
    right, wrong = asyncio.run(_judge(workshop, suite, console))
    peers = {name: make(workshop.registry) for name, make in PEERS.items()}
    shared, refused = _shared(workshop, options)
    timed = _timed(workshop.understander, [t.text for e in suite for t in e.turns])
    many = _with_many_intents(config, [t.text for e in suite for t in e.turns][:200])
    figures = {
        "own_suite_exact": _share(right),
        "multi_action_exact": _share(right, kind="several"),
        "implicit_exact": _share(right, kind="implicit"),
        "held_back_skill_exact": _held_back(config),
        **{f"shared_{lang}_domain": share for lang, share in shared.items()},
        **{f"shared_{lang}_reject": share for lang, share in refused.items()},
        "ms_median": median(timed),
        "ms_p95": p95(timed),
        "ms_p95_1000_intents": p95(many),
        "graph_mb": _size_mb(Path(config.understanding_model) / "model.onnx"),
    }
    parts = [f"{k} {_share(right, kind=k):.3f}" for k in sorted({kind for kind, _ in right})]
    langs = [f"{lang} {_share(right, language=lang):.3f}" for lang in Language]
    notes = [
        f"suite: {sum(len(e.turns) for e in suite)} turns; {', '.join(parts + langs)}",
        "peers are judged by the intent alone, which is easier than the signals",
        *(f"wrong: {line}" for line in wrong),
    ]
    return Result(
        "Understanding",
        [Row("one decision", "ms", timed), Row("... with 1,000 intents", "ms", many)],
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


def _held_back(config: Config) -> float:
    """The share of intents right of three skills that the model knows by their phrases only."""
    with_plugins = replace(config, skills=(str(HELD_BACK),), allow_unsigned_skills=True)
    understander = load_understander(with_plugins, load_registry(with_plugins), time.monotonic)
    hits = []
    for text, _, intent in held_back():
        found = understander.understand(text, PARKED).actions
        hits.append(bool(found) and found[0].intent == intent)
    return float(np.mean(hits))


def _timed(understander: Understander, texts: list[str]) -> list[float]:
    spent = []
    for text in texts:
        began = time.perf_counter()
        understander.understand(text, PARKED)
        spent.append((time.perf_counter() - began) * 1000.0)
    return spent


def _with_many_intents(config: Config, texts: list[str]) -> list[float]:
    """The cost of a decision when plugins declare a thousand intents more."""
    understander = load_understander(config, load_registry(config), time.monotonic)
    for number in range(MANY_INTENTS):
        phrases = [f"plugin {number} does thing {which}" for which in range(PHRASES_EACH)]
        understander.declare(f"plugin{number}.thing", phrases)
    return _timed(understander, texts)


def _size_mb(file: Path) -> float:
    return file.stat().st_size / 1e6


def shared_rows(options: Options, name: str) -> list[dict[str, Any]]:
    """Other people's sentences: the half that everybody looks at, or with `final` the other."""
    if options.shared is None:
        return []
    lines = (options.shared / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if (int(row["id"][-1], 16) % 2 == 1) == options.final]


def _shared(workshop: Workshop, options: Options) -> tuple[dict[str, float], dict[str, float]]:
    """By language: subjects right, and what is refused that is not for a car when 95 % of what is
    gets through."""
    domains: dict[str, float] = {}
    refused: dict[str, float] = {}
    for language in ("en", "zh") if options.shared else ():
        inside = shared_rows(options, f"incar_{language}")
        outside = shared_rows(options, f"out_of_domain_{language}")
        judged = [row for row in inside if row["domain"] not in NOT_JUDGED]
        domains[language] = float(
            np.mean([_of(row["domain"], _subject(workshop, row["text"])) for row in judged])
        )
        limit = float(np.quantile([_refusal(workshop, r["text"]) for r in inside], ACCEPTANCE))
        hits = [_refusal(workshop, row["text"]) > limit for row in outside]
        refused[language] = float(np.mean(hits))
    return domains, refused


def _of(wanted: str, got: str) -> bool:
    return got in COMFORT if wanted == "implicit" else wanted == got


def _subject(workshop: Workshop, text: str) -> str:
    return workshop.understander.likeliest_domain(text, PARKED)


def _refusal(workshop: Workshop, text: str) -> float:
    return workshop.understander.refusal(text, PARKED)


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
    judged = [r for r in shared_rows(options, "incar_en") if r["domain"] not in NOT_JUDGED]
    subjects = Counter(_of(row["domain"], _domain(registry, match(row["text"]))) for row in judged)
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
