"""What has to come of a turn, of a moment, and of the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.language.conditions import Condition, conditions, places, regex
from simulator.language.drive import LONGEST_S
from simulator.yaml_reader import Node
from vehicle_bus.catalogue import Catalogue

EXPECT_KEYS = tuple(
    "signals within reply not_said heard intents refused reason asked not_addressed no_change "
    "unanswered latency_ms reply_within".split()
)
CHECK_KEYS = ("at", "within", "signals", "said", "not_said")
FLAGS = ("asked", "not_addressed", "no_change", "unanswered")
NEEDS_AN_ANSWER = ("reply", "heard", "intents", "refused", "reason", "reply_within", "latency_ms")
WITHIN_S = 3.0
SAID = "said"


@dataclass(frozen=True, slots=True)
class Expect:
    """What has to come of a turn; None and empty: no matter. `places`: the `file:line` of each
    expectation, by its key or, of a signal, by its path."""

    signals: Mapping[str, Condition] = field(default_factory=dict)
    within: float = WITHIN_S
    reply: str | None = None
    not_said: str | None = None
    heard: str | None = None
    intents: tuple[str, ...] | None = None
    refused: bool | str | None = None
    reason: str | None = None
    asked: bool | None = None
    not_addressed: bool | None = None
    no_change: bool | None = None
    unanswered: bool | None = None
    latency_ms: float | None = None
    reply_within: float | None = None
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimedCheck:
    """What has to be so between `at` and `within` seconds later, whoever speaks."""

    at: float
    within: float = WITHIN_S
    signals: Mapping[str, Condition] = field(default_factory=dict)
    said: str | None = None
    not_said: str | None = None
    place: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Never:
    """A condition on several signals, or something said, that must not be at any moment."""

    parts: Mapping[str, Condition] = field(default_factory=dict)
    said: str | None = None
    place: str = ""

    def __str__(self) -> str:
        texts = [f"{path} {part}" for path, part in self.parts.items()]
        if self.said is not None:
            texts.append(f"said /{self.said}/")
        return " and ".join(texts)


def expect(node: Node, catalogue: Catalogue) -> Expect:
    keys = node.fields(EXPECT_KEYS)
    flags = {key: keys[key].flag() for key in FLAGS if key in keys}
    signals = conditions(keys["signals"], catalogue) if "signals" in keys else {}
    refused = _refused(keys["refused"]) if "refused" in keys else None
    reason = regex(keys["reason"]) if "reason" in keys else None
    _no_contradiction(keys, flags, refused)
    intents = tuple(each.text() for each in keys["intents"].items()) if "intents" in keys else None
    return Expect(
        signals=signals,
        within=keys["within"].number(0, 3600, "seconds") if "within" in keys else WITHIN_S,
        reply=regex(keys["reply"]) if "reply" in keys else None,
        not_said=regex(keys["not_said"]) if "not_said" in keys else None,
        heard=regex(keys["heard"]) if "heard" in keys else None,
        intents=intents,
        refused=True if reason is not None and refused is None else refused,
        reason=reason,
        asked=flags.get("asked"),
        not_addressed=flags.get("not_addressed"),
        no_change=flags.get("no_change"),
        unanswered=flags.get("unanswered"),
        latency_ms=_optional(keys, "latency_ms", -60_000, 60_000, "milliseconds"),
        reply_within=_optional(keys, "reply_within", 0, 600, "seconds"),
        places=places(keys),
    )


def checks(node: Node, catalogue: Catalogue) -> tuple[TimedCheck, ...]:
    return tuple(_check(item, catalogue) for item in node.items())


def nevers(node: Node, catalogue: Catalogue) -> tuple[Never, ...]:
    return tuple(_never(item, catalogue) for item in node.items())


def _check(node: Node, catalogue: Catalogue) -> TimedCheck:
    keys = node.fields(CHECK_KEYS)
    if "at" not in keys:
        node.fail("'at' is missing", "say when: 'at: 3'")
    if not keys.keys() & {"signals", "said", "not_said"}:
        node.fail("nothing is checked", "add signals, said or not_said")
    said = regex(keys["said"]) if "said" in keys else None
    not_said = regex(keys["not_said"]) if "not_said" in keys else None
    if said is not None and said == not_said:
        keys["not_said"].fail("it contradicts 'said'", "keep one")
    return TimedCheck(
        at=keys["at"].number(0, LONGEST_S, "seconds"),
        within=keys["within"].number(0, 3600, "seconds") if "within" in keys else WITHIN_S,
        signals=conditions(keys["signals"], catalogue) if "signals" in keys else {},
        said=said,
        not_said=not_said,
        place=node.place,
        places=places(keys),
    )


def _never(node: Node, catalogue: Catalogue) -> Never:
    said, parts = None, []
    for key, value in node.entries():
        if key.text() == SAID:
            said = regex(value)
        else:
            parts.append((key, value))
    if said is None and not parts:
        node.fail("no condition is given", "write 'path: value'")
    signals = conditions(node.only(parts), catalogue) if parts else {}
    return Never(signals, said, node.place)


def _no_contradiction(
    keys: Mapping[str, Node], flags: Mapping[str, bool], refused: bool | str | None
) -> None:
    for flag in ("no_change", "not_addressed", "unanswered"):
        if flags.get(flag) and "signals" in keys:
            keys[flag].fail(f"{flag!r} contradicts 'signals'", "keep one")
    if refused and flags.get("not_addressed"):
        keys["refused"].fail("what was not addressed can't be refused", "keep one")
    if refused is False and "reason" in keys:
        keys["reason"].fail("'refused: false' has no reason", "keep one")
    if flags.get("unanswered"):
        for key in NEEDS_AN_ANSWER:
            if key in keys:
                keys[key].fail(f"{key!r} contradicts 'unanswered'", "keep one")
    if "reply" in keys and "not_said" in keys and keys["reply"].text() == keys["not_said"].text():
        keys["not_said"].fail("it contradicts 'reply'", "keep one")
    if flags.get("no_change") and "latency_ms" in keys:
        keys["latency_ms"].fail("without a change there is no latency", "keep one")


def _optional(
    keys: Mapping[str, Node], key: str, low: float, high: float, unit: str
) -> float | None:
    return keys[key].number(low, high, unit) if key in keys else None


def _refused(node: Node) -> bool | str:
    value = node.scalar()
    return value if isinstance(value, bool) else node.text()
