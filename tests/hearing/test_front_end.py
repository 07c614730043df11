"""Gain, noise suppression, echo: what is done to the sound, and that nothing of it gets lost."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from cabin_agent.errors import BadRequest, NotReady
from cabin_agent.hearing import own_voice
from cabin_agent.hearing.frames import FRAME_BYTES
from cabin_agent.hearing.front_end import BLOCK_BYTES, Blocks, FrontEnd, FrontEndSettings

LIVEKIT = find_spec("livekit") is not None
REPLY = "The rear window is open. Shall I close it?"


def tone(seconds: float, level: float) -> bytes:
    times = np.arange(int(16000 * seconds)) / 16000
    speechlike = np.sin(2 * np.pi * 220 * times) * (np.sin(2 * np.pi * 4 * times) > 0)
    return (speechlike * level * 32767).astype("<i2").tobytes()


def through(front_end: FrontEnd, pcm: bytes) -> bytes:
    frames = (pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES))
    return b"".join(front_end.enhanced(frame) for frame in frames)


def rms(pcm: bytes) -> float:
    return float(np.sqrt(np.mean(np.frombuffer(pcm, "<i2").astype(np.float64) ** 2)))


def test_without_settings_the_sound_is_left_as_it_is() -> None:
    pcm = tone(0.5, 0.1)
    front_end = FrontEnd()
    assert through(front_end, pcm) == pcm
    assert front_end.without_echo(pcm) == pcm
    assert not front_end.cancels_echo


def test_blocks_give_back_every_sample_a_little_later() -> None:
    pcm = bytes(range(256)) * 40
    blocks = Blocks(lambda block: block)
    sizes = [700, 2, 1024, 1024, 3000]
    got, at = b"", 0
    for size in sizes:
        got += blocks(pcm[at : at + size])
        at += size
    late = BLOCK_BYTES - 2
    assert len(got) == at
    assert got[late:] == pcm[: at - late]


def test_gain_makes_a_faint_voice_louder() -> None:
    faint = tone(4.0, 0.01)
    louder = through(FrontEnd(FrontEndSettings(gain_db=15)), faint)
    assert rms(louder[-32000:]) > 1.5 * rms(faint)


def test_suppression_takes_steady_noise_away() -> None:
    noise = np.random.default_rng(1).normal(0, 600, 64000).astype("<i2").tobytes()
    quieter = through(FrontEnd(FrontEndSettings(noise_suppression=3)), noise)
    assert rms(quieter[-32000:]) < 0.5 * rms(noise)


@pytest.mark.parametrize("wrong", [{"gain_db": 32}, {"gain_db": -1}, {"noise_suppression": 5}])
def test_settings_that_there_are_not_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(BadRequest, match=next(iter(wrong))):
        FrontEndSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.skipif(LIVEKIT, reason="livekit is installed")
def test_an_echo_canceller_that_is_not_installed_is_named_with_the_mend() -> None:
    with pytest.raises(NotReady, match=r"cabin-agent\[echo\]"):
        FrontEnd(FrontEndSettings(echo_cancellation=True))


@pytest.mark.skipif(not LIVEKIT, reason="livekit (extra echo) is not installed")
def test_echo_cancellation_takes_our_voice_out() -> None:
    front_end = FrontEnd(FrontEndSettings(echo_cancellation=True))
    voice = np.random.default_rng(2).normal(0, 3000, 16000 * 6)
    far = voice.astype("<i2").tobytes()
    near = (0.5 * np.roll(voice, 800)).astype("<i2").tobytes()
    front_end.played(far, 16000)
    left = b"".join(
        front_end.without_echo(near[at : at + FRAME_BYTES])
        for at in range(0, len(near), FRAME_BYTES)
    )
    assert rms(left[-64000:]) < 0.3 * rms(near[-64000:])


@pytest.mark.parametrize(
    "heard", ["the rear window is open", "shall i close it", "rear window is opened shall i"]
)
def test_pieces_of_the_reply_are_our_own_voice(heard: str) -> None:
    assert own_voice.is_own(heard, REPLY)


@pytest.mark.parametrize("heard", ["yes please", "turn on the radio", "", "no leave it as it was"])
def test_what_we_did_not_say_is_somebody_else(heard: str) -> None:
    assert not own_voice.is_own(heard, REPLY)


def test_mandarin_replies_come_back_too() -> None:
    assert own_voice.is_own("后窗已经打开", "后窗已经打开了，要关上吗？")
    assert not own_voice.is_own("好的关上", "温度二十二度")
