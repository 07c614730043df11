"""The ears on real audio: the shipped model, speech made by the voice, and sound that is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cabin_agent.errors import BadRequest, LimitReached
from cabin_agent.hearing.frames import FRAME_BYTES, AudioFormat, Framer
from cabin_agent.hearing.models import SHIPPED, ModelError, check, find_model, language_of
from cabin_agent.hearing.recogniser import Recogniser, VoskModel
from cabin_agent.hearing.stream import (
    Heard,
    HearingEvent,
    HearingStream,
    Limits,
    SpeechStarted,
    SpeechStopped,
    UtteranceEnded,
)
from cabin_agent.hearing.voice_activity import VoiceActivity
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language
from simulator.clock import VirtualClock

ENGLISH = SHIPPED / "vosk-en"
SENTENCE = "set the temperature to twenty two degrees"
CHUNK_S = 0.1
CHUNK = int(2 * 16000 * CHUNK_S)


@pytest.fixture(scope="module")
def model() -> VoskModel:
    return VoskModel.load(ENGLISH)


@pytest.fixture(scope="module")
def sentence() -> bytes:
    voice = EspeakVoice()
    pcm = voice.speak(SENTENCE, Language.ENGLISH).pcm
    voice.close()
    return pcm


async def listen(
    model: VoskModel, pcm: bytes, limits: Limits | None = None, chunk: int = CHUNK
) -> list[HearingEvent]:
    clock = VirtualClock()
    stream = HearingStream(model, clock, limits)
    events = []
    for start in range(0, len(pcm) - chunk, chunk):
        clock.advance(chunk / 32000)
        events += [event async for event in stream.hear(pcm[start : start + chunk])]
    await stream.close()
    return events


def texts(events: list[HearingEvent]) -> list[str]:
    return [event.hypothesis.text for event in events if isinstance(event, Heard)]


def noise(seconds: float, level: int = 300) -> bytes:
    samples = np.random.default_rng(1).normal(0, level, int(16000 * seconds))
    return samples.astype("<i2").tobytes()


async def test_speech_is_heard_word_by_word(model: VoskModel, sentence: bytes) -> None:
    events = await listen(model, bytes(16000) + sentence + bytes(64000))
    heard = texts(events)
    assert heard[-1] == SENTENCE
    assert len(set(heard)) >= 4
    kinds = [type(event) for event in events]
    assert kinds.index(SpeechStarted) < kinds.index(Heard) < kinds.index(SpeechStopped)
    assert kinds[-1] is UtteranceEnded


async def hear_as(model: VoskModel, pcm: bytes, mine: Callable[[], bool]) -> list[HearingEvent]:
    stream = HearingStream(model, VirtualClock())
    chunks = (pcm[start : start + CHUNK] for start in range(0, len(pcm) - CHUNK, CHUNK))
    events = [event for chunk in chunks async for event in stream.hear(chunk, mine)]
    await stream.close()
    return events


async def test_what_another_seat_hears_louder_is_not_recognised(
    model: VoskModel, sentence: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted: list[bytes] = []
    monkeypatch.setattr(Recogniser, "accept", lambda _, pcm: accepted.append(pcm) or "")
    events = await hear_as(model, bytes(16000) + sentence + bytes(8000), lambda: False)
    assert [type(event) for event in events] == [SpeechStarted, UtteranceEnded]
    assert accepted == []


async def test_a_seat_that_turns_out_to_be_the_speakers_is_caught_up_with(
    model: VoskModel, sentence: bytes
) -> None:
    asked = iter([False] * 20)
    events = await hear_as(model, bytes(16000) + sentence + bytes(64000), lambda: next(asked, True))
    assert texts(events)[-1] == SENTENCE


async def test_the_last_word_is_known_soon_after_its_end(model: VoskModel, sentence: bytes) -> None:
    events = await listen(model, bytes(16000) + sentence + bytes(64000), chunk=640)
    whole = next(e for e in events if isinstance(e, Heard) and e.hypothesis.text == SENTENCE)
    assert whole.hypothesis.trailing_silence_s <= 0.2


async def test_a_stream_that_begins_with_a_word_loses_none(
    model: VoskModel, sentence: bytes
) -> None:
    events = await listen(model, sentence + bytes(64000))
    assert texts(events)[-1].startswith("set the")


async def test_the_same_bytes_give_the_same_events(model: VoskModel, sentence: bytes) -> None:
    pcm = bytes(16000) + sentence + bytes(48000)
    assert await listen(model, pcm) == await listen(model, pcm)


async def test_silence_and_noise_are_no_speech(model: VoskModel) -> None:
    assert await listen(model, bytes(96000)) == []
    assert await listen(model, noise(3.0)) == []


async def test_an_utterance_ends_at_its_limit(model: VoskModel, sentence: bytes) -> None:
    events = await listen(model, sentence * 2, Limits(max_utterance_s=1.5))
    assert events[-1] == UtteranceEnded(too_long=True)


async def test_finish_gives_the_final_text_once(model: VoskModel, sentence: bytes) -> None:
    stream = HearingStream(model, VirtualClock())
    for start in range(0, len(sentence) - CHUNK, CHUNK):
        async for _ in stream.hear(sentence[start : start + CHUNK]):
            pass
    final = await stream.finish()
    assert final.final
    assert final.text.startswith("set the temperature")
    assert 0.0 <= final.confidence <= 1.0
    assert (await stream.finish()).text == ""


async def test_a_whole_recording(model: VoskModel, sentence: bytes) -> None:
    stream = HearingStream(model, VirtualClock())
    assert (await stream.whole(sentence)).text == SENTENCE
    assert (await stream.whole(noise(1.0))).text == ""


async def test_broken_audio_is_told(model: VoskModel) -> None:
    stream = HearingStream(model, VirtualClock())
    for pcm, kind in ((b"", BadRequest), (b"abc", BadRequest), (bytes(64000), LimitReached)):
        with pytest.raises(kind):
            async for _ in stream.hear(pcm):
                pass


def test_only_words_of_the_model_go_into_a_grammar(model: VoskModel, sentence: bytes) -> None:
    recogniser = model.recogniser([SENTENCE, "open the xyzzyplugh"])
    assert recogniser.whole(sentence).text == SENTENCE
    with pytest.raises(ModelError, match="unknown"):
        model.recogniser(["xyzzyplugh"])


def test_framing_loses_nothing() -> None:
    pcm = bytes(range(256)) * 20
    framer = Framer()
    frames = [
        f for start in range(0, len(pcm), 333) for f in framer.frames(pcm[start : start + 333])
    ]
    assert all(len(frame) == FRAME_BYTES for frame in frames)
    assert b"".join(frames) + framer.take_rest() == pcm


@pytest.mark.parametrize("wrong", [{"sample_rate_hz": 8000}, {"channels": 2}, {"encoding": "mp3"}])
def test_other_formats_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(BadRequest):
        AudioFormat(**wrong)  # type: ignore[arg-type]


def test_voice_activity_counts_speech_and_silence() -> None:
    script = iter([0.1, 0.9, 0.9, 0.9, 0.1, 0.1])
    voice = VoiceActivity(lambda frame: next(script))
    seen = [voice.feed(bytes(FRAME_BYTES)) for _ in range(6)]
    assert [activity.speech for activity in seen] == [False, True, True, True, False, False]
    assert seen[0].silence_s == float("inf")
    assert seen[5].silence_s == pytest.approx(2 * 0.032)


# -- the model's directory -----------------------------------------------------------------------


def test_the_shipped_model_is_found() -> None:
    assert find_model(Language.ENGLISH, environment={}, cache_folder=Path("/nowhere")) == ENGLISH


def test_the_environment_and_the_configuration_come_first(tmp_path: Path) -> None:
    other = shutil.copytree(ENGLISH, tmp_path / "mine")
    given = {"VOSK_MODEL_PATH": str(other)}
    assert find_model(Language.ENGLISH, environment=given) == other
    assert find_model(Language.ENGLISH, configured=ENGLISH, environment=given) == ENGLISH


def test_no_model_for_a_language_names_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cabin_agent.hearing.models.SHIPPED", tmp_path / "nothing shipped")
    with pytest.raises(ModelError, match="VOSK_MODEL_PATH"):
        find_model(Language.MANDARIN, environment={}, cache_folder=tmp_path)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("vosk-model-small-en-us-0.15", Language.ENGLISH),
        ("vosk-model-cn-0.22", Language.MANDARIN),
        ("vosk-en", Language.ENGLISH),
        ("my-model", None),
    ],
)
def test_a_name_tells_the_language(name: str, language: Language | None) -> None:
    assert language_of(Path(name)) is language


@pytest.mark.parametrize("file", ["am/final.mdl", "conf/mfcc.conf", "graph/HCLr.fst"])
def test_a_missing_or_truncated_file_is_told(tmp_path: Path, file: str) -> None:
    broken = shutil.copytree(ENGLISH, tmp_path / "vosk-en")
    whole = (broken / file).read_bytes()
    (broken / file).unlink()
    with pytest.raises(ModelError):
        check(broken)
    if not file.endswith(".conf"):
        (broken / file).write_bytes(whole[: len(whole) // 3])
        with pytest.raises(ModelError):
            VoskModel.load(broken)


def test_no_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such directory"):
        check(tmp_path / "nothing")
