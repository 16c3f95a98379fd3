"""Course folders into courses: the five tables of design section 7, .parquet or .csv; only `episodes` must be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sequela.course.episodes import Course, Ending, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Precision, Status, Withdrawal, settle
from sequela.sources.elements import Malformed, Times
from sequela.sources.naming import sites
from sequela.sources.receipt import Receipt
from sequela.sources.table_rows import (
    Candidate,
    Unusable,
    background,
    event,
    finding,
    moment,
    observation,
    parts,
    text,
    whole,
)

if TYPE_CHECKING:
    import polars

TABLES = ("episodes", "observations", "findings", "events", "background")
ENDINGS = (".parquet", ".csv")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "episodes": ("episode", "patient", "kind", "start"),
    "observations": ("episode", "fact", "kind", "value", "unit", "at"),
    "findings": ("episode", "fact", "finding", "presence", "at"),
    "events": ("episode", "fact", "event", "at"),
    "background": ("episode", "item", "value"),
}
"""The columns without which a table says nothing; the others of the contract may be missing."""
READERS = {"observations": observation, "findings": finding, "events": event}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Episode:
    """A row of `episodes` that was understood."""

    patient: str
    procedure: Procedure
    sex: str | None
    birth: int | None
    ending: Ending | None
    offset: int


def folders_in(path: Path) -> list[Path]:
    """The course folders at or below a path: those that hold an `episodes` table."""
    return sorted({file.parent for ending in ENDINGS for file in path.rglob(f"episodes{ending}")})


def read(folder: Path, receipt: Receipt, zone: tzinfo = UTC) -> Iterator[Course]:
    """Yield the courses of a folder in order of episode; a folder with a broken table is rejected whole, and named."""
    frames: dict[str, polars.DataFrame] = {}
    for table in TABLES:
        file = next((folder / f"{table}{ending}" for ending in ENDINGS if (folder / f"{table}{ending}").exists()), None)
        if file is None:
            continue
        frame = _frame(file)
        problem = "not a readable table" if frame is None else _missing(frame, table)
        if frame is None or problem:
            receipt.reject_file(f"{folder.name}/{file.name}", problem)
            return
        frames[table] = frame
    receipt.files += len(frames)
    times = Times(zone)
    episodes = _episodes(frames.pop("episodes"), times, receipt)
    by_patient: dict[str, list[Episode]] = defaultdict(list)
    for episode in sorted(episodes.values(), key=lambda e: (e.procedure.start, e.procedure.id)):
        by_patient[episode.patient].append(episode)
    walks = {table: _Walk(frame) for table, frame in frames.items()}
    for key in sorted(episodes):
        episode = episodes[key]
        facts = _facts(episode, key, walks, times, receipt)
        yield _course(key, episode, by_patient[episode.patient], facts)
    for walk in walks.values():
        receipt.count("dropped", "of an episode that is not in the folder", walk.rest())
    receipt.note("times without a zone", times.zoneless)


class _Walk:
    """A table's rows by episode, taken in order of episode; what no episode asked for is counted."""

    def __init__(self, frame: polars.DataFrame) -> None:
        self._groups: dict[str, polars.DataFrame] = {}
        import polars as pl

        keyed = frame.with_columns(pl.col("episode").cast(pl.String))
        self._lost = keyed["episode"].null_count()
        for (key,), rows in keyed.drop_nulls("episode").partition_by("episode", as_dict=True).items():
            self._groups[str(key)] = rows

    def take(self, episode: str) -> Iterable[Row]:
        """The rows of one episode; they can be taken once."""
        rows = self._groups.pop(episode, None)
        return () if rows is None else rows.iter_rows(named=True)

    def rest(self) -> int:
        """How many rows nobody asked for."""
        return self._lost + sum(rows.height for rows in self._groups.values())


def _frame(file: Path) -> polars.DataFrame | None:
    """The table of a file, every CSV column as text; None where it cannot be read."""
    import polars as pl

    try:
        if file.suffix == ".parquet":
            return pl.read_parquet(file)
        return pl.read_csv(file, infer_schema=False, encoding="utf8", raise_if_empty=False)
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return None


def _missing(frame: polars.DataFrame, table: str) -> str:
    """The complaint about columns that are missing, or nothing."""
    missing = [column for column in REQUIRED[table] if column not in frame.columns]
    return f"no column {', '.join(missing)} in the {table} table" if missing else ""


def _episodes(frame: polars.DataFrame, times: Times, receipt: Receipt) -> dict[str, Episode]:
    """The episodes by their key; a row that is none is counted."""
    found: dict[str, Episode] = {}
    for row in frame.iter_rows(named=True):
        try:
            key, episode = _episode(row, times)
        except Malformed as broken:
            receipt.count("rejected", broken.reason)
        except Unusable as problem:
            receipt.count("dropped", problem.reason)
        else:
            if key in found:
                receipt.count("rejected", "an episode told twice")
            else:
                found[key] = episode
                receipt.count("used")
    return found


def _episode(row: Row, times: Times) -> tuple[str, Episode]:
    """One row of `episodes`."""
    key, patient, kind = (text(row, name) for name in ("episode", "patient", "kind"))
    if key is None or patient is None:
        raise Malformed("an episode without its identifiers")
    if kind is None or kind not in set(ProcedureKind):
        raise Malformed("an unknown kind of procedure")
    start = moment(row, "start", times)
    if start is None:
        raise Unusable("no time")
    day = start.precision is Precision.DAY
    if start.precision in (Precision.MONTH, Precision.YEAR):
        raise Unusable("an index procedure without a day")
    begun = times.first_second(str(row["start"])[:10]) if day else start.at
    sex = text(row, "sex")
    born = whole(row.get("birth_year"))
    procedure = Procedure(
        id=key,
        kind=ProcedureKind(kind),
        start=begun,
        known_from=start.at,
        territory=tuple(dict.fromkeys(site for part in parts(row.get("territory")) for site in sites(part))),
        intent=tuple(parts(row.get("intent"))),
        precision=start.precision,
    )
    ended = moment(row, "ended", times)
    ending = None
    if ended is not None:
        ending = Ending(by=text(row, "end_reason") or "ended", at=ended.at, known_from=ended.at)
    return key, Episode(
        patient=patient,
        procedure=procedure,
        sex={"m": "male", "f": "female", "male": "male", "female": "female"}.get((sex or "").casefold()),
        birth=None if born is None else times.first_second(f"{born:04d}"),
        ending=ending,
        offset=start.offset,
    )


def _course(key: str, episode: Episode, siblings: list[Episode], facts: list[Fact]) -> Course:
    """The course of one episode: the patient's other episodes end it or stand before it."""
    start = episode.procedure.start
    own = (start, episode.procedure.id)
    endings = [] if episode.ending is None else [episode.ending]
    endings += [
        Ending(by=other.procedure.id, at=other.procedure.start, known_from=other.procedure.known_from)
        for other in siblings
        if (other.procedure.start, other.procedure.id) > own
    ]
    endings += [
        Ending(by="death", at=fact.at, known_from=fact.known_from, known_until=fact.known_until)
        for fact in facts
        if isinstance(fact, Event) and fact.event == "death" and fact.at >= start
    ]
    return Course(
        id=f"{episode.patient}|{key}",
        patient=episode.patient,
        procedure=episode.procedure,
        facts=tuple(facts),
        sex=episode.sex,
        birth=episode.birth,
        earlier=tuple(other.procedure for other in siblings if (other.procedure.start, other.procedure.id) < own),
        endings=tuple(endings),
        zone_offset=episode.offset,
    )


def _facts(episode: Episode, key: str, walks: Mapping[str, _Walk], times: Times, receipt: Receipt) -> list[Fact]:
    """The settled facts of one episode, its rows counted."""
    candidates: list[Candidate] = []
    for table, walk in walks.items():
        for row in walk.take(key):
            try:
                if table == "background":
                    candidates.append(background(row, episode.procedure.start))
                else:
                    candidates.append(READERS[table](row, times))
            except Malformed as broken:
                receipt.count("rejected", broken.reason)
            except Unusable as problem:
                receipt.count(problem.category, problem.reason)
    receipt.candidates(len(candidates))
    born = episode.birth
    if born is not None:
        before = sum(candidate.fact.at < born for candidate in candidates)
        receipt.settle("dropped", "before birth", before)
        if before:
            candidates = [candidate for candidate in candidates if candidate.fact.at >= born]
    return _settled(candidates, receipt)


def _settled(candidates: list[Candidate], receipt: Receipt) -> list[Fact]:
    """The facts with their versions settled, and what became of every row."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.fact.fact].append(candidate)
    versions: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    for fact in sorted(groups):
        group = sorted(groups[fact], key=lambda c: (c.fact.version, c.fact.known_from, str(c.fact.status), c.content))
        distinct = list(dict.fromkeys(group))
        receipt.settle("duplicate", "the same version again", len(group) - len(distinct))
        first = distinct[0]
        if len(distinct) == 1 and first.fact.status in (Status.AMENDED, Status.CORRECTED) and first.fact.assumed:
            receipt.settle("dropped", "a correction that does not say when it was made")
            continue
        versions.extend(candidate.fact for candidate in distinct)
        receipt.note("known_at assumed from the reporting delay", sum(c.fact.assumed for c in distinct))
        for candidate in distinct[:-1]:
            _count_earlier(candidate, receipt)
        last = distinct[-1]
        if isinstance(last.fact, Withdrawal):
            receipt.settle("dropped", last.gone)
        elif (last.fact.key, last.fact.at, last.content) in seen:
            receipt.settle("duplicate", "the same value at the same time")
        else:
            seen.add((last.fact.key, last.fact.at, last.content))
            receipt.settle("used")
    return settle(versions)


def _count_earlier(candidate: Candidate, receipt: Receipt) -> None:
    if isinstance(candidate.fact, Withdrawal):
        receipt.settle("dropped", candidate.gone)
    else:
        receipt.settle("superseded", "an earlier version")
