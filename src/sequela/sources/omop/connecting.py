"""From an address to a `Database`: a DuckDB file, a folder of CSV or Parquet files, or an Ibis URL. Read only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sequela.errors import InputError, UserError
from sequela.sources.omop import files
from sequela.sources.omop.cdm import Database, Place, model

if TYPE_CHECKING:
    import ibis

EXTRAS = {
    "postgres": "postgres", "postgresql": "postgres", "pyspark": "spark", "databricks": "spark",
    "snowflake": "snowflake", "bigquery": "bigquery", "mssql": "mssql",
}  # fmt: skip
"""The optional dependency that brings a URL scheme's driver."""


def connect(address: str | Path, *, schema: str | None = None, vocabulary: str | None = None) -> Database:
    """Return the CDM at an address, opened for reading only where the backend allows.

    Parameters
    ----------
    address
        A DuckDB file, a folder with one CSV, CSV.gz or Parquet file a table, or an Ibis URL (`postgres://...`).
    schema
        The schema of the CDM's tables; without it, the connection's own, or in DuckDB the one that has `person`.
    vocabulary
        The schema of the vocabulary tables, where it is another.

    Raises
    ------
    InputError
        Where there is nothing, or it cannot be opened, or is not a CDM (says which tables are missing).
    UserError
        Where a driver is missing (says which to install).
    """
    if "://" in str(address):
        backend, name = _by_url(str(address))
    else:
        path = Path(address)
        name = path.name
        if not path.exists():
            raise InputError("no such file or folder", where=str(address), hint="Give a DuckDB file, a folder or a URL")
        if path.is_dir():
            database = files.open_folder(path)
            _check(database)
            return database
        backend = _by_file(path)
    try:
        places = _places(backend, schema)
        if vocabulary is not None:
            words = _places(backend, vocabulary)
            places = {n: p for n, p in places.items() if n not in model().vocabulary} | {
                n: words[n] for n in model().vocabulary if n in words
            }
    except InputError:
        backend.disconnect()
        raise
    database = Database(backend, name, places)
    _check(database)
    return database


def _check(database: Database) -> None:
    missing = [table for table in model().required if table not in database.places]
    if missing:
        database.close()
        raise InputError(
            f"not an OMOP database: {_listed(missing)} missing",
            where=database.address,
            hint="Where the tables lie in a schema, name it",
        )


def _listed(tables: list[str]) -> str:
    return f"table {tables[0]} is" if len(tables) == 1 else f"tables {', '.join(tables)} are"


def _by_file(path: Path) -> ibis.BaseBackend:
    import duckdb
    import ibis

    try:
        return ibis.duckdb.connect(path, read_only=True)
    except duckdb.Error as error:
        locked = "lock" in str(error).lower()
        raise InputError(
            "another program holds it open for writing" if locked else "not a DuckDB file that can be opened",
            where=path.name,
            hint="Close it there" if locked else "Give a DuckDB file, a folder of CSV or Parquet files, or a URL",
        ) from None


def _by_url(url: str) -> tuple[ibis.BaseBackend, str]:
    """Return the backend of a URL, and the URL without user, password and query."""
    import ibis
    from ibis.common.exceptions import IbisError

    parts = urlsplit(url)
    name = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    settings: dict[str, Any] = {}
    if parts.scheme in ("postgres", "postgresql"):
        settings["options"] = "-c default_transaction_read_only=on"
    try:
        return ibis.connect(url, **settings), name
    except ImportError as error:
        extra = EXTRAS.get(parts.scheme)
        raise UserError(
            f"the driver for {parts.scheme} is not installed ({error.name or 'unknown module'})",
            where=name,
            hint=f"pip install 'sequela[{extra}]'" if extra else "Install the driver of that database for Ibis",
        ) from None
    except (AttributeError, ValueError, IbisError) as error:
        raise InputError(
            f"cannot be read as an address ({type(error).__name__})", where=name, hint="See Ibis's connection URLs"
        ) from None
    except Exception as error:  # noqa: BLE001 - every driver has errors of its own, and their texts may hold the password
        raise InputError(
            f"no connection ({type(error).__name__})", where=name, hint="Check host, port, database, user and password"
        ) from None


def _places(backend: ibis.BaseBackend, schema: str | None) -> dict[str, Place]:
    """The CDM's tables by lower-case name, in the schema or, without one, in the first that has a person table."""
    for candidate in _schemas(backend, schema):
        database: Any = tuple(candidate.split(".", 1)) if candidate and "." in candidate else candidate
        found = {name.lower(): name for name in sorted(backend.list_tables(database=database), reverse=True)}
        if schema is not None or "person" in found:
            break
    else:
        return {}
    return {table: Place(found[table], database) for table in model().columns if table in found}


def _schemas(backend: ibis.BaseBackend, schema: str | None) -> list[str | None]:
    if schema is not None:
        listed = getattr(backend, "list_databases", None)
        if "." not in schema and listed is not None and schema not in listed():
            raise InputError(f"no schema '{schema}'", where=backend.name, hint="Names of schemas are case-sensitive")
        return [schema]
    return (
        [None, *sorted(backend.list_databases(catalog=backend.current_catalog))] if backend.name == "duckdb" else [None]
    )
