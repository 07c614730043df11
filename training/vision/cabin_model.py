"""The cabin network: one picture in, what there is at each seat out. It has two parts.

`Finder` looks at the whole picture: where the hand that points and the head of each seat may be,
and how its occupant is. `Reader` looks closely at each such place: whether a hand points there, the
wrist and the aim in space, and from these the place pointed at. Seats on the right are shown to it
in a mirror.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from simulator.cameras.stage import HEIGHT, WIDTH
from training.vision.cabin_pictures import GAZES, PLACES, SEATS, other_side

STATES = 3
"""Occupied, child seat, asleep: three yes-or-no answers."""
TOP, LEFT, HIGH, BROAD = 40, 24, 160, 272
"""The part of the picture in which heads and hands are; the rest is roof, doors and legs."""
CELL = 8
ROWS, COLUMNS = HIGH // CELL, BROAD // CELL
"""Of the maps of hands and heads."""
CLOSE_UP = 56
"""Pixels along the edge of a close-up. In the back, of the picture; in front, where hands are
nearer and larger, of the picture made half as large."""
CANDIDATES = 3
"""So many places are looked at closely for the hand of each seat. In the test's 1,500 pictures the
hand that points is at the likeliest of them in 97 % in front and 85 % in the back, at one of three
in 99.8 and 94 %."""
APART = 2
"""Cells between two of them."""
TAKEN = -1e4
"""The logit of a cell that no longer counts."""
FRONT_SEATS, BACK_SEATS = 2, 3
KINDS_OF_SEAT = (0, 0, 1, 2, 1)
"""Of `SEATS`: in front, in the back at a door, in the middle."""
RIGHT_SEATS = (1, 4)
MIRRORED_PLACES = tuple(
    [place.value for place in PLACES].index(other_side(place.value)) for place in PLACES
)
FINE = 8
"""Channels of what is seen at full size: hands in the back are ten pixels wide."""
PROCESSOR = torch.device("cpu")
AT_ONCE = 50
"""Pictures that are looked at together outside training."""
BESIDES = 4 + 3
"""What else the reader is told: where the hand and the head are; the kind of the seat."""
HAND, TRACE = 6, 4
"""Wrist and aim in metres; wrist and fingertip in the close-up."""


class Found(NamedTuple):
    """Each (n, seats, ...). `hands` and `heads`: logits of the cells of the map, last that of
    none."""

    states: Tensor
    gaze: Tensor
    hands: Tensor
    heads: Tensor


class Read(NamedTuple):
    """Each (n, ...): the logits of the places and of pointing at all, the hand, the trace."""

    places: Tensor
    points: Tensor
    hand: Tensor
    trace: Tensor


class Finder(nn.Module):
    """`pixels` (n, 3, HIGH, BROAD) in 0..255: `cut` of a picture."""

    def __init__(self) -> None:
        super().__init__()
        seats, near, far, wide = len(SEATS), 32, 64, 96
        self.fine = _block(3, FINE, 2)
        self.near = nn.Sequential(_block(3 + FINE, 16, 2), _block(16, near, 2), Residual(near))
        self.far = nn.Sequential(_block(near, far, 2), Residual(far))
        self.wide = nn.Sequential(_block(far, wide, 2), Residual(wide))
        self.wide_to_far = nn.Conv2d(wide, far, 1)
        self.far_to_near = nn.Conv2d(far, near, 1)
        self.joined = _block(near, 48, 1)
        self.maps = nn.Conv2d(48, 2 * seats, 1)
        self.prior = nn.Parameter(torch.zeros(2 * seats, ROWS, COLUMNS))
        self.overall = nn.Sequential(nn.Linear(wide * 4, 64), nn.ReLU())
        self.none = nn.Linear(64, 2 * seats)
        self.person = nn.Sequential(nn.Linear(48 * 2 + 64 + 1 + seats, 96), nn.ReLU())
        self.states = nn.Linear(96, STATES)
        self.gaze = nn.Linear(96, len(GAZES))
        self.register_buffer("seats", torch.eye(seats), persistent=False)

    def forward(self, pixels: Tensor) -> Found:
        count, seats = pixels.shape[0], len(SEATS)
        fine = self.fine(evened(pixels))
        near = self.near(torch.cat([evened(small(pixels)), fine], 1))
        far = self.far(near)
        wide = self.wide(far)
        far = far + F.interpolate(self.wide_to_far(wide), size=far.shape[2:])
        near = self.joined(near + F.interpolate(self.far_to_near(far), size=near.shape[2:]))
        overall = self.overall(F.avg_pool2d(wide, (3, 5), (2, 4)).flatten(1))
        maps = (self.maps(near) + self.prior).flatten(2)
        maps = torch.cat([maps, self.none(overall)[:, :, None]], 2)
        hands, heads = maps[:, :seats], maps[:, seats:]
        attention = heads[..., :-1].softmax(2)
        seen = attention @ near.flatten(2).transpose(1, 2)
        around = attention @ F.avg_pool2d(near, 5, 1, 2).flatten(2).transpose(1, 2)
        about = overall[:, None].expand(count, seats, 64)
        each = self.seats.expand(count, seats, seats)
        person = self.person(torch.cat([seen, around, about, likely(heads) * 0.1, each], 2))
        return Found(self.states(person), self.gaze(person), hands, heads)


class Reader(nn.Module):
    """`pixels` (n, 3, CLOSE_UP, CLOSE_UP) in 0..255, `besides` (n, BESIDES)."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Sequential(
            _block(3, 16, 1),
            _block(16, 32, 2),
            Residual(32),
            _block(32, 64, 2),
            Residual(64),
            Residual(64),
            _block(64, 96, 2),
            Residual(96),
            Residual(96),
            nn.Flatten(),
        )
        edge = CLOSE_UP // 8
        self.looked = nn.Sequential(
            nn.Linear(96 * edge * edge + BESIDES, 160), nn.ReLU(), nn.Dropout(0.1)
        )
        self.hand = nn.Sequential(nn.Linear(160, 96), nn.ReLU(), nn.Linear(96, HAND + TRACE))
        self.other = nn.Linear(160, 1 + len(PLACES))
        self.geometry = nn.Sequential(
            nn.Linear(HAND + 3, 96),
            nn.ReLU(),
            nn.Linear(96, 96),
            nn.ReLU(),
            nn.Linear(96, len(PLACES)),
        )

    def forward(self, pixels: Tensor, besides: Tensor) -> Read:
        looked = self.looked(torch.cat([self.look(evened(pixels)), besides], 1))
        hand, trace = self.hand(looked).split([HAND, TRACE], 1)
        points, other = self.other(looked).split([1, len(PLACES)], 1)
        return Read(other + self.places(hand, besides[:, -3:]), points[:, 0], hand, trace)

    def places(self, hand: Tensor, kind: Tensor) -> Tensor:
        """The logits of the places for wrists and aims, and the kinds of the seats."""
        logits: Tensor = self.geometry(torch.cat([hand, kind], 1))
        return logits


class Cabin(nn.Module):
    """Both parts: `pixels` (n, 3, 240, 320) in 0..255 -> probabilities of the states, of the places
    (first none) and of the head's turn, each (n, seats, ...).

    `sure` (2, 3), in front and in the back, weighs what the finder and what the reader say about
    whether a hand that points is at a candidate.
    """

    def __init__(self, finder: Finder, reader: Reader, sure: Tensor) -> None:
        super().__init__()
        self.finder, self.reader = finder, reader
        self.register_buffer("sure", sure)
        right = torch.zeros(len(SEATS), dtype=torch.bool)
        right[list(RIGHT_SEATS)] = True
        self.register_buffer("right", right, persistent=False)
        kinds = F.one_hot(torch.tensor(KINDS_OF_SEAT), 3).float()
        self.register_buffer("kinds", kinds.repeat_interleave(CANDIDATES, 0), persistent=False)
        steps = torch.arange(CLOSE_UP) - (CLOSE_UP - 1) / 2
        self.register_buffer("steps", steps, persistent=False)
        self.register_buffer("swap", torch.tensor(MIRRORED_PLACES), persistent=False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        found, evidence, places = self.looks(pixels)
        points_at = self.points_at(evidence, places, self.sure)
        return found.states.sigmoid(), points_at, found.gaze.softmax(2)

    def points_at(self, evidence: Tensor, places: Tensor, sure: Tensor) -> Tensor:
        """(n, seats, 1 + places): the hand is at one of the candidates, or points at nothing."""
        by_seat = torch.cat([sure[:1].expand(FRONT_SEATS, -1), sure[1:].expand(BACK_SEATS, -1)])
        logits = (evidence * by_seat[:, None]).sum(3)
        chances = torch.cat([torch.zeros_like(logits[..., :1]), logits], 2).softmax(2)
        placed = (chances[..., 1:, None] * places).sum(2)
        return torch.cat([chances[..., :1], placed], 2)

    def looks(self, pixels: Tensor) -> tuple[Found, Tensor, Tensor]:
        """What the finder finds; of each candidate the evidence for a hand that points,
        (n, seats, CANDIDATES, 3), and the probabilities of the places."""
        found = self.finder(cut(pixels))
        hands, weights = candidates(found.hands)
        heads = likeliest(found.heads)[:, :, None].expand_as(hands)
        shape, right = hands.shape[:3], self.right.repeat_interleave(CANDIDATES)
        hands, heads = hands.flatten(1, 2), heads.flatten(1, 2)
        front = FRONT_SEATS * CANDIDATES
        nearer = self._close_ups(small(pixels), hands[:, :front] / 2.0, right[:front])
        close = self._close_ups(pixels, hands[:, front:], right[front:])
        where = torch.cat([hands, heads], 2) / hands.new_tensor([WIDTH, HEIGHT] * 2)
        flipped = torch.stack(
            [1.0 - where[..., 0], where[..., 1], 1.0 - where[..., 2], where[..., 3]], 2
        )
        where = torch.where(right[:, None], flipped, where) * 4.0 - 2.0
        besides = torch.cat([where, self.kinds.expand(len(pixels), -1, -1)], 2).flatten(0, 1)
        read = self.reader(torch.cat([nearer, close], 1).flatten(0, 1), besides)
        points = read.points.view(shape)
        places = read.places.view(*shape, -1).softmax(3)
        places = torch.where(self.right[:, None, None], places[..., self.swap], places)
        return found, torch.stack([weights, points, torch.ones_like(points)], 3), places

    def _close_ups(self, pixels: Tensor, centres: Tensor, mirrored: Tensor) -> Tensor:
        """(n, seats, 3, CLOSE_UP, CLOSE_UP): black where it sticks out of the picture."""
        count, seats = centres.shape[:2]
        across = torch.where(mirrored[:, None], -self.steps, self.steps)
        x = (centres[..., :1] + across) * (2.0 / pixels.shape[3]) - 1.0
        y = (centres[..., 1:] + self.steps) * (2.0 / pixels.shape[2]) - 1.0
        x = x[:, :, None, :].expand(count, seats, CLOSE_UP, CLOSE_UP)
        y = y[:, :, :, None].expand(count, seats, CLOSE_UP, CLOSE_UP)
        grid = torch.stack([x, y], -1).reshape(count, seats * CLOSE_UP, CLOSE_UP, 2)
        parts = F.grid_sample(pixels, grid, align_corners=False)
        return parts.view(count, 3, seats, CLOSE_UP, CLOSE_UP).transpose(1, 2)


def likeliest(maps: Tensor) -> Tensor:
    """(n, seats, 2): the likeliest place in the picture, from the left and from the top."""
    return _middle(maps[..., :-1].argmax(2))


def candidates(maps: Tensor) -> tuple[Tensor, Tensor]:
    """The likeliest places, (n, seats, CANDIDATES, 2), none near another, and the logit of a hand
    being there, (n, seats, CANDIDATES)."""
    left, none = maps[..., :-1], maps[..., -1]
    cells = torch.arange(ROWS * COLUMNS, device=maps.device)
    places, weights = [], []
    for _ in range(CANDIDATES):
        cell = left.argmax(2)[..., None]
        down = (cells // COLUMNS - cell // COLUMNS).abs()
        across = (cells % COLUMNS - cell % COLUMNS).abs()
        near = torch.maximum(down, across) <= APART
        weights.append(torch.where(near, left, TAKEN).logsumexp(2) - none)
        left = torch.where(near, TAKEN, left)
        places.append(_middle(cell[..., 0]))
    return torch.stack(places, 2), torch.stack(weights, 2)


def _middle(cell: Tensor) -> Tensor:
    column, row = cell % COLUMNS, cell // COLUMNS
    return torch.stack([column * CELL + CELL / 2 + LEFT, row * CELL + CELL / 2 + TOP], -1)


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _block(width, width, 1)
        self.second = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, maps: Tensor) -> Tensor:
        return F.relu(maps + self.second(self.first(maps)))


def as_pixels(pictures: NDArray[np.uint8], device: torch.device = PROCESSOR) -> Tensor:
    """(n, height, width, 3) -> (n, 3, height, width) in 0..255, on the device."""
    there = torch.from_numpy(np.ascontiguousarray(pictures)).to(device)
    return there.permute(0, 3, 1, 2).float()


def in_batches(pictures: NDArray[np.uint8], device: torch.device = PROCESSOR) -> Iterator[Tensor]:
    """`as_pixels` of a few pictures at a time."""
    for start in range(0, len(pictures), AT_ONCE):
        yield as_pixels(pictures[start : start + AT_ONCE], device)


def cut(pixels: Tensor) -> Tensor:
    """(n, channels, 240, 320) -> the part that is looked at."""
    return pixels[:, :, TOP : TOP + HIGH, LEFT : LEFT + BROAD]


def small(pixels: Tensor) -> Tensor:
    """That part made half as large."""
    return F.avg_pool2d(pixels, 2)


def likely(maps: Tensor) -> Tensor:
    """(n, seats, 1): the logit of there being something."""
    return maps[..., :-1].logsumexp(2, keepdim=True) - maps[..., -1:]


def evened(pixels: Tensor) -> Tensor:
    """Night and day alike: about 0 on average, with a spread of about 1."""
    light = (pixels.clamp(min=0.0) / 255.0 + 0.01).sqrt()
    mean = light.mean((1, 2, 3), keepdim=True)
    spread = (light - mean).pow(2).mean((1, 2, 3), keepdim=True).sqrt()
    return (light - mean) / (spread + 0.05)


def _block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())
