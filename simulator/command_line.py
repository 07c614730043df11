"""What `cabin-agent simulate` and `python -m simulator` have in common."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import AbstractAsyncContextManager

from rich.console import Console

from simulator.interrupts import stop_on_interrupt
from simulator.progress import ProgressView
from simulator.reporting.files import Places, save
from simulator.reporting.provenance import Provenance
from simulator.scenario import ScenarioError
from simulator.suite import Drive, Entry, drive_all, found, loaded
from simulator.voices import VoiceError

PIPED_WIDTH = 132
HELD, BROKEN, WRONG = 0, 1, 2


def places(options: argparse.Namespace) -> Places:
    """The files that the options ask for."""
    return Places(options.json, options.junit, options.html, options.out)


def execute(
    options: argparse.Namespace, way: AbstractAsyncContextManager[Drive], clock: str
) -> int:
    """Drive what `options` name and write what they want; the exit status. `clock` is told in the
    report."""
    console = Console(
        highlight=False,
        quiet=options.quiet,
        width=None if sys.stdout.isatty() else PIPED_WIDTH,
    )
    try:
        entries = loaded(found(options.scenarios), options.seed, dict(options.given))
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return WRONG
    view = ProgressView(console, entries, traced=options.trace or len(entries) == 1)
    provenance, status = Provenance.here(clock), HELD
    try:
        with view:
            asyncio.run(_drive(entries, way, view))
    except (ScenarioError, VoiceError) as error:
        print(error, file=sys.stderr)
        status = WRONG
    finally:
        written = save(view.runs, places(options), provenance)
    if len(entries) > 1:
        view.summary()
    for path in written:
        console.print(f"[dim]written[/] {path}")
    all_held = len(view.runs) == len(entries) and all(ran.report.passed for ran in view.runs)
    return status or (HELD if all_held else BROKEN)


async def _drive(
    entries: list[Entry], way: AbstractAsyncContextManager[Drive], view: ProgressView
) -> None:
    stop = stop_on_interrupt()
    async with way as drive:
        await drive_all(entries, drive, view, stop)
