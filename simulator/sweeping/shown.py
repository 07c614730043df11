"""Where a sweep broke, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from simulator.scenario import show
from simulator.sweeping.breakdown import AxisTable, Breakdown, Cell, HeatMap

BAR = 12
WIDEST_MAP = 24


def print_breakdown(found: Breakdown, console: Console) -> None:
    """Tables, heat maps and what fails most."""
    for table in found.tables:
        console.print(_table(table))
    for heat in found.maps:
        if len(heat.across.values) <= WIDEST_MAP:
            console.print(_map(heat))
    for kind, count in found.kinds[:10]:
        console.print(f"[red]{count:>5}[/] × {escape(kind)}", soft_wrap=True)


def _table(axis: AxisTable) -> Table:
    table = Table(title=f"by {axis.key}", title_justify="left")
    for column in (axis.key, "failed", "of", "", "most often"):
        table.add_column(column, justify="right" if column in ("failed", "of") else "left")
    for line in axis.lines:
        share = line.cell.share or 0.0
        bar = Text("█" * round(share * BAR), style=_style(line.cell))
        failed, driven = str(line.cell.failed), str(line.cell.driven)
        table.add_row(show(line.value), failed, driven, bar, escape(line.often))
    return table


def _map(heat: HeatMap) -> Table:
    title = f"{heat.down.key} (down) by {heat.across.key}: percent that failed"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for value in heat.across.values:
        table.add_column(show(value), justify="right")
    for value, cells in zip(heat.down.values, heat.cells, strict=True):
        texts = [Text(_percent(cell), style=_style(cell)) for cell in cells]
        table.add_row(show(value), *texts)
    return table


def _percent(cell: Cell) -> str:
    return "" if cell.share is None else f"{100 * cell.share:.0f}"


def _style(cell: Cell) -> str:
    if cell.share is None:
        return ""
    return "green" if cell.share == 0 else "yellow" if cell.share < 0.5 else "red"
