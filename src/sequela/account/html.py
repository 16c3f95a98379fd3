"""A course and an assessment as they show themselves in a notebook: a table, a chart and a map, without scripts.

Everything foreign is escaped; the colours are those of the page around it, so light and dark both work. The liver map
has paper and colours of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from sequela.account import words
from sequela.account.citing import Sources
from sequela.account.library.places import link
from sequela.account.mapping import with_words
from sequela.account.panels import panels
from sequela.account.reasons import MOST_RATES, MOST_RISKS, shortened
from sequela.account.selecting import SYNDROME, held, mentioned, open_steps
from sequela.account.supplying import sentences
from sequela.account.svg import svg
from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY
from sequela.course.episodes import Course as _Course
from sequela.course.facts import Event, Fact, Finding, Observation
from sequela.evidence import citation, works
from sequela.logic import display

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment

MOST_DAYS = 16
"""Columns of the table of a course; a longer one shows its first days and says so."""
MOST_PANELS = 6
CELL = 'style="text-align:right;white-space:nowrap"'
HEAD = 'style="text-align:left;font-weight:normal;white-space:nowrap"'


def course(course: _Course) -> str:
    """Return a course as HTML: what was done, its facts by day, and its curves."""
    now = course.last_known
    believed = [fact for fact in course.facts if fact.visible(now) and fact.at >= course.start - DAY]
    begun = escape(words.date_and_clock(course.start, course.zone_offset))
    parts = [
        f"<p><strong>{escape(words.procedure(course.procedure))}</strong><br>{begun}; {len(course.facts)} facts</p>",
        _by_day(course, believed),
        svg(course, panels(course, now, most=MOST_PANELS)),
    ]
    return f"<div>{''.join(parts)}</div>"


def assessment(assessment: Assessment) -> str:
    """Return an assessment as HTML: the state, its reasons, the next steps, what is missing, and the curves."""
    start, zone = assessment.course.start, assessment.course.zone_offset
    sources = Sources()
    trend = "" if assessment.ended_by else f" (trend: {escape(assessment.trend)})"
    parts = [
        f"<p><strong>{escape(assessment.state.upper())}</strong>{trend}"
        f" on day {words.day(assessment.as_of, start)} after {escape(words.procedure(assessment.course.procedure))}<br>"
        f"as of {escape(words.date_and_clock(assessment.as_of, zone))}"
        + (f", holds until {escape(words.clock(assessment.valid_until, zone))}" if assessment.valid_until else "")
        + f"<br>{escape(words.STATES.get(assessment.state, ''))}</p>"
    ]
    for condition in held(assessment):
        title = escape(words.title(condition.key, assessment.shelf))
        reasons = [
            escape(shortened(b, assessment, condition.title)) + escape(sources.marks(b.cites) + words.basis(b))
            for b in condition.because
        ]
        if condition.status == "suspected":
            reasons += [
                f"Base rate: {escape(r.text)}{escape(sources.marks(r.cites))}"
                for r in condition.base_rates[:MOST_RATES]
            ]
            reasons += [
                f"Risk factor: {escape(', '.join(risk.titles))}, {escape(risk.odds.text)}"
                f"{escape(sources.marks(risk.odds.cites))}"
                for risk in condition.risk_factors[:MOST_RISKS]
            ]
            more = len(condition.base_rates[MOST_RATES:]) + len(condition.risk_factors[MOST_RISKS:])
            reasons += [f"and {more} more base rates and risk factors"] if more else []
        support = f" ({escape(condition.support)})" if condition.support else ""
        parts.append(f"<p>{title}: {escape(condition.status)}{support}</p>{_list(reasons)}")
    rows = [
        (
            step.status,
            step.text + sources.marks(step.cites),
            words.clock(step.due, zone) if step.due else "",
            step.because,
        )
        for step in (*open_steps(assessment), *(step for step in assessment.steps if step.status == "done"))
    ]
    if rows:
        parts.append(_table(("status", "next step", "due", "because"), rows))
    if assessment.missing:
        lacking = display.joined([words.inside(words.lack(gap)) for gap in assessment.missing], "and")
        parts.append(f"<p>Missing: {escape(lacking)}</p>")
    syndrome = assessment.conditions.get(SYNDROME)
    if syndrome is not None and syndrome.status in ("suspected", "confirmed"):
        title = escape(words.title(SYNDROME, assessment.shelf))
        parts.append(f"<p>{title}: {escape(syndrome.status)}. It does not exclude necrosis or infection.</p>")
    said = sentences(assessment)
    if said:
        parts.append(f"<p>Supply</p>{_list(escape(s.text + sources.marks(s.cites)) for s in said)}")
        parts.append(with_words(assessment))
    parts.append(svg(assessment.course, panels(assessment.course, assessment.as_of, mentioned(assessment), most=4)))
    if sources.keys:
        parts.append(f"<ol>{''.join(f'<li>{_source(key)}</li>' for key in sources.keys)}</ol>")
    return f"<div>{''.join(parts)}<p><small>{words.NO_DEVICE}</small></p></div>"


def _source(key: str) -> str:
    """A work that is cited, as a link to where it can be read."""
    work = works().get(key)
    if work is None:
        return escape(key)
    address = next(filter(None, map(link, work.links)), "")
    entry = escape(citation(work))
    return f'<a href="{escape(address)}">{entry}</a>' if address else entry


def _by_day(course: _Course, believed: Iterable[Fact]) -> str:
    # A symptom may be a kind (nausea, 0 to 10) and a finding (nausea, present) under one key: two rows.
    rows: dict[str, dict[int, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in sorted(believed, key=_place):
        rows[_row(fact)][(fact.at - course.start) // DAY].append(fact)
    every = sorted({day for row in rows.values() for day in row})
    days = every[:MOST_DAYS]
    body = "".join(
        f"<tr><th scope='row' {HEAD}>{escape(name)}</th>{''.join(_cell(row.get(day, [])) for day in days)}</tr>"
        for name, row in rows.items()
        if any(day in row for day in days)
    )
    head = "".join(f"<th scope='col' {CELL}>{day}</th>" for day in days)
    more = f" (the first {len(days)} of {len(every)} days with facts)" if len(every) > len(days) else ""
    return (
        f"<div style='overflow-x:auto'><table style='color:inherit'>"
        f"<caption>The last value of each day since the procedure{more}</caption>"
        f"<thead><tr><th scope='col' {HEAD}>day</th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(fact: Fact) -> str:
    """The name of a fact's row, with the unit of its values."""
    match fact:
        case Observation():
            kind = catalogue().kinds[fact.kind]
            unit = display.unit(kind.unit)
            return f"{kind.title}, {unit}" if unit else kind.title
        case Finding():
            return catalogue().findings[fact.finding].title
        case _:
            return words.title(fact.key)


def _place(fact: Fact) -> tuple[int, int, int]:
    """Where a fact's row stands: numbers, findings, events, each in the order of the catalogue; within it by time."""
    known = catalogue()
    groups = ((Observation, known.kinds), (Finding, known.findings), (Event, known.events))
    for index, (sort, entries) in enumerate(groups):
        if isinstance(fact, sort):
            return index, list(entries).index(fact.key), fact.at
    return len(groups), 0, fact.at


def _cell(facts: list[Fact]) -> str:
    if not facts:
        return f"<td {CELL}></td>"
    told = [_told(fact) for fact in facts]
    every = f' title="{escape(", ".join(told))}"' if len(told) > 1 else ""
    return f"<td {CELL}{every}>{escape(told[-1])}</td>"


def _told(fact: Fact) -> str:
    match fact:
        case Observation():
            kind = catalogue().kinds[fact.kind]
            value = fact.value(kind.resolution)
            if value.is_exact and value.low is not None:
                return display.coded(fact.kind, value.low) or display.number(value.low, kind.decimals)
            return display.span(value, "1", kind.decimals)
        case Finding():
            return str(fact.presence)
        case Event():
            return words.tidy(fact.detail, 24) or "done"
        case _:
            return ""


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = "".join(f"<th scope='col' style='text-align:left'>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    table = f"<table style='color:inherit'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div style='overflow-x:auto'>{table}</div>"
