"""How a page is set: sections with their name in the margin, and entries with a label and a hanging indent."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

LABELLED = 70
"""Columns from which a section's name stands in a margin of its own; below, it stands on a line of its own."""
MARGIN = 11


def section(name: str, parts: Sequence[RenderableType], width: int) -> RenderableType:
    """Return a section under its name."""
    if width >= LABELLED:
        table = _grid(MARGIN, width - MARGIN)
        for index, part in enumerate(parts):
            table.add_row(Text(name, style="bold") if index == 0 else "", part)
        return table
    inner = _grid(2, width - 2)
    for part in parts:
        inner.add_row("", part)
    outer = Table.grid()
    outer.add_row(Text(name, style="bold"))
    outer.add_row(inner)
    return outer


def item(label: str, text: RenderableType, *, width: int = 2, style: str = "") -> Table:
    """Return an entry with a label, its text wrapped beside it."""
    row = Table.grid(padding=(0, 0))
    row.add_column(width=width)
    row.add_column()
    row.add_row(Text(label, style=style), text)
    return row


def inner_width(width: int) -> int:
    """Return the columns that a section has for its text."""
    return width - (MARGIN if width >= LABELLED else 2)


def _grid(first: int, second: int) -> Table:
    table = Table.grid(padding=(0, 0))
    table.add_column(width=first)
    table.add_column(width=second)
    return table


def printed(page: RenderableType, width: int = 100) -> str:
    """Return something to show as plain text, no line with blanks at its end."""
    console = Console(width=width, file=StringIO(), color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(page)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
