"""The simulator: how much faster than the road it is, with text and with speech; sweeps; whether a
run can be repeated to the byte; the report of an hour."""

from __future__ import annotations

from rich.console import Console

from bench.figures import Options, Result, Row, median
from bench.simulator import reports, sweeps
from bench.simulator.drives import Timed, spoken, timed, typed
from bench.simulator.repeats import REPEATS, identical_runs

NOTE = "on one core; CPU: the same by the time that this process was given, on a busy machine"


def run(console: Console, options: Options) -> Result:
    """Measure everything: about three minutes on two free cores, one with `--quick`."""
    minutes, turns, variants = (10, 3, 8) if options.quick else (60, 12, 48)
    console.print("an hour typed, minutes spoken", style="dim")
    text, speech = timed(typed(minutes)), timed(spoken(turns))
    console.print("a sweep with one worker, then with two", style="dim")
    one, two = (sweeps.variants_per_s(workers, variants) for workers in (1, 2))
    console.print(f"{REPEATS} repeats", style="dim")
    identical = identical_runs()
    report = reports.measure(text[-1].report)
    figures = {
        "speedup_text": median([each.speedup for each in text]),
        "speedup_speech": median([each.speedup for each in speech]),
        "speedup_text_cpu": median([each.cpu_speedup for each in text]),
        "speedup_speech_cpu": median([each.cpu_speedup for each in speech]),
        "sweep_variants_per_s_1_worker": one,
        "sweep_variants_per_s_2_workers": two,
        "sweep_scaling_2_workers": two / one,
        "identical_runs": float(identical),
        "report_s": report.seconds,
        "report_kib": report.kib,
    }
    rows = [_row("typed", minutes * 60, text), _row("spoken", round(speech[0].simulated_s), speech)]
    return Result("simulator", rows, figures, {}, (NOTE,))


def _row(name: str, seconds: int, runs: list[Timed]) -> Row:
    return Row(f"{seconds} s of driving, {name}", "s", [each.wall_s for each in runs])
