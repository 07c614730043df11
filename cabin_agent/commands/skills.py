"""`cabin-agent skill ...`: write, check, test, sign, list and reload skills."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from rich.console import Console

from cabin_agent.commands.base import Commands, add_command, add_group, load_config


def add(commands: Commands) -> None:
    group = add_group(commands, "skill", "write, check, test, sign and reload skills")
    made = add_command(group, "new", new, "start a skill: code, phrases, a test that passes")
    made.add_argument("name", help="lower case letters, digits and _, for example 'parking'")
    made.add_argument("--in", dest="where", type=Path, default=Path(), metavar="DIR")
    checked = add_command(group, "check", check, "every mistake, with file and line")
    checked.add_argument("path", type=Path, help="a skill.py, its folder, or a folder of skills")
    checked.add_argument(
        "--no-model", action="store_true", help="do not ask the model what it would confuse"
    )
    tested = add_command(group, "test", test, "say its phrases to a car, then run its tests")
    tested.add_argument("path", type=Path, help="a skill.py, its folder, or a folder of skills")
    tested.add_argument("--quiet", action="store_true", help="show only what fails")
    _of_service(add_command(group, "list", show, "what is loaded, and how it is doing"))
    again = add_command(group, "reload", reload, "load skills anew while the service runs")
    again.add_argument("names", nargs="*", help="these in any case; otherwise what has changed")
    _of_service(again)
    keys = add_command(group, "keygen", keygen, "make a pair of keys to sign skills with")
    keys.add_argument("name", type=Path, help="NAME.key is to sign with, NAME.pub to be trusted")
    signed = add_command(group, "sign", sign, "sign the files of a skill")
    signed.add_argument("path", type=Path, help="the skill's folder")
    signed.add_argument("--key", type=Path, required=True, metavar="FILE", help="the .key file")
    verified = add_command(group, "verify", verify, "whose signature a skill bears")
    verified.add_argument("path", type=Path, help="the skill's folder")
    verified.add_argument(
        "--key", type=Path, action="append", metavar="FILE", help="a .pub file to trust as well"
    )


def _of_service(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--target", metavar="HOST:PORT", help="the running service (that of the configuration)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def new(options: argparse.Namespace) -> int:
    from cabin_agent.sdk.authoring.scaffold import scaffold

    for file in scaffold(options.name, options.where):
        print(file)
    print(f"next: cabin-agent skill test {options.where / options.name}")
    return 0


def check(options: argparse.Namespace) -> int:
    from cabin_agent.sdk.authoring.report import run_check

    return run_check(load_config(options), options.path, not options.no_model, Console())


def test(options: argparse.Namespace) -> int:
    from cabin_agent.sdk.authoring.report import run_test

    return asyncio.run(run_test(load_config(options), options.path, options.quiet, Console()))


def show(options: argparse.Namespace) -> int:
    from cabin_agent.service.skill_client import show_skills

    config = load_config(options)
    target = options.target or f"{config.host}:{config.port}"
    return asyncio.run(show_skills(target, options.json, Console()))


def reload(options: argparse.Namespace) -> int:
    from cabin_agent.service.skill_client import reload_skills

    config = load_config(options)
    target = options.target or f"{config.host}:{config.port}"
    return asyncio.run(reload_skills(target, options.names, options.json, Console()))


def keygen(options: argparse.Namespace) -> int:
    from cabin_agent.sdk.signing import make_keys

    private, public = make_keys(options.name)
    print(f"{private}: sign with it, keep it secret\n{public}: for trusted_skill_keys")
    return 0


def sign(options: argparse.Namespace) -> int:
    from cabin_agent.sdk.places import skill_folders
    from cabin_agent.sdk.signing import read_private
    from cabin_agent.sdk.signing import sign as write_signature

    key = read_private(options.key)
    for folder in skill_folders(options.path):
        print(write_signature(folder, key))
    return 0


def verify(options: argparse.Namespace) -> int:
    from cabin_agent.sdk.places import skill_folders
    from cabin_agent.sdk.signing import Unsigned, read_trusted
    from cabin_agent.sdk.signing import verify as signer_of

    files = [*load_config(options).trusted_skill_keys, *(options.key or ())]
    keys = tuple(read_trusted(Path(file)) for file in files)
    status = 0
    for folder in skill_folders(options.path):
        try:
            print(f"{folder}: signed with {signer_of(folder, keys).name}")
        except Unsigned as error:
            print(f"{folder}: {error}")
            status = 1
    return status
