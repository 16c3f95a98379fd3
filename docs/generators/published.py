"""The page on the published courses: what the assessment said of each, and what simpler alarms would have."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
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
    Measured,
    lead,
    measured,
    untranscribed,
)

INTRODUCTION = f"""# Published courses

Every published single-patient course that we could read and that holds dated facts, transcribed to FHIR from its facts
(`cases/published`, conventions in `cases/README.md`) and walked instant by instant.

How to read the table:

* *Concordant condition* is what the authors diagnosed, as a condition key. Where it says *not on this shelf*, the shelf
  does not hold that condition yet, and only the general flag can be judged.
* *Lead* is in hours before (+) or after (-) the time at which the authors recognised it. **Most sources date their
  numbers on the day of the diagnosis and no finer, so 0 h is the best that most courses allow**: a lead of 0 h says
  that the dated facts suffice, not that the alarm was early.
* *Flag* is `{FLAG}` suspected or confirmed, which any deterioration or prolonged symptoms raise. *From the bedside* is
  the same flag without the findings that are the diagnosis itself (scan, operation, culture, the authors' own word).
* Comparators, from the same facts: *everybody* alarms on every patient at that day, so it has a lead of 0 h and no
  specificity; *NEWS2* is {NEWS2_ALARM} or more, scored from whatever parts are known; *fever* is {FEVER_CEL} Cel or
  more, or fever said, after day {FEVER_AFTER_DAY}.
"""

LIMITS = """What this does not show: with so few benign courses no specificity can be told, and the courses that get
published are the remarkable ones. It shows that the flag needs neither fever nor a NEWS2 that most reports do not let
anyone compute, and where it stays silent: a finding that no statement of the shelf reads yet (new
ascites by itself), and a temperature under 38.0 with nothing else dated beside it."""


def pages() -> Iterator[tuple[str, str]]:
    """The one page: path below docs/reference, and text."""
    yield "published-courses.md", page(measured())


def page(courses: list[Measured]) -> str:
    """The page's text."""
    ill = [course for course in courses if course.group != "benign"]
    benign = [course for course in courses if course.group == "benign"]
    parts = [INTRODUCTION, "## Complications", _complications(ill), _counts(ill), LIMITS]
    parts += ["## Benign courses", _benign(benign)]
    parts += ["## Courses that their facts cannot decide", _undecidable(courses)]
    parts += ["## Read, and not transcribed", "No fact of these is dated.", _untranscribed()]
    return "\n\n".join(parts)


def _complications(courses: list[Measured]) -> str:
    head = (
        "| course | concordant condition | recognised | condition: first, status, support | flag, support | "
        f"from the bedside | state then | everybody | NEWS2 >= {NEWS2_ALARM} | fever after day {FEVER_AFTER_DAY} |"
    )
    lines = [head, "|---" * 10 + "|"]
    lines += [_line(course, condition, day) for course in courses for condition, day in course.concordant]
    return "\n".join(lines)


def _line(course: Measured, condition: str, day: float | None) -> str:
    if day is None:
        last = course.moments[-1]
        cells = [
            course.id,
            condition,
            "no day printed",
            "cannot be timed",
            _said(course, FLAG, last.at),
            "-",
            last.state,
        ]
        return _row([*cells, "-", "-", "-"])
    then = course.recognised(day)
    standing = course.at(then)
    return _row(
        [
            course.id,
            condition,
            f"day {day:g}",
            _exact(course, condition, day),
            f"{lead(then, course.first(FLAG))}; {_said(course, FLAG, then)}",
            lead(then, course.first(FLAG, course.bedside)),
            standing.state if standing else "-",
            "0 h",
            lead(then, course.first_news2()),
            lead(then, course.fever),
        ]
    )


def _exact(course: Measured, condition: str, day: float) -> str:
    if not course.known(condition):
        return "not on this shelf"
    then = course.recognised(day)
    return f"{lead(then, course.first(condition))}; {_said(course, condition, then)}"


def _said(course: Measured, condition: str, then: datetime) -> str:
    standing = course.at(then)
    status, support = standing.conditions.get(condition, ("not on this shelf", "")) if standing else ("-", "")
    return f"{status}, {support}" if support else status


def _counts(courses: list[Measured]) -> str:
    timed = [
        (course, course.recognised(day)) for course in courses for _, day in course.concordant[:1] if day is not None
    ]

    def by(first: list[bool]) -> str:
        return f"{sum(first)} of {len(timed)}"

    flag = [_by(course.first(FLAG), then) for course, then in timed]
    bedside = [_by(course.first(FLAG, course.bedside), then) for course, then in timed]
    news2 = [_by(course.first_news2(), then) for course, then in timed]
    fever = [_by(course.fever, then) for course, then in timed]
    exact = [course.known(course.concordant[0][0]) for course, _ in timed]
    return (
        "Raised by the time of recognition (first condition of each dated course): "
        f"flag {by(flag)}, flag from the bedside {by(bedside)}, NEWS2 {by(news2)}, late fever {by(fever)}, "
        f"everybody {len(timed)} of {len(timed)}. "
        f"The concordant condition itself is on this shelf for {sum(exact)} of {len(timed)}."
    )


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
