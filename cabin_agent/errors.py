"""The errors that reach a client: each names its cause and the mend."""

from __future__ import annotations


class CabinError(Exception):
    """Something the caller can mend. `cause` names the field; `mend` says what to do."""

    def __init__(self, cause: str, mend: str) -> None:
        super().__init__(f"{cause}; {mend}")
        self.cause = cause
        self.mend = mend


class BadRequest(CabinError):
    """A field has a value that it can't have."""


class NotReady(CabinError):
    """The request is fine, but something it needs is missing (a model, a voice)."""


class NotAllowed(CabinError):
    """Not for this caller."""


class ZoneTaken(CabinError):
    """Another stream is open for that seat."""


class LimitReached(CabinError):
    """Too many, too long, too much."""


class NothingToUndo(CabinError):
    """No turn of that session changed a signal."""


class UnknownTurn(CabinError):
    """No such turn is remembered."""
