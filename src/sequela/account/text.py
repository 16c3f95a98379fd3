"""An assessment as text: state, reasons, base rates, what is missing, what to do next, and the course."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.text import Text

from sequela.account import words
from sequela.account.actions import missing, next_steps
from sequela.account.chart import chart as draw
from sequela.account.citing import Sources
from sequela.account.layout import inner_width, section
from sequela.account.panels import Panel, panels
from sequela.account.reasons import changes, likely, syndrome, why
from sequela.account.selecting import held, mentioned
from sequela.account.supplying import CALM, supply
from sequela.logic.display import joined

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment, ScoreValue

STYLES = {
    "necrosis-confirmed": "bold red",
    "deteriorating": "bold red",
    "prolonged": "bold yellow",
    "unknown": "bold magenta",
    "recovered": "bold green",
    "expected": "bold green",
}
LEAST_WIDTH = 50
ALWAYS = ("NEWS2",)
"""Scores that are told even where nothing scores: their 0 is what was asked for."""
MOST_TURNS = 6
MOST_OPEN = 3


def account(assessment: Assessment, *, width: int, colour: bool, lang: str, chart: bool, ascii_only: bool) -> str:
    """Return the whole account; without colour it holds no escape code and no blank at a line's end."""
    width = max(width, LEAST_WIDTH)
    written = StringIO()
    page = Console(
        file=written,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    sources = Sources()
    sections: list[tuple[str, list[RenderableType]]] = [
        ("Next", next_steps(assessment, sources, lang)),
        ("Why", why(assessment, sources)),
        ("How likely", likely(assessment, sources)),
        ("Missing", missing(assessment)),
        ("Supply", supply(assessment, sources)),
        ("Syndrome", syndrome(assessment, sources)),
        ("Changed by", changes(assessment)),
        ("Scores", [Text(line) for line in scores(assessment)]),
        ("Course", _course(assessment, inner_width(width), chart, ascii_only)),
        ("Sources", [Text(line, style="dim", no_wrap=True) for line in sources.lines(inner_width(width))]),
    ]
    for line in (*_header(assessment), Text(), *_state(assessment)):
        page.print(line)
    for name, parts in sections:
        if parts:
            page.print()
            page.print(section(name, parts, width))
    page.print()
    page.print(Text(words.NO_DEVICE, style="dim"))
    text = written.getvalue()
    if not colour:
        text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    return text.translate(words.ASCII).encode("ascii", "replace").decode() if ascii_only else text


def scores(assessment: Assessment) -> list[str]:
    """Return the scores that matter here: decided or more than half known, and not at their ordinary nothing."""
    alarming = assessment.state in ("deteriorating", "prolonged", "necrosis-confirmed")
    telling = {key: score for key, score in assessment.scores.items() if _telling(score, alarming)}
    told = {key: f"{key} {words.score_line(score)}" for key, score in telling.items() if not score.inputs}
    grades = [line for key, line in told.items() if _graded(telling[key])]
    lines = [line for line in told.values() if line not in grades]
    lines += [" · ".join(grades)] if grades else []
    formulas = [f"{key} {words.score_line(score)}" for key, score in telling.items() if score.inputs]
    return [*lines, " · ".join(formulas)] if formulas and alarming else lines


def _graded(score: ScoreValue) -> bool:
    """Whether a score is one known grade and nothing else: these stand side by side."""
    return score.value is not None and not score.parts and not score.missing


def _telling(score: ScoreValue, alarming: bool) -> bool:
    if score.not_applicable or score.caution:
        return False
    nothing = score.interval is None or (score.low == 0 and (score.before is None or score.before.high == 0))
    if nothing and score.key not in ALWAYS:
        return False
    known = [part for part in score.parts.values() if part is not None and part.is_exact]
    if score.value is not None or (score.key in ALWAYS and len(known) * 2 > len(score.parts)):
        return True
    # What is open says something to who looks closely: of a patient who worries.
    grading = not score.parts and not score.inputs
    return alarming and (len(known) * 2 > len(score.parts) or (grading and bool(score.low)))


def _header(assessment: Assessment) -> Iterable[Text]:
    course, now = assessment.course, assessment.as_of
    zone = course.zone_offset
    head = Text(words.procedure(course.procedure), style="bold")
    yield head.append(f" · patient {words.tidy(assessment.patient)}", style="not bold")
    yield Text(f"Day {words.day(now, course.start)} · as of {words.date_and_clock(now, zone)}")
    newest = max((f.known_from for f in course.facts if f.known_from <= now), default=course.procedure.known_from)
    age = f"{words.span(now - newest)} old" if now - newest >= 60 else "just in"
    said = f"Newest data {age} ({words.clock(newest, zone)})"
    if assessment.valid_until is not None:
        said += f" · holds until {words.clock(assessment.valid_until, zone)}"
    yield Text(said, style="dim")


def _state(assessment: Assessment) -> Iterable[Text]:
    zone, start = assessment.course.zone_offset, assessment.course.start
    said = f" since {words.clock(assessment.since, zone)}"
    if assessment.onset is not None and assessment.onset != assessment.since:
        said += f" (onset day {words.day(assessment.onset, start)})"
    word = Text(assessment.state.upper(), style=STYLES.get(assessment.state, "bold"))
    # Of who has died, or is watched under the next procedure, no trend is told.
    trend = "" if assessment.ended_by else f", trend: {assessment.trend}"
    yield word.append(said + trend, style="not bold default")
    if assessment.ended_by:
        # A folder's own word for the end may be anything: no more is claimed than that there is one.
        by = (
            "it was ended by death"
            if assessment.ended_by == "death"
            else "its end, or the next procedure, is on record"
        )
        yield Text(f"This follow-up is over: {by}.")
    else:
        yield Text(_sentence(assessment))


def _sentence(assessment: Assessment) -> str:
    """The state in one sentence; no calm one over a complication that stands open."""
    standing = [c for c in held(assessment) if c.status in ("confirmed", "suspected")]
    if assessment.state not in CALM or not standing:
        return words.STATES[assessment.state]
    named = joined([f"{words.inside(c.title)} is {c.status}" for c in standing[:MOST_OPEN]], "and")
    return words.STANDING.format(open=named)


def _course(assessment: Assessment, width: int, chart: bool, ascii_only: bool) -> list[RenderableType]:
    start = assessment.course.start
    turns = [
        f"{state} (day {words.day(since, start)})" if index else state
        for index, (since, state) in enumerate(assessment.trajectory)
    ]
    if len(turns) > MOST_TURNS:
        turns = [*turns[:2], f"… {len(turns) - 5} turns …", *turns[-3:]]
    parts: list[RenderableType] = [Text(" → ".join(turns))] if turns else []
    chosen = panels(assessment.course, assessment.as_of, mentioned(assessment)) if chart else []
    lines = draw(assessment.course, chosen, width=width, ascii_only=ascii_only)
    if lines:
        parts += ["", *(Text(line, no_wrap=True, overflow="crop") for line in lines)]
        parts.append(Text("days since the procedure" + _legend(chosen, ascii_only), style="dim"))
    return parts


def _legend(chosen: Iterable[Panel], ascii_only: bool) -> str:
    limited = any(curve.limit is not None for panel in chosen for curve in panel.curves)
    return f"; {'....' if ascii_only else '┄┄┄┄'} upper reference limit" if limited else ""
