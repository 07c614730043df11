"""From the line of a script to its sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import acoustics, speech
from simulator.scenario import ScenarioError, TurnScript, load
from simulator.voices import SAMPLE_RATE, Speaker, VoiceError

SCRIPT = TurnScript("open my window", voice="ben")


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with Speaker() as speaker:
        yield speaker


def test_hesitation_is_half_a_second_between_the_parts(speaker: Speaker) -> None:
    whole = speech.sound(replace(SCRIPT, text="open ... my window"), speaker)
    parts = [speech.sound(replace(SCRIPT, text=text), speaker) for text in ("open", "my window")]
    assert len(whole) == sum(map(len, parts)) + SAMPLE_RATE // 2


def test_loudness_is_in_db(speaker: Speaker) -> None:
    normal = speech.sound(SCRIPT, speaker)
    soft = speech.sound(replace(SCRIPT, loudness="soft"), speaker)
    assert acoustics.level_db(soft) == pytest.approx(acoustics.level_db(normal) - 6, abs=0.01)


def test_the_same_person_answers_in_the_same_language(speaker: Speaker) -> None:
    mandarin = TurnScript("打开天窗", voice="mei", language="zh", answer="no")
    assert speech.answer_text(mandarin) == "不用了"
    assert len(speech.answer(replace(SCRIPT, answer="yes"), speaker)) > SAMPLE_RATE // 4


def test_silence_is_no_turn(speaker: Speaker) -> None:
    with pytest.raises(VoiceError, match="give it words"):
        speech.sound(replace(SCRIPT, text=" ... "), speaker)


def test_plays_a_recording(tmp_path: Path, speaker: Speaker) -> None:
    recorded = speech.sound(SCRIPT, speaker)
    speech.write_wav(tmp_path / "said.wav", acoustics.to_pcm(recorded), SAMPLE_RATE)
    scenario = tmp_path / "x.scenario.yaml"
    scenario.write_text("name: x\nturns:\n  - wav: said.wav\n", encoding="utf-8")
    played = speech.sound(load(scenario).turns[0], speaker)
    assert played == pytest.approx(recorded, abs=1e-4)


@pytest.mark.parametrize("rate", [8000, 44100])
def test_a_recording_in_another_format_is_named(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "said.wav"
    speech.write_wav(path, bytes(100), rate)
    with pytest.raises(ScenarioError, match=f"{rate} Hz, 1 channels, 16 bit; convert it"):
        speech.read_wav(path)
    path.write_bytes(b"garbage")
    with pytest.raises(ScenarioError, match="not a WAV file"):
        speech.read_wav(path)
