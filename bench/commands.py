"""What is said in the benchmarks: commands that a grammar could know and freer ones, each with the
first intent it means. Written for measuring; no training text is read from here."""

from __future__ import annotations

COMMANDS: tuple[tuple[str, str], ...] = (
    ("set the temperature to twenty one degrees", "climate.temperature_set"),
    ("turn on the air conditioning", "climate.on"),
    ("make it a little warmer", "climate.temperature_up"),
    ("it is far too hot in here", "climate.temperature_down"),
    ("set the fan to sixty percent", "climate.fan_set"),
    ("defrost the windscreen", "climate.defrost_on"),
    ("open the passenger window", "windows.open"),
    ("close all the windows", "windows.close"),
    ("could you crack my window open", "windows.open"),
    ("open the sunroof", "windows.sunroof_open"),
    ("turn on the seat heating", "seats.heat_on"),
    ("switch off the seat heating please", "seats.heat_off"),
    ("cool my seat down", "seats.vent_on"),
    ("start the massage", "seats.massage_on"),
    ("make the ambient light green", "lights.ambient_colour"),
    ("turn off the reading light", "lights.reading_off"),
    ("dim the ambient light a bit", "lights.brightness_down"),
    ("turn the volume up", "media.volume_up"),
    ("set the volume to thirty percent", "media.volume_set"),
    ("the music is too loud", "media.volume_down"),
    ("play the next song", "media.next"),
    ("pause the music", "media.pause"),
    ("play some jazz", "media.play"),
    ("fold the mirrors", "mirrors.fold"),
    ("turn on the wipers", "wipers.on"),
    ("turn on the steering wheel heating", "seats.wheel_heat_on"),
)
VOICES = ("anna", "ben", "iris")
