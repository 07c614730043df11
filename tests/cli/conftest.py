"""What every test of a command needs."""

from __future__ import annotations

import pytest
from harness_cli import Run

from cabin_agent.cli import main


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `cabin-agent` with these arguments in this process."""

    def call(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return status, out, err

    return call
