"""What can go wrong with a recording."""

from __future__ import annotations


class RecordingError(Exception):
    """A recording can't be written or read; the message names file, cause and mend."""
