"""What can go wrong on the bus: one small hierarchy that names the signal, the cause, the mend.

The names say what is wrong, as in `raise NoProvider(...)`; all of them are `BusError`s.
"""

from __future__ import annotations

from vehicle_bus.values import Verdict

_LONGEST = 256
_SHOWN = 120


class BusError(Exception):
    """Base of every error of the bus. Nothing has changed unless the error says otherwise."""

    def __init__(self, path: str, cause: str, mend: str) -> None:
        super().__init__(path, cause, mend)
        self.path = shortened(path)
        self.cause = cause
        self.mend = mend

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.cause.rstrip('.')}; {self.mend}"


class UnknownPath(BusError, KeyError):
    """No such leaf in the catalogue, or no leaf matches the pattern."""


class InvalidValue(BusError, ValueError):
    """The value's type, range or enumeration is not the leaf's."""


class NotActuator(BusError):
    """A sensor or attribute was asked to move."""


class NoProvider(BusError):
    """Nothing in the vehicle provides this actuator now."""


class AlreadyProvided(BusError):
    """Another provider holds this actuator."""


class ProviderFailed(BusError):
    """A provider raised, vanished or stayed silent. `applied` are the paths of the batch that an
    earlier provider had already accepted; the rest was not handed over."""

    def __init__(self, path: str, cause: str, mend: str, applied: tuple[str, ...] = ()) -> None:
        super().__init__(path, cause, mend)
        self.applied = applied


class ProviderSilent(ProviderFailed):
    """The provider did not answer in time."""


class RateLimited(BusError):
    """The requester asks more often than it may."""


class Denied(BusError):
    """The caller was not granted this operation on this path."""


class Unreachable(BusError):
    """The bus itself can't be reached."""


class _Judged(BusError):
    def __init__(self, verdict: Verdict, mend: str) -> None:
        super().__init__(verdict.paths[0] if verdict.paths else "", verdict.reason_en, mend)
        self.verdict = verdict


class Refused(_Judged):
    """The policy refused. A confirmation doesn't help."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict, f"the rule {verdict.rule!r} can't be confirmed away")


class ConfirmationNeeded(_Judged):
    """The policy wants a yes from a person first."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict, "ask the person, then send it again with confirmed=True")


def shortened(text: str) -> str:
    """`text`, or its beginning and length if it is too long for a message."""
    return text if len(text) <= _LONGEST else f"{text[:_SHOWN]}... ({len(text)} characters)"
