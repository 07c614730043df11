"""What `cabin-agent skill check` and `test` show."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cabin_agent.config import Config
from cabin_agent.sdk.authoring.check import Report, check, languages
from cabin_agent.sdk.authoring.trial import Trial, trials
from cabin_agent.sdk.cabin_kit import Garage
from cabin_agent.sdk.places import skill_folders
from cabin_agent.understanding.session import Understander
from vehicle_bus.catalogue import Catalogue

NO_TESTS = 5


def run_check(config: Config, path: Path, with_model: bool, console: Console) -> int:
    """The exit status is 1 if a car would not load the skill."""
    folders = skill_folders(path)
    model = Path(config.understanding_model)
    understander = Understander.load(model, time.monotonic) if with_model else None
    catalogue = Catalogue.load(Path(config.vss) if config.vss else None)
    report = check(folders, catalogue, understander)
    _show(report, console)
    return 0 if report.passed else 1


def _show(report: Report, console: Console) -> None:
    for problem in report.problems:
        mark = "[red]error[/]  " if problem.blocking else "[yellow]warning[/]"
        console.print(f"{mark} {escape(str(problem))}", soft_wrap=True, highlight=False)
    for confusion in report.confused:
        text = escape(str(confusion))
        console.print(f"[yellow]model[/]   {text}", soft_wrap=True, highlight=False)
    for skill in report.skills:
        said = "; ".join(f"{intent.id} ({languages(intent)})" for intent in skill.intents)
        console.print(f"[green]loads[/]   {skill.manifest.name}: {said}", soft_wrap=True)


async def run_test(config: Config, path: Path, quiet: bool, console: Console) -> int:
    """The exit status is 1 if a sentence is not understood as it is meant, a skill fails, or one of
    its tests does."""
    folders = skill_folders(path)
    report = check(folders, Catalogue.load(Path(config.vss) if config.vss else None))
    _show(report, console)
    if not report.passed:
        return 1
    with tempfile.TemporaryDirectory(prefix="cabin-skill-") as home:
        garage = Garage(folders, Path(home))
        done = [
            trial
            for skill in garage.registry.skills
            if skill.file.parent in folders
            async for trial in trials(garage, skill)
        ]
    console.print(_table([trial for trial in done if not (quiet and trial.passed)]))
    wrong = sum(not trial.passed for trial in done)
    console.print(f"{len(done) - wrong} of {len(done)} sentences do what they should")
    tested = [_run_tests(folder) for folder in folders]
    return 1 if wrong or any(tested) else 0


def _table(shown: list[Trial]) -> Table:
    table = Table("", "said", "understood", "signals", "reply")
    for trial in shown:
        signals = "\n".join(f"{path} = {value}" for path, value in trial.signals.items())
        table.add_row(
            "[green]ok[/]" if trial.passed else "[red]no[/]",
            escape(trial.sentence.text),
            escape(", ".join(trial.intents) or "nothing"),
            escape(signals),
            escape(trial.error or trial.said),
        )
    return table


def _run_tests(folder: Path) -> int:
    """The author's own tests, of the project around the skill; 0 if they pass or there are none."""
    project = folder.parent if (folder.parent / "pyproject.toml").is_file() else folder
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(project))
    status = subprocess.run(command, cwd=project, check=False).returncode
    return 0 if status == NO_TESTS else status
