"""Course folders: which files hold the tables of design section 7, whether they can be read, and their rows in parts.

Only `episodes` must be there; each table is a .parquet or .csv file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sequela.errors import InputError
from sequela.sources.receipt import Receipt

if TYPE_CHECKING:
    import polars

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "episodes": ("episode", "patient", "kind", "start"),
    "observations": ("episode", "fact", "kind", "value", "unit", "at"),
    "findings": ("episode", "fact", "finding", "presence", "at"),
    "events": ("episode", "fact", "event", "at"),
    "background": ("episode", "item", "value"),
    "reports": ("episode", "fact", "text", "at"),
}
"""The tables, and the columns without which each says nothing; the others of the contract may be missing."""
COLUMNS = frozenset(
    {
        *("episode", "fact", "version", "at", "known_at", "status"),
        *("kind", "value", "comparator", "unit", "finding", "presence", "site", "event", "detail", "item"),
        *("text", "lang", "modality"),
    }
)
"""Everything that a table of facts can say; other columns are not read."""
ENDINGS = (".parquet", ".csv")
IN_MEMORY = 1_000_000
"""Rows of one table that are held at once; more only where a single episode has more."""
TEXT = 50
"""As how many rows a report counts: a page of words where others have a number."""


def folders_in(path: Path) -> list[Path]:
    """The course folders at or below a path: those that hold an `episodes` table."""
    return sorted({file.parent for ending in ENDINGS for file in path.rglob(f"episodes{ending}")})


def opened(folder: Path, receipt: Receipt) -> dict[str, Table] | None:
    """The tables of a folder by name; None where one is broken: the folder is rejected whole, and the file named."""
    tables: dict[str, Table] = {}
    for name in REQUIRED:
        file = next((folder / f"{name}{ending}" for ending in ENDINGS if (folder / f"{name}{ending}").exists()), None)
        if file is None:
            continue
        where = f"{folder.name}/{file.name}"
        scan = _scan(file)
        problem = "not a readable table" if scan is None else missing(scan.collect_schema().names(), name)
        if scan is None or problem:
            receipt.reject_file(where, problem)
            return None
        tables[name] = Table(scan, where)
    receipt.files += len(tables)
    return tables


def missing(columns: Sequence[str], table: str) -> str:
    """The complaint about columns that a table lacks, or nothing."""
    lacking = [column for column in REQUIRED[table] if column not in columns]
    return f"no column {', '.join(lacking)} in the {table} table" if lacking else ""


def _scan(file: Path) -> polars.LazyFrame | None:
    """The table of a file, every CSV column as text, none of it in memory yet; None where it cannot be read."""
    import polars as pl

    try:
        if file.suffix == ".parquet":
            scan = pl.scan_parquet(file)
            scan.collect_schema()
        else:
            scan = pl.scan_csv(file, infer_schema=False, encoding="utf8", raise_if_empty=False)
            # Every cell is looked at once, so that a broken line is found before the first course is told.
            scan.select(pl.all().null_count()).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return None
    return scan


class Table:
    """A table whose rows are taken by ranges of episodes in their order; memory holds one part of it.

    `counts` are the rows of each episode of the folder, in order; `strangers` those of no episode of it; `weight` is as
    how many rows one of this table counts.
    """

    def __init__(self, scan: polars.LazyFrame, where: str) -> None:
        import polars as pl

        self._where = where
        schema = scan.collect_schema()
        self.weight = TEXT if "text" in schema else 1
        # A comparison with the column as it is lets Parquet's statistics pass over what is not asked for.
        text = schema["episode"] == pl.String
        self._scan = scan if text else scan.with_columns(pl.col("episode").cast(pl.String))
        self._part, self._end = pl.DataFrame(), 0
        self._keys: Sequence[str] = ()
        self.counts: list[int] = []
        self.strangers = 0

    def whole(self) -> polars.DataFrame:
        """Every row at once."""
        return self._collected(self._scan)

    def about(self, keys: Sequence[str]) -> None:
        """Learn which episodes there are, in order; count the rows of each and those of none."""
        rows = dict(self._collected(self._scan.group_by("episode").len()).iter_rows())
        self._keys, self._end = keys, 0
        self.counts = [rows.pop(key, 0) for key in keys]
        self.strangers = sum(rows.values())

    def take(self, first: int, end: int) -> polars.DataFrame:
        """The rows between two places in the order of episodes, which are taken in that order.

        Of the contract's columns those that the table has; and `place`, from 0 at the first episode.
        """
        import polars as pl

        if end > self._end:
            self._load(first, end)
        begin, stop = (self._part["place"].search_sorted(place) for place in (first, end))
        return self._part.slice(begin, stop - begin).with_columns(pl.col("place") - first)

    def heft(self, place: int) -> int:
        """How many rows the rows of an episode count as."""
        return self.counts[place] * self.weight

    def _load(self, first: int, end: int) -> None:
        """Read the rows between two places, and those of further episodes while there is room for them."""
        import polars as pl

        rows, self._end = 0, first
        while self._end < len(self._keys) and (self._end < end or rows + self.heft(self._end) <= IN_MEMORY):
            rows += self.heft(self._end)
            self._end += 1
        keys = self._keys[first : self._end]
        columns = [name for name in self._scan.collect_schema() if name in COLUMNS]
        between = pl.col("episode").is_between(pl.lit(keys[0]), pl.lit(keys[-1]))
        part = self._collected(self._scan.filter(between).select(columns))
        places = pl.DataFrame(
            {"episode": keys, "place": range(first, self._end)}, schema_overrides={"place": pl.UInt32}
        )
        # Only the places are joined: to carry all columns through a join takes ten times as long.
        place = part.select("episode").join(places, on="episode", how="left", maintain_order="left")["place"]
        part = (
            part.with_columns(place).filter(pl.col("place").is_not_null())
            if place.null_count()
            else part.with_columns(place)
        )
        self._part = part if part["place"].is_sorted() else part.sort("place", maintain_order=True)

    def _collected(self, scan: polars.LazyFrame) -> polars.DataFrame:
        import polars as pl

        try:
            return scan.collect(engine="streaming")
        except (pl.exceptions.PolarsError, OSError):
            raise InputError(
                "a table that is damaged part way",
                where=self._where,
                hint="Export it again; what was printed is not all",
            ) from None


def parts(tables: Sequence[Table], episodes: int, most_episodes: int, most_rows: int) -> Iterator[tuple[int, int]]:
    """The ranges of episodes that are read together: at most so many of them, and at most so many rows of theirs."""
    first = rows = 0
    for place in range(episodes):
        own = sum(table.heft(place) for table in tables)
        if place > first and (place - first >= most_episodes or rows + own > most_rows):
            yield first, place
            first, rows = place, 0
        rows += own
    if first < episodes:
        yield first, episodes
