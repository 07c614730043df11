"""Levels in dB, repeatability, and seats."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import acoustics
from simulator.acoustics import SPEECH_DB, Surroundings
from simulator.microphones import Microphones, surroundings
from vehicle_bus.values import Zone


@pytest.mark.parametrize(("speed", "snr"), [(0, 35), (50, 20), (120, 10)])
def test_noise_grows_with_speed(speed: float, snr: float) -> None:
    noise = acoustics.road_noise(5.0, Surroundings(speed=speed), seed=3)
    assert SPEECH_DB - acoustics.level_db(noise) == pytest.approx(snr, abs=0.7)
    assert acoustics.noise_db(Surroundings(speed=speed)) == pytest.approx(SPEECH_DB - snr, abs=0.1)


def test_rain_fan_and_windows_add_noise() -> None:
    quiet = acoustics.noise_db(Surroundings(speed=50))
    assert acoustics.noise_db(Surroundings(speed=50, rain=80)) > quiet + 3
    assert acoustics.noise_db(Surroundings(speed=50, fan=100)) > quiet + 3
    assert acoustics.noise_db(Surroundings(speed=50, window=100)) > quiet + 6
    assert acoustics.noise_db(Surroundings(speed=0, fan=30)) < quiet


def test_road_noise_is_low_and_rain_is_high() -> None:
    road = acoustics.road_noise(3.0, Surroundings(speed=100), seed=1)
    rain = acoustics.road_noise(3.0, Surroundings(rain=100), seed=1)
    assert _centre(road) < 500 < 1500 < _centre(rain)


def test_chunks_continue_each_other_and_seeds_differ() -> None:
    around = Surroundings(speed=80, rain=40, fan=50)
    bank = acoustics.noise_bank(7)
    whole = acoustics.noise(bank, 1000, 3200, around, Zone.PASSENGER)
    parts = [acoustics.noise(bank, start, 1600, around, Zone.PASSENGER) for start in (1000, 2600)]
    assert np.array_equal(whole, np.concatenate(parts))
    assert np.array_equal(bank.road, acoustics.noise_bank(7).road)
    assert not np.array_equal(bank.road, acoustics.noise_bank(8).road)
    assert not np.array_equal(whole, acoustics.noise(bank, 1000, 3200, around, Zone.DRIVER))


def test_own_seat_is_loudest_by_more_than_six_db() -> None:
    speech = np.sin(np.arange(16000) / 5).astype(np.float32)
    for speaker in acoustics.SEATS:
        levels = {
            seat: acoustics.level_db(channel)
            for seat, channel in acoustics.seat_channels(speech, speaker).items()
        }
        own = levels.pop(speaker)
        assert max(levels.values()) <= own - 11.9


def test_mix_keeps_the_ratio() -> None:
    rng = np.random.default_rng(1)
    speech = rng.standard_normal(16000).astype(np.float32) * 0.1
    noise = rng.standard_normal(20000).astype(np.float32)
    mixed = acoustics.mix(speech, noise, 12.0)
    assert len(mixed) == len(speech)
    difference = acoustics.level_db(speech) - acoustics.level_db(mixed - speech)
    assert difference == pytest.approx(12.0, abs=0.01)
    with pytest.raises(ValueError, match="make more"):
        acoustics.mix(speech, noise[:10], 12.0)
    with pytest.raises(ValueError, match="silent"):
        acoustics.mix(speech, np.zeros(20000, dtype=np.float32), 12.0)


def test_cabin_keeps_the_direct_sound_and_adds_a_short_tail() -> None:
    response = acoustics.impulse_response(4)
    assert response[0] == 1.0
    tail = response[1:]
    assert 10 * np.log10(np.sum(tail**2)) == pytest.approx(acoustics.REVERBERANT_DB, abs=0.1)
    assert np.sum(response[1280:] ** 2) < 1e-4
    click = np.zeros(100, dtype=np.float32)
    click[0] = 1.0
    assert len(acoustics.in_cabin(click, response)) == 100 + len(response) - 1


def test_pcm_round_trip_clips() -> None:
    samples = np.array([0.0, 0.5, -0.5, 2.0], dtype=np.float32)
    back = acoustics.from_pcm(acoustics.to_pcm(samples))
    assert back == pytest.approx([0.0, 0.5, -0.5, 1.0], abs=1e-4)


def test_microphones_carry_speech_to_every_seat() -> None:
    microphones = Microphones(seed=1)
    seats = (Zone.DRIVER, Zone.PASSENGER)
    before = microphones.listen(1600, Surroundings(), seats)
    tone = (0.1 * np.sin(np.arange(3200) / 3)).astype(np.float32)
    microphones.play(tone, Zone.PASSENGER)
    during = [microphones.listen(1600, Surroundings(), seats) for _ in range(2)]
    after = [microphones.listen(1600, Surroundings(), seats) for _ in range(3)][-1]
    level = acoustics.level_db
    assert level(during[1][Zone.PASSENGER]) > level(before[Zone.PASSENGER]) + 20
    own = level(during[1][Zone.PASSENGER])
    assert level(during[1][Zone.DRIVER]) == pytest.approx(own - 12, abs=1)
    assert level(after[Zone.PASSENGER]) == pytest.approx(level(before[Zone.PASSENGER]), abs=2)


def test_surroundings_come_from_signals() -> None:
    values = {
        "Vehicle.Speed": 70.0,
        "Vehicle.Body.Raindetection.Intensity": 20,
        "Vehicle.Cabin.HVAC.Station.Row1.Passenger.FanSpeed": 55,
        "Vehicle.Cabin.Door.Row2.DriverSide.Window.Position": 30,
    }
    assert surroundings(values) == Surroundings(speed=70, rain=20, fan=55, window=30)


def _centre(samples: acoustics.Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    return float((spectrum * np.fft.rfftfreq(len(samples), 1 / 16000)).sum() / spectrum.sum())
