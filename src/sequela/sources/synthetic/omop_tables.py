"""A chunk of synthetic episodes as rows of the CDM's tables, in the shape of version 5.4 and without identifiers.

Times are naive, by the clock of UTC; where only the day is known there is no datetime. A CDM has no time of knowing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sequela.course.catalogue import catalogue
from sequela.sources.omop.codes import outcome_findings
from sequela.sources.omop.facts import meanings
from sequela.sources.synthetic import omop_vocabulary as words
from sequela.sources.synthetic.kinetics import book
from sequela.sources.synthetic.omop_persons import instants, observed
from sequela.sources.synthetic.omop_vocabulary import Coded, numbers, sentence_of, unit_concepts, vocabulary

if TYPE_CHECKING:
    import polars as pl

Tables = dict[str, "pl.DataFrame"]
DRUGS = frozenset(key for key, entry in catalogue().events.items() if entry.atc)
MOVES = frozenset(("admission", "discharge", "death", "icu"))
"""Events that are stays, parts of them, or their end."""
SAID = {"present": "{title}{where}.", "absent": "No {title}.", "uncertain": "Possible {title}{where}."}


def made(
    tables: Tables,
    people: pl.DataFrame,
    visits: pl.DataFrame,
    truth: pl.DataFrame,
    rng: np.random.Generator,
    coded: float,
) -> Tables:
    """The clinical tables, and `truth` with what truly was and which of it is coded.

    `tables` are the believed facts of a chunk, `people` and `visits` those of `omop_persons`; `visits` has its keys.
    `coded` is the share of the outcomes that get a diagnosis.
    """
    import polars as pl

    events = tables["events"]
    deaths = events.filter(pl.col("event") == "death").join(people, on="episode")
    deaths = deaths.select(
        "person_id", death_date="date", death_datetime="time", death_type_concept_id=pl.lit(words.EHR)
    ).sort("person_id")
    procedures, chosen = _index_procedures(people, rng)
    conditions, known = _diagnoses(truth, people, rng, coded)
    findings, notes = _findings(tables["findings"], people)
    background = _background(tables["background"], people, rng)
    done, drugs, seen = _events(events, people)
    return {
        "person": _people(people),
        "observation_period": observed(people, visits, deaths.select("person_id", "death_date")).select(
            "person_id",
            observation_period_start_date="begin",
            observation_period_end_date="end",
            period_type_concept_id=pl.lit(words.EHR),
        ),
        "visit_occurrence": _visits(visits),
        "visit_detail": _intensive(events, visits),
        "procedure_occurrence": _placed(pl.concat([procedures, done], how="diagonal"), "procedure", visits),
        "condition_occurrence": _placed(
            pl.concat([background, conditions, findings["condition"]], how="diagonal"), "condition", visits
        ),
        "drug_exposure": _placed(drugs, "drug", visits),
        "measurement": _placed(_measurements(tables["observations"], people), "measurement", visits),
        "observation": _placed(pl.concat([findings["observation"], seen], how="diagonal"), "observation", visits),
        "death": deaths,
        "note": _placed(notes, "note", visits),
        "truth": _truth(truth, people, chosen, known),
    }


def _people(people: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    first = people.filter(pl.col("number") == 1).sort("person_id")
    return first.select(
        "person_id",
        gender_concept_id=pl.col("sex").replace_strict(
            {"male": words.MALE, "female": words.FEMALE}, default=0, return_dtype=pl.Int64
        ),
        # The CDM must have a year of birth where nobody wrote one down.
        year_of_birth=pl.coalesce(
            pl.col("birth_year").cast(pl.Int64),
            pl.col("start").dt.year().cast(pl.Int64) - numbers()["age_unsaid"]["age"]["value"],
        ),
        race_concept_id=pl.lit(0),
        ethnicity_concept_id=pl.lit(0),
        person_source_value=pl.concat_str(pl.lit("SYN-"), pl.col("episode").str.slice(1)),
        gender_source_value="sex",
    )


def _visits(visits: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return visits.select(
        "visit_occurrence_id",
        "person_id",
        visit_concept_id=pl.lit(words.INPATIENT),
        visit_start_date=pl.col("begin").dt.date(),
        visit_start_datetime="begin",
        visit_end_date=pl.col("end").dt.date(),
        visit_end_datetime="end",
        visit_type_concept_id=pl.lit(words.EHR),
        visit_source_value=pl.lit("inpatient"),
        discharged_to_concept_id=pl.when(pl.col("ending") == "death").then(meanings().dead[0]),
        discharged_to_source_value="ending",
    )


def _intensive(events: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """From the move to intensive care to the end of the stay: how long the bed was needed nobody has made up."""
    import polars as pl

    moved = events.filter(pl.col("event") == "icu").join(visits, on="episode").sort("person_id", "date", "fact")
    start = pl.coalesce("time", pl.max_horizontal(pl.col("date").cast(pl.Datetime("us")), "begin"))
    return (
        moved.with_columns(moved=start)
        .filter((pl.col("moved") >= pl.col("begin")) & (pl.col("moved") <= pl.col("end")))
        .select(
            "person_id",
            visit_detail_concept_id=pl.lit(words.INTENSIVE),
            visit_detail_start_date=pl.col("moved").dt.date(),
            visit_detail_start_datetime="time",
            visit_detail_end_date=pl.col("end").dt.date(),
            visit_detail_end_datetime="end",
            visit_detail_type_concept_id=pl.lit(words.EHR),
            visit_detail_source_value=pl.lit("ICU"),
            visit_occurrence_id="visit_occurrence_id",
        )
    )


def _index_procedures(people: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, list[str]]:
    """The index procedures, one for each episode, and the code that each came with."""
    import polars as pl

    codes, draws = numbers()["procedures"], rng.random(people.height)
    chosen = [
        codes[kind][int(draw * len(codes[kind]))]
        for kind, draw in zip(people["kind"].to_list(), draws.tolist(), strict=True)
    ]
    coded = [vocabulary().written(code) for code in chosen]
    rows = people.select("person_id", "episode", time="start", date=pl.col("start").dt.date())
    return rows.with_columns(*_codes(coded, "procedure"), type=pl.lit(words.BILLING)), chosen


def _codes(coded: list[Coded], prefix: str) -> list[pl.Series]:
    import polars as pl

    return [
        pl.Series(f"{prefix}_concept_id", [one.concept for one in coded], dtype=pl.Int64),
        pl.Series(f"{prefix}_source_concept_id", [one.source for one in coded], dtype=pl.Int64),
        pl.Series(f"{prefix}_source_value", [one.value for one in coded], dtype=pl.String),
    ]


def _diagnoses(
    truth: pl.DataFrame, people: pl.DataFrame, rng: np.random.Generator, share: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The diagnoses of outcomes at the time they were recognised, and what was and what is coded of each episode."""
    import polars as pl

    outcomes = numbers()["outcomes"]
    were = [outcomes.get(complication, []) for complication in truth["complication"].to_list()]
    told = truth["recognised"].to_list()
    coded = [
        [key for key in keys if rng.random() < share and at is not None] for keys, at in zip(were, told, strict=True)
    ]
    known = truth.select(
        "episode",
        outcomes=pl.Series([";".join(keys) for keys in were], dtype=pl.String),
        coded_outcomes=pl.Series([";".join(keys) for keys in coded], dtype=pl.String),
    )
    rows = truth.select("episode", "recognised", outcome=pl.Series(coded, dtype=pl.List(pl.String)))
    rows = (
        rows.explode("outcome").drop_nulls("outcome").with_columns(*instants("recognised")).join(people, on="episode")
    )
    rows = rows.select("person_id", "episode", "time", "date", "outcome")
    found = [vocabulary().written(numbers()["diagnoses"][key]) for key in rows["outcome"].to_list()]
    return rows.drop("outcome").with_columns(*_codes(found, "condition"), type=pl.lit(words.BILLING)), known


def _background(background: pl.DataFrame, people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """What a person had before the first procedure, and the tumour: diagnosed some time before, only the day known."""
    import polars as pl

    first = people.filter(pl.col("number") == 1)
    had = background.filter((pl.col("value") == "yes") & pl.col("item").is_in(list(numbers()["background"])))
    codes = {**numbers()["background"], **numbers()["tumours"]}
    rows = pl.concat([had.select("episode", "item"), first.select("episode", item="intent")])
    rows = rows.filter(pl.col("item").is_in(list(codes))).join(first, on="episode").sort("person_id", "item")
    earlier, later = (numbers()["observed"][key]["value"] for key in ("earlier", "later"))
    ago = pl.Series(rng.integers(later, earlier, rows.height), dtype=pl.Int64)
    day = pl.col("start").dt.date() - pl.duration(days=pl.lit(ago))
    found = [vocabulary().written(codes[item]) for item in rows["item"].to_list()]
    rows = rows.select("person_id", "episode", date=day, time=pl.lit(None, pl.Datetime("us")))
    return rows.with_columns(*_codes(found, "condition"), type=pl.lit(words.EHR))


def _findings(findings: pl.DataFrame, people: pl.DataFrame) -> tuple[Tables, pl.DataFrame]:
    """Symptoms and signs that were there, as conditions where a code says them; what imaging saw, as notes.

    A clinician's word for an outcome is left to the diagnoses. No condition says that a symptom was absent or doubtful.
    """
    import polars as pl

    imaging = sorted({entry.key for entry in book().said if entry.delay == "imaging"})
    apart = sorted(outcome_findings())
    rows = findings.join(people, on="episode").sort("person_id", "date", "episode", "fact")
    told = rows.filter(
        (pl.col("presence") == "present") & ~pl.col("finding").is_in(imaging) & ~pl.col("finding").is_in(apart)
    ).select("person_id", "episode", "time", "date", "finding")
    split: Tables = {}
    for prefix, own in (("condition", False), ("observation", True)):
        found = [vocabulary().listed("findings", key) for key in told["finding"].to_list()]
        there = pl.Series([one.value.startswith("finding:") is own for one in found], dtype=pl.Boolean)
        split[prefix] = told.with_columns(*_codes(found, prefix), type=pl.lit(words.EHR)).filter(there).drop("finding")
    seen = rows.filter(pl.col("finding").is_in(imaging))
    sentences = [_sentence(*row) for row in seen.select("finding", "presence", "site").iter_rows()]
    notes = (
        seen.with_columns(sentence=pl.Series(sentences, dtype=pl.String))
        .group_by("person_id", "episode", "time", "date", maintain_order=True)
        .agg(note_text=pl.lit("CT of the abdomen (synthetic report). ") + pl.col("sentence").str.join(" "))
        .with_columns(
            pl.lit(0).alias("note_class_concept_id"),
            pl.lit("CT of the abdomen").alias("note_title"),
            pl.lit(0).alias("encoding_concept_id"),
            pl.lit(words.ENGLISH).alias("language_concept_id"),
            type=pl.lit(words.EHR),
        )
    )
    return split, notes


def _sentence(finding: str, presence: str, site: str | None) -> str:
    title = sentence_of(catalogue().findings[finding].title)
    segments = ", ".join(part for part in (site or "").split(";") if part and not part.startswith("portal-"))
    text = SAID[presence].format(title=title, where=f" in segments {segments}" if segments else "")
    return text[:1].upper() + text[1:]


def _events(events: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """What was done as procedures, drugs, and the rest that only a vocabulary of ours says as observations."""
    import polars as pl

    rows = (
        events.filter(~pl.col("event").is_in(sorted(MOVES)))
        .join(people, on="episode")
        .sort("person_id", "date", "episode", "fact")
    )
    rows = rows.select("person_id", "episode", "time", "date", "event", "detail")
    found = [vocabulary().listed("events", key) for key in rows["event"].to_list()]
    own = pl.Series([one.value.startswith("event:") for one in found], dtype=pl.Boolean)
    drug = pl.col("event").is_in(sorted(DRUGS))

    def coded(prefix: str, keep: pl.Expr) -> pl.DataFrame:
        made = rows.with_columns(*_codes(found, prefix), type=pl.lit(words.EHR))
        return made.filter(keep)

    drugs = coded("drug", drug).with_columns(
        drug_exposure_end_date="date", drug_exposure_end_datetime="time", sig="detail"
    )
    seen = coded("observation", ~drug & own).drop("detail", "event")
    return coded("procedure", ~drug & ~own).drop("detail", "event"), drugs.drop("detail", "event"), seen


def _measurements(observations: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    def looked_up(*columns: str) -> list[dict[str, Any]]:
        return observations.select(columns).unique().sort(columns).to_dicts()

    kinds = looked_up("kind", "unit")
    coded = [vocabulary().kind(row["kind"], row["unit"]) for row in kinds]
    units = [None if row["unit"] is None else unit_concepts().get(row["unit"], 0) for row in kinds]
    meaning = pl.DataFrame(kinds, schema={"kind": pl.String, "unit": pl.String}).with_columns(
        *_codes(coded, "measurement"), unit_concept_id=pl.Series(units, dtype=pl.Int64)
    )
    words_of = [row for row in looked_up("kind", "value") if catalogue().kinds[row["kind"]].answers]
    answers = pl.DataFrame(
        [{**row, "value_as_concept_id": vocabulary().answer(row["kind"], row["value"])} for row in words_of],
        schema={"kind": pl.String, "value": pl.String, "value_as_concept_id": pl.Int64},
    )
    signs = {sign: words.operator(sign) for sign in ("<", ">")}
    rows = (
        observations.join(people.select("episode", "person_id"), on="episode", maintain_order="left")
        .join(meaning, on=["kind", "unit"], nulls_equal=True, maintain_order="left")
        .join(answers, on=["kind", "value"], how="left", maintain_order="left")
    )
    return rows.select(
        "person_id",
        "episode",
        "time",
        "date",
        "measurement_concept_id",
        "measurement_source_concept_id",
        "measurement_source_value",
        "unit_concept_id",
        "value_as_concept_id",
        operator_concept_id=pl.col("comparator").replace_strict(signs, default=None, return_dtype=pl.Int64),
        value_as_number=pl.col("value").cast(pl.Float64, strict=False),
        unit_source_value="unit",
        value_source_value=pl.concat_str(pl.col("comparator").fill_null(""), "value"),
        type=pl.lit(words.EHR),
    ).sort("person_id", "date", "time", maintain_order=True)


def _placed(rows: pl.DataFrame, prefix: str, visits: pl.DataFrame) -> pl.DataFrame:
    """Rows with their dates under the table's names, and the stay in which they were recorded."""
    import polars as pl

    begins = {"drug": "drug_exposure_start", "condition": "condition_start"}.get(prefix, prefix)
    # A day without a time is looked for at noon.
    noon = pl.coalesce("time", pl.col("date").cast(pl.Datetime("us")) + pl.duration(hours=12))
    keys = visits.select("episode", "visit_occurrence_id", "begin", "end").sort("begin")
    rows = rows.with_columns(noon=noon.cast(pl.Datetime("us"))).with_row_index("order").sort("noon", "order")
    rows = rows.join_asof(keys, left_on="noon", right_on="begin", by="episode", check_sortedness=False).sort("order")
    inside = pl.col("noon") <= pl.col("end")
    return rows.with_columns(pl.when(inside).then("visit_occurrence_id").alias("visit_occurrence_id")).select(
        pl.exclude("order", "episode", "noon", "begin", "end", "time", "date", "type"),
        pl.col("date").alias(f"{begins}_date"),
        pl.col("time").alias(f"{begins}_datetime"),
        pl.col("type").alias(f"{prefix}_type_concept_id"),
    )


def _truth(truth: pl.DataFrame, people: pl.DataFrame, chosen: list[str], known: pl.DataFrame) -> pl.DataFrame:
    """The truth with the keys of the CDM; `start`, `onset` by its clock."""
    import polars as pl

    codes = people.select("episode", "person_id", "number", "start", code=pl.Series(chosen, dtype=pl.String))
    joined = truth.join(codes, on="episode", maintain_order="left").join(known, on="episode", maintain_order="left")
    return joined.with_columns(onset=instants("began")[0])
