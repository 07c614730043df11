"""What can be wrong with a CAN network's description."""

from __future__ import annotations


class CanError(Exception):
    """The channel, the DBC or the mapping can't be used; the message names file or signal, the
    cause and the mend."""
