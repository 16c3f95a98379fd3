"""The tables of one CDM, whatever its version, spelling of names and backend: `Database.table(name)`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from sequela.errors import InputError, UnknownName

if TYPE_CHECKING:
    import ibis
    import polars as pl

Type = Literal["int64", "float64", "date", "timestamp", "string"]
"""The five types that a column of the CDM has here, under Ibis's names."""
EXACT = 2**53
"""Up to here a floating-point number still holds every whole number."""


@dataclass(frozen=True, slots=True)
class Model:
    """The CDM as `cdm.toml` writes it: columns by table, earlier names, odd types, and groups of tables."""

    columns: Mapping[str, tuple[str, ...]]
    former: Mapping[str, str]
    types: Mapping[str, Type]
    required: tuple[str, ...]
    vocabulary: tuple[str, ...]

    def type_of(self, column: str) -> Type:
        """The type of a column, by its name."""
        if column in self.types:
            return self.types[column]
        ends: dict[str, Type] = {"_id": "int64", "_date": "date", "_datetime": "timestamp"}
        return next((kind for end, kind in ends.items() if column.endswith(end)), "string")


@cache
def model() -> Model:
    """The CDM, read once from `cdm.toml`."""
    read = tomllib.loads(resources.files(__package__).joinpath("cdm.toml").read_text(encoding="utf-8"))
    named: dict[str, Type] = {"integer": "int64", "number": "float64", "text": "string"}
    return Model(
        columns={table: tuple(columns.split()) for table, columns in read["tables"].items()},
        former=read["former"],
        types={column: kind for name, kind in named.items() for column in read["types"][name].split()},
        required=tuple(read["groups"]["required"].split()),
        vocabulary=tuple(read["groups"]["vocabulary"].split()),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table lies: its name and schema as the database spells them, and the file it was read from, if any."""

    name: str
    schema: str | tuple[str, str] | None = None
    file: str = ""


@dataclass(slots=True, repr=False)
class Database:
    """One CDM. `places` are its tables under their lower-case names; `bad_cells` counts unreadable cells of CSV files.

    `address` carries no password. `bad_cells` is by (table, column) and complete for the tables asked for so far;
    the column `*` counts whole lines that could not be split into cells.
    """

    backend: ibis.BaseBackend
    address: str
    places: Mapping[str, Place]
    bad_cells: dict[tuple[str, str], int] = field(default_factory=dict)
    prepare: Callable[[str], None] | None = None
    _tables: dict[str, ibis.Table] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the database holds the table, be it empty."""
        return name in self.places

    def table(self, name: str) -> ibis.Table:
        """The table with the CDM's columns under 5.4's lower-case names and types; what is missing is NULL.

        A table that the database lacks comes back empty: ask `has` where that makes a difference. Columns that the
        CDM does not know are left out.

        Raises
        ------
        UnknownName
            When the CDM, or the part of it that we read, has no such table.
        """
        if name not in model().columns:
            raise UnknownName(f"'{name}' is not a table of the CDM that is read here")
        if name not in self._tables:
            if name not in self.places:
                self._tables[name] = self._empty(name)
            else:
                raw = self._raw(name)
                self._refuse_lost_ids(name, raw)
                self._tables[name] = unified(name, raw)
        return self._tables[name]

    def rows(self, name: str) -> int:
        """How many rows the table has; 0 where there is none."""
        return int(self.to_polars(self.table(name).aggregate(n=lambda t: t.count()))["n"][0]) if self.has(name) else 0

    @property
    def version(self) -> str:
        """`5.3` or `5.4`: what cdm_source says, or else what the columns of visit_occurrence show."""
        if self.has("cdm_source"):
            said = self.to_polars(self.table("cdm_source").select("cdm_version"))["cdm_version"].to_list()
            found = [match[0] for text in said if text and (match := re.search(r"5\.[34]", text))]
            if found:
                return str(max(found))
        columns = self._raw("visit_occurrence").columns if self.has("visit_occurrence") else ()
        return "5.4" if "admitted_from_concept_id" in {column.lower() for column in columns} else "5.3"

    def to_polars(self, expression: ibis.Table) -> pl.DataFrame:
        """The rows of an expression, through Arrow; whole numbers are 64 bits wide and timestamps in microseconds.

        Raises
        ------
        InputError
            When the database does not answer: a right that is missing, a cell that is not of its type.
        """
        import polars as pl
        from ibis.common.exceptions import IbisError

        try:
            rows = self.backend.to_pyarrow(expression)
        except IbisError:
            raise
        except Exception as error:  # noqa: BLE001 - every driver has errors of its own, and their words quote cells
            raise InputError(
                f"a query failed ({type(error).__name__})",
                where=self.address,
                hint="May this user read every table, and does each column have the CDM's type?",
            ) from None
        found = pl.from_arrow(rows)
        assert isinstance(found, pl.DataFrame)
        return found.with_columns(
            pl.selectors.integer().cast(pl.Int64),
            pl.selectors.decimal().cast(pl.Float64),
            pl.selectors.datetime().cast(pl.Datetime("us")),
        )

    def close(self) -> None:
        """Let go of the connection."""
        self.backend.disconnect()

    def _raw(self, name: str) -> ibis.Table:
        """The table as the site spells it."""
        if self.prepare is not None:
            self.prepare(name)
        place = self.places[name]
        return self.backend.table(place.name, database=place.schema)

    def _empty(self, name: str) -> ibis.Table:
        import ibis

        # Out of a table that is there: an empty table of our own would have to be written into the database.
        nothing, columns = self._raw("person").limit(0), model().columns[name]
        return nothing.select(**{column: ibis.null(model().type_of(column)) for column in columns})

    def _refuse_lost_ids(self, name: str, raw: ibis.Table) -> None:
        """Refuse identifiers that went through a floating-point column and are too long to have survived it."""
        floating = [
            c for c in raw.columns if model().type_of(c.lower()) == "int64" and raw[c].type().is_floating()
            and c.lower() in model().columns[name]
        ]  # fmt: skip
        if not floating:
            return
        largest = self.to_polars(raw.aggregate(**{c.lower(): raw[c].abs().max() for c in floating}))
        for column in largest.columns:
            if (largest[column][0] or 0) > EXACT:
                raise InputError(
                    f"{column} holds floating-point numbers beyond 2^53, which no longer tell identifiers apart",
                    where=f"{self.address}, table {name}",
                    hint="Write the table anew with 64-bit integers",
                )

    def __repr__(self) -> str:
        return f"<Database {self.address}: {len(self.places)} tables>"


def unified(name: str, raw: ibis.Table) -> ibis.Table:
    """The CDM's columns out of a table as a site spells it: 5.4's names, lower case, our types, NULL where missing."""
    import ibis

    there = {column.lower(): column for column in raw.columns}
    chosen: dict[str, Any] = {}
    for column in model().columns[name]:
        kind = model().type_of(column)
        given = there.get(column, there.get(model().former.get(column, "")))
        chosen[column] = ibis.null(kind) if given is None else _typed(raw[given], kind)
    return raw.select(**chosen)


def _typed(column: Any, kind: Type) -> Any:
    """The column in the CDM's type; whole numbers of any width stay, for an index is of no use to a cast."""
    have = column.type()
    if kind == "int64":
        return column if have.is_integer() else column.cast("int64")
    if kind == "timestamp":
        return column if have.is_timestamp() and have.timezone is None else column.cast("timestamp")
    # A narrow float stays what it is: widened, 4.1 would read 4.099999904632568.
    fits = {"float64": have.is_floating, "date": have.is_date, "string": have.is_string}[kind]
    return column if fits() else column.cast(kind)
