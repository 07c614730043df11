"""A turn of a scenario -> the sound of it."""

from __future__ import annotations

import wave
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator import acoustics, voices
from simulator.scenario import ScenarioError, TurnScript

Samples = NDArray[np.float32]

HESITATION = "..."
HESITATION_S = 0.5
ANSWERS = {
    ("en", "yes"): "yes please",
    ("en", "no"): "no thank you",
    ("zh", "yes"): "是的",
    ("zh", "no"): "不用了",
}


def sound(script: TurnScript, speaker: voices.Speaker) -> Samples:
    """What is spoken or played in a turn. Raises ScenarioError or VoiceError if that can't be."""
    if script.wav is not None:
        return read_wav(script.wav)
    return spoken(script.text, script, speaker)


def answer(script: TurnScript, speaker: voices.Speaker) -> Samples:
    """The same person's yes or no."""
    return spoken(answer_text(script), script, speaker)


def answer_text(script: TurnScript) -> str:
    return ANSWERS[script.language, script.answer or "yes"]


def spoken(text: str, script: TurnScript, speaker: voices.Speaker) -> Samples:
    """`text` in the voice and loudness of `script`, with its hesitations."""
    voice = voices.named(script.voice or voices.DEFAULT_VOICE[script.language])
    words = [part.strip() for part in text.split(HESITATION) if part.strip()]
    if not words:
        raise voices.VoiceError(f"nothing to say in {text!r}; give it words")
    pause = np.zeros(int(HESITATION_S * voices.SAMPLE_RATE), dtype=np.float32)
    pieces = [piece for word in words for piece in (pause, speaker.say(word, voice))]
    joined = np.concatenate(list(islice(pieces, 1, None)))
    return acoustics.scaled(joined, acoustics.LOUDNESS_DB[script.loudness])


def read_wav(path: Path) -> Samples:
    """The samples of a 16 kHz mono 16-bit file, as loud as they are. Raises ScenarioError."""
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            if form != (voices.SAMPLE_RATE, 1, 2):
                raise ScenarioError(
                    f"{path}: {form[0]} Hz, {form[1]} channels, {8 * form[2]} bit; "
                    "convert it to 16000 Hz, mono, 16 bit"
                )
            return acoustics.from_pcm(file.readframes(file.getnframes()))
    except (OSError, EOFError, wave.Error) as error:
        raise ScenarioError(f"{path}: not a WAV file ({error}); record it again") from None


def write_wav(path: Path, pcm: bytes, sample_rate: int) -> None:
    """Signed 16-bit mono PCM into a file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(pcm)
