"""Episodes made by hand in the shape of the generator's, with every oddity a row may have, and the reading of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sequela.course.episodes import Course
from sequela.course.facts import Event, Fact, Finding, Observation
from sequela.sources import Receipt, read
from sequela.sources.synthetic.layout import COLUMNS, WHOLE_NUMBERS

START = "2026-03-01T10:00:00+01:00"
E1, E2 = "S0000001", "S0000002"


def day(number: int, hour: int = 8, minute: int = 0) -> str:
    return f"2026-03-{1 + number:02}T{hour:02}:{minute:02}:00+01:00"


def frame(table: str, *rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: pl.Int32 if name in WHOLE_NUMBERS else pl.String for name in COLUMNS[table]}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def row(fact: str, at: str | None, known: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"episode": E1, "fact": fact, "version": 1, "at": at, "known_at": known, "status": "final", **fields}


def episode(name: str, **fields: Any) -> dict[str, Any]:
    head = {"episode": name, "patient": name.replace("S", "SYN-"), "kind": "TACE", "start": START}
    return {**head, "sex": "female", "birth_year": 1961, **fields}


@dataclass(frozen=True)
class Made:
    """A chunk: by default two episodes with a little of everything."""

    episodes: pl.DataFrame = field(
        default_factory=lambda: frame(
            "episodes",
            episode(E1, territory="VII;VIII;right-lobe", intent="neuroendocrine metastases;portal branch"),
            episode(E2, kind="other", sex=None, birth_year=None, start="2026-03-02"),
        )
    )
    observations: pl.DataFrame = field(
        default_factory=lambda: frame(
            "observations",
            row("o1", day(1), day(1, 10), kind="alt", value="210", unit="IU/L"),
            row("o2", day(1), None, kind="bilirubin", value="1.20", unit="mg/dL"),
            row("o3", day(1), day(3, 10), kind="bilirubin", value="34", unit="umol/L"),
            row("o4", day(1), day(1), kind="temperature", value="101.30", unit="°F"),
            row("o5", day(1), day(1), kind="oxygen", value="no"),
            row("o6", day(1), day(1), kind="consciousness", value="V"),
            row("o7", day(1), day(1, 9), kind="crp", value="5", comparator="<", unit="mg/L"),
            row("o8", "2026-03-03", day(3, 9), kind="platelets", value="151", unit="K/uL"),
            row("o9", "2026-03-04", None, kind="wbc", value="9.8", unit="10*9/L"),
            row("o10", day(2), day(2, 10), kind="alt", value="900", unit="U/L"),
            row("o10", day(2), day(2, 18), kind="alt", value="90", unit="U/L", version=2, status="corrected"),
            row("o11", day(2), day(2, 10), kind="inr", value="3.1"),
            row("o11", day(2), day(2, 12), kind="inr", value="3.1", version=2, status="entered-in-error"),
            row("o12", day(3), day(3, 10), kind="ast", value="88", unit="U/L"),
            row("o12", day(3), day(3, 10), kind="ast", value="88", unit="U/L"),
            row("o13", day(3), day(3, 9), kind="haemoglobin", value="118", unit="g/L", status="preliminary"),
            row("o14", day(3), day(3), kind="nausea", value="4", unit="/10"),
            row("o15", day(3), day(3), kind="oxygen", value="2", unit="L/min"),
            row("o16", day(3), day(3), kind="alt", value="hemolysed", unit="U/L"),
            row("o17", day(3), day(3), kind="alt", value=None, unit="U/L"),
            row("o1", day(2), day(2, 10), kind="alt", value="77", unit="U/L", episode=E2),
        )
    )
    findings: pl.DataFrame = field(
        default_factory=lambda: frame(
            "findings",
            row("f1", day(2), day(2, 9), finding="abdominal-pain", presence="present"),
            row("f2", day(4), day(4, 15), finding="parenchymal-necrosis", presence="absent", site="VII;portal-right"),
            row("f3", day(4), None, finding="gas", presence="uncertain", site="VIII"),
            row("f4", day(4), day(4, 15), finding="abscess", presence="present", site="V;VI"),
            row("f4", day(4), day(5, 9), finding="abscess", presence="absent", version=2, status="corrected"),
            row("f5", day(5), day(5), finding="culture-growth", presence="present"),
            row("f5", day(5), day(6), finding="culture-growth", presence="present", version=2, status="cancelled"),
        )
    )
    events: pl.DataFrame = field(
        default_factory=lambda: frame(
            "events",
            row("e1", day(-0, 7), day(-0, 7), event="admission"),
            row("e2", day(4), day(4, 14), event="contrast-ct", detail="portal-venous phase"),
            row("e3", day(2), None, event="opioid", detail="morphine"),
            row("e4", day(2), day(2, 3), event="drainage"),
            row("e5", day(3), day(3, 1), event="embolization-repeat", detail="rebleeding"),
            row("e6", day(3), day(3), event="icu"),
            row("e7", day(6, 11), day(6, 11), event="discharge"),
            row("e8", day(9), day(9, 12), event="admission"),
            row("e9", day(2), day(2, 1), event="blood-culture"),
            row("e9", day(2), day(2, 5), event="blood-culture", version=2, status="entered-in-error"),
            row("e10", day(2), day(2, 1), event="antibiotic"),
            row("e10", day(2), day(2, 5), event="antibiotic", version=2, status="entered-in-error"),
            row("e11", day(12), day(12, 20), event="death"),
        )
    )
    background: pl.DataFrame = field(
        default_factory=lambda: frame(
            "background",
            {"episode": E1, "item": "cirrhosis", "value": "yes"},
            {"episode": E1, "item": "child-pugh", "value": "B"},
            {"episode": E1, "item": "bilioenteric-anastomosis", "value": "no"},
            {"episode": E1, "item": "tumour-size", "value": "45"},
            {"episode": E1, "item": "ascites", "value": "yes"},
        )
    )
    truth: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame({"episode": [E1, E2], "scenario": ["necrosis", "uneventful"]})
    )


def taken(folder: Path) -> tuple[list[Course], Receipt]:
    receipt = Receipt()
    courses = list(read([folder], receipt=receipt))
    receipt.check()
    return courses, receipt


def said(fact: Fact) -> tuple[object, ...]:
    """What a fact says, and when it counts; not how its source calls it, nor an event's words, which FHIR's are not."""
    clocks = (fact.at, fact.known_from, fact.known_until)
    match fact:
        case Observation():
            return (fact.key, *clocks, fact.low, fact.high, fact.low_open, fact.high_open)
        case Finding():
            return (fact.key, *clocks, fact.presence, fact.site)
        case Event():
            return (fact.key, *clocks)
        case _:
            raise AssertionError(type(fact))


def told(course: Course) -> list[tuple[object, ...]]:
    """Everything a course says, each thing once, in the order of its own clocks."""
    return sorted({said(fact) for fact in course.facts}, key=repr)


def hashes(folder: Path) -> dict[str, str]:
    """The digest of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
