from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "training" / "understanding"


def groups(name: str) -> list[list[str]]:
    return [list(map(str, each)) for each in yaml.safe_load((FOLDER / name).read_text("utf-8"))]


def test_no_sentence_of_the_groups_set_apart_is_trained_on() -> None:
    trained = {sentence for group in groups("paraphrases.yaml") for sentence in group}
    apart = {sentence for group in groups("paraphrases_apart.yaml") for sentence in group}
    assert not trained & apart


def test_every_group_set_apart_declares_and_asks_in_both_languages() -> None:
    for group in groups("paraphrases_apart.yaml"):
        assert len(set(group)) == len(group)
        for half in (group[::2], group[1::2]):
            assert len({sentence.isascii() for sentence in half}) == 2
