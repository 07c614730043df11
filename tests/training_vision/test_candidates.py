"""Where the cabin network looks closely, and what it makes of what is there."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.vision.cabin_model import (  # noqa: E402
    CANDIDATES,
    CELL,
    COLUMNS,
    LEFT,
    ROWS,
    TOP,
    Cabin,
    Finder,
    Reader,
    candidates,
)
from training.vision.cabin_pictures import PLACES, SEATS  # noqa: E402


def maps_with(*peaks: tuple[int, int, float]) -> torch.Tensor:
    """(1, 1, cells + 1): logits of (row, column), 0 elsewhere and for none."""
    cells = torch.zeros(ROWS, COLUMNS)
    for row, column, height in peaks:
        cells[row, column] = height
    return torch.cat([cells.flatten(), torch.zeros(1)])[None, None]


def cabin() -> Cabin:
    torch.manual_seed(1)
    return Cabin(Finder(), Reader(), torch.tensor([[0.5, 0.5, 0.0]] * 2)).eval()


def test_the_likeliest_places_come_first_and_none_twice() -> None:
    maps = maps_with((3, 4, 9.0), (3, 5, 8.0), (10, 20, 7.0), (15, 2, 6.0))
    places, weights = candidates(maps)
    cells = [((y - TOP) // CELL, (x - LEFT) // CELL) for x, y in places[0, 0].tolist()]
    assert cells == [(3, 4), (10, 20), (15, 2)][:CANDIDATES]
    assert weights[0, 0].tolist() == sorted(weights[0, 0].tolist(), reverse=True)


def test_a_place_weighs_what_is_around_it_too() -> None:
    alone, _ = candidates(maps_with((3, 4, 5.0)))[1][0, 0, :2].tolist()
    spread, _ = candidates(maps_with((3, 4, 5.0), (3, 5, 5.0)))[1][0, 0, :2].tolist()
    assert spread > alone


def test_the_chances_of_a_seat_sum_to_one() -> None:
    network = cabin()
    with torch.no_grad():
        states, points_at, gaze = network(torch.rand(2, 3, 240, 320) * 255)
    assert points_at.shape == (2, len(SEATS), 1 + len(PLACES))
    assert torch.allclose(points_at.sum(2), torch.ones(2, len(SEATS)), atol=1e-5)
    assert states.shape[:2] == gaze.shape[:2] == (2, len(SEATS))


def test_the_likeliest_candidate_decides_the_place() -> None:
    network = cabin()
    evidence = torch.tensor([-9.0, 9.0, -9.0]).expand(1, len(SEATS), CANDIDATES)
    evidence = torch.stack([evidence, torch.zeros_like(evidence), torch.ones_like(evidence)], 3)
    places = torch.eye(CANDIDATES, len(PLACES)).expand(1, len(SEATS), -1, -1)
    points_at = network.points_at(evidence, places, torch.ones(2, 3))
    assert points_at.argmax(2).tolist() == [[2] * len(SEATS)]
