"""Rooms of cars, loudspeakers and lost sound: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import acoustics, cabins
from simulator.acoustics import SEATS, Surroundings
from simulator.language.sound import Sound
from simulator.loudspeakers import Loudspeakers, music
from simulator.microphones import Microphones
from simulator.voices import SAMPLE_RATE, SPEECH_RMS
from vehicle_bus.values import Zone

QUIET = Surroundings()
CLICK = np.zeros(SAMPLE_RATE // 10, dtype=np.float32)
CLICK[0] = 1.0
TALK = (np.random.default_rng(1).standard_normal(SAMPLE_RATE) * SPEECH_RMS).astype(np.float32)


@pytest.mark.parametrize("name", ["plain", *cabins.CABINS])
def test_a_voice_is_loudest_at_its_own_seat(name: str) -> None:
    room = cabins.room(name, 3)
    for seat in SEATS:
        heard = room.from_seat(TALK, seat)
        levels = {other: acoustics.level_db(heard[other]) for other in SEATS}
        assert levels[seat] == pytest.approx(acoustics.level_db(TALK), abs=1.5)
        others = [levels[other] for other in SEATS if other != seat]
        assert max(others) < levels[seat] - 5
        assert min(others) > levels[seat] - 20


def test_cabins_differ_and_a_van_is_the_most_echoing() -> None:
    def tail(name: str) -> float:
        response = cabins.room(name, 1).responses[Zone.DRIVER, Zone.DRIVER]
        return float(np.sum(response[480:] ** 2) / np.sum(response**2))

    assert tail("van") > tail("compact") > 0


def test_the_shipped_rooms_are_what_the_model_makes() -> None:
    pytest.importorskip("pyroomacoustics", reason="the extra 'acoustics' is not installed")
    from simulator.cabin_model import MODELS, seat_responses

    made = seat_responses(MODELS["compact"])
    room = cabins.room("compact", 1)
    for i, speaker in enumerate(SEATS):
        for j, microphone in enumerate(SEATS):
            assert np.allclose(made[i, j], room.responses[speaker, microphone], atol=2e-3)


def test_music_loops_and_is_as_loud_as_said() -> None:
    loop = music(1)
    assert np.sqrt(np.mean(loop**2)) == pytest.approx(1.0, abs=1e-4)
    assert np.array_equal(loop, music(1))
    assert abs(loop[0] - loop[-1]) < 0.05
    room = cabins.room("saloon", 1)
    heard = np.zeros(8 * SAMPLE_RATE, dtype=np.float32)
    Loudspeakers(Sound("saloon", music=20), room).add(heard, 0, Zone.DRIVER, 1.0)
    assert acoustics.level_db(heard) == pytest.approx(acoustics.SPEECH_DB - 20, abs=3)
    half = np.zeros_like(heard)
    Loudspeakers(Sound("saloon", music=20), room).add(half, 0, Zone.DRIVER, 0.5)
    assert np.allclose(half, heard / 2, atol=1e-6)
    silent = np.zeros_like(heard)
    Loudspeakers(Sound("saloon"), room).add(silent, 0, Zone.DRIVER, 1.0)
    assert not silent.any()


def test_the_assistants_voice_leaks_in_pieces_as_in_one() -> None:
    room = cabins.room("van", 1)
    pcm = acoustics.to_pcm(TALK)

    def heard(chunk: int) -> np.ndarray:
        loudspeakers = Loudspeakers(Sound("van", assistant=10), room)
        loudspeakers.say(pcm, SAMPLE_RATE, 400)
        whole = np.zeros(2 * SAMPLE_RATE, dtype=np.float32)
        for start in range(0, len(whole), chunk):
            loudspeakers.add(whole[start : start + chunk], start, Zone.PASSENGER, 0.0)
        return whole

    at_once = heard(2 * SAMPLE_RATE)
    assert np.allclose(at_once, heard(1600), atol=1e-6)
    assert not at_once[:400].any()
    speaking = at_once[400 : 400 + SAMPLE_RATE]
    assert acoustics.level_db(speaking) == pytest.approx(acoustics.SPEECH_DB - 10, abs=2)


def test_lost_sound_is_lost_in_pieces() -> None:
    def share_lost(percent: float) -> float:
        microphones = Microphones(4)
        microphones.lose([Zone.DRIVER], percent)
        heard = [microphones.listen(1600, QUIET, (Zone.DRIVER, Zone.PASSENGER)) for _ in range(200)]
        assert all(np.all(each[Zone.PASSENGER] != 0) for each in heard)
        return float(np.mean(np.concatenate([each[Zone.DRIVER] for each in heard]) == 0))

    assert share_lost(0) == 0
    assert share_lost(30) == pytest.approx(0.3, abs=0.06)
    assert share_lost(100) == 1.0


def test_a_wet_road_is_louder() -> None:
    dry, wet = Surroundings(speed=80), Surroundings(speed=80, wetness=1.0)
    assert 1 < acoustics.noise_db(wet) - acoustics.noise_db(dry) < acoustics.WET_ROAD_DB
