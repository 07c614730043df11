"""The shipped sign encoder on roads drawn with seeds that it was not trained on."""

from __future__ import annotations

from pathlib import Path

from cabin_agent.config import Config
from cabin_agent.seeing.road import SignEncoder
from cabin_agent.seen import SIGNS
from simulator.cameras.library import frame_for

FIRST = 9_000_000


def test_most_signs_are_named_and_few_are_made_up() -> None:
    encoder = SignEncoder.load(Path(Config().vision_models))
    wanted = [*(SIGNS[number] for number in (1, 2, 7, 12, 13, 14, 17, 18, 33, 38)), ""]
    found = []
    for number, name in enumerate(wanted * 2):
        frame = frame_for(f"sign {name}" if name else "no sign", FIRST + number)
        spotted = encoder.spot(frame)
        found.append(SIGNS[spotted.number] if spotted else "")
    right = sum(one == other for one, other in zip(found, wanted * 2, strict=True))
    assert right >= 17
