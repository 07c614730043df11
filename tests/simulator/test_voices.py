"""The voices speak, differ, and repeat themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulator import voices
from simulator.acoustics import level_db
from simulator.voices import CAST, SAMPLE_RATE, SPEECH_RMS, Speaker, Voice, VoiceError

SENTENCE = {"en": "set the temperature to twenty two degrees", "zh": "温度调到二十四度"}


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with Speaker() as speaker:
        yield speaker


@pytest.mark.parametrize("voice", CAST.values(), ids=CAST)
def test_speaks_at_a_human_pace_and_level(speaker: Speaker, voice: Voice) -> None:
    samples = speaker.say(SENTENCE[voice.language], voice)
    assert samples.dtype == np.float32
    assert 1.5 < len(samples) / SAMPLE_RATE < 3.2
    assert abs(level_db(samples) - 20 * np.log10(SPEECH_RMS)) < 3
    assert float(np.abs(samples).max()) < 0.96


def test_at_least_eight_english_voices_are_really_different(speaker: Speaker) -> None:
    english = [voice for voice in CAST.values() if voice.language == "en"]
    assert len(english) >= 8
    fingerprints = [_spectrum(speaker.say(SENTENCE["en"], voice)) for voice in english]
    for index, one in enumerate(fingerprints):
        for other in fingerprints[index + 1 :]:
            assert float(np.abs(one - other).mean()) > 0.8


def test_a_new_process_says_the_same_whatever_was_said_before() -> None:
    anna, grace = CAST["anna"], CAST["grace"]
    with Speaker() as speaker:
        first = speaker.say("open the window", anna)
    with Speaker() as speaker:
        speaker.say("i'm freezing", grace)
        again = speaker.say("open the window", anna)
    assert np.array_equal(first, again)


def test_spoken_once_and_kept(speaker: Speaker) -> None:
    first = speaker.say("open the window", CAST["ben"])
    assert speaker.say("open the window", CAST["ben"]) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1.0


def test_says_what_is_wrong(speaker: Speaker) -> None:
    with pytest.raises(VoiceError, match=r"did you mean 'anna'"):
        voices.named("ana")
    with pytest.raises(VoiceError, match="give it words"):
        speaker.say("   ", CAST["ben"])


def _spectrum(samples: voices.Samples) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Mean level in dB in 40 bands up to 8 kHz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    return np.array([10 * np.log10(band.mean() + 1e-9) for band in np.array_split(power, 40)])
