"""An assessment as a page to read: text for a terminal, HTML and SVG for a notebook.

Purpose: say state, reasons, base rates, what is missing and what to do next in plain words, calmly and in order.
May import: `assessing` and below; Rich and plotext live here, and are loaded when text or a chart is made.
Door: `render(assessment)`, `render_receipt(receipt)`, `course_html(course)`, `assessment_html(assessment)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment
    from sequela.course.episodes import Course
    from sequela.sources.receipt import ReceiptJson

__all__ = ["assessment_html", "course_html", "render", "render_receipt"]


def render(
    assessment: Assessment,
    *,
    width: int = 80,
    colour: bool = False,
    lang: str = "en",
    chart: bool = True,
    ascii_only: bool = False,
) -> str:
    """Return an assessment as text to read.

    Parameters
    ----------
    assessment : what `assess` gave.
    width : columns; nothing is wider, and 50 is the least that is kept.
    colour : whether to use the terminal's colours and weights; without, there is no escape code at all.
    lang : the language of the next steps, `en` or `es`.
    chart : whether to draw the course below.
    ascii_only : use no sign outside ASCII, for a terminal that has none.

    Examples
    --------
    >>> print(render(assessment, width=72))    # doctest: +SKIP
    """
    from sequela.account.text import account

    return account(assessment, width=width, colour=colour, lang=lang, chart=chart, ascii_only=ascii_only)


def render_receipt(receipt: ReceiptJson, *, width: int = 80) -> str:
    """Return what became of the candidate facts of a reading, in one line or a few."""
    from sequela.account.words import receipt_line

    return receipt_line(receipt, width)


def course_html(course: Course) -> str:
    """Return a course as HTML: a table of its facts by day, and its curves."""
    from sequela.account import html

    return html.course(course)


def assessment_html(assessment: Assessment) -> str:
    """Return an assessment as HTML: state, reasons, what is missing, next steps, and the curves they speak of."""
    from sequela.account import html

    return html.assessment(assessment)
