"""The small vocabulary of a synthetic CDM: the concepts that its rows carry, and the tables that resolve them.

A concept has the id of the standard vocabulary where public data show it. Everything else has an id of this database
alone, from 2,000,000,000 on, with its real vocabulary and code; what no published code says is in a vocabulary of ours.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from sequela.course.catalogue import catalogue
from sequela.sources.omop.codes import CodeList, Group, ListedCode, lists
from sequela.sources.omop.facts import meanings
from sequela.sources.omop.units import units
from sequela.sources.synthetic.fhir_codes import UCUM_CODES, loinc

if TYPE_CHECKING:
    import polars as pl

OWN = "Sequela"
"""The vocabulary of what no published code says."""
FIRST_OWN = 2_000_000_000
"""From here on OMOP leaves the concept ids to the site."""
SINCE, UNTIL = dt.date(1970, 1, 1), dt.date(2099, 12, 31)
STANDARD = frozenset(("LOINC", "SNOMED", "CPT4", "HCPCS", "ICD10PCS", OWN))
"""Vocabularies whose codes are standard concepts here, as they may be in OMOP's."""
CLASSIFYING = frozenset(("ATC",))
MAPS_TO = "Maps to"
DOMAINS: Mapping[Group, str] = {
    "procedures": "Procedure",
    "outcomes": "Condition",
    "tumours": "Condition",
    "measurements": "Measurement",
    "findings": "Condition",
    "events": "Procedure",
}
MALE, FEMALE, INPATIENT, INTENSIVE, EHR, BILLING, ENGLISH = 8507, 8532, 9201, 581379, 32817, 32821, 4180186
"""Concepts seen in public data: sex, stays, where a row comes from, and the language of a note."""
SAID_BY_OMOP = (
    (MALE, "MALE", "Gender", "M"),
    (FEMALE, "FEMALE", "Gender", "F"),
    (INPATIENT, "Inpatient Visit", "Visit", "IP"),
)


@dataclass(frozen=True, slots=True)
class Concept:
    """A row of `concept`."""

    id: int
    name: str
    domain: str
    vocabulary: str
    code: str
    standard: str | None


@dataclass(frozen=True, slots=True)
class Coded:
    """What a row carries for a code: its standard concept, the source's own concept, and the code itself."""

    concept: int
    source: int
    value: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The concepts by vocabulary and code, and what the source codes among them map to."""

    concepts: Mapping[tuple[str, str], Concept]
    maps: Mapping[int, int]

    def coded(self, vocabulary: str, code: str) -> Coded:
        """What a row carries for a code."""
        concept = self.concepts[vocabulary, code]
        return Coded(self.maps.get(concept.id, concept.id), concept.id, code)

    def written(self, code: str) -> Coded:
        """The same for a code as `omop.toml` writes it: vocabulary, space, code."""
        vocabulary, _, text = code.partition(" ")
        return self.coded(vocabulary, text)

    def kind(self, key: str, unit: str | None) -> Coded:
        """What a measurement of a kind carries in a unit: laboratories have a code for moles and one for mass."""
        entry = catalogue().kinds[key]
        code = loinc(entry, unit or "") or next(
            (code for code in entry.codes if code.system == "http://loinc.org"), None
        )
        return self.coded(OWN, f"kind:{key}") if code is None else self.coded("LOINC", code.code)

    def listed(self, group: Group, key: str) -> Coded:
        """What a finding or an event carries: its first code, or ours."""
        found = lists(group).get(key)
        code = next((c for c in found.codes if c.code), None) if found else None
        return self.coded(OWN, f"{group[:-1]}:{key}") if code is None else self.coded(code.vocabulary, code.code)

    def answer(self, key: str, word: str) -> int | None:
        """The concept of a kind's answer in a word, where there is one."""
        kind = catalogue().kinds[key]
        number = kind.coded(word)
        codes = [code for (_, code), value in kind.answers.items() if value == number]
        return self.concepts["SNOMED", codes[0]].id if codes else None


@cache
def unit_concepts() -> Mapping[str, int]:
    """The concept of each unit as charted; the first of those that mean the same. Others are unmapped."""
    by_code: dict[str, int] = {}
    for concept, unit in units().items():
        by_code.setdefault(unit, concept)
    return by_code | {charted: by_code[ucum] for charted, ucum in UCUM_CODES.items() if ucum in by_code}


@cache
def numbers() -> Mapping[str, Any]:
    """What `data/omop.toml` says."""
    text = resources.files(__package__).joinpath("data", "omop.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, the same every time: identifiers follow the order of the lists."""
    concepts: dict[tuple[str, str], Concept] = {}
    maps: dict[int, int] = {}

    def add(domain: str, name: str, vocabulary: str, code: str, known: int | None = None) -> int:
        if (vocabulary, code) not in concepts:
            standard = "S" if vocabulary in STANDARD else "C" if vocabulary in CLASSIFYING else None
            identifier = FIRST_OWN + len(concepts) if known is None else known
            concepts[vocabulary, code] = Concept(identifier, name, domain, vocabulary, code, standard)
        return concepts[vocabulary, code].id

    groups: tuple[Group, ...] = ("procedures", "measurements", "outcomes", "findings", "tumours", "events")
    for group in groups:
        for each in lists(group).values():
            for code in each.codes:
                if code.vocabulary in STANDARD:
                    add(DOMAINS[group], code.display, code.vocabulary, code.code, _only(code))
    for group in groups:
        for each in lists(group).values():
            for code in each.codes:
                if code.code and code.vocabulary not in STANDARD:
                    domain = "Drug" if code.vocabulary in CLASSIFYING else DOMAINS[group]
                    source = add(domain, code.display, code.vocabulary, code.code)
                    target = _target(code, each, concepts)
                    target = add(domain, each.title, OWN, f"{group[:-1]}:{each.key}") if target is None else target
                    maps.setdefault(source, target)
    for kind in catalogue().kinds.values():
        add("Measurement", kind.title, OWN, f"kind:{kind.key}")
        for (system, answer), number in kind.answers.items():
            if system == "http://snomed.info/sct":
                add("Meas Value", f"{kind.title}: {number}", "SNOMED", answer)
    for finding in catalogue().findings.values():
        add("Observation", finding.title, OWN, f"finding:{finding.key}")
    for event in catalogue().events.values():
        add("Observation", event.title, OWN, f"event:{event.key}")
    for concept, unit in units().items():
        # Of two concepts of one unit the second is of another vocabulary, or old.
        if ("UCUM", unit) not in concepts:
            add("Unit", unit, "UCUM", unit, concept)
    for identifier, name, domain, short in SAID_BY_OMOP:
        concepts[domain, short] = Concept(identifier, name, domain, domain, short, "S")
    return Vocabulary(concepts, maps)


def _only(code: ListedCode) -> int | None:
    return code.concepts[0] if len(code.concepts) == 1 else None


def _target(code: ListedCode, each: CodeList, concepts: Mapping[tuple[str, str], Concept]) -> int | None:
    """The standard concept that public data show for a source code, else that of its list's first standard code."""
    listed = [concepts[c.vocabulary, c.code].id for c in each.codes if c.vocabulary in STANDARD]
    shown = _only(code)
    return shown if shown in {concept.id for concept in concepts.values()} else next(iter(listed), None)


def tables() -> dict[str, pl.DataFrame]:
    """The vocabulary's four tables, in order of their identifiers."""
    import polars as pl

    words = vocabulary()
    rows = sorted(words.concepts.values(), key=lambda concept: concept.id)
    dates = {"valid_start_date": SINCE, "valid_end_date": UNTIL}
    none = pl.lit(None, pl.String).alias("invalid_reason")
    concept = pl.DataFrame(
        [
            {
                "concept_id": row.id,
                "concept_name": row.name[:255],
                "domain_id": row.domain,
                "vocabulary_id": row.vocabulary,
                "concept_class_id": row.domain,
                "standard_concept": row.standard,
                "concept_code": row.code,
                **dates,
            }
            for row in rows
        ]
    ).with_columns(none)
    links = [(one, other, MAPS_TO) for one, other in words.maps.items()]
    links += [(other, one, "Mapped from") for one, other in words.maps.items()]
    links += [(row.id, row.id, MAPS_TO) for row in rows if row.standard == "S"]
    relationship = pl.DataFrame(
        sorted(links), schema=["concept_id_1", "concept_id_2", "relationship_id"], orient="row"
    ).with_columns(*(pl.lit(value).alias(name) for name, value in dates.items()), none)
    tree = {(row.id, row.id): 0 for row in rows if row.standard}
    classes = {row.id for row in rows if row.standard == "C"}
    tree |= {(one, other): 1 for one, other in words.maps.items() if one in classes}
    ancestor = pl.DataFrame(
        [(above, below, levels, levels) for (above, below), levels in sorted(tree.items())],
        schema=["ancestor_concept_id", "descendant_concept_id", "min_levels_of_separation", "max_levels_of_separation"],
        orient="row",
    )
    names = sorted({row.vocabulary for row in rows})
    vocabularies = pl.DataFrame(
        {
            "vocabulary_id": names,
            "vocabulary_name": [f"{name}, the few codes that synthetic data need" for name in names],
            "vocabulary_reference": ["sequela simulate"] * len(names),
            "vocabulary_version": ["synthetic"] * len(names),
            "vocabulary_concept_id": [0] * len(names),
        }
    )
    return {
        "concept": concept,
        "vocabulary": vocabularies,
        "concept_relationship": relationship,
        "concept_ancestor": ancestor,
    }


def operator(sign: str) -> int:
    """The concept of a comparison."""
    return next(concept for concept, text in meanings().operators.items() if text == sign)


def sentence_of(title: str) -> str:
    """A title as it stands inside a sentence: `ALT` and `CT` keep their capitals."""
    return title if re.match(r"[A-Z]{2}", title) else title[:1].lower() + title[1:]
