"""The music player: what its controls do to what is played."""

from __future__ import annotations

from collections.abc import Mapping

from vehicle_bus.values import Scalar

MEDIA = "Vehicle.Cabin.Infotainment.Media"
ACTION = f"{MEDIA}.Action"
VOLUME = f"{MEDIA}.Volume"
SELECTED = f"{MEDIA}.SelectedURI"
TRACK = f"{MEDIA}.Played.Track"
URI = f"{MEDIA}.Played.URI"

TRACKS = ("Morning Road", "Quiet Harbour", "Paper Lanterns", "Northern Line", "Late Ferry")
_SKIPS = {"SKIP_FORWARD": 1, "SKIP_BACKWARD": -1}


class Player:
    """Plays a short list of tracks over and over."""

    def __init__(self) -> None:
        self._at = 0

    def react(self, path: str, value: Scalar, values: Mapping[str, Scalar]) -> dict[str, Scalar]:
        """Further signals that change when `path` is set to `value`."""
        if path == SELECTED:
            return {URI: value, TRACK: str(value).rpartition("/")[2], ACTION: "PLAY"}
        if path != ACTION:
            return {}
        if value in _SKIPS:
            self._at = (self._at + _SKIPS[str(value)]) % len(TRACKS)
            return {TRACK: TRACKS[self._at], ACTION: "PLAY"}
        if value == "PLAY" and not values.get(TRACK):
            return {TRACK: TRACKS[self._at]}
        return {}
