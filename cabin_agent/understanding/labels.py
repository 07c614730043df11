"""The names behind the model's numbers, and its calibration: `labels.json` of the model folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cabin_agent.errors import NotReady
from cabin_agent.turn import Degree, Route, Target

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Labels:
    """Order is the order of the model's outputs. `intents` are followed by "no action".

    `temperature` divides the intent logits (Guo et al. 2017); `accept` is the least probability of
    an action that is carried out; `reject` the least share of the routes that decline; `near` and
    `margin` say when a plugin's phrase is meant (`declared`).
    """

    intents: tuple[str, ...]
    domains: dict[str, str]
    targets: tuple[Target, ...]
    degrees: tuple[Degree, ...]
    routes: tuple[Route, ...]
    tags: tuple[str, ...]
    moment_size: int
    sight_size: int
    temperature: float
    accept: float
    reject: float
    near: float
    margin: float

    @classmethod
    def load(cls, file: Path) -> Labels:
        """Read `labels.json`; NotReady names what is wrong with it."""
        try:
            raw = json.loads(file.read_text(encoding="utf-8"))
            if raw["format"] != FORMAT:
                raise NotReady(f"{file}: format {raw['format']}", f"this program reads {FORMAT}")
            return cls(
                tuple(raw["intents"]),
                dict(raw["domains"]),
                tuple(Target(each) for each in raw["targets"]),
                tuple(Degree(each) for each in raw["degrees"]),
                tuple(Route(each) for each in raw["routes"]),
                tuple(raw["tags"]),
                int(raw["moment_size"]),
                int(raw["sight_size"]),
                float(raw["temperature"]),
                float(raw["accept"]),
                float(raw["reject"]),
                float(raw["near"]),
                float(raw["margin"]),
            )
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise NotReady(
                f"{file}: no usable labels ({error})",
                "point understanding_model at a folder made by training/understanding",
            ) from None
