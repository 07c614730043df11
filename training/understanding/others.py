"""What other people say to cars: sentences of which only the subject is known.

`FOLDER/incar_{en,zh}.jsonl` and `out_of_domain_{en,zh}.jsonl` hold rows {id, text, lang, domain}.
Rows whose id ends in an even hex digit teach; the odd ones are for the final figures
(`evaluate --final`) and are never read here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import torch

from cabin_agent.understanding.tokens import WordPieces
from training.understanding.data import IGNORED, Row
from training.understanding.domains import domain_of
from training.understanding.model import K
from training.understanding.templates import ROUTES
from training.understanding.unlabelled import unlabelled

SHARE = 0.3
"""Of the sentences, in each epoch: with all of them they are learnt by heart."""


def subjects(intents: Sequence[str]) -> list[str]:
    """The subjects that intents have, in the order of `Row.subject`."""
    return sorted({domain_of(intent) for intent in intents})


def rows(folder: Path, pieces: WordPieces, intents: Sequence[str], rng: random.Random) -> list[Row]:
    """`SHARE` of the sentences, each at some moment."""
    order = subjects(intents)
    result: list[Row] = []
    for language in ("en", "zh"):
        for name in ("incar", "out_of_domain"):
            for found in _read(folder / f"{name}_{language}.jsonl"):
                subject = "" if name == "out_of_domain" else found["domain"]
                if (subject and subject not in order) or rng.random() > SHARE:
                    continue
                result.append(_row(found["text"], subject, pieces, order, len(intents), rng))
    return result


def membership(intents: Sequence[str]) -> torch.Tensor:
    """(subjects, intents + 1) of 0 and 1: which intents belong to a subject."""
    order = subjects(intents)
    table = torch.zeros(len(order), len(intents) + 1)
    for index, intent in enumerate(intents):
        table[order.index(domain_of(intent)), index] = 1.0
    return table


def _row(
    text: str,
    subject: str,
    pieces: WordPieces,
    order: list[str],
    none: int,
    rng: random.Random,
) -> Row:
    action = (IGNORED, IGNORED, IGNORED) if subject else (none, IGNORED, IGNORED)
    return unlabelled(
        text,
        pieces,
        rng,
        actions=(action,) * K,
        route=IGNORED if subject else ROUTES.index("decline"),
        subject=order.index(subject) if subject else IGNORED,
    )


def _read(file: Path) -> list[dict[str, str]]:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if int(line["id"][-1], 16) % 2 == 0]
