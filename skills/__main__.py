"""`python -m skills > docs/skills.md`: what the built-in skills can do, from their manifests."""

from __future__ import annotations

from collections.abc import Iterator

from cabin_agent.sdk.registry import DeclaredIntent, LoadedSkill, load
from cabin_agent.turn import Language

HEAD = """# What the built-in skills can do

Made by `python -m skills > docs/skills.md`; don't edit. Each line is one intent with something
people say for it; `{zone}` is a place ("in the back"), the other braces are slots.

What is no VSS signal goes to the head unit as an event, which the docstring of the skill's
`skill.py` names. Driving modes, driving assistants and safety settings are only ever handed over:
the policy's rule 10 leaves them to the driver's own hand.

Environment: `CABIN_AGENT_MUSIC` (a folder of music), `MPD_HOST` and `MPD_PORT` or
`CABIN_AGENT_MPRIS` (the player that really plays), `CABIN_AGENT_TEXT_MODEL` (a model folder for
onnxruntime-genai that writes short texts; without it there are forms).
"""


def page() -> Iterator[str]:
    """The page, line by line."""
    skills = load().skills
    yield HEAD
    count = sum(len(skill.intents) for skill in skills)
    yield f"{len(skills)} skills, {count} intents.\n"
    for skill in skills:
        yield from _chapter(skill)


def _chapter(skill: LoadedSkill) -> Iterator[str]:
    manifest = skill.manifest
    yield f"## {manifest.name}\n"
    subjects = ", ".join(sorted({intent.domain for intent in skill.intents}))
    keeps = "; it keeps things beyond a drive" if manifest.storage else ""
    yield f"{manifest.summary_en} · {manifest.summary_zh} (subject: {subjects}{keeps})\n"
    yield "| intent | English | Mandarin |\n|---|---|---|"
    for intent in skill.intents:
        yield f"| {intent.id} | {_said(intent, 'en')} | {_said(intent, 'zh')} |"
    if manifest.actuates:
        yield f"\nActuates: {', '.join(f'`{path}`' for path in manifest.actuates)}"
    yield ""


def _said(intent: DeclaredIntent, language: str) -> str:
    return intent.phrases[Language(language)][0]


if __name__ == "__main__":
    print("\n".join(page()).rstrip())
