"""Sound that is no request: a calm answer or none, and never an action."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from cabin_agent.assistant import Seat
from cabin_agent.config import Config
from cabin_agent.local import LocalCar, Workshop
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language, Zone
from simulator import acoustics, loudspeakers

SEAT = Seat("test", "never-wrong", Zone.DRIVER, Language.ENGLISH)


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop.load(Config(voice=False))


@pytest.fixture
async def car(workshop: Workshop) -> AsyncIterator[LocalCar]:
    async with workshop.car({}, Zone.DRIVER) as made:
        yield made


@pytest.fixture(scope="module")
def command() -> Iterator[bytes]:
    voice = EspeakVoice()
    yield voice.speak("turn on the air conditioning", Language.ENGLISH).pcm
    voice.close()


def silence() -> bytes:
    return bytes(64000)


def hiss() -> bytes:
    return np.random.default_rng(3).normal(0, 900, 48000).astype("<i2").tobytes()


def music() -> bytes:
    return acoustics.to_pcm(acoustics.scaled(loudspeakers.music(3)[: 16000 * 5], -6.0))


def square_wave() -> bytes:
    wave = np.sign(np.sin(np.arange(48000) / 16000 * 2 * np.pi * 180)) * 32767
    return wave.astype("<i2").tobytes()


@pytest.mark.parametrize("sound", [silence, hiss, music, square_wave])
async def test_what_is_no_speech_changes_nothing(car: LocalCar, sound) -> None:  # type: ignore[no-untyped-def]
    row = await car.listen(SEAT, sound())
    assert not row["signals"]


async def test_clipped_speech_is_the_command_or_nothing(car: LocalCar, command: bytes) -> None:
    loud = np.frombuffer(command, "<i2").astype(np.int32) * 12
    row = await car.listen(SEAT, np.clip(loud, -32768, 32767).astype("<i2").tobytes())
    assert {each["path"] for each in row["signals"]} <= {
        "Vehicle.Cabin.HVAC.IsAirConditioningActive"
    }
