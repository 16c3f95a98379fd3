"""Findings, events and background: what is said and done, beside what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sequela.sources.synthetic import text
from sequela.sources.synthetic.charting import WITHDRAWN, Rows, episode_names, framed, spoiled
from sequela.sources.synthetic.curves import said_yes
from sequela.sources.synthetic.kinetics import Book, Said, book
from sequela.sources.synthetic.measuring import Measured
from sequela.sources.synthetic.patients import SINGLE, TERRITORIES, Flags, Floats, Ints, Patients, spread

if TYPE_CHECKING:
    import polars

PRESENCES = ["present", "absent", "uncertain"]
MOST_REPEATS = 12
"""A course of treatment is charted no oftener than this."""
SITES = ("", "territory", "portal")
BACKGROUND = (
    "cirrhosis",
    "functioning-net",
    "bilioenteric-anastomosis",
    "biliary-stent",
    "diabetes",
    "chronic-kidney-disease",
    "anticoagulation",
    "hypercapnic-respiratory-failure",
    "earlier-portal-vein-thrombosis",
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some facts of one key: whose, when, known when."""

    key: str
    row: Ints
    at: Ints
    known: Ints
    presence: int
    site: int
    detail: str
    steady: bool


def tables(
    rng: np.random.Generator, patients: Patients, found: Measured, upto: int
) -> tuple[polars.DataFrame, polars.DataFrame]:
    """The `findings` and `events` tables of a chunk."""
    numbers = book()
    pieces = {"finding": [], "event": []}  # type: dict[str, list[_Piece]]
    for entry in numbers.said:
        pieces[entry.role].append(_said(rng, entry, patients, numbers))
    for note in numbers.noted:
        pieces[note.role].append(
            _noted(rng, note.key, note.kind, note.least.value, note.share.value, found, patients, numbers)
        )
    pieces["event"].extend(_moves(rng, patients, numbers))
    return _findings(rng, pieces["finding"], patients, upto), _events(rng, pieces["event"], patients, upto)


def background(rng: np.random.Generator, patients: Patients, upto: int) -> polars.DataFrame:
    """The `background` table of a chunk: what is there, and in half of the records what is not."""
    import polars as pl

    names = episode_names(patients)
    told = rng.random(len(patients)) < book().background["said-absent"].value
    grades = np.select(
        [patients.flags["child-pugh-a"], patients.flags["child-pugh-b"], patients.flags["child-pugh-c"]], [0, 1, 2], -1
    )
    episode: list[str] = []
    item: list[str] = []
    value: list[str] = []
    for i in range(min(upto, len(patients))):
        rows = [
            (key, "yes" if patients.flags[key][i] else "no") for key in BACKGROUND if patients.flags[key][i] or told[i]
        ]
        if grades[i] >= 0:
            rows.append(("child-pugh", "ABC"[grades[i]]))
        rows.append(("tumour-size", str(round(float(patients.tumour[i])))))
        for key, said in rows:
            episode.append(names[i])
            item.append(key)
            value.append(said)
    return pl.DataFrame(
        {"episode": episode, "item": item, "value": value},
        schema={"episode": pl.String, "item": pl.String, "value": pl.String},
    )


def territories(patients: Patients) -> list[tuple[str, ...]]:
    """The treated segments of each patient."""
    return [
        (SINGLE if single else TERRITORIES)[place]
        for single, place in zip(patients.single.tolist(), patients.territory.tolist(), strict=True)
    ]


def _said(rng: np.random.Generator, entry: Said, patients: Patients, numbers: Book) -> _Piece:
    count = len(patients)
    has = patients.of(entry.scenarios, entry.procedures, entry.background, numbers)
    chosen = (
        patients.icu
        if entry.share_of == "icu"
        else said_yes(rng, 1.0 if entry.share is None else entry.share.value, count)
    )
    after = spread(rng, entry.after, count)
    hour = patients.times[entry.clock] + (-after if entry.before else after)
    row = np.flatnonzero(has & chosen & ~np.isnan(hour))
    at = hour[row]
    if entry.every is not None:
        row, at = _repeated(row, at, entry.every.value, patients.times[entry.until][row])
    alive = at < patients.times["dying"][row]
    return _piece(
        rng, entry.key, row[alive], at[alive], patients, numbers, entry.delay, entry.presence, entry.site, entry.detail
    )


def _repeated(row: Ints, at: Floats, every: float, until: Floats) -> tuple[Ints, Floats]:
    """Every so many hours until an hour."""
    times = np.clip(np.ceil((until - at) / every), 1, MOST_REPEATS).astype(np.int64)
    place = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    return np.repeat(row, times), np.repeat(at, times) + every * place


def _noted(
    rng: np.random.Generator,
    key: str,
    kind: str,
    least: float,
    share: float,
    found: Measured,
    patients: Patients,
    numbers: Book,
) -> _Piece:
    """What follows a charted value: a word, a drug."""
    index = list(numbers.panel).index(kind)
    hit = np.flatnonzero((found.kind == index) & (found.value >= least) & (found.at > patients.start[found.row]))
    hit = hit[said_yes(rng, share, hit.size)]
    hour = (found.at[hit] - patients.start[found.row[hit]]) / 3600
    return _piece(rng, key, found.row[hit], hour, patients, numbers, "findings", "present", "", "")


def _moves(rng: np.random.Generator, patients: Patients, numbers: Book) -> Iterator[_Piece]:
    """Admissions, discharges and deaths: known at once, never mended."""
    everybody = np.arange(len(patients))
    near = -spread(rng, numbers.cadence["baseline-near"], len(patients)) - 1
    moves = (
        ("admission", near),
        ("discharge", patients.times["discharge"]),
        ("admission", patients.times["readmission"]),
        ("discharge", patients.times["last-discharge"]),
        ("death", patients.times["death"]),
    )
    for key, hour in moves:
        kept = ~np.isnan(hour) & ((hour <= patients.times["dying"]) | (key == "death"))
        yield _piece(rng, key, everybody[kept], hour[kept], patients, numbers, "", "", "", "", steady=True)


def _piece(
    rng: np.random.Generator,
    key: str,
    row: Ints,
    hour: Floats,
    patients: Patients,
    numbers: Book,
    delay: str,
    presence: str,
    site: str,
    detail: str,
    *,
    steady: bool = False,
) -> _Piece:
    at = np.rint(hour * 3600).astype(np.int64) + patients.start[row]
    wait = np.zeros(row.size)
    if delay:
        number = numbers.delays[delay]
        wait = spread(rng, number, row.size) * (3600 if number.unit == "h" else 1)
    return _Piece(
        key=key,
        row=row,
        at=at,
        known=at + np.rint(wait).astype(np.int64),
        presence=PRESENCES.index(presence) if presence else -1,
        site=SITES.index(site),
        detail=detail,
        steady=steady,
    )


def _rows(rng: np.random.Generator, pieces: list[_Piece]) -> tuple[Rows, list[str], list[str | None], Flags]:
    """Pieces as rows in the order of their episodes and times."""
    keys = sorted({piece.key for piece in pieces})
    details: list[str | None] = [*sorted({piece.detail for piece in pieces if piece.detail})]

    def each(value: object) -> Ints:
        return np.concatenate([np.full(piece.row.size, value(piece), dtype=np.int64) for piece in pieces])  # type: ignore[operator]

    row, at, known = (np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("row", "at", "known"))
    columns = {
        "key": each(lambda piece: keys.index(piece.key)),
        "presence": each(lambda piece: piece.presence),
        "site": each(lambda piece: piece.site),
        "detail": each(lambda piece: details.index(piece.detail) if piece.detail else -1),
    }
    steady = each(lambda piece: piece.steady).astype(np.bool_)
    count = row.size
    no = np.zeros(count, dtype=np.bool_)
    rows = Rows(
        row,
        np.zeros(count, dtype=np.int64),
        np.ones(count, dtype=np.int64),
        at,
        known,
        np.zeros(count, dtype=np.int64),
        no,
        no,
        columns,
    )
    order = np.lexsort((columns["key"], at, row))
    rows = rows.take(order)
    starts = np.flatnonzero(np.diff(rows.row, prepend=-1))
    lengths = np.diff(np.append(starts, count))
    number = np.arange(count) - np.repeat(starts, lengths) + 1
    rates = book().rates
    dated = said_yes(rng, rates["date-only"].value, count) & ~steady[order]
    unsaid = said_yes(rng, rates["known-unsaid"].value, count)
    whole = Rows(rows.row, number, rows.version, rows.at, rows.known, rows.status, dated, unsaid, rows.columns)
    return whole, keys, details, steady[order]


def _findings(rng: np.random.Generator, pieces: list[_Piece], patients: Patients, upto: int) -> polars.DataFrame:
    rows, keys, _, steady = _rows(rng, pieces)
    rows, wrong, _ = spoiled(rng, rows, book(), steady)
    # A report that is corrected was uncertain at first.
    presence = np.where((wrong > 0) & (wrong != WITHDRAWN) & (rows.version == 1), 2, rows.columns["presence"])
    keep = np.flatnonzero(rows.row < upto)
    rows, presence = rows.take(keep), presence[keep]
    treated = territories(patients)
    sites: list[str | None] = [";".join(segments) for segments in treated]
    sites += [";".join(f"portal-{segment}" for segment in segments) for segments in treated]
    place = np.where(rows.columns["site"] > 0, rows.row + (rows.columns["site"] - 1) * len(patients), -1)
    frame = framed(rows, patients, "f")
    return frame.select(
        "episode",
        "fact",
        "version",
        text.gathered([*keys], rows.columns["key"]).alias("finding"),
        text.gathered([*PRESENCES], presence).alias("presence"),
        text.gathered(sites, place).alias("site"),
        "at",
        "known_at",
        "status",
    )


def _events(rng: np.random.Generator, pieces: list[_Piece], patients: Patients, upto: int) -> polars.DataFrame:
    rows, keys, details, steady = _rows(rng, pieces)
    rows, _, _ = spoiled(rng, rows, book(), steady)
    rows = rows.take(np.flatnonzero(rows.row < upto))
    frame = framed(rows, patients, "e")
    return frame.select(
        "episode",
        "fact",
        "version",
        text.gathered([*keys], rows.columns["key"]).alias("event"),
        text.gathered(details, rows.columns["detail"]).alias("detail"),
        "at",
        "known_at",
        "status",
    )
