import pytest

from cabin_agent.hearing.writing import written


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("open the window", "open the window"),
        ("打开 空调", "打开空调"),
        ("调到 二 十 六 度", "调到二十六度"),
        ("播放 spotify 音乐", "播放 spotify 音乐"),
        ("", ""),
    ],
)
def test_mandarin_words_are_written_without_spaces(words: str, text: str) -> None:
    assert written(words.split()) == text


@pytest.mark.parametrize(
    ("heard", "text"),
    [
        ("my favorite color", "my favourite colour"),
        ("check the tire pressure ok", "check the tyre pressure okay"),
        ("find a parking meter", "find a parking meter"),
    ],
)
def test_what_sounds_alike_is_spelled_one_way(heard: str, text: str) -> None:
    assert written(heard.split()) == text
