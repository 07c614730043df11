"""The English model that is shipped."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = Path(__file__).parents[2] / "cabin_agent" / "models" / "vosk-en"

pytestmark = pytest.mark.skipif(not (MODEL / "am" / "final.mdl").exists(), reason="no weights")


def test_it_is_small_and_takes_grammars() -> None:
    size = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
    assert size < 25_000_000
    assert (MODEL / "graph" / "HCLr.fst").exists()
    assert not (MODEL / "graph" / "HCLG.fst").exists(), "Vosk ignores grammars beside HCLG.fst"


def test_words_of_the_car_are_known() -> None:
    lines = (MODEL / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    words = {line.split()[0] for line in lines}
    assert {"window", "sunroof", "defrost", "undo", "navigate", "spotify", "freezing"} <= words
    assert "pm" not in words, "half past seven p m would be heard in two spellings"


def test_vosk_loads_it_and_hears_nothing_in_silence() -> None:
    pytest.importorskip("vosk")
    code = (
        "import json, sys, vosk; vosk.SetLogLevel(-1)\n"
        "recogniser = vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), 16000)\n"
        "recogniser.AcceptWaveform(bytes(32000)); print(recogniser.FinalResult())"
    )
    output = subprocess.run(
        [sys.executable, "-c", code, str(MODEL)], capture_output=True, text=True, check=True
    )
    assert json.loads(output.stdout)["text"] == ""
