"""`python -m simulator.cabin_model`: makes the shipped impulse responses of cabins (`cabins.npz`)
with pyroomacoustics, which nobody needs who only drives.

A cabin is a box with glass, fabric and carpet around; the image-source method gives its echoes. A
mouth radiates forwards, a seat microphone sits in the headliner before its seat and listens back
and down to it. Door loudspeakers stand low at the front.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.cabins import FILE
from simulator.voices import SAMPLE_RATE

LENGTH = SAMPLE_RATE * 6 // 100
ORDER = 10
LOUDSPEAKERS_M = ((0.35, 0.08), (0.35, -0.08))
ENERGY = 1.126
"""Of a voice at its own microphone: direct sound 1, echo 9 dB below, as in the plain room."""


@dataclass(frozen=True, slots=True)
class Cabin:
    """Metres. `rows`: where the heads of a row are, from the front; `apart`: between two seats."""

    length: float
    width: float
    height: float
    rows: tuple[float, float]
    apart: float
    absorption: tuple[float, float, float]
    """Of the sides and ends (glass and trim), the roof, the floor with its seats."""


MODELS = {
    "compact": Cabin(2.3, 1.35, 1.15, (1.05, 1.8), 0.68, (0.35, 0.55, 0.75)),
    "saloon": Cabin(2.7, 1.48, 1.15, (1.15, 2.05), 0.74, (0.35, 0.6, 0.8)),
    "van": Cabin(4.4, 1.75, 1.5, (1.2, 2.3), 0.9, (0.3, 0.45, 0.65)),
}


def seat_responses(cabin: Cabin) -> NDArray[np.float32]:
    """[voice, microphone, sample], in the order of driver, passenger, rear left, rear right."""
    heads, microphones = _heads(cabin), _microphones(cabin)
    raw = [_responses(cabin, [head], microphones, forwards=True) for head in heads]
    return np.stack([_own_level(each, seat) for seat, each in enumerate(raw)]).astype(np.float32)


def loudspeaker_responses(cabin: Cabin) -> NDArray[np.float32]:
    """[microphone, sample], both front doors together, each with an energy of 1."""
    doors = [(x, cabin.width - 0.08 if y < 0 else y, 0.35) for x, y in LOUDSPEAKERS_M]
    raw = _responses(cabin, doors, _microphones(cabin), forwards=False)
    energy = np.sqrt(np.sum(raw**2, axis=1, keepdims=True))
    return np.asarray(raw / energy, dtype=np.float32)


def _heads(cabin: Cabin) -> list[tuple[float, float, float]]:
    sides = (cabin.width / 2 - cabin.apart / 2, cabin.width / 2 + cabin.apart / 2)
    return [(row, side, cabin.height - 0.22) for row in cabin.rows for side in sides]


def _microphones(cabin: Cabin) -> list[tuple[float, float, float]]:
    return [(x - 0.28, y, cabin.height - 0.04) for x, y, _ in _heads(cabin)]


def _responses(
    cabin: Cabin,
    sources: list[tuple[float, float, float]],
    microphones: list[tuple[float, float, float]],
    forwards: bool,
) -> NDArray[np.float64]:
    """The sum of all `sources` at each microphone, `LENGTH` samples from the first sound on."""
    import pyroomacoustics as pra
    from pyroomacoustics.directivities import Cardioid, DirectionVector, HyperCardioid

    sides, roof, floor = (pra.Material(value) for value in cabin.absorption)
    walls = dict.fromkeys(("east", "west", "north", "south"), sides)
    box = pra.ShoeBox(
        [cabin.length, cabin.width, cabin.height],
        fs=SAMPLE_RATE,
        materials={**walls, "ceiling": roof, "floor": floor},
        max_order=ORDER,
        use_rand_ism=False,
    )
    mouth = Cardioid(DirectionVector(azimuth=180, colatitude=90), gain=1.0)
    for source in sources:
        box.add_source(list(source), directivity=mouth if forwards else None)
    listens = HyperCardioid(DirectionVector(azimuth=0, colatitude=125), gain=1.0)
    box.add_microphone_array(np.array(microphones).T, directivity=[listens for _ in microphones])
    box.compute_rir()
    summed = np.zeros((len(microphones), LENGTH + SAMPLE_RATE // 20))
    for index, row in enumerate(box.rir):
        for response in row:
            part = np.asarray(response)[: summed.shape[1]]
            summed[index, : len(part)] += part
    first = min(int(np.flatnonzero(np.abs(row) > 0.2 * np.abs(row).max())[0]) for row in summed)
    return summed[:, first : first + LENGTH]


def _own_level(responses: NDArray[np.float64], seat: int) -> NDArray[np.float32]:
    own = np.sqrt(np.sum(responses[seat] ** 2) / ENERGY)
    return np.asarray(responses / own, dtype=np.float32)


def write() -> None:
    arrays = {}
    for name, cabin in MODELS.items():
        arrays[f"{name}_seats"] = seat_responses(cabin).astype(np.float16)
        arrays[f"{name}_loudspeakers"] = loudspeaker_responses(cabin).astype(np.float16)
    np.savez_compressed(FILE, allow_pickle=False, **arrays)


if __name__ == "__main__":
    write()
