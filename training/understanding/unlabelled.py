"""Sentences of which little is known: said to the car, finished, at any moment."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from cabin_agent.understanding import moment as moments
from cabin_agent.understanding import sight
from cabin_agent.understanding.tokens import WordPieces
from training.understanding.data import IGNORED, Row
from training.understanding.model import K
from training.understanding.moments import draw_moment
from training.understanding.sights import draw_seen


def unlabelled(text: str, pieces: WordPieces, rng: random.Random, **known: Any) -> Row:
    """The row of `text` with only the labels in `known` (fields of `Row`)."""
    ids = pieces.encode(text).ids
    unknown = (IGNORED,) * len(ids)
    now = draw_moment({}, rng)
    seen, _ = draw_seen("", now.speaker, now.signals, rng)
    row = Row(
        ids,
        (),
        tags=unknown,
        belongs=unknown,
        actions=((IGNORED, IGNORED, IGNORED),) * K,
        addressed=1,
        complete=1,
        route=IGNORED,
        moment=tuple(moments.encode(now, text).tolist()),
        sight=tuple(sight.encode(seen, now.speaker, now.signals).tolist()),
    )
    return replace(row, **known)
