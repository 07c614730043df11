"""Phrases that the built-in skills declare, one a line: ``python -m training.speech.declared en``.

Always in a process of its own, since the skills' registry brings vosk, which cannot share one with
pynini.
"""

from __future__ import annotations

import subprocess
import sys


def declared_phrases(language: str) -> list[str]:
    """With ``{slot}`` where a slot is."""
    command = [sys.executable, "-m", "training.speech.declared", language]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return found.stdout.splitlines()


def main() -> None:
    """Print them."""
    from cabin_agent.assembly import load_registry
    from cabin_agent.config import Config
    from cabin_agent.turn import Language

    language = Language(sys.argv[1])
    for intent in load_registry(Config()).intents().values():
        print(*intent.phrases[language], sep="\n")


if __name__ == "__main__":
    main()
