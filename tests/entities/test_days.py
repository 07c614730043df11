"""Days as they are spoken, seen from Wednesday, 18 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from cabin_agent.understanding.entities import day

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", date(2026, 11, 18)),
        ("this evening", date(2026, 11, 18)),
        ("tomorrow", date(2026, 11, 19)),
        ("tomorrow morning", date(2026, 11, 19)),
        ("the day after tomorrow", date(2026, 11, 20)),
        ("in three days", date(2026, 11, 21)),
        ("friday", date(2026, 11, 20)),
        ("wednesday", date(2026, 11, 18)),
        ("on monday", date(2026, 11, 23)),
        ("next friday", date(2026, 11, 27)),
        ("this weekend", date(2026, 11, 21)),
        ("the third of may", date(2027, 5, 3)),
        ("december twenty fourth", date(2026, 12, 24)),
        ("the twenty fifth", date(2026, 11, 25)),
        ("the twelfth", date(2026, 12, 12)),
        ("the 31st", date(2026, 12, 31)),
        ("今天", date(2026, 11, 18)),
        ("明天", date(2026, 11, 19)),
        ("明晚", date(2026, 11, 19)),
        ("后天", date(2026, 11, 20)),
        ("大后天", date(2026, 11, 21)),
        ("三天后", date(2026, 11, 21)),
        ("周五", date(2026, 11, 20)),
        ("星期天", date(2026, 11, 22)),
        ("下周三", date(2026, 11, 25)),
        ("下下周一", date(2026, 11, 30)),
        ("这个周末", date(2026, 11, 21)),
        ("五月三号", date(2027, 5, 3)),
        ("二十号", date(2026, 11, 20)),
        ("十二月二十四日", date(2026, 12, 24)),
    ],
)
def test_days(words: str, expected: date) -> None:
    assert day(words, TODAY) == expected


@pytest.mark.parametrize(
    "words", ["", "soon", "the thirty second of may", "half past seven", "以后"]
)
def test_no_day(words: str) -> None:
    assert day(words, TODAY) is None
