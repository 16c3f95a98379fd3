"""A folder of CSV, CSV.gz or Parquet files as a CDM in an embedded DuckDB: one file, or a folder of parts, a table.

Types are the CDM's, never guessed: a cell that does not fit its column becomes NULL and is counted. Parquet files are
read where they lie; a CSV file is read once into memory, when its table is first asked for.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from sequela.errors import InputError
from sequela.sources.omop.cdm import Database, Place, Type, model

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
"""What a file of a table may end in; every ending but .parquet is text."""


def open_folder(folder: Path) -> Database:
    """Return the CDM whose tables are the files of a folder.

    `measurement_rebuilt.parquet` is taken for `measurement` where no file has that very name.

    Raises
    ------
    InputError
        When two files claim the same table.
    """
    import ibis

    found = _by_table(folder.resolve())
    places = {table: Place(table, file=path.name) for table, path in found.items()}
    database = Database(ibis.duckdb.connect(), folder.name, places)
    ready: set[str] = set()

    def prepare(table: str) -> None:
        if table not in ready:
            _load(database, table, found[table])
            ready.add(table)

    database.prepare = prepare
    return database


def _by_table(folder: Path) -> dict[str, Path]:
    """The file, or folder of Parquet parts, of each table."""
    exact, longer = defaultdict(list), defaultdict(list)
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        ending = next((e for e in sorted(ENDINGS, key=len, reverse=True) if name.endswith(e)), "")
        parts = path.is_dir() and any(path.glob("*.parquet"))
        if not (parts or (ending and path.is_file())):
            continue
        stem = name.removesuffix(ending)
        if stem in model().columns:
            exact[stem].append(path)
        elif table := max((t for t in model().columns if stem.startswith(f"{t}_")), key=len, default=""):
            longer[table].append(path)
    chosen = {}
    for table in model().columns:
        paths = exact[table] or longer[table]
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            raise InputError(
                f"several files for the table {table}: {names}", where=folder.name, hint="Keep one of them"
            )
        if paths:
            chosen[table] = paths[0]
    return chosen


def _load(database: Database, table: str, path: Path) -> None:
    import duckdb

    connection: duckdb.DuckDBPyConnection = database.backend.con
    try:
        if path.is_dir() or path.name.lower().endswith(".parquet"):
            _parquet(database, connection, table, path)
        else:
            _text(database, connection, table, path)
    except duckdb.Error as error:
        # DuckDB's own words quote the line that it could not read.
        raise InputError(
            f"cannot be read as a table ({type(error).__name__})", where=f"{database.address}/{path.name}",
            hint="Expected: a header line, UTF-8, commas, semicolons or tabs; or Parquet",
        ) from None  # fmt: skip


def _parquet(database: Database, connection: Any, table: str, path: Path) -> None:
    source = f"read_parquet({_quoted(str(path / '*.parquet') if path.is_dir() else str(path))})"
    columns = {name: kind for name, kind, *_ in connection.sql(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    chosen, bad = [], []
    for name, kind in columns.items():
        column = name.lower()
        as_text = kind == "VARCHAR" and column in model().columns[table] and model().type_of(column) != "string"
        chosen.append(f"{_cast(name, model().type_of(column)) if as_text else _name(name)} AS {_name(column)}")
        if as_text:
            bad.append(_count(name, column))
    connection.execute(f"CREATE VIEW {table} AS SELECT {', '.join(chosen)} FROM {source}")
    _note(database, connection, table, bad, source)


def _text(database: Database, connection: Any, table: str, path: Path) -> None:
    opened = f"{_quoted(str(path))}, header = true, all_varchar = true"
    # Sniffed for the delimiter alone: a tab-separated vocabulary has quotes inside its names that close nothing.
    header = str(connection.sql(f"SELECT * FROM read_csv({opened}, delim = '\\0', quote = '') LIMIT 0").columns[0])
    mark = ";" if header.count(";") > header.count(",") else ","
    layout = "delim = '\\t', quote = ''" if "\t" in header else f"delim = '{mark}', quote = '\"', escape = '\"'"
    source = f"read_csv({opened}, {layout}, store_rejects = true)"
    connection.execute(f"CREATE TEMP TABLE {table}_text AS SELECT * FROM {source}")
    lines = connection.sql("SELECT count(DISTINCT line) FROM reject_errors").fetchone()[0]
    connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    if lines:
        database.bad_cells[table, "*"] = lines
    chosen, bad = [], []
    for name in connection.table(f"{table}_text").columns:
        column = name.strip().lower()
        if column not in {*model().columns[table], *model().former.values()}:
            continue
        chosen.append(f"{_cast(name, model().type_of(column))} AS {_name(column)}")
        bad.append(_count(name, column))
    connection.execute(f"CREATE TABLE {table} AS SELECT {', '.join(chosen)} FROM {table}_text")
    _note(database, connection, table, bad, f"{table}_text")
    connection.execute(f"DROP TABLE {table}_text")


def _note(database: Database, connection: Any, table: str, counts: list[str], source: str) -> None:
    if not counts:
        return
    found = connection.sql(f"SELECT {', '.join(counts)} FROM {source}")
    for column, count in zip(found.columns, found.fetchone(), strict=True):
        if count:
            database.bad_cells[table, column] = int(count)


def _count(name: str, column: str) -> str:
    """How many cells say something that is nothing of the column's type."""
    kind = model().type_of(column)
    return f"count(*) FILTER (trim({_name(name)}) <> '' AND {_cast(name, kind)} IS NULL) AS {_name(column)}"


def _cast(name: str, kind: Type) -> str:
    """A cell of text in the CDM's type, NULL where it is not of it; empty text is NULL."""
    cell = f"nullif(trim({_name(name)}), '')"
    # `12.0` is what a spreadsheet makes of an identifier; `12.5` and `1e18` are none.
    whole = rf"CASE WHEN regexp_full_match({cell}, '[+-]?\d+(\.0*)?')"
    whole = f"{whole} THEN TRY_CAST(split_part({cell}, '.', 1) AS BIGINT) END"
    # A CDM's times have no zone: what is written is the clock on the site's wall.
    wall = rf"regexp_replace({cell}, '\s*(Z|[+-]\d\d:?\d\d)$', '')"
    # Vocabularies are handed out with dates as 20200131.
    instant = f"coalesce(TRY_CAST({wall} AS TIMESTAMP), try_strptime({cell}, '%Y%m%d'))"
    kinds: dict[Type, str] = {
        "int64": whole,
        "float64": f"TRY_CAST({cell} AS DOUBLE)",
        "date": f"CAST({instant} AS DATE)",
        "timestamp": instant,
        "string": f"nullif({_name(name)}, '')",
    }
    return kinds[kind]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
