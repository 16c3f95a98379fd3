"""Series to pool: read from a file, sorted by what they count, and refused where they cannot stand together.

A row of the plain form has `study`, `events` and `total`, and may have `unit`, `population`, `complication`, `overlaps`
(a study that counts the same people), `status` and `percent` (as printed). A row of the wide form has `patients` and
`procedures` with `events_patient` and `events_procedure` instead, one row for each complication.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import orjson

from sequela.errors import InputError, UserError
from sequela.measure.pooling import Series

UNITS = {"patients": "patients", "patient": "patients", "procedures": "procedures", "sessions": "procedures"}
UNITS["procedure"] = UNITS["session"] = "procedures"
WIDE = {"patients": ("events_patient", "patients"), "procedures": ("events_procedure", "procedures")}
SITE = "sequela site incidence"
"""What a site's file says that it is."""
VERIFIED = frozenset({"", "verified", "verified-abstract", "verified-full-text"})
"""What `status` may say of a row that is pooled unasked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One count of a series, with what decides whether it may be pooled and with whom."""

    series: Series
    unit: str = ""
    population: str = ""
    complication: str = ""
    overlaps: str = ""
    status: str = ""
    percent: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    """All columns of its row, any of which may be a moderator."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows that may be pooled, in sets that ask the same of the same; what was left out, why; what looks wrong."""

    sets: Mapping[tuple[str, str, str], Sequence[Row]]
    left_out: Sequence[tuple[str, str]]
    flagged: Sequence[str]


def read(path: Path, complication: str | None = None) -> tuple[list[Row], list[tuple[str, str]]]:
    """Return the rows of a CSV file, or of a site's `incidence.json`, and each that has no counts with the reason.

    A site's rows are told apart by outcome, way in which it was seen, window, and unit; each is a set of its own.

    Raises
    ------
    InputError
        When the file cannot be read, or lacks columns.
    """
    if path.suffix == ".json":
        return _of_site(path, complication)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = [name.strip().lower() for name in reader.fieldnames or []]
            reader.fieldnames = columns
            lines = [{name: (value or "").strip() for name, value in line.items() if name} for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("the file cannot be read as CSV", where=path.name, hint="Save it as UTF-8 CSV") from error
    if {"study", "events", "total"} <= set(columns):
        forms: dict[str, tuple[str, str]] = {"": ("events", "total")}
    elif {"study", "events_patient", "events_procedure", "patients", "procedures"} <= set(columns):
        forms = WIDE
    else:
        raise InputError(
            "no columns study, events, total", where=path.name, hint="Name them in the first line, separated by commas"
        )
    rows, left_out = [], []
    for number, line in enumerate(lines, 2):
        if complication and complication not in line.get("complication", complication).lower():
            continue
        found = 0
        for unit, (events, total) in forms.items():
            if not (line.get(events) or line.get(total)):
                continue
            row = _row(line, unit, events, total, f"{path.name}, line {number}")
            if row is not None:
                rows.append(row)
                found += 1
        if not found:
            left_out.append((line.get("study", ""), "no counts: a percentage alone cannot be pooled"))
    return rows, left_out


def _of_site(path: Path, complication: str | None) -> tuple[list[Row], list[tuple[str, str]]]:
    """The counts of a site's file, over procedures and over persons; what it withheld is left out."""
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise InputError("the file cannot be read as JSON", where=path.name, hint="Give incidence.json") from error
    if not isinstance(content, dict) or content.get("kind") != SITE or content.get("schema") != "1":
        raise InputError("no site's incidence", where=path.name, hint="Give a file that sequela measure has written")
    study = content["site"] or path.parent.name or path.stem
    rows: list[Row] = []
    left_out: list[tuple[str, str]] = []
    for key, answer in content["outcomes"].items():
        for way, block in answer["by_way"].items():
            name = f"{key} ({way}, {answer['window_days']:g} days)"
            if complication and complication not in name.lower():
                continue
            if block["withheld"] or not block.get("proportion"):
                why = "withheld" if block["withheld"] else "nobody at risk"
                left_out.append((study, f"{name}: {why}"))
                continue
            groups = {"site": study, "criteria": content["criteria"]["hash"]}
            for unit, counts in (("procedures", block["proportion"]), ("patients", block["patients"])):
                series = Series(study, counts["events"], counts["total"])
                rows.append(Row(series, unit, "", name, groups=groups))
    return rows, left_out


def _row(line: Mapping[str, str], unit: str, events: str, total: str, where: str) -> Row | None:
    counts, derived = [], False
    for column in (events, total):
        text = line.get(column, "").replace(",", "")
        derived |= text.endswith("*")
        text = text.rstrip("*")
        if not text and unit:
            return None
        if not text.isdecimal():
            raise InputError(
                "a count is no whole number", where=f"{where}, column {column}", hint="Write 23, not 6.1 %"
            )
        counts.append(int(text))
    if counts[1] < 1 or counts[0] > counts[1]:
        raise InputError("events must lie between 0 and a total of at least 1", where=where)
    if not line["study"]:
        raise InputError("a series without a study", where=where, hint="Name each study")
    named = line.get("unit", "").lower()
    if named and named not in UNITS:
        raise InputError("the unit is neither patients nor procedures", where=where)
    overlap = line.get("overlaps", "") or ("another row" if "overlap" in line.get("note", "").lower() else "")
    report = "case report" in (line.get("unit_reported", "") + line.get("status", "")).lower()
    return Row(
        Series(line["study"], *counts),
        unit or UNITS.get(named, ""),
        line.get("population", ""),
        line.get("complication", ""),
        overlap,
        "case report" if report else "derived" if derived else line.get("status", ""),
        line.get("percent", ""),
        dict(line),
    )


def choose(
    rows: Iterable[Row], *, unit: str | None = None, population: str | None = None, unverified: bool = False
) -> Chosen:
    """Return the rows in sets of one complication, population and unit; a set is never larger than its question.

    Parameters
    ----------
    rows : what was read.
    unit : only patients, or only procedures.
    population : only populations that hold this word.
    unverified : whether counts worked out of a percentage, or seen in another paper only, are pooled too.

    Raises
    ------
    UserError
        When patients and procedures are asked together, or nothing is left.
    """
    sets: dict[tuple[str, str, str], list[Row]] = {}
    left_out: list[tuple[str, str]] = []
    flagged = []
    for row in rows:
        if (unit and row.unit != unit) or (population and population.lower() not in row.population.lower()):
            continue
        if why := _unfit(row, unverified=unverified):
            left_out.append((row.series.study, why))
            continue
        if wrong := disagreement(row):
            flagged.append(wrong)
        sets.setdefault((row.complication, row.population, row.unit), []).append(row)
    if len({key[2] for key in sets}) > 1 and unit is None and not all(key[0] for key in sets):
        raise UserError(
            "patients and procedures cannot be pooled together",
            where="pool",
            hint="Choose --unit patients",
        )
    sets = {key: _told_apart(members) for key, members in sets.items()}
    for (what, _, _), members in sets.items():
        flagged += _sites_differ(what, members)
    if not sets:
        raise UserError("no series is left to pool", where="pool", hint="Loosen the choice")
    return Chosen(sets, left_out, flagged)


def _told_apart(rows: list[Row]) -> list[Row]:
    """The rows; those of one study named by their procedure too, where that tells its arms apart."""
    times = Counter(row.series.study for row in rows)
    return [
        replace(row, series=replace(row.series, study=f"{row.series.study}, {row.groups['procedure']}"))
        if times[row.series.study] > 1 and row.groups.get("procedure")
        else row
        for row in rows
    ]


def _sites_differ(what: str, rows: Sequence[Row]) -> list[str]:
    """What is wrong with sites pooled together: one twice is refused, other criteria are said."""
    sites = Counter(row.groups["site"] for row in rows if "site" in row.groups)
    if twice := [site for site, times in sites.items() if times > 1]:
        raise UserError(f"two files of one site: {twice[0]}", where="pool", hint="Give --name to each sequela measure")
    criteria = {row.groups["criteria"] for row in rows if "criteria" in row.groups}
    return [f"{what}: the sites counted by {len(criteria)} versions of the criteria"] if len(criteria) > 1 else []


def _unfit(row: Row, *, unverified: bool) -> str:
    """Why a row may not be pooled; nothing when it may."""
    if row.status == "case report" or row.series.total == 1:
        return "a case report has no denominator"
    if row.overlaps:
        return f"counts some of the same people as {row.overlaps}"
    if row.status not in VERIFIED and not unverified:
        return f"its counts are {row.status.replace('-', ' ')}; --unverified pools it"
    return ""


def disagreement(row: Row) -> str:
    """What is wrong with a printed percentage that its own counts do not give; nothing when they do."""
    text = row.percent.removesuffix("%").strip()
    if not text:
        return ""
    try:
        printed = Decimal(text)
    except InvalidOperation:
        return f"{row.series.study}: the percentage is no number"
    step = Decimal(1).scaleb(int(printed.as_tuple().exponent))
    given = Decimal(row.series.events) * 100 / Decimal(row.series.total)
    if abs(printed - given) <= step / 2:
        return ""
    return (
        f"{row.series.study}: prints {printed} %, its counts {row.series.events}/{row.series.total} "
        f"give {given.quantize(step)} %"
    )
