"""What is wrong with a sweep."""

from __future__ import annotations


class SweepError(Exception):
    """A sweep can't begin or go on; the message is `cause; mend`."""

    def __init__(self, cause: str, mend: str) -> None:
        super().__init__(f"{cause}; {mend}")
