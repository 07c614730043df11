"""A heat map as boxes and labels, everything worked out for the SVG."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.scenario import show
from simulator.sweeping.breakdown import Cell, HeatMap

LETTER, LONGEST = 7, 40
BOX_HEIGHT, GAP, TOP = 30, 3, 26
NARROWEST = 46


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Box:
    """`share`: percent that failed; `text` is empty where nothing was driven."""

    x: float
    y: float
    width: float
    height: float
    share: float
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class HeatPicture:
    down: str
    across: str
    width: float
    height: float
    labels: tuple[Label, ...]
    boxes: tuple[Box, ...]


def heat_picture(heat: HeatMap) -> HeatPicture:
    """Rows below each other, the name of each at its left; columns under their names."""
    rows = [_short(show(value)) for value in heat.down.values]
    columns = [_short(show(value)) for value in heat.across.values]
    left = LETTER * max(map(len, rows)) + 14
    box = max(NARROWEST, LETTER * max(map(len, columns)) + 8)
    labels = [Label(left - 8, _y(n) + BOX_HEIGHT / 2 + 5, row, "end") for n, row in enumerate(rows)]
    labels += [
        Label(left + n * (box + GAP) + box / 2, TOP - 9, column, "middle")
        for n, column in enumerate(columns)
    ]
    boxes = [
        _box(cell, left + column * (box + GAP), _y(row), box, f"{rows[row]}, {columns[column]}")
        for row, cells in enumerate(heat.cells)
        for column, cell in enumerate(cells)
    ]
    width = left + len(columns) * (box + GAP)
    return HeatPicture(
        heat.down.key, heat.across.key, width, _y(len(rows)), tuple(labels), tuple(boxes)
    )


def _box(cell: Cell, x: float, y: float, width: float, of: str) -> Box:
    share = 0.0 if cell.share is None else round(100 * cell.share, 1)
    text = "" if cell.share is None else f"{share:.0f}"
    title = f"{of}: {cell.failed} of {cell.driven} failed"
    return Box(x, y, width, BOX_HEIGHT, share, text, title)


def _y(row: int) -> float:
    return TOP + row * (BOX_HEIGHT + GAP)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
