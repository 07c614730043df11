"""Close-ups of hands, as the reader of the cabin network learns from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from simulator.cameras.stage import HEIGHT, WIDTH
from training.vision.cabin_material import PLACE_SWAP, Material
from training.vision.cabin_model import (
    CANDIDATES,
    CLOSE_UP,
    FRONT_SEATS,
    KINDS_OF_SEAT,
    RIGHT_SEATS,
    Finder,
    candidates,
    cut,
    in_batches,
)
from training.vision.cabin_pictures import POINTS_AT, UNSEEN

MARGIN = 8
"""So many pixels more on each side: the hand is not always found in its middle."""
NEAR = MARGIN + 2
"""A hand is found if it is not farther from the middle of the close-up, in its pixels."""
ACROSS, FLIPPED = np.array([WIDTH, HEIGHT] * 2, np.float32), [0, 2]


@dataclass(frozen=True, slots=True)
class Hands:
    """`close_ups` (n, edge, edge, 3), edge being CLOSE_UP + 2 MARGIN, seats on the right in a
    mirror, as all that follows. `places` is 0 for a hand that does not point; `spots` (n, 6): the
    middle of the close-up, wrist and fingertip less it, in its pixels; `where` (n, 4): the hand and
    the head, 0..1 in the picture."""

    close_ups: NDArray[np.uint8]
    places: NDArray[np.int64]
    hands: NDArray[np.float32]
    traces: NDArray[np.float32]
    where: NDArray[np.float32]
    kinds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.places)

    def take(self, rows: NDArray[np.int64]) -> Hands:
        return Hands(*(getattr(self, name)[rows] for name in self.__slots__))


def joined(parts: list[Hands]) -> Hands:
    return Hands(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Hands.__slots__)
    )


def pointing(material: Material) -> Hands:
    """The hands that point and can be seen."""
    rows = np.argwhere(material.labels[..., POINTS_AT] > 0)
    spots = material.spots[rows[:, 0], rows[:, 1]]
    return close_ups(material, rows, (spots[:, :2] + spots[:, 2:4]) / 2)


def not_pointing(material: Material, random: np.random.Generator) -> Hands:
    """Where a hand of somebody who does not point might be: where another's is that points."""
    labels = material.labels[..., POINTS_AT]
    rows = np.argwhere((labels == 0) & (material.labels[..., 0] > 0))
    centres = np.zeros((len(rows), 2), np.float32)
    for seat in range(labels.shape[1]):
        known = material.spots[labels[:, seat] > 0, seat]
        offs = (known[:, :2] + known[:, 2:4]) / 2 - known[:, 4:]
        mine = rows[:, 1] == seat
        heads = material.spots[rows[mine, 0], seat, 4:]
        centres[mine] = heads + offs[random.integers(len(offs), size=mine.sum())]
    return close_ups(material, rows, centres)


def found(material: Material, finder: Finder) -> Hands:
    """Where the finder would look (`candidates`): at a hand that points only where that one is."""
    with torch.no_grad():
        maps = [
            candidates(finder(cut(pixels)).hands)[0].cpu().numpy()
            for pixels in in_batches(material.pictures, finder.prior.device)
        ]
    labels = material.labels[..., POINTS_AT]
    rows = np.argwhere((labels != UNSEEN) & (material.labels[..., 0] > 0))
    centres = np.concatenate(maps)[rows[:, 0], rows[:, 1]].reshape(-1, 2)
    result = close_ups(material, rows.repeat(CANDIDATES, 0), centres)
    beside = np.abs(result.traces[:, :2] + result.traces[:, 2:]).max(1) / 2 > NEAR
    result.places[beside] = 0
    return result


def close_ups(material: Material, rows: NDArray[np.int64], centres: NDArray[np.float32]) -> Hands:
    """`rows` (n, 2): picture and seat; `centres` (n, 2): where in it to look."""
    edge = CLOSE_UP + 2 * MARGIN
    found = np.zeros((len(rows), edge, edge, 3), np.uint8)
    spots = material.spots[rows[:, 0], rows[:, 1]].copy()
    hands = material.hands[rows[:, 0], rows[:, 1]].copy()
    places = np.maximum(material.labels[rows[:, 0], rows[:, 1], POINTS_AT], 0)
    centres = np.clip(np.nan_to_num(centres), 0, [WIDTH - 1, HEIGHT - 1]).astype(np.float32)
    halved = half(material.pictures)
    for number, (picture, seat) in enumerate(rows):
        shrink = 2 if seat < FRONT_SEATS else 1
        pixels = (halved if shrink == 2 else material.pictures)[picture]
        corner = np.floor(centres[number] / shrink).astype(int) - edge // 2
        centres[number] = (corner + edge // 2) * shrink
        found[number] = _window(pixels, int(corner[0]), int(corner[1]), edge)
    shrinks = np.where(rows[:, 1] < FRONT_SEATS, 2.0, 1.0)[:, None]
    traces = (spots[:, :4] - np.tile(centres, 2)) / shrinks
    where = np.concatenate([centres, spots[:, 4:]], 1) / ACROSS
    right = np.isin(rows[:, 1], RIGHT_SEATS)
    _mirror(right, found, places, hands, traces, where)
    return Hands(
        found,
        places,
        hands,
        np.nan_to_num(traces).astype(np.float32),
        np.nan_to_num(where, nan=0.5).astype(np.float32),
        np.array(KINDS_OF_SEAT)[rows[:, 1]],
    )


def _mirror(
    these: NDArray[np.bool_],
    found: NDArray[np.uint8],
    places: NDArray[np.int64],
    hands: NDArray[np.float32],
    traces: NDArray[np.float32],
    where: NDArray[np.float32],
) -> None:
    found[these] = found[these, :, ::-1]
    places[these] = PLACE_SWAP[places[these]]
    hands[these] *= np.array([1, -1, 1, 1, -1, 1], np.float32)
    traces[these] *= np.array([-1, 1, -1, 1], np.float32)
    where[np.ix_(these, FLIPPED)] = 1.0 - where[np.ix_(these, FLIPPED)]


def half(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(..., height, width, 3) made half as large."""
    *more, high, broad, _ = pixels.shape
    four = pixels.reshape(*more, high // 2, 2, broad // 2, 2, 3)
    total = four[..., 0, :, 0, :].astype(np.uint16)
    for row, column in ((0, 1), (1, 0), (1, 1)):
        total += four[..., row, :, column, :]
    return ((total + 2) // 4).astype(np.uint8)


def _window(pixels: NDArray[np.uint8], left: int, top: int, edge: int) -> NDArray[np.uint8]:
    """A part of the picture; black where it sticks out."""
    result = np.zeros((edge, edge, 3), np.uint8)
    high, broad = pixels.shape[:2]
    rows = slice(max(0, top), min(high, top + edge))
    columns = slice(max(0, left), min(broad, left + edge))
    result[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = pixels[
        rows, columns
    ]
    return result
