"""What became of the rows that stand when a chart is closed: the receipt learns it of each."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from sequela.sources.readings import Row, Timed
from sequela.sources.receipt import Receipt

_AT, _DERIVED, _SAME = attrgetter("at"), attrgetter("derived"), attrgetter("kind", "at")


def counted(rows: Sequence[Row]) -> int:
    """How many of the rows are candidates; what we derive ourselves is none."""
    derived: int = sum(map(_DERIVED, rows))
    return len(rows) - derived


def alike(rows: list[Row], plain: list[Timed], birth: int | None, asserted: int | None) -> bool:
    """Whether nothing stands out: each with its time, after birth, before the Bundle's own instant, none said twice."""
    times = [*map(_AT, rows), *[one[0] for one in plain[:1] + plain[-1:]]]
    if not times or None in times:
        return False
    plainly = set(map(_SAME, [one[5] for one in plain]))
    return (
        (birth is None or min(times) >= birth)
        and (asserted is None or max(times) <= asserted)
        and len({row[1:5] for row in rows}) == len(rows)
        and len(plainly) == len(plain)
        and not any((row.key, row.at) in plainly for row in rows)
    )


def reckon(
    rows: list[Row], birth: int | None, asserted: int | None, receipt: Receipt, covered: set[str] | None
) -> None:
    """Say of each row of a last version what became of it; None covers nobody: there is no index procedure."""
    seen: dict[tuple[object, ...], str] = {}
    doubles: set[str] = set()
    for row in rows:
        if not row.derived and row.role != "procedure" and row.at is not None:
            same = (row.role, row.key, row.at, row.content)
            other = seen.setdefault(same, row.fact)
            if other is not row.fact:
                doubles.add(max(other, row.fact))
                seen[same] = min(other, row.fact)
    counts: dict[str, int] = {"used": 0, "duplicate": 0, "born": 0, "outside": 0, "none": 0, "future": 0}
    for row in rows:
        if row.derived:
            continue
        if asserted is not None and row.at is not None and row.at > asserted:
            counts["future"] += 1
        if row.at is not None and birth is not None and row.at < birth:
            counts["born"] += 1
        elif covered is None:
            counts["duplicate" if row.fact in doubles else "none"] += 1
        elif row.role == "procedure":
            counts["used"] += 1
        elif row.fact not in covered:
            counts["outside"] += 1
        else:
            counts["duplicate" if row.fact in doubles else "used"] += 1
    receipt.settle("used", number=counts["used"])
    receipt.settle("duplicate", "the same value at the same time", counts["duplicate"])
    receipt.settle("dropped", "before birth", counts["born"])
    receipt.settle("irrelevant", "outside every episode", counts["outside"])
    receipt.settle("irrelevant", "no index procedure", counts["none"])
    receipt.note("dated after the Bundle's own timestamp", counts["future"])
