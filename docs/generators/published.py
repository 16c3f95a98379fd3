"""The page on the published courses: what the assessment said of each, and what simpler alarms would have."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    # The script that writes the docs starts in docs/, and the courses lie beside it.
    sys.path.insert(0, str(ROOT))

from cases.measured import (  # noqa: E402 - needs the path above
    FEVER_AFTER_DAY,
    FEVER_CEL,
    FLAG,
    NEWS2_ALARM,
    Concordant,
    Measured,
    lead,
    measured,
    untranscribed,
)

INTRODUCTION = f"""# Published courses

Every published single-patient course that we could read and that holds dated facts, transcribed to FHIR from its facts
(`cases/published`, conventions in `cases/README.md`) and walked instant by instant.

How to read the table:

* *Concordant condition* is what the authors diagnosed, as a condition key. The first of each course was fixed before
  the shelf held any of them but necrosis and the syndrome; what the same diagnosis names besides was added with them.
* *Suspected* and *confirmed* say when the shelf first said so of that condition, as a lead; *from the bedside*, when it
  was first suspected without the findings that are the diagnosis itself (scan, operation, culture, the authors' own
  word).
* *Lead* is in hours before (+) or after (-) the time at which the authors recognised it. **Most sources date their
  numbers on the day of the diagnosis and no finer, so 0 h is the best that most courses allow**: a lead of 0 h says
  that the dated facts suffice, not that the alarm was early.
* *Flag* is `{FLAG}` suspected or confirmed, which any deterioration or prolonged symptoms raise; then the same flag
  from the bedside.
* Comparators, from the same facts: *everybody* alarms on every patient at that day, so it has a lead of 0 h and no
  specificity; *NEWS2* is {NEWS2_ALARM} or more, scored from whatever parts are known; *fever* is {FEVER_CEL} Cel or
  more, or fever said, after day {FEVER_AFTER_DAY}.
"""

READ_ANEW = """What was read anew after looking at a first walk, because keys had come that the transcription lacked, or
because the course said more than was written down: haemolysis and haematuria, the gastric ulcer, the haemobilia, the
gangrene of gallbladder and bowel, the ventilation, the effusion on the chest film. The complaint with which two
patients were admitted now stands at the admission too, not only where it began at home: without it the bleeding of the
pseudoaneurysm would not be suspected from the bedside. One definition was widened, because scores of organ failure
count it: ventilation or high-flow oxygen begun after the sedation raises the pulmonary complication, which before was
unknown in the one course whose authors name it."""

LIMITS = """What this does not show: with so few benign courses no specificity can be told, and the courses that get
published are the remarkable ones. It shows that the shelf needs neither fever nor a NEWS2 that most reports do not let
anyone compute, and where it stays silent. Confirmed asks for an image, a growth or an operation that was dated; where a
source dates none, the condition stays suspected."""

SILENT = (
    """Where the shelf, or the bedside alone, does not raise a concordant condition by the time of its recognition:"""
)

BESIDE = f"""Every patient here was gravely ill, so some of these are true though the authors do not name them (melaena
of a gastric ulcer is a bleeding), and some could not be told apart by what the source prints. The flag (`{FLAG}`) is
left out: every deterioration raises it, which is what the index paper asks for. How long: from its first to the last
dated instant, lapses taken off; *to the end* where it still stood at the last dated fact."""


def pages() -> Iterator[tuple[str, str]]:
    """The one page: path below docs/reference, and text."""
    yield "published-courses.md", page(measured())


def page(courses: list[Measured]) -> str:
    """The page's text."""
    ill = [course for course in courses if course.group != "benign"]
    benign = [course for course in courses if course.group == "benign"]
    parts = [INTRODUCTION, "## Complications", _complications(ill), _counts(ill), READ_ANEW, LIMITS]
    parts += ["## Not raised, and why", SILENT, _silent(ill)]
    parts += ["## Suspected beside the diagnosis", BESIDE, _beside(ill)]
    parts += ["## Benign courses", _benign(benign)]
    parts += ["## Courses that their facts cannot decide", _undecidable(courses)]
    parts += ["## Read, and not transcribed", "No fact of these is dated.", _untranscribed()]
    return "\n\n".join(parts)


def _complications(courses: list[Measured]) -> str:
    head = (
        "| course | concordant condition | recognised | suspected | confirmed | suspected from the bedside | "
        "it is then | "
        f"flag | flag from the bedside | state then | everybody | NEWS2 >= {NEWS2_ALARM} | "
        f"fever after day {FEVER_AFTER_DAY} |"
    )
    lines = [head, "|---" * 13 + "|"]
    lines += [_line(course, entry) for course in courses for entry in course.concordant]
    return "\n".join(lines)


def _line(course: Measured, entry: Concordant) -> str:
    if entry.day is None:
        last = course.moments[-1]
        cells = [course.id, entry.condition, "no day printed", *"---", _said(course, entry.condition, last.at)]
        return _row([*cells, _said(course, FLAG, last.at), "-", last.state, *"---"])
    then = course.recognised(entry.day)
    standing = course.at(then)
    return _row(
        [
            course.id,
            entry.condition,
            f"day {entry.day:g}",
            lead(then, course.first(entry.condition)),
            lead(then, course.first(entry.condition, statuses=("confirmed",))),
            lead(then, course.first(entry.condition, course.bedside)),
            _said(course, entry.condition, then),
            lead(then, course.first(FLAG)),
            lead(then, course.first(FLAG, course.bedside)),
            standing.state if standing else "-",
            "0 h",
            lead(then, course.first_news2()),
            lead(then, course.fever),
        ]
    )


def _said(course: Measured, condition: str, then: datetime) -> str:
    standing = course.at(then)
    status, support = standing.conditions[condition] if standing else ("-", "")
    return f"{status}, {support}" if support else status


def _counts(courses: list[Measured]) -> str:
    named = [
        (course, entry.condition, course.recognised(entry.day))
        for course in courses
        for entry in course.concordant
        if entry.day is not None
    ]
    timed = [one for one in named if one[1] == one[0].concordant[0].condition]

    def by(first: list[bool]) -> str:
        return f"{sum(first)} of {len(first)}"

    own = [_by(course.first(key), then) for course, key, then in timed]
    own_bedside = [_by(course.first(key, course.bedside), then) for course, key, then in timed]
    every = [_by(course.first(key), then) for course, key, then in named]
    every_bedside = [_by(course.first(key, course.bedside), then) for course, key, then in named]
    flag = [_by(course.first(FLAG), then) for course, _, then in timed]
    bedside = [_by(course.first(FLAG, course.bedside), then) for course, _, then in timed]
    news2 = [_by(course.first_news2(), then) for course, _, then in timed]
    fever = [_by(course.fever, then) for course, _, then in timed]
    return (
        "Raised by the time of recognition (first condition of each dated course): "
        f"the concordant condition itself {by(own)}, from the bedside {by(own_bedside)}; "
        f"flag {by(flag)}, flag from the bedside {by(bedside)}; NEWS2 {by(news2)}, late fever {by(fever)}, "
        f"everybody {len(timed)} of {len(timed)}. "
        f"Of all conditions that the diagnoses name: {by(every)}, from the bedside {by(every_bedside)}."
    )


def _silent(courses: list[Measured]) -> str:
    lines = ["| course | condition | not raised | why |", "|---" * 4 + "|"]
    rows = [
        _row([course.id, entry.condition, missed, entry.silent])
        for course in courses
        for entry in course.concordant
        if entry.day is not None and (missed := _missed(course, entry))
    ]
    return "\n".join(lines + rows)


def _missed(course: Measured, entry: Concordant) -> str:
    """How a dated concordant condition was not raised by its recognition; empty where it was."""
    then = course.recognised(entry.day or 0)
    if not _by(course.first(entry.condition), then):
        return "at all"
    return "" if _by(course.first(entry.condition, course.bedside), then) else "from the bedside"


def _beside(courses: list[Measured]) -> str:
    lines = ["| course | condition | at most | first on day | for how long |", "|---" * 5 + "|"]
    for course in courses:
        for held in course.beside():
            hours = held.lasted / timedelta(hours=1)
            lasted = f"{hours / 24:.0f} d" if hours >= 48 else f"{hours:.0f} h"
            end = ", to the end" if held.to_the_end else ""
            at_most = "confirmed" if held.confirmed else "suspected"
            day = (held.first - course.start) / timedelta(days=1)
            lines.append(_row([course.id, held.condition, at_most, f"{day:g}", lasted + end]))
    none = [course.id for course in courses if not course.beside()]
    total = sum(len(course.beside()) for course in courses)
    lines += ["", f"{total} such conditions in {len(courses)} courses; none in {', '.join(none)}."]
    return "\n".join(lines)


def _by(first: datetime | None, then: datetime) -> bool:
    return first is not None and first <= then


def _benign(courses: list[Measured]) -> str:
    lines = [
        "| course | states passed through | conditions met | ever `deteriorating` | NEWS2 | late fever |",
        "|---" * 6 + "|",
    ]
    for course in courses:
        met = sorted(
            {
                f"{key} {status}"
                for moment in course.moments
                for key, (status, _) in moment.conditions.items()
                if status in ("suspected", "confirmed")
            }
        )
        lines.append(
            _row(
                [
                    course.id,
                    ", ".join(dict.fromkeys(moment.state for moment in course.moments)),
                    ", ".join(met) or "none",
                    "yes" if "deteriorating" in course.states else "no",
                    "alarms" if course.first_news2() else "silent",
                    "alarms" if course.fever else "silent",
                ]
            )
        )
    lines += ["", "The fourth comparator, everybody, alarms on all of these."]
    return "\n".join(lines)


def _undecidable(courses: list[Measured]) -> str:
    lines = ["| course | why |", "|---|---|"]
    return "\n".join(lines + [_row([course.id, course.reason]) for course in courses if not course.decidable])


def _untranscribed() -> str:
    lines = ["| course | cites | why |", "|---|---|---|"]
    return "\n".join(lines + [_row([case["id"], ", ".join(case["cites"]), case["reason"]]) for case in untranscribed()])


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
