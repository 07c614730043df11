import pytest

from cabin_agent.config import SHIPPED
from cabin_agent.understanding.tokens import MAX_TOKENS, WordPieces, normalise

PIECES = WordPieces(SHIPPED / "understanding" / "tokenizer.json")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open the WINDOW, please!", "open the window please"),
        ("I’m cold…", "i'm cold"),
        ("set it to 22.5 degrees.", "set it to 22.5 degrees"),
        ("音量 调到 50%！", "音量调到 50%"),
        ("２２度", "22度"),
        ("a\x00b\u200bc\n", "a b c"),
        ("🙂🙂", ""),
        ("", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_offsets_point_into_the_normalised_text() -> None:
    encoded = PIECES.encode("Set my seat to 22, 主驾车窗")
    assert len(encoded.ids) == len(encoded.offsets)
    words = [encoded.text[a:b] for a, b in encoded.offsets if a < b]
    assert "".join(words) == encoded.text.replace(" ", "")


def test_a_long_text_keeps_its_end() -> None:
    encoded = PIECES.encode("word " * 5000 + "open the window")
    assert len(encoded.ids) == MAX_TOKENS
    assert encoded.text[encoded.offsets[-2][0] : encoded.offsets[-2][1]] == "window"
