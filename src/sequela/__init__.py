"""What comes after a liver embolization or ablation: whether the course is the expected one, why, what is missing.

    >>> import sequela
    >>> courses, receipt = sequela.read("bundle.json")                      # doctest: +SKIP
    >>> for assessment in sequela.assess(courses, as_of="2026-03-07T17:00:00+01:00"):
    ...     print(sequela.render(assessment))                               # doctest: +SKIP
    ...     assessment.as_json()["state"]
    'deteriorating'

In a notebook a course and an assessment show themselves, as a table and a chart. Nothing is imported before it is
used: `import sequela` costs next to nothing.

Names
-----
read : the courses in FHIR files or a course folder, and the receipt of the reading.
assess : an assessment of each course, as of an instant.
spans : from when to when each definition, condition, state and step was what, of as many episodes as there are.
score : one score from values given by hand.
render : an assessment as text to read.
shelf, Shelf : the definitions and their numbers, with a site's overlay.
Course, Record, Assessment, Receipt : what these functions take and give.
works, citation : the published works that the numbers come from.
SequelaError, UserError : what can go wrong, and what you can mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike

    from sequela.account import render as render
    from sequela.assessing.assessment import Assessment as Assessment
    from sequela.assessing.assessment import ScoreValue
    from sequela.course.episodes import Course as Course
    from sequela.course.episodes import Record as Record
    from sequela.engine.spans import Spans
    from sequela.errors import SequelaError as SequelaError
    from sequela.errors import UserError as UserError
    from sequela.evidence import citation as citation
    from sequela.evidence import works as works
    from sequela.logic.shelf import Shelf as Shelf
    from sequela.sources.receipt import Receipt as Receipt

    __version__: str

__all__ = [
    "Assessment",
    "Course",
    "Receipt",
    "Record",
    "SequelaError",
    "Shelf",
    "UserError",
    "__version__",
    "assess",
    "citation",
    "read",
    "render",
    "score",
    "shelf",
    "spans",
    "works",
]

_HOMES = {
    "Assessment": "sequela.assessing.assessment",
    "Course": "sequela.course.episodes",
    "Receipt": "sequela.sources.receipt",
    "Record": "sequela.course.episodes",
    "SequelaError": "sequela.errors",
    "Shelf": "sequela.logic.shelf",
    "UserError": "sequela.errors",
    "citation": "sequela.evidence",
    "render": "sequela.account",
    "works": "sequela.evidence",
}
"""Where each name lives; it is imported from there when first asked for."""


def read(*paths: str | PathLike[str], timezone: str = "UTC") -> tuple[list[Course], Receipt]:
    """Return the courses in FHIR files, folders of them or course folders, and the receipt of the reading.

    Parameters
    ----------
    paths : what to read.
    timezone : the zone of times that carry none: an IANA name, `UTC`, or an offset such as `+01:00`.

    Raises
    ------
    UserError
        When nothing at all could be read. One bad file among many is counted in the receipt instead.

    Examples
    --------
    >>> courses, receipt = sequela.read("bundle.json", timezone="Europe/Malta")    # doctest: +SKIP
    >>> receipt.as_json()["rejected"]                                              # doctest: +SKIP
    0
    """
    from sequela.account import course_html
    from sequela.course.clock import zone
    from sequela.course.episodes import Course
    from sequela.sources import Receipt
    from sequela.sources import read as records

    _shows_itself(Course, course_html)
    receipt = Receipt()
    return list(records(paths, zone(timezone), receipt)), receipt


def assess(
    courses: Course | Iterable[Course],
    shelf: Shelf | None = None,
    *,
    as_of: str | int | datetime | None = None,
) -> Iterator[Assessment]:
    """Yield an assessment of each course whose procedure is known at the instant.

    Parameters
    ----------
    courses : what `read` gave, or one course.
    shelf : definitions and numbers (default: as shipped); see `sequela.shelf`.
    as_of : ISO 8601 text, a datetime, seconds since 1970, or `"now"`; what was known only later does not exist.
        Default: the source's own instant, else the last at which anything of the patient became known. A time
        without a zone is in UTC.

    Examples
    --------
    >>> [assessment] = sequela.assess(courses, as_of="2026-03-07T17:00:00+01:00")    # doctest: +SKIP
    >>> assessment.state, assessment.conditions["hepatic-necrosis"].status           # doctest: +SKIP
    ('deteriorating', 'suspected')
    """
    from sequela.account import assessment_html, course_html
    from sequela.assessing import Assessment
    from sequela.assessing import assess as each
    from sequela.course.episodes import Course

    _shows_itself(Course, course_html)
    _shows_itself(Assessment, assessment_html)
    return each([courses] if isinstance(courses, Course) else courses, shelf, _instant(as_of))


def spans(
    *paths: str | PathLike[str],
    shelf: Shelf | None = None,
    until: str | int | datetime | None = None,
    timezone: str = "UTC",
    receipt: Receipt | None = None,
) -> Iterator[Spans]:
    """Yield Polars frames that say of each episode from when to when each definition, condition, state was what.

    Parameters
    ----------
    paths : FHIR files, course folders, or folders that hold either; a million episodes need no more memory than some
        hundred.
    shelf : definitions and numbers (default: as shipped); see `sequela.shelf`.
    until : the last instant asked about; default: for each episode the last at which anything of it was known.
    timezone : the zone of times that carry none.
    receipt : filled while the frames are taken.

    Examples
    --------
    >>> import polars                                                              # doctest: +SKIP
    >>> spans = polars.concat(sequela.spans("ward/"))                              # doctest: +SKIP
    >>> spans.filter(polars.col("what") == "state")["is"].value_counts()           # doctest: +SKIP
    """
    from sequela.assessing.cohort import spans as of_cohort
    from sequela.course.clock import zone

    return of_cohort(paths, shelf, zone=zone(timezone), receipt=receipt, until=_instant(until))


def score(name: str, inputs: Mapping[str, str], shelf: Shelf | None = None) -> ScoreValue:
    """Return one score from values given by hand; what is missing leaves it open between its least and its most.

    Examples
    --------
    >>> sequela.score("NEWS2", {"temperature": "39.1Cel", "heart-rate": "112"}).low    # doctest: +SKIP
    3
    """
    from sequela.assessing import score as by_hand

    return by_hand(name, inputs, shelf)


def shelf(overlay: str | PathLike[str] | None = None) -> Shelf:
    """Return the definitions with their numbers, and with a site's own where an overlay is given.

    Examples
    --------
    >>> sequela.shelf("site.toml").hash != sequela.shelf().hash    # doctest: +SKIP
    True
    """
    from pathlib import Path

    from sequela.criteria import shelf as bound

    return bound(None if overlay is None else Path(overlay))


def _shows_itself(kind: type, html: Callable[[Any], str]) -> None:
    """Let a class show itself in a notebook; it lives below the room that writes HTML, hence the method is hung on."""
    setattr(kind, "_repr_html_", html)  # noqa: B010 - a type checker would not let a method be assigned


def _instant(as_of: str | int | datetime | None) -> int | None:
    from datetime import UTC, datetime

    from sequela.course.clock import parse

    if as_of is None or isinstance(as_of, int):
        return as_of
    if isinstance(as_of, datetime):
        return int((as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)).timestamp())
    return int(datetime.now(UTC).timestamp()) if as_of == "now" else parse(as_of).at


def __getattr__(name: str) -> Any:
    from importlib import import_module, metadata

    if name == "__version__":
        return metadata.version("sequela")
    if name not in _HOMES:
        raise AttributeError(f"module 'sequela' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
