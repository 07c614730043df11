"""The command line as the tests call it."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., tuple[int, str, str]]
"""Arguments -> (exit status, standard output, standard error)."""
