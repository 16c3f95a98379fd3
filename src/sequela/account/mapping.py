"""The liver map of an assessment: what supply says, drawn by `liver`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from sequela.account import words
from sequela.course.anatomy import segments_of
from sequela.course.episodes import Procedure
from sequela.criteria.supply import Grade, Supply, grades
from sequela.criteria.supply.wording import vessel_name
from sequela.liver import Area, in_words, liver_map
from sequela.liver.map import WORDS, ThemeName

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment

HATCHES: Mapping[Grade, str] = {
    Grade.BOTH_LOST: "crossed",
    Grade.BOTH_LOST_GOOD_COLLATERALS: "crossed-wide",
    Grade.PORTAL_LOST_POOR_COLLATERALS: "level",
    Grade.ARTERY_ONLY_PORTAL_UNKNOWN: "slanting-broken",
    Grade.ARTERY_ONLY: "slanting",
    Grade.PORTAL_LOST_ONLY: "upright",
    Grade.UNKNOWN: "dotted",
    Grade.INTACT: "plain",
}
IN_WORDS = {"en": "The map in words", "es": "El mapa en palabras"}
AS_OF = {"en": "day {day}", "es": "día {day}"}


def drawn(assessment: Assessment, *, lang: str = "en", theme: ThemeName = "auto") -> str:
    """Return the liver map of an assessment as SVG."""
    found, done = assessment.supply, assessment.course.procedure
    day = words.day(assessment.as_of, assessment.course.start)
    when = AS_OF[lang].format(day=day.replace(".", ",") if lang == "es" else day)
    return liver_map(
        areas(found, done, lang),
        vessels=_vessels(found),
        names=_names(found, lang),
        title=f"{WORDS[lang]['title']}, {done.kind}, {when}",
        lang=lang,
        theme=theme,
    )


def with_words(assessment: Assessment, *, lang: str = "en") -> str:
    """Return the map as HTML, with the same in words to unfold below it."""
    found = assessment.supply
    told = in_words(
        areas(found, assessment.course.procedure, lang), vessels=_vessels(found), names=_names(found, lang), lang=lang
    )
    listed = "".join(f"<li>{escape(line)}</li>" for line in told)
    return f"{drawn(assessment, lang=lang)}<details><summary>{IN_WORDS[lang]}</summary><ul>{listed}</ul></details>"


def areas(found: Supply, done: Procedure, lang: str = "en") -> dict[str, Area]:
    """Return what the map shows of each segment."""
    treated = segments_of(done.territory)
    spanish = lang == "es"
    shown = {}
    for segment in found.segments:
        entry = grades()[segment.grade]
        shown[segment.segment] = Area(
            grade=str(segment.grade),
            label=entry.title_es if spanish else entry.title,
            short=tuple(entry.short_es if spanish else entry.short),
            hatch=HATCHES[segment.grade],
            treated=segment.segment in treated,
        )
    return shown


def _vessels(found: Supply) -> dict[str, str]:
    return {vessel: str(flow) for vessel, flow in found.vessels}


def _names(found: Supply, lang: str) -> dict[str, str]:
    return {vessel: vessel_name(vessel, lang) for vessel, _ in found.vessels}
