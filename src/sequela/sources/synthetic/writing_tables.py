"""Synthetic episodes as a course folder: the five tables and the truth, as Parquet or as CSV, in bounded memory.

A Parquet file cannot be added to, so each chunk is kept as a file of its own and all are streamed into one at the end.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sequela.sources.synthetic.layout import METADATA, WORDS

ROWS = 1 << 17
"""Rows of a row group: some two hundred dense episodes, so that a reader of a few passes over the rest of the file."""
PARTS = "parts"


class ParquetFolder:
    """The tables as .parquet; each file's metadata says that it is synthetic, and what made it."""

    def __init__(self, folder: Path, said: Mapping[str, str]) -> None:
        self.folder = folder
        self.metadata = {f"{METADATA}synthetic": WORDS, **{METADATA + name: value for name, value in said.items()}}
        self.parts: dict[str, list[Path]] = defaultdict(list)
        (folder / PARTS).mkdir()

    def add(self, tables: Mapping[str, pl.DataFrame], truth: pl.DataFrame) -> None:
        """Keep a chunk."""
        self.keep({**tables, "truth": truth})

    def keep(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Keep rows of any tables."""
        for table, frame in tables.items():
            part = self.folder / PARTS / f"{table}-{len(self.parts[table])}.part"
            frame.write_parquet(part, compression="lz4", statistics=False)
            self.parts[table].append(part)

    def close(self) -> None:
        """Stream each table's parts into its one file."""
        for table, parts in self.parts.items():
            file = self.folder / f"{table}.parquet"
            pl.scan_parquet(parts, glob=False).sink_parquet(file, row_group_size=ROWS, metadata=self.metadata)
        shutil.rmtree(self.folder / PARTS)


class CsvFolder:
    """The tables as .csv; a last column says in each row that it is synthetic, for a text file has no other place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begun: set[str] = set()

    def add(self, tables: Mapping[str, pl.DataFrame], truth: pl.DataFrame) -> None:
        """Write a chunk."""
        for table, frame in (*tables.items(), ("truth", truth)):
            with (self.folder / f"{table}.csv").open("ab") as file:
                marked = frame.with_columns(pl.lit("yes").alias("synthetic"))
                marked.write_csv(file, include_header=table not in self.begun)
            self.begun.add(table)

    def close(self) -> None:
        """Nothing: every chunk is out."""
