"""Puts the topics together: one shelf, checked, with a site's overlay applied."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from sequela.criteria.hepatic_necrosis import definition as necrosis
from sequela.criteria.loading import Overlay, overlaid, read_overlay, read_parameters
from sequela.criteria.news2.definition import NEWS2_SCORE
from sequela.criteria.post_embolization_syndrome import definition as syndrome
from sequela.criteria.states import definition as states
from sequela.criteria.steps.definition import STEPS
from sequela.criteria.surveillance import definition as surveillance
from sequela.errors import CriteriaError
from sequela.logic.language import all_of, any_of, definitely
from sequela.logic.shelf import Condition, Definition, ParameterValue, ScoreDefinition, Shelf, State
from sequela.logic.statements import Known, Not

VERSION = "2026.1"
"""The version of the shelf; CHANGELOG says what each one changes for whom."""
TOPICS = (
    "surveillance",
    "news2",
    "pressure",
    "transaminases",
    "synthetic_function",
    "inflammation",
    "fever",
    "symptoms",
    "post_embolization_syndrome",
    "hepatic_necrosis",
    "states",
    "steps",
)
"""The folders of the shelf, in the order in which the manual prints them."""
PES_DEFINITIONS: dict[str, Definition] = {definition.key: definition for definition in syndrome.DEFINITIONS}
"""The six published definitions by key."""
SWOG_SCORE = ScoreDefinition(
    key="SWOG",
    title="Sum of SWOG grades of fever, pain, nausea and vomiting",
    score=syndrome.SWOG,
    cites=("simasingha-2023", "ctc-1988"),
    inputs=("temperature", "pain", "nausea", "vomiting"),
)
_CHOICES = {"post-embolization-syndrome": tuple(PES_DEFINITIONS)}


def shelf(overlay: Path | Overlay | None = None) -> Shelf:
    """Return the shelf, checked; with `overlay`, a site's numbers and choices are in place.

    Raises
    ------
    CriteriaError
        When the overlay cannot be read or changes something that does not exist.
    """
    if overlay is None:
        return _plain_shelf()
    return _bound(read_overlay(overlay) if isinstance(overlay, Path) else overlay)


@cache
def _plain_shelf() -> Shelf:
    return _bound(Overlay(name=""))


@cache
def _parameters() -> dict[str, ParameterValue]:
    found: dict[str, ParameterValue] = {}
    for topic in TOPICS:
        path = Path(str(files("sequela.criteria").joinpath(topic, "parameters.toml")))
        for key, parameter in read_parameters(path, topic).items():
            if key in found:
                raise CriteriaError(f"parameter {key} stands in two topics", where=topic)
            found[key] = parameter
    return found


def _bound(overlay: Overlay) -> Shelf:
    choices = {"post-embolization-syndrome": syndrome.DEFAULT.key} | dict(overlay.choices)
    for what, choice in choices.items():
        if what not in _CHOICES:
            raise CriteriaError(f"nothing to choose for {what!r}", where=f"overlay {overlay.name}")
        if choice not in _CHOICES[what]:
            raise CriteriaError(
                f"no definition {choice!r} of {what}",
                where=f"overlay {overlay.name}",
                hint=f"Choose one of {', '.join(_CHOICES[what])}",
            )
    chosen = PES_DEFINITIONS[choices["post-embolization-syndrome"]]
    minimum = surveillance.MINIMUM
    return Shelf(
        version=VERSION,
        parameters=overlaid(_parameters(), overlay),
        definitions=(
            *surveillance.DEFINITIONS,
            *(d for t in states.TOPICS for d in t.DEFINITIONS),
            *syndrome.DEFINITIONS,
        ),
        conditions=_conditions(chosen),
        scores=(NEWS2_SCORE, SWOG_SCORE),
        states=(
            State("necrosis-confirmed", definitely(necrosis.CONFIRMED)),
            State("deteriorating", definitely(states.DETERIORATING)),
            State("prolonged", definitely(states.PROLONGED)),
            State("unknown", Not(minimum)),
            State("recovered", definitely(states.RECOVERED)),
        ),
        trends=(
            State("deteriorating", definitely(states.WORSENING)),
            State("improving", definitely(states.IMPROVING)),
            State("stable", definitely(states.COMPARABLE)),
        ),
        steps=STEPS,
        overlay=overlay.name,
        choices=choices,
    ).check()


def _conditions(chosen: Definition) -> tuple[Condition, ...]:
    return (
        Condition(
            key="post-embolization-syndrome",
            title="Post-embolization syndrome",
            title_es="Síndrome postembolización",
            suspected=syndrome.suspected(chosen),
            confirmed=all_of(
                definitely(syndrome.confirmed(chosen)),
                definitely(syndrome.RESOLVED),
                any_of(Not(definitely(necrosis.SUSPECTED)), definitely(necrosis.EXCLUDED)),
            ),
            excluded=None,
            assessable=Known(chosen.sentence),
            reasons=(chosen,),
            cites=chosen.cites,
            complication="post-embolization-syndrome",
            caution="Meeting a definition does not exclude necrosis or infection.",
        ),
        Condition(
            key="hepatic-necrosis",
            title="Hepatic necrosis",
            title_es="Necrosis hepática",
            suspected=definitely(necrosis.SUSPECTED),
            confirmed=necrosis.CONFIRMED,
            excluded=necrosis.EXCLUDED,
            assessable=surveillance.MINIMUM,
            reasons=states.TRIGGERS,
            cites=("micallef-2020",),
            lapsed=necrosis.LAPSED,
            complication="hepatic-necrosis",
            caution="Suspected is not likely: read the base rate.",
        ),
    )
