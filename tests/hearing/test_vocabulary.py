"""Words that a model gets while it runs: their spelling, the graph file, and what is heard then."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cabin_agent.errors import BadRequest
from cabin_agent.hearing.models import SHIPPED, ModelError
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.hearing.vocabulary import grammar
from cabin_agent.hearing.vocabulary.enriching import enrich, exact
from cabin_agent.hearing.vocabulary.grammar import EPSILON, NEVER, Grammar
from cabin_agent.hearing.vocabulary.pronouncing import pronounce
from cabin_agent.hearing.vocabulary.respelling import Respeller
from cabin_agent.hearing.vocabulary.spelling import Speller
from cabin_agent.hearing.vocabulary.words import MOST_NAMES, CarWords
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language

ENGLISH = functools.partial(pronounce, language=Language.ENGLISH)
MANDARIN = functools.partial(pronounce, language=Language.MANDARIN)
LABELS = {
    word: number for number, word in enumerate("<eps> call anna open it #S #IY #K #OW".split())
}


def a_base() -> Grammar:
    """Any word after any other; state 2 is where "call" leads."""
    return Grammar(
        start=1,
        final=np.array([1.0, NEVER, 2.0], np.float32),
        source=np.array([0, 0, 0, 0, 1, 2], np.int32),
        label=np.array([1, 2, 3, 4, EPSILON, EPSILON], np.int32),
        weight=np.array([1.0, 1.0, 1.0, 1.0, 0.5, 0.5], np.float32),
        target=np.array([2, 0, 0, 0, 0, 0], np.int32),
    )


def cost(found: Grammar, labels: tuple[int, ...]) -> float:
    """Of the cheapest way to say `labels`."""
    states = {found.start: 0.0}
    for label in (*labels, None):
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            for arc in found.leaving(state):
                reached, total = int(found.target[arc]), states[state] + float(found.weight[arc])
                if found.label[arc] == EPSILON and total < states.get(reached, NEVER):
                    states[reached] = total
                    waiting.append(reached)
        if label is None:
            ends = (total + float(found.final[state]) for state, total in states.items())
            return min(ends, default=NEVER)
        following: dict[int, float] = {}
        for state, total in states.items():
            for arc in found.leaving(state):
                if found.label[arc] == label:
                    reached, now = int(found.target[arc]), total + float(found.weight[arc])
                    following[reached] = min(now, following.get(reached, NEVER))
        states = following
    return NEVER


# -- how a word sounds ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("nguyen", "N UW Y EH N"),
        ("schwarz", "SH W AO R Z"),
        ("church", "CH ER CH"),
        ("little", "L IH T AH L"),
        ("thunder", "TH AH N D ER"),
    ],
)
def test_english_words_sound_as_espeak_says(word: str, phones: str) -> None:
    assert " ".join(ENGLISH(word)) == phones


def test_mandarin_characters_sound_as_pinyin() -> None:
    assert MANDARIN("欧阳") == ("ou", "iang")
    assert MANDARIN("周") == ("zh", "ou")


@pytest.mark.parametrize("word", ["!!", "", "周"])
def test_what_has_no_english_sound_has_no_pronunciation(word: str) -> None:
    assert ENGLISH(word) == ()


def test_latin_letters_have_no_mandarin_sound() -> None:
    assert MANDARIN("taylor") == ()


# -- spelling ------------------------------------------------------------------------------------


def test_known_words_are_spelled_by_themselves_and_others_by_sounds() -> None:
    speller = Speller(LABELS, {"seiko": ("S", "IY", "K", "OW")}.get)  # type: ignore[arg-type]
    assert speller.spell("Call Seiko!") == (1, 5, 6, 7, 8)
    assert speller.spelled == {("#S", "#IY", "#K", "#OW"): "seiko"}


def test_a_text_with_an_unpronounceable_word_is_not_spelled() -> None:
    assert Speller(LABELS, lambda word: ()).spell("call seiko") == ()
    assert Speller(LABELS, lambda word: ("XX",)).spell("call seiko") == ()


def test_mandarin_takes_the_longest_known_words() -> None:
    labels = {"打开": 1, "打": 2, "车窗": 3, "#zh": 4, "#ou": 5}
    assert Speller(labels, MANDARIN).spell("打开车窗") == (1, 3)
    assert Speller(labels, MANDARIN).spell("打周") == (2, 4, 5)


# -- the graph -----------------------------------------------------------------------------------


def test_a_written_grammar_is_read_back_with_its_arcs_sorted(tmp_path: Path) -> None:
    grammar.write(a_base(), tmp_path / "Gr.fst")
    again = grammar.read(tmp_path / "Gr.fst")
    assert again.start == 1
    assert np.array_equal(again.final, a_base().final)
    assert cost(again, (1, 2)) == cost(a_base(), (1, 2))
    assert all(np.all(np.diff(again.label[again.leaving(s)]) >= 0) for s in range(again.states))


@pytest.mark.parametrize("damage", [lambda b: b[:40], lambda b: b[:-8], lambda b: b"x" + b[1:]])
def test_a_damaged_grammar_is_named(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "Gr.fst"
    grammar.write(a_base(), file)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ModelError, match=r"Gr\.fst"):
        grammar.read(file)


def test_names_are_cheap_after_a_cue_and_dear_elsewhere() -> None:
    speller = Speller(LABELS, {"seiko": ("S", "IY", "K", "OW")}.get)  # type: ignore[arg-type]
    found = enrich(a_base(), CarWords(names=("Seiko",)), speller)
    sounds = speller.spell("seiko")
    assert cost(a_base(), (1, *sounds)) == NEVER
    assert cost(found, (1, *sounds)) < cost(found, (3, *sounds)) < NEVER


def test_a_phrase_is_heard_whole_and_goes_on_with_anything_at_its_slot() -> None:
    speller = Speller(LABELS, lambda word: ())
    found = enrich(a_base(), CarWords(phrases=("open it", "open {query}")), speller)
    assert cost(found, (3, 4)) < cost(a_base(), (3, 4))
    assert cost(found, (3, 2, 2)) < NEVER


def test_an_exact_grammar_has_its_sentences_and_no_other() -> None:
    found = exact(["call anna", "call it", "open it"], Speller(LABELS, lambda word: ()))
    assert cost(found, (1, 2)) == pytest.approx(np.log(3))
    assert cost(found, (3, 2)) == NEVER


def test_too_many_names_are_refused_with_the_mend() -> None:
    with pytest.raises(BadRequest, match=r"100,000 names.*likely to be said"):
        CarWords(names=tuple(map(str, range(100_000))))
    CarWords(names=tuple(map(str, range(MOST_NAMES))))


# -- back into names -----------------------------------------------------------------------------

NAMES = Respeller({("#S", "#IY", "#K", "#OW"): "seiko", ("#S", "#IY"): "sie"})


def test_sounds_become_the_longest_names() -> None:
    assert NAMES.begun("call #S #IY #K #OW #S #IY now".split()) == ["call", "seiko", "sie", "now"]


def test_a_name_that_is_still_being_said_is_not_shown() -> None:
    assert Respeller({("#S", "#IY", "#K"): "seek"}).begun("call #S #IY".split()) == ["call"]


def test_a_name_with_a_sound_missing_is_still_heard_in_the_end() -> None:
    found = Respeller({("#S", "#IY", "#K", "#OW"): "seiko"}).whole("call #IY #K #OW".split())
    assert found == [("call", [0]), ("seiko", [1, 2, 3])]


def test_sounds_like_no_name_are_left_out() -> None:
    assert Respeller({("#S", "#IY", "#K", "#OW"): "seiko"}).whole(["#S"]) == []


# -- with the shipped model ----------------------------------------------------------------------


@pytest.fixture
def model() -> VoskModel:
    return VoskModel.load(SHIPPED / "vosk-en")


@pytest.fixture(scope="module")
def open_the_window() -> Iterator[bytes]:
    voice = EspeakVoice()
    yield voice.speak("open the window", Language.ENGLISH).pcm
    voice.close()


def test_nothing_but_the_given_sentences_is_heard(model: VoskModel, open_the_window: bytes) -> None:
    before = model.recogniser()
    model.listen_only_for(["open the trunk", "close the trunk"], ENGLISH)
    assert before.outdated
    assert model.recogniser().whole(open_the_window).text.endswith("the trunk")
    assert before.whole(open_the_window).text == "open the window"


def test_a_grammar_of_nothing_is_refused(model: VoskModel) -> None:
    with pytest.raises(ModelError, match="no sentence of it can be spelled"):
        model.listen_only_for(["打开车窗"], ENGLISH)
