"""The page about the built-in skills names every intent."""

from __future__ import annotations

from pathlib import Path

from cabin_agent.sdk.registry import load

PAGE = Path(__file__).parents[2] / "docs" / "skills.md"


def test_the_page_names_every_skill_and_intent() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        name
        for skill in load().skills
        for name in (f"## {skill.manifest.name}", *(f"| {i.id} |" for i in skill.intents))
        if name not in page
    ]
    assert missing == [], "run: python -m skills > docs/skills.md"
