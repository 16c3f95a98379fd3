"""Puts the topics together: one shelf, checked, with a site's overlay applied."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from sequela.criteria.hepatic_necrosis import definition as necrosis
from sequela.criteria.liver_failure import definition as liver_failure
from sequela.criteria.loading import Overlay, overlaid, read_overlay, read_parameters
from sequela.criteria.post_embolization_syndrome import definition as syndrome
from sequela.criteria.states import definition as states
from sequela.criteria.surveillance import definition as surveillance
from sequela.errors import CriteriaError
from sequela.logic.language import all_of, any_of, definitely
from sequela.logic.shelf import Condition, Definition, ParameterValue, Shelf, State
from sequela.logic.statements import Known, Not

VERSION = "2026.2"
"""The version of the shelf; CHANGELOG says what each one changes for whom."""
TOPICS = (
    "surveillance",
    "news2",
    "west_haven",
    "qsofa",
    "sirs",
    "child_pugh",
    "pressure",
    "kidney",
    "sofa",
    "sofa_2",
    "transaminases",
    "synthetic_function",
    "ctcae",
    "complication_grades",
    "meld",
    "albi",
    "injury_pattern",
    "inflammation",
    "fever",
    "symptoms",
    "blood_counts",
    "abscess_signs",
    "pancreatitis",
    "masking",
    "post_embolization_syndrome",
    "liver_failure",
    "decompensation",
    "aclf",
    "reild",
    "hepatic_necrosis",
    "portal_vein_thrombosis",
    "liver_abscess",
    "biliary",
    "infection",
    "gas_forming_sepsis",
    "bleeding",
    "non_target_ischaemia",
    "carcinoid_crisis",
    "tumour_lysis",
    "pulmonary_complication",
    "states",
    "calls",
    "imaging",
    "liver_care",
    "circulation_care",
    "infection_care",
    "follow_up",
)
"""The folders of the shelf, in the order in which the manual prints them. What a folder's definition.py assigns to
DEFINITIONS, CONDITIONS, SCORES and STEPS is on the shelf."""
PES_DEFINITIONS: dict[str, Definition] = {definition.key: definition for definition in syndrome.DEFINITIONS}
"""The six published definitions by key."""
_CHOICES = {
    "post-embolization-syndrome": tuple(PES_DEFINITIONS),
    "acute-liver-failure": tuple(liver_failure.ALF_DEFINITIONS),
}


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
    choices = {
        "post-embolization-syndrome": syndrome.DEFAULT.key,
        "acute-liver-failure": liver_failure.DEFAULT.key,
        **overlay.choices,
    }
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
        definitions=_assigned("DEFINITIONS"),
        conditions=(
            _syndrome(chosen),
            liver_failure.failure_condition(liver_failure.ALF_DEFINITIONS[choices["acute-liver-failure"]]),
            *_assigned("CONDITIONS"),
        ),
        scores=_assigned("SCORES"),
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
        steps=_assigned("STEPS"),
        overlay=overlay.name,
        choices=choices,
    ).check()


_CHOSEN_IN = {syndrome: "post-embolization-syndrome", liver_failure: "acute-liver-failure"}
"""The topics whose condition depends on the definition that a site has chosen."""


def topic_module(topic: str) -> ModuleType:
    """Return the module in which a topic assigns its sentences."""
    return import_module(f"sequela.criteria.{topic}.definition")


def contents(topic: str) -> frozenset[tuple[str, str]]:
    """Return what stands in a topic: each key beside "", or beside state or trend, which share words with others."""
    module = topic_module(topic)
    names = ("DEFINITIONS", "CONDITIONS", "SCORES", "STEPS")
    keys = {("", entry.key) for name in names for entry in getattr(module, name, ())}
    if module in _CHOSEN_IN:
        keys.add(("", _CHOSEN_IN[module]))
    if module is states:
        held = _plain_shelf()
        keys |= {("state", state.key) for state in held.states} | {("trend", f"trend-{t.key}") for t in held.trends}
    return frozenset(keys)


def _assigned(name: str) -> tuple[Any, ...]:
    """Everything that the topics assign to one name, in their order."""
    return tuple(entry for topic in TOPICS for entry in getattr(topic_module(topic), name, ()))


def _syndrome(chosen: Definition) -> Condition:
    """The syndrome by the definition that a site has chosen."""
    return Condition(
        key="post-embolization-syndrome",
        title="Post-embolization syndrome",
        title_es="Síndrome postembolización",
        suspected=syndrome.suspected(chosen),
        confirmed=all_of(
            definitely(syndrome.confirmed(chosen)),
            definitely(syndrome.resolved(chosen)),
            any_of(Not(definitely(necrosis.SUSPECTED)), definitely(necrosis.EXCLUDED)),
        ),
        excluded=None,
        assessable=Known(chosen.sentence),
        reasons=(chosen,),
        cites=chosen.cites,
        complication="post-embolization-syndrome",
        caution="Meeting a definition does not exclude necrosis or infection.",
    )
