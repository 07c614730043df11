"""Who writes a short text: a local language model where there is one, otherwise our templates.

A model is a folder in the format of onnxruntime-genai; CABIN_AGENT_TEXT_MODEL names it. The package
is imported only then, since it is not among our requirements.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from cabin_agent.sdk import Language

FILE = Path(__file__).with_name("forms.yaml")
FOLDER = "CABIN_AGENT_TEXT_MODEL"
TOKENS = 220
SECONDS = 1.5  # a skill has to answer within two

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written: the kind, the person's own words, and notes that belong to it."""

    kind: str
    words: str
    language: Language
    notes: Sequence[str] = ()


class Writer(Protocol):
    """Writes what is ordered; None if that is beyond it."""

    async def write(self, order: Order) -> str | None: ...


class LocalModel:
    """onnxruntime-genai over a model folder. Loaded once, used by one request at a time."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime_genai  # type: ignore[import-not-found, unused-ignore]

        self._genai: Any = onnxruntime_genai
        self._model = self._genai.Model(str(folder))
        self._tokenizer = self._genai.Tokenizer(self._model)

    async def write(self, order: Order) -> str | None:
        return await asyncio.wait_for(asyncio.to_thread(self._generate, _prompt(order)), SECONDS)

    def _generate(self, prompt: str) -> str:
        options = self._genai.GeneratorParams(self._model)
        tokens = self._tokenizer.encode(prompt)
        options.set_search_options(max_length=len(tokens) + TOKENS)
        generator = self._genai.Generator(self._model, options)
        generator.append_tokens(tokens)
        while not generator.is_done():
            generator.generate_next_token()
        return str(self._tokenizer.decode(generator.get_sequence(0)[len(tokens) :])).strip()


class Templates:
    """Fixed forms for the texts that people need most."""

    async def write(self, order: Order) -> str | None:
        form = _forms().get(order.kind)
        if form is None:
            return None
        chinese = order.language is Language.MANDARIN
        reason = _reason(order)
        listed = ("\n" if chinese else "\n- ").join(["", *order.notes]) if order.notes else ""
        return form["zh" if chinese else "en"].format(reason=reason, notes=listed).strip()


class FirstThatCan:
    """One writer after another, until one has written something."""

    def __init__(self, writers: Sequence[Writer]) -> None:
        self._writers = writers

    async def write(self, order: Order) -> str | None:
        for writer in self._writers:
            try:
                text = await writer.write(order)
            except Exception as error:
                log.warning("%s could not write: %s", type(writer).__name__, error)
                continue
            if text:
                return text
        return None


def available() -> Writer:
    """The model of CABIN_AGENT_TEXT_MODEL, if it can be loaded, before the templates."""
    folder = os.environ.get(FOLDER, "")
    if not folder:
        return Templates()
    try:
        return FirstThatCan((LocalModel(Path(folder)), Templates()))
    except Exception as error:
        log.warning("%s=%s can't be used (%s); writing from templates", FOLDER, folder, error)
        return Templates()


def kind_of(words: str) -> str:
    """Which text is asked for; empty for stories, poems and what else only a model can write."""
    return next((kind for kind, form in _forms().items() if re.search(form["says"], words)), "")


@cache
def _forms() -> dict[str, dict[str, str]]:
    forms: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return forms


def _reason(order: Order) -> str:
    """Why, in the person's words: "... because my child is ill", 因为孩子生病."""
    found = _BECAUSE.search(order.words)
    if order.language is Language.MANDARIN:
        return f"因{found[1] if found else '个人事务'}"
    return f"because {found[1]}" if found else "for personal reasons"


def _prompt(order: Order) -> str:
    notes = "\n".join(order.notes)
    if order.language is Language.MANDARIN:
        return f"请写一段简短得体的文字，不超过八十字。要求：{order.words}\n{notes}\n正文："
    return f"Write a short, polite text of at most 60 words. Request: {order.words}\n{notes}\nText:"


_BECAUSE = re.compile(r"(?:because(?: of)?|since|for being|因为|由于|理由是)\s*(.+)$")
