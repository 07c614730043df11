"""The key expressions of the car's network."""

from __future__ import annotations

import re

ANY = "*"
REQUEST = "cabin/zone/request"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def alive(name: str, run: str) -> str:
    return f"cabin/zone/{name}/alive/{run}"


def state(name: str) -> str:
    return f"cabin/zone/{name}/state"


def signals(name: str) -> str:
    return f"cabin/zone/{name}/signals"


def command(name: str) -> str:
    return f"cabin/zone/{name}/command"


def name_of(key: str) -> str:
    """The controller that a key belongs to."""
    return key.split("/")[2]


def run_of(key: str) -> str:
    """The run that a token's key belongs to."""
    return key.split("/")[4]


def is_name(text: str) -> bool:
    """Whether a controller can be called that."""
    return _NAME.fullmatch(text) is not None and text != "request"
