"""What can go wrong between the bus and its zone controllers."""

from __future__ import annotations


class ZonalError(Exception):
    """The network can't be used; the message names the cause and the mend."""


class BadSeal(Exception):
    """A message is not from a computer of this car, or is not for this moment."""
