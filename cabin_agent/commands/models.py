"""`cabin-agent models`: bigger recognition models, by name or from an archive."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from cabin_agent.commands.base import Commands, add_command, load_config
from cabin_agent.turn import Language


def add(commands: Commands) -> None:
    text = "which models are used and installed; install bigger ones for recognition"
    models = add_command(commands, "models", show, text)
    models.add_argument("--json", action="store_true", help="print JSON")
    group = models.add_subparsers(title="commands", metavar="COMMAND")
    listed = add_command(group, "list", show, "which models are used, and which are installed")
    listed.add_argument("--json", action="store_true", help="print JSON")
    fetch = add_command(group, "install", install, "install a model by name or from an archive")
    fetch.add_argument("model", help="for example vosk-model-small-cn-0.22, or a .zip or .tar.gz")
    fetch.add_argument("--use", action="store_true", help="also use it from now on")
    whole = add_command(group, "verify", verify, "compare an installed model with its checksums")
    whole.add_argument("name")
    chosen = add_command(group, "use", use, "use an installed model for its language")
    chosen.add_argument("name")
    chosen.add_argument("--lang", choices=[*Language], help="if the name tells no language")


def show(options: argparse.Namespace) -> int:
    from cabin_agent.report import show_models

    return show_models(load_config(options), options.json, Console())


def install(options: argparse.Namespace) -> int:
    from cabin_agent.hearing import installing
    from cabin_agent.hearing.installed import use as choose

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn()) as bar:
        task = bar.add_task(options.model, total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        folder = installing.install(options.model, progress)
    print(f"installed: {folder}")
    if options.use:
        print(f"used for {choose(folder.name)} from now on")
    return 0


def verify(options: argparse.Namespace) -> int:
    from cabin_agent.hearing.installed import verify as compare

    print(f"{options.name}: {compare(options.name)} files, all as they were installed")
    return 0


def use(options: argparse.Namespace) -> int:
    from cabin_agent.hearing.installed import use as choose

    language = Language(options.lang) if options.lang else None
    print(f"{options.name}: used for {choose(options.name, language)} from now on")
    return 0
