"""Said beside heard."""

from __future__ import annotations

import pytest

from simulator.reporting.heard_words import Piece, pieces


@pytest.mark.parametrize(
    ("said", "heard", "shown"),
    [
        ("Open ... my window!", "open my window", "=open my window"),
        ("set the fan", "set a fan please", "=set -the +a =fan +please"),
        ("打开天窗", "打开车窗", "=打开 -天 +车 =窗"),
        ("hello", "", "-hello"),
        ("", "hello", "+hello"),
    ],
)
def test_pieces(said: str, heard: str, shown: str) -> None:
    signs = {"same": "=", "missed": "-", "added": "+"}
    assert " ".join(signs[p.kind] + p.text for p in pieces(said, heard)) == shown


def test_nothing_is_nothing() -> None:
    assert pieces("...", "") == ()
    assert pieces("hi", "hi") == (Piece("same", "hi"),)
