"""Small skill folders, written by the test that needs them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from probe_skill import HEAD, WriteSkill

from cabin_agent.sdk.isolation.nursery import Nursery


@pytest.fixture
def write_skill(tmp_path: Path) -> WriteSkill:
    """Write `body` (methods of the class, or a whole file) as a skill; gives the folder."""

    def write(body: str, name: str = "probe", whole: bool = False) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        methods = textwrap.indent(textwrap.dedent(body), "    ")
        text = textwrap.dedent(body) if whole else HEAD + methods
        (folder / "skill.py").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Where the processes of isolated skills come from."""
    made = Nursery()
    yield made
    made.close()
