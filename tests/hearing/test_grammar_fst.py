"""Grammars written for Vosk without OpenFst."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cabin_agent.hearing.grammar_fst import Acceptor, read_words, sentences
from cabin_agent.hearing.models import SHIPPED
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language

MODEL = SHIPPED / "vosk-en"
WORDS = {"open": 5, "close": 3, "the": 9, "window": 4, "door": 8}

DECODE = """
import json, sys, vosk
vosk.SetLogLevel(-1)
recogniser = vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), 16000)
recogniser.AcceptWaveform(open(sys.argv[2], "rb").read())
print(recogniser.FinalResult())
"""


def parsed(content: bytes) -> tuple[list[dict[int, int]], set[int]]:
    """Arcs by state (label -> target), and the final states."""
    states, arcs = struct.unpack_from("<qq", content, 49)
    table = np.frombuffer(content, "<f4,<u4,<u4,<u4,<u4", states, 65)
    rows = np.frombuffer(content, "<i4,<i4,<f4,<i4", arcs, 65 + 20 * states)
    leaving = []
    for _, first, count, _, _ in table.tolist():
        own = rows[first : first + count]
        assert own["f0"].tolist() == own["f1"].tolist() == sorted(own["f0"].tolist())
        leaving.append(dict(zip(own["f0"].tolist(), own["f3"].tolist(), strict=True)))
    return leaving, {at for at, row in enumerate(table) if np.isfinite(row[0])}


def accepts(content: bytes, text: str) -> bool:
    arcs, finals = parsed(content)
    state: int | None = 0
    for word in text.split():
        state = arcs[state].get(WORDS[word]) if state is not None else None
    return state in finals


def test_sentences_share_their_beginning_and_nothing_else_is_accepted() -> None:
    content = sentences(["open the window", "open the door", "close the door"], WORDS).to_bytes()
    assert accepts(content, "open the window")
    assert accepts(content, "close the door")
    assert not accepts(content, "close the window")
    assert not accepts(content, "open the")
    assert struct.unpack_from("<qq", content, 49) == (8, 7)


def test_a_sentence_with_an_unknown_word_is_left_out() -> None:
    acceptor = sentences(["open the window", "open the frunk", ""], WORDS)
    assert len(acceptor.finals) == 1


def test_the_cheaper_of_two_equal_arcs_stays() -> None:
    acceptor = Acceptor()
    end = acceptor.add_state()
    acceptor.add_arc(0, 7, end, 3.0)
    acceptor.add_arc(0, 7, end, 1.5)
    acceptor.add_arc(0, 7, end, 2.0)
    assert acceptor.arcs[0] == {(7, end): 1.5}


@pytest.mark.skipif(not (MODEL / "am" / "final.mdl").exists(), reason="no weights")
def test_vosk_hears_what_the_written_grammar_allows(tmp_path: Path) -> None:
    model = tmp_path / "vosk-en"
    (model / "graph").mkdir(parents=True)
    for name in ("am", "conf"):
        (model / name).symlink_to(MODEL / name)
    for file in (MODEL / "graph").iterdir():
        if file.name != "Gr.fst":
            (model / "graph" / file.name).symlink_to(file)
    grammar = sentences(["close all the windows", "play some music"], read_words(MODEL))
    (model / "graph" / "Gr.fst").write_bytes(grammar.to_bytes())
    voice = EspeakVoice()
    spoken = voice.speak("close all the doors", Language.ENGLISH).pcm
    voice.close()
    quiet = bytes(9600)
    (tmp_path / "pcm").write_bytes(quiet + spoken + quiet)
    command = [sys.executable, "-c", DECODE, str(model), str(tmp_path / "pcm")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert json.loads(said)["text"] == "close all the windows"
