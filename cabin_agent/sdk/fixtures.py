"""The pytest fixture `cabin`: a parked car to speak to, with the skills beside the test.

Installed with the package. `--isolated-skills` runs the skills under test in processes of their
own, as in a car; without it a debugger can follow them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cabin_agent.sdk.places import skill_folders_above

if TYPE_CHECKING:
    from cabin_agent.sdk.cabin_kit import Garage, TestCabin


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cabin_agent skills")
    group.addoption(
        "--isolated-skills",
        action="store_true",
        help="run the skills under test in processes of their own, as in a car",
    )


@pytest.fixture(scope="session")
def cabin_garages() -> dict[tuple[Path, ...], Garage]:
    """What was loaded for the tests of a folder: once in a session."""
    return {}


@pytest.fixture
def cabin(
    request: pytest.FixtureRequest,
    cabin_garages: dict[tuple[Path, ...], Garage],
    tmp_path_factory: pytest.TempPathFactory,
) -> TestCabin:
    """A parked car with the built-in skills and those beside or above the test's file."""
    from cabin_agent.sdk.cabin_kit import Garage

    folders = skill_folders_above(request.path)
    if folders not in cabin_garages:
        isolated = request.config.getoption("--isolated-skills")
        home = tmp_path_factory.mktemp("skills") if isolated else None
        cabin_garages[folders] = Garage(folders, home)
    return cabin_garages[folders].cabin()
