"""What the two sides say. The child is believed nothing: `read_...` raise `BadFrame` for whatever
does not have the right shape, type or size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

from cabin_agent.sdk import checks
from cabin_agent.sdk.contract import (
    Background,
    ClockTime,
    Colour,
    Manifest,
    Option,
    Phrases,
    Said,
)
from cabin_agent.sdk.handle import MAX_OPTIONS, HandOver
from cabin_agent.sdk.hosts import Body
from cabin_agent.sdk.isolation.frames import BadFrame, Message
from cabin_agent.sdk.registry import BackgroundMethod, DeclaredIntent, LoadedSkill, Problem
from cabin_agent.sdk.slots import KINDS, NAMES, Slot
from cabin_agent.turn import Action, Asked, Language, Step
from vehicle_bus.values import Scalar, Zone

MAX_TEXT = 2000
MAX_NAME = 200
MAX_LIST = 500

_KINDS_OF_MARKS = ("observe", "informed", "scheduled")
_COMPOUND: Mapping[str, type] = {"ClockTime": ClockTime, "Colour": Colour}

T = TypeVar("T")

# -- reading what can't be trusted ---------------------------------------------------------------


def text(value: object, what: str, most: int = MAX_TEXT) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise BadFrame(f"{what}: {_shown(value)} is no text of at most {most} characters")
    return value


def scalar(value: object, what: str) -> Scalar:
    if not isinstance(value, bool | int | float | str):
        raise BadFrame(f"{what}: {_shown(value)} is no bool, int, float or str")
    return text(value, what) if isinstance(value, str) else value


def mapping(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadFrame(f"{what}: {_shown(value)} is no object")
    return value


def scalars(value: object, what: str) -> dict[str, Scalar]:
    pairs = mapping(value, what)
    if len(pairs) > MAX_LIST:
        raise BadFrame(f"{what}: {len(pairs)} values; {MAX_LIST} is the most")
    return {text(path, what, MAX_NAME): scalar(each, path) for path, each in pairs.items()}


def flag(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise BadFrame(f"{what}: {_shown(value)} is neither true nor false")
    return value


def sequence(value: object, what: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    if not isinstance(value, list) or len(value) > MAX_LIST:
        raise BadFrame(f"{what}: {_shown(value)} is no list of at most {MAX_LIST}")
    return tuple(read(each, what) for each in value)


def pair(value: object, what: str) -> tuple[str, str]:
    texts = sequence(value, what, text)
    if len(texts) != 2:
        raise BadFrame(f"{what}: {len(texts)} texts, not two")
    return texts[0], texts[1]


def _whole(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadFrame(f"{what}: {_shown(value)} is no whole number")
    return value


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= MAX_NAME else f"{shown[:MAX_NAME]}..."


# -- the skill as it describes itself ------------------------------------------------------------


def describe(loaded: LoadedSkill) -> Message:
    """For our side: what the child has found in its file."""
    return {
        "manifest": asdict(loaded.manifest),
        "intents": [_intent(intent) for intent in loaded.intents],
        "background": [
            {"method": each.method, "kind": each.mark.kind, "on": each.mark.on}
            for each in loaded.background
        ],
    }


def _intent(intent: DeclaredIntent) -> Message:
    return {
        "name": intent.id.partition(".")[2],
        "method": intent.method,
        "domain": intent.domain,
        "en": list(intent.phrases[Language.ENGLISH]),
        "zh": list(intent.phrases[Language.MANDARIN]),
        "slots": [_slot(slot) for slot in intent.slots.values()],
        "reversible": intent.reversible,
        "line": intent.line,
    }


def _slot(slot: Slot) -> Message:
    kinds = [_kind(kind) for kind in slot.kinds]
    return {"name": slot.name, "kinds": kinds, "required": slot.required}


def _kind(kind: type) -> Message:
    if issubclass(kind, Option):
        members = [[each.name, each.code, list(each.words)] for each in kind]
        return {"name": kind.__name__, "members": members}
    return {"name": kind.__name__}


def read_skill(message: Message, file: Path, name: str, body: Body) -> LoadedSkill:
    """The description, which has to keep every rule again: the child may be anything."""
    manifest = read_manifest(message.get("manifest"))
    wrong = list(checks.in_manifest(manifest, name))
    intents = sequence(
        message.get("intents"), "intents", lambda each, _: _read_intent(each, manifest.name, file)
    )
    for intent in intents:
        phrases = intent.phrases
        declared = Phrases(
            intent.domain,
            phrases[Language.ENGLISH],
            phrases[Language.MANDARIN],
            intent.reversible,
            intent.method,
        )
        wrong += checks.in_phrases(declared, {*intent.slots, "zone"})
    if wrong or not intents:
        raise BadFrame(wrong[0].message if wrong else "a skill without intents")
    background = sequence(
        message.get("background"), "background", lambda each, _: _read_mark(each, manifest)
    )
    return LoadedSkill(body, manifest, intents, file, background)


def read_manifest(value: object) -> Manifest:
    raw = mapping(value, "manifest")
    try:
        return Manifest(
            name=text(raw["name"], "name", MAX_NAME),
            version=text(raw["version"], "version", MAX_NAME),
            summary_en=text(raw["summary_en"], "summary_en", MAX_NAME),
            summary_zh=text(raw["summary_zh"], "summary_zh", MAX_NAME),
            reads=sequence(raw["reads"], "reads", text),
            actuates=sequence(raw["actuates"], "actuates", text),
            storage=flag(raw["storage"], "storage"),
            network=flag(raw["network"], "network"),
        )
    except KeyError as error:
        raise BadFrame(f"manifest: no {error}") from None


def _read_intent(value: object, skill: str, file: Path) -> DeclaredIntent:
    raw = mapping(value, "intent")
    name = text(raw.get("name"), "name", MAX_NAME)
    domain = text(raw.get("domain"), "domain", MAX_NAME)
    if not checks.NAME.fullmatch(name) or domain not in checks.DOMAINS:
        raise BadFrame(f"intent {name!r} of domain {domain!r}")
    slots = sequence(raw.get("slots"), "slots", lambda each, _: _read_slot(each))
    return DeclaredIntent(
        id=f"{skill}.{name}",
        skill=skill,
        method=text(raw.get("method"), "method", MAX_NAME),
        domain=domain,
        phrases={
            Language.ENGLISH: sequence(raw.get("en"), "en", text),
            Language.MANDARIN: sequence(raw.get("zh"), "zh", text),
        },
        slots={slot.name: slot for slot in slots},
        reversible=flag(raw.get("reversible"), "reversible"),
        file=file,
        line=_whole(raw.get("line"), "line"),
    )


def _read_slot(value: object) -> Slot:
    raw = mapping(value, "slot")
    name = text(raw.get("name"), "slot", MAX_NAME)
    kinds = sequence(raw.get("kinds"), "kinds", lambda each, _: _read_kind(each))
    if name not in NAMES or not kinds:
        raise BadFrame(f"slot {name!r}")
    return Slot(name, kinds, flag(raw.get("required"), "required"))


def _read_kind(value: object) -> type:
    raw = mapping(value, "kind")
    name = text(raw.get("name"), "kind", MAX_NAME)
    if "members" not in raw:
        if name not in KINDS:
            raise BadFrame(f"words can't become {name!r}")
        return KINDS[name]
    members = sequence(raw["members"], name, _read_member)
    try:
        return cast(type, Option(name, dict(members)))  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise BadFrame(f"option {name!r}: {error}") from None


def _read_member(value: object, what: str) -> tuple[str, tuple[str, tuple[str, ...]]]:
    if not isinstance(value, list) or len(value) != 3:
        raise BadFrame(f"{what}: {_shown(value)} is no member")
    name = text(value[0], what, MAX_NAME)
    if not name.isidentifier() or name.startswith("_"):
        raise BadFrame(f"{what}: {name!r} is no name")
    return name, (text(value[1], what, MAX_NAME), sequence(value[2], what, text))


def _read_mark(value: object, manifest: Manifest) -> BackgroundMethod:
    raw = mapping(value, "background")
    kind, on = text(raw.get("kind"), "kind", MAX_NAME), text(raw.get("on"), "on", MAX_NAME)
    seen = kind != "observe" or checks.may_observe(manifest, on)
    if kind not in _KINDS_OF_MARKS or not seen:
        raise BadFrame(f"background method {kind} {on!r}")
    method = text(raw.get("method"), "method", MAX_NAME)
    return BackgroundMethod(manifest.name, method, Background(kind, on))


def describe_problem(problem: Problem) -> Message:
    return {"file": str(problem.file), "line": problem.line, "message": problem.message}


def read_problems(value: object, file: Path) -> tuple[Problem, ...]:
    """At least one."""
    found = sequence(value, "problems", lambda each, _: _read_problem(each, file))
    return found or (Problem(file, 1, "it could not be loaded"),)


def _read_problem(value: object, file: Path) -> Problem:
    raw = mapping(value, "problem")
    return Problem(file, _whole(raw.get("line"), "line"), text(raw.get("message"), "message"))


# -- the arguments of a call ---------------------------------------------------------------------


def argument(value: object) -> Any:
    """An argument of a call, as JSON with its type's name."""
    if isinstance(value, Option):
        return {"kind": type(value).__name__, "member": value.name}
    if isinstance(value, ClockTime | Colour):
        return {"kind": type(value).__name__, "fields": asdict(value)}
    name = type(value).__name__
    return {"kind": name if name in KINDS else "", "value": value}


def read_argument(raw: Mapping[str, Any], options: Mapping[str, type[Option]]) -> Any:
    """On the child's side, where the skill's own `Option`s are."""
    if "member" in raw:
        return options[raw["kind"]][raw["member"]]
    if "fields" in raw:
        return _COMPOUND[raw["kind"]](**raw["fields"])
    return KINDS[raw["kind"]](raw["value"]) if raw["kind"] else raw["value"]


# -- what a method gives back --------------------------------------------------------------------


def said(value: Said | None) -> Message | None:
    if value is None:
        return None
    asked, then = value.asked, value.then
    return {
        "text": value.text,
        "expects_answer": value.expects_answer,
        "asked": None if asked is None else [asked.slot, list(asked.options)],
        "confirms": value.confirms,
        "then": None if then is None else [then.action.intent, dict(then.action.slots), then.words],
    }


def read_said(value: object, manifest: Manifest) -> Said | None:
    if value is None:
        return None
    raw = mapping(value, "said")
    return Said(
        text=text(raw.get("text"), "text"),
        expects_answer=flag(raw.get("expects_answer"), "expects_answer"),
        asked=_read_asked(raw.get("asked")),
        confirms=flag(raw.get("confirms"), "confirms"),
        then=_read_then(raw.get("then"), manifest),
    )


def _read_asked(value: object) -> Asked | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise BadFrame(f"asked: {_shown(value)}")
    options = sequence(value[1], "options", text)
    if len(options) > MAX_OPTIONS:
        raise BadFrame(f"options: {len(options)}; {MAX_OPTIONS} is the most")
    return Asked(text(value[0], "slot", MAX_NAME), options)


def _read_then(value: object, manifest: Manifest) -> Step | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 3:
        raise BadFrame(f"then: {_shown(value)}")
    intent = text(value[0], "intent", MAX_NAME)
    if intent.partition(".")[0] != manifest.name:
        raise BadFrame(f"then: {intent!r} is none of the skill's own")
    slots = {text(k, "slot", MAX_NAME): text(v, k) for k, v in mapping(value[1], "slots").items()}
    return Step(Action(intent, slots=slots), (Zone.DRIVER,), text(value[2], "words"))


def read_events(value: object) -> tuple[HandOver, ...]:
    return sequence(value, "events", lambda each, _: _read_event(each))


def _read_event(value: object) -> HandOver:
    if not isinstance(value, list) or len(value) != 2:
        raise BadFrame(f"event: {_shown(value)}")
    return HandOver(text(value[0], "event", MAX_NAME), mapping(value[1], "payload"))
