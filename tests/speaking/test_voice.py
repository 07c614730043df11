"""The voice: both languages, no sound card, nothing on stdout, silent when told to be."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from cabin_agent.events import ReplyAudio
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.speaking.mouth import Mouth
from cabin_agent.speaking.sentences import sentences
from cabin_agent.speaking.voice import VoiceError
from cabin_agent.turn import Language, Reply


@pytest.fixture(scope="module")
def voice() -> Iterator[EspeakVoice]:
    made = EspeakVoice()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "language", "low", "high"),
    [
        ("Driver temperature twenty two degrees.", Language.ENGLISH, 1.2, 4.0),
        ("主驾温度二十二度", Language.MANDARIN, 1.0, 4.0),
    ],
)
def test_duration_and_level(
    voice: EspeakVoice, text: str, language: Language, low: float, high: float
) -> None:
    speech = voice.speak(text, language)
    samples = np.frombuffer(speech.pcm, "<i2").astype(float)
    assert speech.sample_rate == 16000
    assert low < len(samples) / 16000 < high
    assert np.sqrt(np.mean(samples**2)) > 500


async def test_pieces_are_the_whole_and_come_in_order(voice: EspeakVoice) -> None:
    text = "Window open. Seat heating on."
    pieces = [piece async for piece in voice.stream(text, Language.ENGLISH)]
    assert len(pieces) > 5
    whole = len(voice.speak(text, Language.ENGLISH).pcm)
    assert len(b"".join(pieces)) == pytest.approx(whole, rel=0.1)


def test_nothing_is_printed(voice: EspeakVoice, capfd: pytest.CaptureFixture[str]) -> None:
    voice.speak("Quiet please.", Language.ENGLISH)
    assert capfd.readouterr() == ("", "")


def test_a_worker_that_cannot_start_is_told() -> None:
    with pytest.raises(VoiceError, match="espeakng-loader"):
        EspeakVoice(command=(sys.executable, "-c", "raise SystemExit(1)"))


def test_sentences() -> None:
    assert len(sentences("One. Two! 三。四？")) == 4
    assert sentences("  ") == []


async def test_barge_in_stops_the_reply(voice: EspeakVoice) -> None:
    heard: list[ReplyAudio] = []
    mouth = Mouth(voice, heard.append, time.monotonic)
    mouth.say(Reply("This is a long reply. It goes on and on. It never ends.", Language.ENGLISH))
    await asyncio.sleep(0)
    mouth.stop()
    await mouth.finished()
    assert not any(piece.last for piece in heard)
    mouth.say(Reply("Short.", Language.ENGLISH))
    await mouth.finished()
    assert heard[-1].last
