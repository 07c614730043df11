"""Trains one part of the cabin network, each in an hour of half a core, or in minutes on a GPU.

    python -m training.vision.train_cabin reader --pictures WORK/cabin --out WORK/reader.pt
    python -m training.vision.train_cabin finder --pictures WORK/cabin --out WORK/finder.pt

Learns from the pictures that are there, also from those that are drawn meanwhile; the poses set
aside and the seeds set aside stay out.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from simulator.cameras.stage import HEIGHT, WIDTH
from training.vision import cabin_hands, cabin_material
from training.vision.budget import Budget, pace
from training.vision.cabin_hands import MARGIN, Hands
from training.vision.cabin_material import PLACE_SWAP, Growing, Material
from training.vision.cabin_model import (
    BROAD,
    CELL,
    CLOSE_UP,
    COLUMNS,
    HIGH,
    LEFT,
    ROWS,
    STATES,
    TOP,
    Finder,
    Reader,
    as_pixels,
    cut,
    in_batches,
)
from training.vision.cabin_pictures import GAZE, HELD_OUT, POINTS_AT, UNSEEN
from training.vision.set_aside import pose_set_aside

FASTEST = 2e-3
PICTURES, CLOSE_UPS = 16, 48
"""In a batch of the finder and of the reader."""
OTHERS = 900
"""Of a shard's places without a pointing hand; a third of them is plenty."""
MORE_ON_GPU = 4
"""Times as many in a batch there."""
NOTHING = 0.5
"""How much a hand that points at nothing counts: most do."""
WRIST_OFF, AIM_OFF = 0.05, 0.12
"""How far off the wrists and aims are from which the reader learns the car's geometry."""
HEAD_OFF = 0.01
TESTED = 600
ASLEEP = 2

Part = TypeVar("Part", bound=nn.Module)
Losses = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Work:
    """What to do. `most`: the pictures before this one; `begin`: weights to go on from."""

    pictures: Path
    most: int
    budget: Budget
    fastest: float
    finder: Path | None
    begin: Path | None
    out: Path
    device: str

    @property
    def larger(self) -> int:
        """How much larger batches are than on a processor."""
        return 1 if self.device == "cpu" else MORE_ON_GPU


def learn(
    part: Part,
    passes: Iterator[Iterator[Callable[[], Losses]]],
    test: Callable[[Part], dict[str, float]],
    work: Work,
) -> None:
    """Minimise the losses, pass by pass; the average over the last steps is kept in `work.out`."""
    optimiser = torch.optim.AdamW(part.parameters(), lr=work.fastest, weight_decay=1e-2)
    average = torch.optim.swa_utils.get_ema_multi_avg_fn(0.995)
    averaged = torch.optim.swa_utils.AveragedModel(part, multi_avg_fn=average, use_buffers=True)
    done, spent, shown = 0, 0.0, 0.0
    seen: list[Losses] = []
    for steps in passes:
        part.train()
        for step in steps:
            spent = work.budget.spent(done)
            if spent >= 1.0:
                break
            for group in optimiser.param_groups:
                group["lr"] = work.fastest * pace(spent)
            losses = step()
            optimiser.zero_grad()
            torch.stack(list(losses.values())).sum().backward()
            nn.utils.clip_grad_norm_(part.parameters(), 5.0)
            optimiser.step()
            averaged.update_parameters(part)
            seen.append({name: loss.detach() for name, loss in losses.items()})
            done += 1
        if seen and (spent - shown > 0.07 or spent >= 1.0):
            shown = spent
            means = {n: round(float(torch.stack([x[n] for x in seen]).mean()), 3) for n in seen[0]}
            seen.clear()
            weights = {name: own.cpu() for name, own in averaged.module.state_dict().items()}
            torch.save(weights, work.out)
            print(
                f"{done} batches, {spent:.0%}: {means} {test(averaged.module.eval())}", flush=True
            )
        if spent >= 1.0:
            return


# -- the reader ----------------------------------------------------------------------------------


def train_reader(work: Work, random: np.random.Generator) -> None:
    """Without a finder, hands that do not point are looked for where others' are that do; with
    one, where it looks."""
    reader = _begun(Reader(), work.begin, work.device)
    finder = _begun(Finder(), work.finder, work.device).eval() if work.finder else None
    aside = cabin_material.load(work.pictures, HELD_OUT, HELD_OUT + TESTED)
    others = _others(aside, finder, random)
    resting = others.take(np.flatnonzero(others.places == 0))
    test = cabin_hands.joined([cabin_hands.pointing(aside), resting])
    growing = _GrowingHands(work, finder, random)

    def passes() -> Iterator[Iterator[Callable[[], Losses]]]:
        while True:
            hands, others = growing.now()
            yield (
                lambda some=some: _reader_losses(reader, some, random)
                for some in _hands(hands, others, work.larger * CLOSE_UPS, random)
            )

    learn(reader, passes(), lambda part: reading(part, test, aside), work)


def _begun(part: Part, weights: Path | None, device: str) -> Part:
    """With the weights to go on from, if there are any."""
    if weights:
        part.load_state_dict(torch.load(weights, map_location="cpu"))
    return part.to(device, memory_format=torch.channels_last)


def _others(material: Material, finder: Finder | None, random: np.random.Generator) -> Hands:
    if finder is None:
        return cabin_hands.not_pointing(material, random)
    return cabin_hands.found(material, finder)


class _GrowingHands:
    def __init__(self, work: Work, finder: Finder | None, random: np.random.Generator) -> None:
        self._growing, self._finder, self._random = (
            Growing(work.pictures, work.most),
            finder,
            random,
        )
        self._hands: list[Hands] = []
        self._others: list[Hands] = []

    def now(self) -> tuple[Hands, Hands]:
        """Hands that point, and others."""
        for material in self._growing.more():
            self._hands.append(cabin_hands.pointing(material))
            others = _others(material, self._finder, self._random)
            self._others.append(others.take(self._random.permutation(len(others))[:OTHERS]))
        self._hands = [cabin_hands.joined(self._hands)]
        self._others = [cabin_hands.joined(self._others)]
        return self._hands[0], self._others[0]


def _hands(hands: Hands, others: Hands, size: int, random: np.random.Generator) -> Iterator[Hands]:
    """Batches, half of them hands that point."""
    order = random.permutation(len(hands))
    pointing = size // 2
    for start in range(0, len(order) - pointing + 1, pointing):
        rest = random.choice(len(others), size - pointing)
        yield cabin_hands.joined([hands.take(order[start : start + pointing]), others.take(rest)])


def _reader_losses(reader: Reader, some: Hands, random: np.random.Generator) -> Losses:
    device = next(reader.parameters()).device
    offs = random.integers(-MARGIN, MARGIN + 1, (len(some), 2))
    flipped = (some.kinds == 2) & (random.random(len(some)) < 0.5)
    pixels = _varied(_cropped(some.close_ups, offs, flipped), device)
    shrinks = np.where(some.kinds == 0, 2.0, 1.0)[:, None]
    where = some.where + random.normal(0, HEAD_OFF, some.where.shape) * [0, 0, 1, 1]
    where[:, :2] += offs * shrinks / [WIDTH, HEIGHT]
    traces, hands, places = some.traces - np.tile(offs, 2), some.hands.copy(), some.places.copy()
    where[np.ix_(flipped, [0, 2])] = 1.0 - where[np.ix_(flipped, [0, 2])]
    traces[flipped] *= [-1, 1, -1, 1]
    hands[flipped] *= np.array([1, -1, 1, 1, -1, 1], np.float32)
    places[flipped] = PLACE_SWAP[places[flipped]]
    told = besides(where, some.kinds).to(device)
    read = reader(pixels, told)
    points = places > 0
    wrists, place = torch.from_numpy(hands[points]).to(device), torch.from_numpy(places[points]) - 1
    place, points = place.to(device), torch.from_numpy(points).to(device)
    off = torch.tensor([WRIST_OFF] * 3 + [AIM_OFF] * 3, device=device)
    noisy = wrists + torch.randn_like(wrists) * off
    trace = torch.from_numpy(traces).float().to(device)[points] / (CLOSE_UP / 2)
    return {
        "hand": 10.0 * F.smooth_l1_loss(read.hand[points], wrists, beta=0.1),
        "trace": 3.0 * F.smooth_l1_loss(read.trace[points], trace, beta=0.1),
        "place": F.cross_entropy(read.places[points], place),
        "geometry": F.cross_entropy(reader.places(noisy, told[points, -3:]), place),
        "points": F.binary_cross_entropy_with_logits(read.points, points.float()),
    }


def _cropped(
    close_ups: NDArray[np.uint8], offs: NDArray[np.int64], flipped: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    result = np.empty((len(close_ups), CLOSE_UP, CLOSE_UP, 3), np.uint8)
    for number, (across, down) in enumerate(offs + MARGIN):
        own = close_ups[number, down : down + CLOSE_UP, across : across + CLOSE_UP]
        result[number] = own[:, ::-1] if flipped[number] else own
    return result


def besides(where: NDArray[np.floating], kinds: NDArray[np.int64]) -> Tensor:
    """What the reader is told beside the pixels."""
    told = torch.from_numpy(np.asarray(where, np.float32)) * 4.0 - 2.0
    return torch.cat([told, F.one_hot(torch.from_numpy(kinds), 3).float()], 1)


def reading(reader: Reader, test: Hands, aside: Material) -> dict[str, float]:
    """Of the hands that point, how many are read right; how far off wrists (metres) and aims
    (degrees) are; how often it is told whether a hand points."""
    centre = np.zeros((len(test), 2), np.int64)
    close = _cropped(test.close_ups, centre, np.zeros(len(test), np.bool_))
    parts, device = [], next(reader.parameters()).device
    with torch.no_grad():
        for start in range(0, len(test), 100):
            some = slice(start, start + 100)
            told = besides(test.where[some], test.kinds[some]).to(device)
            parts.append(reader(as_pixels(close[some], device), told))
    places, points, hand = (torch.cat([part[k] for part in parts]).cpu().numpy() for k in range(3))
    pointing = test.places > 0
    right = (places.argmax(1) + 1 == test.places)[pointing]
    true = test.hands[pointing]
    seen = pose_set_aside(aside.hands)[aside.labels[..., POINTS_AT] > 0]
    aims = hand[pointing, 3:] / np.linalg.norm(hand[pointing, 3:], axis=1, keepdims=True)
    turned = np.degrees(np.arccos(np.clip((aims * true[:, 3:]).sum(1), -1, 1)))
    off = np.linalg.norm(hand[pointing, :3] - true[:, :3], axis=1)
    front = test.kinds[pointing] == 0
    told = (points > 0) == pointing
    return {
        "set_aside": round(float(right[seen].mean()), 3),
        "all": round(float(right.mean()), 3),
        "front": round(float(right[front].mean()), 3),
        "wrist_m": round(float(np.median(off)), 3),
        "aim_degrees": round(float(np.median(turned)), 1),
        "points": round(float(told[pointing].mean()), 3),
        "does_not": round(float(told[~pointing].mean()), 3),
    }


# -- the finder ----------------------------------------------------------------------------------


def train_finder(work: Work, random: np.random.Generator) -> None:
    finder = _begun(Finder(), work.begin, work.device)
    test = cabin_material.load(work.pictures, HELD_OUT, HELD_OUT + TESTED)
    growing = Growing(work.pictures, work.most)

    def passes() -> Iterator[Iterator[Callable[[], Losses]]]:
        while True:
            yield (
                lambda some=some: _finder_losses(finder, some)
                for material in growing.some(random)
                for some in _pictures(material, work.larger * PICTURES, random)
            )

    learn(finder, passes(), lambda part: finding(part, test), work)


def _pictures(material: Material, size: int, random: np.random.Generator) -> Iterator[Material]:
    order = random.permutation(len(material))
    for start in range(0, len(order) - size + 1, size):
        some = material.take(order[start : start + size])
        yield cabin_material.mirrored(some) if random.random() < 0.5 else some


def _finder_losses(finder: Finder, some: Material) -> Losses:
    device = finder.prior.device
    labels, spots = (torch.from_numpy(each).to(device) for each in (some.labels, some.spots))
    seen = some.pictures[:, TOP : TOP + HIGH, LEFT : LEFT + BROAD]
    found = finder(_varied(seen, device))
    middle = (spots[..., :2] + spots[..., 2:4]) / 2.0
    points = labels[:, :, POINTS_AT]
    return {
        "hands": _where(found.hands, middle, points > 0, points != UNSEEN),
        "heads": 0.5 * _where(found.heads, spots[..., 4:], labels[:, :, 0] > 0, None),
        "states": _states(found.states, labels),
        "gaze": 0.5
        * F.cross_entropy(
            found.gaze.flatten(0, 1), labels[:, :, GAZE].flatten(), ignore_index=UNSEEN
        ),
    }


def _where(maps: Tensor, spots: Tensor, there: Tensor, known: Tensor | None) -> Tensor:
    """How unlikely the maps hold what is at `spots` (pixels), or none where it is not `there`."""
    device = maps.device
    cells = (spots - torch.tensor([LEFT, TOP], device=device)) / CELL - 0.5
    column = cells[..., 0].nan_to_num().clamp(0, COLUMNS - 1)[..., None]
    row = cells[..., 1].nan_to_num().clamp(0, ROWS - 1)[..., None]
    across = torch.exp(-((torch.arange(COLUMNS, device=device) - column) ** 2) / 0.72)
    down = torch.exp(-((torch.arange(ROWS, device=device) - row) ** 2) / 0.72)
    wanted = (down[..., :, None] * across[..., None, :]).flatten(2)
    wanted = wanted / wanted.sum(2, keepdim=True) * there[..., None]
    wanted = torch.cat([wanted, (~there)[..., None].float()], 2)
    each = -(wanted * (maps.log_softmax(2) - (wanted + 1e-9).log())).sum(2)
    weight = torch.where(there, 1.0, NOTHING)
    if known is not None:
        weight = weight * known
    return (each * weight).sum() / weight.sum().clamp(min=1.0)


def _states(logits: Tensor, labels: Tensor) -> Tensor:
    states = labels[:, :, :STATES].float()
    counts = torch.ones_like(states)
    counts[:, :, ASLEEP] = states[:, :, 0]
    return F.binary_cross_entropy_with_logits(logits, states, counts)


def finding(finder: Finder, test: Material) -> dict[str, float]:
    """Of the hands that point, how many are found and how many within 12 pixels; of the others, how
    many are not; how often the head's turn and the states are right."""
    with torch.no_grad():
        batches = in_batches(test.pictures, finder.prior.device)
        parts = [finder(cut(pixels)) for pixels in batches]
    states, gaze, hands = (torch.cat([part[k] for part in parts]).cpu().numpy() for k in range(3))
    truth = test.labels[..., POINTS_AT]
    best = hands[..., :-1].argmax(2)
    spots = np.stack([best % COLUMNS, best // COLUMNS], -1) * CELL + CELL / 2 + [LEFT, TOP]
    middle = (test.spots[..., :2] + test.spots[..., 2:4]) / 2
    near = np.abs(spots - middle).max(-1) <= 12
    shown = np.logaddexp.reduce(hands[..., :-1], axis=2) > hands[..., -1]
    turned, someone = test.labels[..., GAZE], test.labels[..., 0] == 1
    said = (states > 0) == (test.labels[..., :STATES] == 1)
    return {
        "found": round(float(shown[truth > 0].mean()), 3),
        "near": round(float(near[truth > 0].mean()), 3),
        "near_front": round(float(near[:, :2][truth[:, :2] > 0].mean()), 3),
        "none": round(float((~shown)[truth == 0].mean()), 3),
        "gaze": round(float((gaze.argmax(2) == turned)[turned != UNSEEN].mean()), 3),
        "occupied": round(float(said[..., 0].mean()), 3),
        "child_seat": round(float(said[..., 1].mean()), 3),
        "asleep": round(float(said[..., ASLEEP][someone].mean()), 3),
    }


# -- both ----------------------------------------------------------------------------------------


def _varied(pictures: NDArray[np.uint8], device: torch.device) -> Tensor:
    """Other light, other colours, more noise, a few things in the way of the lens."""
    count, high, broad, _ = pictures.shape
    pixels = as_pixels(pictures, device) / 255.0

    def drawn(low: float, high: float, channels: int = 1) -> Tensor:
        return low + (high - low) * torch.rand(count, channels, 1, 1, device=device)

    gain = drawn(0.7, 1.3) * drawn(0.92, 1.08, 3)
    varied = 255.0 * (pixels.pow(drawn(0.7, 1.4)) * gain).clamp(max=1.0)
    down = torch.arange(high, device=device)[:, None] - drawn(0, high)
    across = torch.arange(broad, device=device) - drawn(0, broad)
    tall, wide = drawn(high / 20, high / 5), drawn(high / 20, high / 5)
    hidden = (down >= 0) & (down < tall) & (across >= 0) & (across < wide) & (drawn(0, 1) < 0.2)
    varied = torch.where(hidden, drawn(0, 255), varied)
    varied = varied + torch.randn_like(varied) * drawn(0.0, 6.0)
    return varied.contiguous(memory_format=torch.channels_last)


PARTS = {"reader": train_reader, "finder": train_finder}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=240.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fastest", type=float, default=FASTEST, help="learning rate")
    parser.add_argument("--most", type=int, default=HELD_OUT, help="pictures to learn from")
    parser.add_argument(
        "--finder", type=Path, help="for the reader: a finder, to look where it does"
    )
    parser.add_argument("--begin", type=Path, help="weights to go on from")
    parser.add_argument("--device", default="cpu", help="cuda where there is a GPU")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    random = np.random.default_rng(arguments.seed)
    work = Work(
        arguments.pictures,
        arguments.most,
        Budget(arguments.batches, arguments.minutes),
        arguments.fastest,
        arguments.finder,
        arguments.begin,
        arguments.out,
        arguments.device,
    )
    PARTS[arguments.part](work, random)


if __name__ == "__main__":
    main()
