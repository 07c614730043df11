"""Errors of the bus and the platform, carried to the skill that may catch them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cabin_agent.sdk.contract import NotDeclared, TooMuch
from cabin_agent.sdk.handle import CallIsOver
from vehicle_bus import errors as bus
from vehicle_bus.values import Decision, Verdict

_PLAIN: dict[str, type[Exception]] = {
    kind.__name__: kind for kind in (NotDeclared, TooMuch, CallIsOver, TypeError, ValueError)
}
_OF_BUS: dict[str, type[bus.BusError]] = {
    kind.__name__: kind
    for kind in (
        *(bus.UnknownPath, bus.InvalidValue, bus.NotActuator, bus.NoProvider, bus.AlreadyProvided),
        *(bus.ProviderFailed, bus.ProviderSilent, bus.RateLimited, bus.Denied, bus.Unreachable),
    )
}
_JUDGED: dict[str, type[bus.Refused] | type[bus.ConfirmationNeeded]] = {
    "Refused": bus.Refused,
    "ConfirmationNeeded": bus.ConfirmationNeeded,
}


def pack(error: Exception) -> dict[str, Any]:
    """On our side."""
    name = type(error).__name__
    match error:
        case bus.Refused() | bus.ConfirmationNeeded():
            return {"kind": name, "verdict": asdict(error.verdict)}
        case bus.BusError():
            return {"kind": name, "about": [error.path, error.cause, error.mend]}
        case _:
            return {"kind": name, "text": str(error)}


def unpack(raw: dict[str, Any]) -> Exception:
    """On the child's side: the same kind of error, as far as a skill can know it."""
    kind = raw["kind"]
    if "verdict" in raw:
        verdict = raw["verdict"]
        decision, paths = Decision(verdict["decision"]), tuple(verdict["paths"])
        return _JUDGED[kind](Verdict(**{**verdict, "decision": decision, "paths": paths}))
    if "about" in raw:
        return _OF_BUS.get(kind, bus.BusError)(*raw["about"])
    return _PLAIN.get(kind, RuntimeError)(raw["text"])
