"""Intent -> subject, as the product counts coverage (text/README.md holds the table)."""

from __future__ import annotations

_BY_SKILL = {
    "climate": "climate",
    "windows": "window",
    "seats": "seat",
    "lights": "light",
    "media": "media",
    "navigation": "navigation",
    "doors": "door_trunk",
    "wipers": "wiper",
    "mirrors": "mirror",
    "help": "smalltalk",
    "energy": "vehicle_status",
    "manual": "info",
    "notes": "app",
    "signs": "navigation",
}
_VOLUME = ("volume_up", "volume_down", "volume_set", "mute", "unmute", "equalizer")


def domain_of(intent: str) -> str:
    """The subject of `skill.name`."""
    skill, _, name = intent.partition(".")
    if skill == "windows" and name.startswith("sun"):
        return "sunroof"
    if skill == "media" and name in _VOLUME:
        return "volume"
    if intent == "vehicle_status.set":
        return "driving_mode"
    return _BY_SKILL.get(skill, skill)
