"""`cabin-agent train`: plugins are understood better from the phrases that they declare."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

from cabin_agent.commands.base import Commands, add_command, load_config


def add(commands: Commands) -> None:
    command = add_command(
        commands, "train", train, "fit the model to the phrases of the configured plugins"
    )
    command.add_argument(
        "--skills",
        action="append",
        default=[],
        metavar="DIR",
        help="a folder of skills, beside those of the configuration",
    )


def train(options: argparse.Namespace) -> int:
    from cabin_agent.assembly import load_registry, load_understander, plugin_head_file

    config = load_config(options)
    config = replace(config, skills=(*config.skills, *options.skills))
    began = time.monotonic()
    understander = load_understander(config, load_registry(config), time.monotonic)
    if not understander.plugin_intents:
        print("nothing to train: every intent of the loaded skills was trained with the model")
        return 0
    intents = understander.train_plugins(plugin_head_file())
    print(f"{len(intents)} intents: {', '.join(intents)}")
    print(f"{time.monotonic() - began:.1f} s; kept in {plugin_head_file()}")
    return 0
