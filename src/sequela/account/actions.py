"""What to do: what is missing and what it is needed for, and the next steps, the overdue ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from sequela.account import words
from sequela.account.citing import Sources
from sequela.account.layout import item
from sequela.account.selecting import held, open_steps
from sequela.course.episodes import DAY
from sequela.logic.display import event_name, joined

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment, Missing, StepStatus

MOST_MISSING, MOST_NAMED, MOST_PURPOSES = 4, 8, 2
STYLES = {"overdue": "bold red", "due": "bold", "done": "dim"}


def missing(assessment: Assessment) -> list[RenderableType]:
    """Return that a fever may be hidden, what the state itself waits for, then the others with what needs them."""
    parts: list[RenderableType] = [Text(said) for said in (masked(assessment),) if said]
    essential = [words.inside(words.lack(gap)) for gap in assessment.missing if gap.essential]
    if essential:
        lack = "the state cannot be judged without" if assessment.state == "unknown" else "too old, or never measured"
        parts.append(Text(f"{words.capital(joined(essential, 'and'))}: {lack}."))
    others = [gap for gap in assessment.missing if not gap.essential and _matters(gap, assessment)]
    parts += [Text(f"{words.lack(gap)}, {_purposes(gap)}") for gap in others[:MOST_MISSING]]
    rest = [words.inside(words.lack(gap)) for gap in others[MOST_MISSING:]]
    if rest:
        named = rest if len(rest) <= MOST_NAMED else [*rest[: MOST_NAMED - 1], f"{len(rest) - MOST_NAMED + 1} more"]
        parts.append(Text(f"Also {joined(named, 'and')}", style="dim"))
    return parts


def masked(assessment: Assessment) -> str:
    """Return that absence of fever proves nothing, with the drugs that act and how long ago each was given; or nothing.

    Only the last dose of each drug is told.
    """
    last = {fact.key: fact.at for because in assessment.masking for fact in sorted(because.facts, key=lambda f: f.at)}
    if not last:
        return ""
    given = [f"{event_name(key)} {words.ago(assessment.as_of - at)}" for key, at in last.items()]
    return f"Absence of fever proves nothing: {joined(given, 'and')}."


def _matters(gap: Missing, assessment: Assessment) -> bool:
    """Whether a trigger waits for it, or a condition that is in question: what nothing asks for is in the JSON only."""
    in_question = {condition.key for condition in held(assessment)}
    asked = {d.key for d in assessment.shelf.definitions if d.role != "condition"}
    asked |= {r.key for c in assessment.shelf.conditions if c.key in in_question for r in c.reasons}
    return not asked.isdisjoint(gap.needed_for)


def _purposes(gap: Missing) -> str:
    """The statements that wait for it, by their keys as words: short, and `sequela criteria` explains each."""
    keys = [words.spoken(key) for key in gap.needed_for]
    if len(keys) > MOST_PURPOSES:
        return f"for {keys[0]} and {len(keys) - 1} more"
    return f"for {joined(keys, 'and')}"


def next_steps(assessment: Assessment, sources: Sources, lang: str) -> list[RenderableType]:
    """Return the steps that are open, the most urgent first, then what to check again, then what has been done."""
    parts: list[RenderableType] = []
    for step in open_steps(assessment):
        when = "note" if step.due is None else _when(step.due - assessment.as_of)
        text = Text(wording(step, lang) + sources.marks(step.cites))
        because = step.because_es if lang == "es" and step.because_es else step.because
        if because:
            text.append(f"\n{words.capital(because)}", style="dim")
        parts.append(item(when, text, width=_WHEN, style=STYLES[step.status]))
    parts += [item("check again", Text(because.text), width=_WHEN) for because in assessment.rechecks]
    done = [step for step in assessment.steps if step.status == "done"]
    lately = [wording(step, lang) for step in done if step.done is None or assessment.as_of - step.done <= DAY]
    if lately:
        lately += [f"{len(done) - len(lately)} earlier"] if len(lately) < len(done) else []
        parts.append(item("done", Text("; ".join(lately)), width=_WHEN, style=STYLES["done"]))
    return parts


def wording(step: StepStatus, lang: str) -> str:
    """Return a step in a language, or in English where that is missing."""
    return step.text_es if lang == "es" and step.text_es else step.text


def _when(left: int) -> str:
    """How long there is for a step, or how long it is overdue, short enough for its column."""
    minutes = abs(left) // 60
    long = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"
    if left > 0:
        return f"in {long}"
    return f"overdue {long}" if minutes else "due now"


_WHEN = 16
"""Columns of the time beside a step."""
