"""One site's answer: its database opened, its episodes found and followed, its outcomes counted with their limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sequela.assessing.counting.outcomes import SOURCES, WAYS, Outcome, outcomes
from sequela.course.catalogue import catalogue
from sequela.criteria import shelf as shipped_shelf
from sequela.logic.shelf import Shelf
from sequela.measure.disclosure import withheld
from sequela.measure.following import Followed, Sought, concatenated, follow, strata, together
from sequela.measure.site import Choice, Question, deaths, estimates, percentiles
from sequela.sources.receipt import Receipt

if TYPE_CHECKING:
    from sequela.sources.omop.cdm import Database
    from sequela.sources.omop.index import Index, ReadyCohort

SCHEMA = "1"
"""The version of `incidence.json`."""
STRATA = ("procedure", "session", "tumour", "age_group", "sex", "year")
AT_ONCE = 250
"""Episodes that are walked together, beside others on another thread."""
SHOWN = ("alt", "ast", "bilirubin", "inr", "crp", "wbc", "temperature", "creatinine")
"""The kinds whose course is shown, by day since the procedure."""
DAYS_SHOWN = (-1, 14)


@dataclass(frozen=True, slots=True)
class Site:
    """What one database says: `content` is `incidence.json`, with no row of a person's in it."""

    content: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The answer as `incidence.json` has it."""
        return dict(self.content)


def count(
    database: Database,
    shelf: Shelf | None = None,
    *,
    name: str = "",
    cohort: ReadyCohort | None = None,
    zone: tzinfo = UTC,
    windows: Mapping[str, float] | None = None,
    level: float = 0.95,
    minimum: int = 5,
    strata_by: Sequence[str] = STRATA,
    progress: Callable[[str], None] | None = None,
) -> Site:
    """Return how often each outcome followed an index procedure in a CDM.

    Parameters
    ----------
    shelf : the definitions and numbers (default: as shipped).
    name : what the site calls itself in its file; a pooled table shows it.
    cohort : a cohort that the site has made, instead of the procedures' codes.
    zone : of the site's times.
    windows : the site's own days for some outcomes.
    level, minimum : of the limits; the smallest count that is told.
    strata_by : by what the procedures are divided as well.
    progress : called with a word for what is done next.

    Raises
    ------
    UserError, InputError
        When a choice cannot be, or the database cannot be read.
    """
    from sequela.engine import spans as engine
    from sequela.engine.program import compiled
    from sequela.sources.frames import apart, settled
    from sequela.sources.omop.facts import Readers, course_tables
    from sequela.sources.omop.index import index_procedures
    from sequela.sources.omop.quality import assess_quality

    shelf = shelf or shipped_shelf()
    asked = outcomes(shelf, windows)
    say = progress or (lambda _: None)
    say("index procedures")
    index = index_procedures(database, cohort)
    readers = Readers.at(database)
    quality = assess_quality(database, index, readers, say)
    receipt = Receipt()
    parts: list[Followed] = []
    sought = [Sought(one.key, one.condition, one.coded, one.findings, one.imaging) for one in asked]
    resolutions = {key: float(kind.resolution) for key, kind in catalogue().kinds.items()}
    noted = False
    if not index.episodes.is_empty():
        program = compiled(shelf, scores=False)
        for tables in course_tables(database, index, receipt, readers=readers, progress=say):
            say("assessing")
            noted = noted or not tables["reports"].is_empty()
            frames = settled(tables, zone, receipt)
            spans = concatenated(engine.spans(apart(*frames, AT_ONCE), program))
            parts.append(follow(*frames, spans, tables["diagnoses"], index.episodes, sought, resolutions))
        receipt.check()
    content: dict[str, Any] = {
        **_head(shelf, database, name, level, minimum),
        "population": _population(index, minimum),
        "quality": quality.as_json(minimum),
        "definitions": [_definition(outcome, index, readers.outcomes.fates) for outcome in asked],
        "outcomes": {},
        "course": {},
        "course_titles": {key: f"{catalogue().kinds[key].title}, {catalogue().kinds[key].unit}" for key in SHOWN},
    }
    if parts:
        say("counting")
        found = together(parts)
        episodes = found.episodes.join(strata(index.episodes), on="episode", how="left", maintain_order="left")
        coded = _holds_any(database, "condition_occurrence")
        questions = [_question(outcome, coded=coded, noted=noted) for outcome in asked]
        choice = Choice(level, minimum, tuple(strata_by))
        content["outcomes"] = estimates(episodes, found.events, found.prevalent, found.imaged, questions, choice)
        content["course"] = percentiles(found.readings, SHOWN, DAYS_SHOWN, minimum)
        content["deaths"] = deaths(episodes, choice)
    content["receipt"] = receipt.as_json()
    return Site(content)


def _head(shelf: Shelf, database: Database, name: str, level: float, minimum: int) -> dict[str, Any]:
    """What was counted with: versions of everything that could change a number."""
    from sequela.sources.omop.codes import versions

    return {
        "schema": SCHEMA,
        "kind": "sequela site incidence",
        "sequela": version("sequela"),
        "criteria": {"version": shelf.version, "hash": shelf.hash},
        "codes": dict(versions()),
        "site": name,
        "cdm": {"version": database.version, **_source(database)},
        "level": level,
        "minimum": minimum,
        "ways": dict(SOURCES),
    }


def _source(database: Database) -> dict[str, str | None]:
    """When the database was made, and with which vocabulary, as it says itself."""
    if not database.has("cdm_source"):
        return {"released": None, "vocabulary": None}
    rows = database.to_polars(
        database.table("cdm_source").select("cdm_release_date", "source_release_date", "vocabulary_version").limit(1)
    )
    if rows.is_empty():
        return {"released": None, "vocabulary": None}
    released, made, words = rows.row(0)
    date = released or made
    return {"released": date.isoformat() if date else None, "vocabulary": words}


def _population(index: Index, minimum: int) -> dict[str, Any]:
    """From records to episodes, and what they are; small counts of what was left out are withheld."""
    kinds = dict(Counter(strata(index.episodes)["procedure"]))
    hidden = withheld(kinds, minimum) if kinds and minimum > 1 else frozenset()
    return {
        "episodes": index.episodes.height,
        "persons": index.episodes["person_id"].n_unique(),
        "flow": [{"step": step, "count": count} for step, count in index.flow],
        "excluded": [
            {"reason": reason, "count": None if 0 < count < minimum else count}
            for reason, count in index.excluded.items()
        ],
        "kinds": {kind: None if kind in hidden else count for kind, count in sorted(kinds.items())},
    }


def _definition(outcome: Outcome, index: Index, fates: Sequence[Any]) -> dict[str, Any]:
    """What an outcome is, in words that go with its number."""
    window = outcome.window
    return {
        "key": outcome.key,
        "title": outcome.title,
        "condition": outcome.condition,
        "window": {
            "parameter": window.key,
            "value": outcome.days,
            "unit": window.unit,
            "from": window.valid_from.isoformat(),
            "basis": window.basis.value,
            "cites": list(window.cites),
            "note": window.note,
        },
        "codes": [
            {"vocabulary": fate.vocabulary, "code": fate.code, "display": fate.display, "fate": fate.fate.value}
            for fate in fates
            if fate.list == outcome.coded
        ],
        "report_findings": list(outcome.findings),
        "imaging": list(outcome.imaging),
    }


def _question(outcome: Outcome, *, coded: bool, noted: bool) -> Question:
    """What is asked of the rows: the ways in which the outcome can be seen at this site."""
    there = {"coded": coded and bool(outcome.coded), "assessed": True, "reported": noted and bool(outcome.findings)}
    ways = tuple(way for way in WAYS if there[way])
    return Question(outcome.key, outcome.days, ways, ("suspected",), outcome.imaging)


def _holds_any(database: Database, table: str) -> bool:
    return database.has(table) and not database.to_polars(database.table(table).limit(1)).is_empty()
