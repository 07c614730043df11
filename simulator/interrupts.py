"""Ctrl-C and SIGTERM as a wish to end in good order."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def stop_on_interrupt() -> asyncio.Event:
    """An event that the first Ctrl-C or SIGTERM sets; a second one ends the program at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def interrupted() -> None:
        stop.set()
        for each in SIGNALS:
            loop.remove_signal_handler(each)

    with suppress(NotImplementedError):
        for each in SIGNALS:
            loop.add_signal_handler(each, interrupted)
    return stop
