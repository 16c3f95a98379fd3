"""What goes wrong in real CDMs, each by its name: a function that takes tables and gives them back with that one flaw.

Tables have the columns of a CDM; a trap lets those pass that it says nothing of, and so works on a part of a database.
None of them sees the truth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import polars as pl

from sequela.course.catalogue import catalogue
from sequela.sources.omop.codes import lists
from sequela.sources.synthetic import omop_vocabulary as words
from sequela.sources.synthetic.fhir_codes import VITAL_SIGNS
from sequela.sources.synthetic.omop_vocabulary import numbers, unit_concepts, vocabulary

Tables = dict[str, pl.DataFrame]
Trap = Callable[[Tables, np.random.Generator], Tables]
CODED: Mapping[str, str] = {
    "procedure_occurrence": "procedure",
    "condition_occurrence": "condition",
    "drug_exposure": "drug",
    "measurement": "measurement",
    "observation": "observation",
}
"""The tables whose rows carry a code, and what its columns begin with."""
VOCABULARY = ("concept", "vocabulary", "concept_relationship", "concept_ancestor")
KEYS = ("person", "observation_period", "visit_occurrence", "visit_detail", "note", *CODED)
NO_UNIT = {"unit_concept_id": pl.lit(None, pl.Int64), "unit_source_value": pl.lit(None, pl.String)}
LIVER_FAILURE, SECOND = "K72", 377604
"""The source code that MIMIC-IV's conversion maps to two standard concepts, and the second of them."""
STEP = 1_000_003


def procedure_at_discharge(tables: Tables, rng: np.random.Generator) -> Tables:
    """Nearly every procedure of a stay carries the time of its end."""
    return _at_visit(
        tables, rng, "procedure_occurrence", "procedure", "end", pl.lit(value=True), "procedure-at-discharge"
    )


def diagnosis_at_admission(tables: Tables, rng: np.random.Generator) -> Tables:
    """Nearly every billed diagnosis of a stay carries the time of its beginning."""
    billed = pl.col("condition_type_concept_id") == words.BILLING
    return _at_visit(tables, rng, "condition_occurrence", "condition_start", "start", billed, "diagnosis-at-admission")


def unit_null(tables: Tables, rng: np.random.Generator) -> Tables:
    """Some measurements lose their unit altogether."""
    return _some(tables, rng, "measurement", "unit-null", pl.col("unit_source_value").is_not_null(), NO_UNIT)


def unit_zero(tables: Tables, rng: np.random.Generator) -> Tables:
    """Some units are mapped to nothing (0); the source's own word for them stays."""
    told = pl.col("unit_source_value").is_not_null()
    return _some(tables, rng, "measurement", "unit-zero", told, {"unit_concept_id": pl.lit(0, pl.Int64)})


def iu_per_litre(tables: Tables, _: np.random.Generator) -> Tables:
    """Enzymes are in IU/L, which means the same as U/L and has a concept of its own."""
    other = {"unit_concept_id": pl.lit(unit_concepts()["IU/L"]), "unit_source_value": pl.lit("IU/L")}
    return _changed(tables, "measurement", pl.col("unit_concept_id") == unit_concepts()["U/L"], other)


def fahrenheit(tables: Tables, rng: np.random.Generator) -> Tables:
    """Most temperatures are in Fahrenheit under the same concept as those in Celsius."""
    number = (pl.col("value_as_number") * 9 / 5 + 32).round(1)
    other = {
        "value_as_number": number,
        "value_source_value": number.cast(pl.String),
        "unit_concept_id": pl.lit(unit_concepts()["[degF]"]),
        "unit_source_value": pl.lit("[degF]"),
    }
    celsius = pl.col("unit_concept_id") == unit_concepts()["Cel"]
    return _some(tables, rng, "measurement", "fahrenheit", celsius, other)


def unitless_inr(tables: Tables, _: np.random.Generator) -> Tables:
    """The INR never has a unit."""
    return _changed(tables, "measurement", pl.col("measurement_concept_id").is_in(_concepts("inr")), NO_UNIT)


def operators(tables: Tables, _: np.random.Generator) -> Tables:
    """Below or above what can be measured: `<5` has become 5, and no operator says so; the source's text still does."""
    signed = pl.col("operator_concept_id").is_not_null()
    return _changed(tables, "measurement", signed, {"operator_concept_id": pl.lit(None, pl.Int64)})


def duplicates(tables: Tables, rng: np.random.Generator) -> Tables:
    """Some measurements are there twice, but for the row's key: the copy's is negative."""
    return _doubled(tables, rng, "measurement", numbers()["traps"]["duplicates"])


def midnight_times(tables: Tables, _: np.random.Generator) -> Tables:
    """Every time is midnight: only days are known."""
    found = dict(tables)
    for table, frame in tables.items():
        dates = {name: name.removesuffix("time") for name in frame.columns if name.endswith("_datetime")}
        known = {name: date for name, date in dates.items() if date in frame.columns}
        found[table] = frame.with_columns(
            pl.col(date).cast(pl.Datetime("us")).alias(name) for name, date in known.items()
        )
    return found


def outside_observation(tables: Tables, rng: np.random.Generator) -> Tables:
    """Some persons are observed until they leave hospital for the last time; what is recorded later lies outside."""
    if "observation_period" not in tables:
        return tables
    left = tables["visit_occurrence"].group_by("person_id").agg(left=pl.col("visit_end_date").max())
    frame = tables["observation_period"].join(left, on="person_id", how="left", maintain_order="left")
    cut = _drawn(frame, rng, "outside-observation") & pl.col("left").is_not_null()
    end = pl.when(cut).then(pl.min_horizontal("left", "observation_period_end_date"))
    kept = end.otherwise("observation_period_end_date").alias("observation_period_end_date")
    return {**tables, "observation_period": frame.with_columns(kept).drop("left")}


def two_standards(tables: Tables, rng: np.random.Generator) -> Tables:
    """A source code of liver failure has become two rows with two standard concepts."""
    failure = pl.col("condition_source_value").str.starts_with(LIVER_FAILURE)
    found = _doubled(tables, rng, "condition_occurrence", 1.0, failure, {"condition_concept_id": pl.lit(SECOND)})
    if "concept_relationship" not in found:
        return found
    links = found["concept_relationship"]
    sources = [c.id for (_, code), c in vocabulary().concepts.items() if code.startswith(LIVER_FAILURE)]
    more = links.filter(pl.col("concept_id_1").is_in(sources) & (pl.col("relationship_id") == words.MAPS_TO))
    more = more.with_columns(concept_id_2=pl.lit(SECOND, pl.Int64))
    return {**found, "concept_relationship": pl.concat([links, more])}


def several_concepts(tables: Tables, rng: np.random.Generator) -> Tables:
    """Some rows of an analyte are under another concept for it than the rest."""
    pairs = {}
    for kind, each in lists("measurements").items():
        shown = [code for code in each.codes if code.vocabulary == "LOINC" and code.concepts]
        if len(shown) > 1 and kind in catalogue().kinds:
            pairs[shown[0].concepts[0]] = shown[1]
    concept = pl.col("measurement_concept_id")
    values = {key: code.code for key, code in pairs.items()}
    targets = {key: code.concepts[0] for key, code in pairs.items()}
    other = concept.replace_strict(targets, default=None, return_dtype=pl.Int64)
    changed = {
        "measurement_concept_id": other,
        "measurement_source_concept_id": other,
        "measurement_source_value": concept.replace_strict(values, default=None, return_dtype=pl.String),
    }
    return _some(tables, rng, "measurement", "several-concepts", concept.is_in(list(pairs)), changed)


def implausible_values(tables: Tables, rng: np.random.Generator) -> Tables:
    """The decimal point of a few vital signs has slipped: a mean pressure of 801."""
    vital = pl.col("measurement_concept_id").is_in([c for kind in sorted(VITAL_SIGNS) for c in _concepts(kind)])
    slipped = pl.col("value_as_number") * 10
    other = {"value_as_number": slipped, "value_source_value": slipped.cast(pl.String)}
    chosen = vital & pl.col("value_as_number").is_not_null()
    return _some(tables, rng, "measurement", "implausible-values", chosen, other)


def missing_death(tables: Tables, rng: np.random.Generator) -> Tables:
    """Some deaths are not in `death`; the stay they ended still says so."""
    if "death" not in tables:
        return tables
    frame = tables["death"]
    return {**tables, "death": frame.filter(~_drawn(frame, rng, "missing-death"))}


def unmapped_codes(tables: Tables, _: np.random.Generator) -> Tables:
    """Most codes have no concept (0), and no source concept either: the code is in the source value alone."""
    share = numbers()["traps"]["unmapped-codes"]
    nothing = pl.lit(0, pl.Int64)
    for table, prefix in CODED.items():
        if table in tables:
            value = f"{prefix}_source_value"
            lost = [code for code in tables[table][value].unique().to_list() if _unlucky(code, share)]
            both = {f"{prefix}_concept_id": nothing, f"{prefix}_source_concept_id": nothing}
            tables = _changed(tables, table, pl.col(value).is_in(lost), both)
    return tables


def no_vocabulary(tables: Tables, _: np.random.Generator) -> Tables:
    """The tables of the vocabulary are not handed out."""
    return {table: frame for table, frame in tables.items() if table not in VOCABULARY}


def no_ancestors(tables: Tables, _: np.random.Generator) -> Tables:
    """`concept_ancestor` is there and empty."""
    return {table: frame.clear() if table == "concept_ancestor" else frame for table, frame in tables.items()}


def negative_ids(tables: Tables, _: np.random.Generator) -> Tables:
    """Persons, stays and rows have negative identifiers of 64 bits, which no floating-point number holds."""
    own = {"person_id", *(f"{table}_id" for table in KEYS)}
    return {
        table: frame.with_columns(negative(pl.col(name)) for name in frame.columns if name in own)
        for table, frame in tables.items()
    }


def negative(identifier: pl.Expr) -> pl.Expr:
    """What `negative-ids` makes of an identifier."""
    return identifier * -STEP - 2**62


TRAPS: Mapping[str, Trap] = {
    trap.__name__.replace("_", "-"): trap
    for trap in (
        procedure_at_discharge, diagnosis_at_admission, unit_null, unit_zero, iu_per_litre, fahrenheit, unitless_inr,
        operators, duplicates, midnight_times, outside_observation, two_standards, several_concepts,
        implausible_values, missing_death, unmapped_codes, no_vocabulary, no_ancestors, negative_ids,
    )
}  # fmt: skip
"""The traps by name, in the order in which they are set."""


def spoiled(tables: Tables, names: Iterable[str], seed: int, place: int) -> Tables:
    """The tables with some traps set; each has random numbers of its own, from the seed and the `place` of the part."""
    for number, (name, trap) in enumerate(TRAPS.items()):
        if name in names:
            tables = trap(tables, np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(place, 2, number))))
    return tables


def _drawn(frame: pl.DataFrame, rng: np.random.Generator, name: str) -> pl.Expr:
    """The share of the rows that a trap takes."""
    return pl.lit(pl.Series(rng.random(frame.height) < numbers()["traps"][name], dtype=pl.Boolean))


def _changed(tables: Tables, table: str, chosen: pl.Expr, columns: Mapping[str, pl.Expr]) -> Tables:
    """The tables with some columns of the chosen rows of one of them made anew."""
    if table not in tables:
        return tables
    made = [pl.when(chosen).then(new).otherwise(pl.col(name)).alias(name) for name, new in columns.items()]
    return {**tables, table: tables[table].with_columns(made)}


def _some(
    tables: Tables, rng: np.random.Generator, table: str, name: str, chosen: pl.Expr, columns: Mapping[str, pl.Expr]
) -> Tables:
    """The same for a trap's share of the chosen rows."""
    if table not in tables:
        return tables
    return _changed(tables, table, _drawn(tables[table], rng, name) & chosen, columns)


def _doubled(
    tables: Tables,
    rng: np.random.Generator,
    table: str,
    share: float,
    chosen: pl.Expr | None = None,
    columns: Mapping[str, pl.Expr] | None = None,
) -> Tables:
    """The tables with a share of the chosen rows of one a second time, behind it, under a negative key."""
    if table not in tables:
        return tables
    frame = tables[table]
    drawn = pl.lit(pl.Series(rng.random(frame.height) < share, dtype=pl.Boolean))
    copies = frame.filter(drawn if chosen is None else drawn & chosen)
    copies = copies.with_columns(-pl.col(f"{table}_id"), **(columns or {})).cast(frame.schema)
    return {**tables, table: pl.concat([frame, copies])}


def _at_visit(
    tables: Tables, rng: np.random.Generator, table: str, begins: str, side: str, chosen: pl.Expr, name: str
) -> Tables:
    """The tables with the chosen rows of one at the start or the end of their stay."""
    if table not in tables:
        return tables
    date, time = f"visit_{side}_date", f"visit_{side}_datetime"
    visits = tables["visit_occurrence"].select("visit_occurrence_id", date, time)
    frame = tables[table].join(visits, on="visit_occurrence_id", how="left", maintain_order="left")
    moved = _drawn(frame, rng, name) & chosen & pl.col(date).is_not_null()
    put = {f"{begins}_date": pl.col(date), f"{begins}_datetime": pl.col(time)}
    return {**tables, table: _changed({table: frame}, table, moved, put)[table].drop(date, time)}


def _concepts(kind: str) -> list[int]:
    """The standard concepts of a kind's codes in the vocabulary of a synthetic CDM."""
    coded = (vocabulary().coded(c.vocabulary, c.code) for c in lists("measurements")[kind].codes if c.code)
    return [one.concept for one in coded]


def _unlucky(code: str | None, share: float) -> bool:
    """Whether a code is among those that nobody mapped: the same in every part of a database."""
    digest = hashlib.blake2b((code or "").encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 < share
