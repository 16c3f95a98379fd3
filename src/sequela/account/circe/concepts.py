"""Code lists as Circe concept sets: by the concepts that are known, or by a site's own `concept` table.

A standard concept (or a class above standard ones, as ATC's are) is looked for with all below it; a code that is only
a source code at the site is looked for among source concepts, in a set of its own. What neither knows is unresolved.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from sequela.account.circe.shapes import Json, SetName
from sequela.errors import InputError
from sequela.sources.omop.codes import CodeList, Group, ListedCode, lists

COLUMNS = ("concept_id", "vocabulary_id", "concept_code", "concept_name", "domain_id", "standard_concept")
STANDARD = "standard"
CRITERIA: Mapping[str, tuple[str, str]] = {
    "Condition": ("ConditionOccurrence", "ConditionSourceConcept"),
    "Procedure": ("ProcedureOccurrence", "ProcedureSourceConcept"),
    "Measurement": ("Measurement", "MeasurementSourceConcept"),
    "Observation": ("Observation", "ObservationSourceConcept"),
    "Drug": ("DrugExposure", "DrugSourceConcept"),
    "Device": ("DeviceExposure", "DeviceSourceConcept"),
}
"""The criteria that look into a domain's table, and their field for source concepts."""
_CAPTIONS = {"S": "Standard", "C": "Classification", "": "Non-Standard"}


@dataclass(frozen=True, slots=True)
class Concept:
    """A row of a concept table, or a concept that is known without one."""

    concept_id: int
    vocabulary: str
    code: str
    name: str
    domain: str
    standard: str

    def item(self, *, excluded: bool) -> Json:
        """The concept as an item of a concept set."""
        return {
            "concept": {
                "CONCEPT_ID": self.concept_id,
                "CONCEPT_NAME": self.name,
                "STANDARD_CONCEPT": self.standard or "N",
                "STANDARD_CONCEPT_CAPTION": _CAPTIONS.get(self.standard, "Non-Standard"),
                "CONCEPT_CODE": self.code,
                "DOMAIN_ID": self.domain,
                "VOCABULARY_ID": self.vocabulary,
            },
            "isExcluded": excluded,
            "includeDescendants": bool(self.standard),
            "includeMapped": False,
        }


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A code of a list for which there is no concept to look for, and why."""

    code: ListedCode
    reason: str


@dataclass(frozen=True, slots=True)
class Meant:
    """A code list resolved: what is meant, what is taken away with all below it, and what stays unresolved.

    `sets` are the concepts by `standard` or, of source codes, by their domain; `domains` those of the standard ones.
    """

    title: str
    sets: Mapping[str, tuple[Concept, ...]]
    domains: tuple[str, ...]
    excluded: tuple[Concept, ...]
    unresolved: tuple[Unresolved, ...]
    misleading: tuple[ListedCode, ...]


@dataclass(slots=True)
class Vocabulary:
    """The concepts of a site's export by code and by number; empty where none was given."""

    by_code: Mapping[tuple[str, str], tuple[Concept, ...]] = field(default_factory=dict)
    by_number: Mapping[int, Concept] = field(default_factory=dict)
    given: bool = False
    _meant: dict[tuple[Group, str], Meant | None] = field(default_factory=dict)

    def meant(self, group: Group, key: str) -> Meant | None:
        """A code list at the site, or None where there is no such list."""
        if (group, key) not in self._meant:
            found = lists(group).get(key)
            self._meant[group, key] = None if found is None else self._resolved(group, found)
        return self._meant[group, key]

    def criteria(self, group: Group, key: str) -> list[tuple[str, Json]]:
        """The criteria that find the list, each under its name: one for each table in which it may stand."""
        meant = self.meant(group, key)
        if meant is None:
            return []
        made: list[tuple[str, Json]] = [
            (CRITERIA[domain][0], {"CodesetId": (group, key, STANDARD)}) for domain in meant.domains
        ]
        for domain in meant.sets:
            if domain != STANDARD:
                name, source = CRITERIA[domain]
                made.append((name, {source: (group, key, domain)}))
        return made

    def concept_set(self, name: SetName) -> Json:
        """The concept set of that name, without its number."""
        group, key, which = name
        meant = self.meant(group, key)
        assert meant is not None
        standard = which == STANDARD
        items = [concept.item(excluded=False) for concept in meant.sets[which]]
        items += [concept.item(excluded=True) for concept in meant.excluded if bool(concept.standard) is standard]
        title = meant.title if standard else f"{meant.title} (source codes, {which})"
        return {"name": title, "expression": {"items": items}}

    def _resolved(self, group: Group, found: CodeList) -> Meant:
        unresolved: list[Unresolved] = []
        chosen = self._gathered(group, found.codes, unresolved)
        # What an outcome is not, the finding it is made of is not either.
        apart = _outcome_of(found) if group == "findings" else found
        away = self._gathered(group, apart.excluded, unresolved)
        sets: dict[str, list[Concept]] = defaultdict(list)
        for number, concept in sorted(chosen.items()):
            if number not in away:
                sets[STANDARD if concept.standard else concept.domain].append(concept)
        return Meant(
            title=found.title,
            sets={name: tuple(sets[name]) for name in sorted(sets, key=lambda name: (name != STANDARD, name))},
            domains=tuple(sorted({concept.domain for concept in sets.get(STANDARD, ())})),
            excluded=tuple(concept for _, concept in sorted(away.items())),
            unresolved=tuple(unresolved),
            misleading=apart.not_source,
        )

    def _gathered(self, group: Group, codes: Iterable[ListedCode], unresolved: list[Unresolved]) -> dict[int, Concept]:
        """The concepts of some codes by number; a code that brings none is put among the unresolved."""
        gathered: dict[int, Concept] = {}
        for code in codes:
            concepts = self._concepts(group, code)
            read = [concept for concept in concepts if concept.domain in CRITERIA]
            for concept in read:
                gathered.setdefault(concept.concept_id, concept)
            if read:
                continue
            if concepts:
                reason = f"of the domain {concepts[0].domain}, into which no criterion looks"
            else:
                reason = (
                    "not among the concepts given" if self.given else "no concept of it is known without --concepts"
                )
            unresolved.append(Unresolved(code, reason))
        return gathered

    def _concepts(self, group: Group, code: ListedCode) -> list[Concept]:
        """The concepts of a code: the site's own, and where none of those is standard what public data show for it."""
        own = [*self.by_code.get((code.vocabulary, code.code), ())] if code.code else []
        itself = [concept for concept in own if concept.code == code.code and concept.standard]
        if itself:
            # What is below a standard concept, or a class, comes with it.
            return itself
        return [*own, *(self.by_number.get(concept) or _known(group, code, concept) for concept in code.concepts)]


def _outcome_of(finding: CodeList) -> CodeList:
    """The outcome whose list begins with the finding's codes, or the finding's own list."""
    outcomes = lists("outcomes").values()
    return next((each for each in outcomes if each.codes[: len(finding.codes)] == finding.codes), finding)


def _known(group: Group, code: ListedCode, concept: int) -> Concept:
    """A standard concept known from public data; the code is its own only where the vocabulary is a standard one."""
    own = code.vocabulary in ("SNOMED", "LOINC", "ICD10PCS")
    return Concept(
        concept,
        code.vocabulary if own else "",
        code.code if own else "",
        code.display,
        _domain(group, code),
        "S",
    )


def _domain(group: Group, code: ListedCode) -> str:
    """The domain in which a code is expected where no vocabulary says it."""
    if group in ("findings", "outcomes", "tumours"):
        return "Condition"
    if group == "measurements" or code.vocabulary == "LOINC":
        return "Measurement"
    return "Drug" if code.vocabulary == "ATC" else "Procedure"


def read(path: Path) -> Vocabulary:
    """The concepts that our lists name, out of a site's export of its `concept` table, by commas or by tabs.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column, or holds a concept_id that is no number.
    """
    codes = tuple(_every_code())
    numbers = {number for code in codes for number in code.concepts}
    exact = {(code.vocabulary, code.code) for code in codes if code.code}
    begin = {
        vocabulary: tuple({code.code for code in codes if code.below and code.vocabulary == vocabulary})
        for vocabulary in {code.vocabulary for code in codes}
    }
    by_code: dict[tuple[str, str], list[Concept]] = defaultdict(list)
    by_number: dict[int, Concept] = {}
    for number, vocabulary, code, *rest in _rows(path):
        texts = {code} if (vocabulary, code) in exact else set[str]()
        if code.startswith(begin.get(vocabulary, ())):
            texts.update(text for text in begin[vocabulary] if code.startswith(text))
        if texts or number in numbers:
            concept = Concept(number, vocabulary, code, *rest)
            by_number[number] = concept
            for text in texts:
                by_code[vocabulary, text].append(concept)
    return Vocabulary({key: tuple(found) for key, found in by_code.items()}, by_number, given=True)


def _every_code() -> Iterator[ListedCode]:
    for group in get_args(Group):
        for found in lists(group).values():
            yield from (*found.codes, *found.excluded)


def _rows(path: Path) -> Iterator[tuple[int, str, str, str, str, str]]:
    """The rows of a concept table, as the fields of a `Concept`."""
    hint = f"Export the columns {', '.join(COLUMNS)} of the site's concept table"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            tabs = "\t" in head
            names = [name.strip().strip('"').lower() for name in head.strip().split("\t" if tabs else ",")]
            missing = [name for name in COLUMNS if name not in names]
            if missing:
                raise InputError(f"no column {missing[0]}", where=path.name, hint=hint)
            places = [names.index(name) for name in COLUMNS]
            # Athena's own files are by tabs and quote nothing.
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(file)
            yield from _read_rows(rows, places, path.name)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not a table in UTF-8"
        raise InputError("the concepts cannot be read", where=path.name, hint=why) from None


def _read_rows(
    rows: Iterable[list[str]], places: list[int], name: str
) -> Iterator[tuple[int, str, str, str, str, str]]:
    for line, row in enumerate(rows, 2):
        if not row:
            continue
        if len(row) <= max(places):
            raise InputError(f"line {line} has too few columns", where=name, hint="Export the table again")
        number, vocabulary, code, title, domain, standard = (row[place].strip() for place in places)
        try:
            concept = int(number)
        except ValueError:
            raise InputError(f"line {line}: a concept_id that is no number", where=name, hint="Check it") from None
        yield concept, vocabulary, code, title, domain, standard if standard in ("S", "C") else ""
