"""Code lists as (vocabulary, code): the catalogue's under the names OMOP gives its systems, and what only OMOP needs.

Door: `lists(group)`. The files beside this carry a version, a date and a source for every code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from sequela.course.catalogue import Code, EventEntry, catalogue

Group = Literal["procedures", "outcomes", "tumours", "measurements", "findings", "events"]
"""What lists there are: index procedures by kind, outcomes, tumours by group, and kinds, findings, events by key."""
VOCABULARIES: Mapping[str, str] = {
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED",
    "http://hl7.org/fhir/sid/icd-10": "ICD10",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD10CM",
    "http://www.cms.gov/Medicare/Coding/ICD10": "ICD10PCS",
    "http://www.ama-assn.org/go/cpt": "CPT4",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
    "http://www.whocc.no/atc": "ATC",
}
"""OMOP's vocabulary_id of each code system of the catalogue."""
CATEGORIES = frozenset(("ICD10", "ICD10CM", "ICD9CM", "ATC"))
"""Vocabularies in which a listed code stands for everything below it (A41 for A41.9)."""


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code of a list; `vocabulary` and `code` are empty where only the concept is known.

    `concepts` are the standard concepts that public data show for it; `unsettled` as in the catalogue: the code does
    not say which kind of procedure it was.
    """

    vocabulary: str
    code: str
    display: str
    source: str
    concepts: tuple[int, ...] = ()
    unsettled: bool = False

    @property
    def below(self) -> bool:
        """Whether codes that begin with it belong to it."""
        return self.vocabulary in CATEGORIES


@dataclass(frozen=True, slots=True)
class CodeList:
    """What one thing is called: its codes, those taken away with all below, and source codes that mislead."""

    key: str
    title: str
    codes: tuple[ListedCode, ...]
    excluded: tuple[ListedCode, ...] = ()
    not_source: tuple[ListedCode, ...] = ()


@cache
def lists(group: Group) -> Mapping[str, CodeList]:
    """The code lists of a group by key."""
    shelf = catalogue()
    if group == "procedures":
        return {
            entry.key: CodeList(entry.key, entry.title, _of(entry.codes)) for entry in shelf.procedures if entry.codes
        }
    if group in ("findings", "events"):
        entries = shelf.findings.values() if group == "findings" else shelf.events.values()
        return {
            entry.key: CodeList(entry.key, entry.title, (*_of(entry.codes), *_groups(entry)))
            for entry in entries
            if entry.codes or _groups(entry)
        }
    own = _read(group)["lists"]
    if group == "measurements":
        return {
            kind.key: _list(kind.key, {"title": kind.title} | own.get(kind.key, {}), _of(kind.codes))
            for kind in shelf.kinds.values()
            if kind.codes or kind.key in own
        }
    return {
        key: _list(key, entry, _of(shelf.findings[entry["finding"]].codes) if "finding" in entry else ())
        for key, entry in own.items()
    }


def outcome_findings() -> frozenset[str]:
    """The findings of the catalogue whose diagnoses are outcomes: counted, and not read as what the bedside knew."""
    return frozenset(entry["finding"] for entry in _read("outcomes")["lists"].values() if "finding" in entry)


def versions() -> Mapping[str, str]:
    """Version and date of each file of codes, by name: what a result must say it was counted with."""
    return {
        name: f"{read['version']} of {read['date'].isoformat()}"
        for name in ("concepts", "measurements", "outcomes", "tumours")
        for read in [_read(name)]
    }


def _of(codes: Iterable[Code]) -> tuple[ListedCode, ...]:
    return tuple(
        ListedCode(
            VOCABULARIES[code.system],
            code.code,
            code.display,
            code.source,
            _known(VOCABULARIES[code.system], code.code),
            code.unsettled,
        )
        for code in codes
    )


def _groups(entry: Any) -> tuple[ListedCode, ...]:
    """The groups of drugs that the catalogue notes for an event."""
    atc = entry.atc if isinstance(entry, EventEntry) else ()
    return tuple(ListedCode("ATC", group, entry.title, "WHO ATC, by the catalogue") for group in atc)


def _list(key: str, entry: Mapping[str, Any], first: tuple[ListedCode, ...]) -> CodeList:
    codes, excluded, misleading = (
        tuple(_listed(code) for code in entry.get(name, ())) for name in ("codes", "excluded", "not_source")
    )
    return CodeList(key, entry["title"], (*first, *codes), excluded, misleading)


def _listed(entry: Mapping[str, Any]) -> ListedCode:
    vocabulary, code = entry.get("vocabulary", ""), entry.get("code", "")
    concepts = (entry["concept_id"],) if "concept_id" in entry else _known(vocabulary, code)
    return ListedCode(vocabulary, code, entry["display"], entry["source"], concepts)


def _known(vocabulary: str, code: str) -> tuple[int, ...]:
    """The standard concepts that public data show for a code."""
    return tuple(_read("concepts")["concepts"].get(vocabulary, {}).get(code, ()))


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
