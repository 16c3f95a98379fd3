"""From codes to the concept ids of one site: code, concept, `Maps to`, descendants; and what became of every code.

A row means a list when its standard concept is one of the list's, or its source concept is, or, where it has no
standard concept or the site no vocabulary, its source value is one of the codes. Where the vocabulary tables lack a
code, the concepts that public data show for it stand in; without an ancestor table nothing below a concept is found.
`Resolution` says so, code by code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeAlias

from sequela.sources.omop.codes import CodeList, ListedCode

if TYPE_CHECKING:
    import ibis
    import polars as pl

    from sequela.sources.omop.cdm import Database

TELLING = frozenset(("ICD10", "ICD10CM", "ICD10PCS", "ICD9CM", "LOINC"))
"""Vocabularies whose codes a source value is believed to be at any site."""
NUMBERED = frozenset(("CPT4", "HCPCS", "SNOMED"))
"""Those believed only where no vocabulary can tell: a bare number could be a code of the site's own.

ATC is in neither: the code of an American injection begins like the group of an antibiotic (J01).
"""


HEADS = ("S", "C")
"""Standard concepts, and those that only classify: no row carries an ATC group, but what lies below it."""


class Fate(StrEnum):
    """What became of a code at a site."""

    FOUND = "found"
    MAPPED = "mapped"
    UNMAPPED = "unmapped"
    EXPLICIT = "explicit"
    UNKNOWN = "unknown"
    BY_VALUE = "by source value"


FATES: Mapping[Fate, str] = {
    Fate.FOUND: "a standard concept of the site's vocabulary",
    Fate.MAPPED: "mapped to a standard concept by the site's vocabulary",
    Fate.UNMAPPED: "in the site's vocabulary without a standard concept: looked for as source concept",
    Fate.EXPLICIT: "the site's vocabulary lacks it: the concept that public data show for it",
    Fate.UNKNOWN: "not in the site's vocabulary: looked for in source values, if anywhere",
    Fate.BY_VALUE: "no vocabulary tables and no known concept: looked for in source values alone",
}
"""What each fate means, in words for the data-quality page."""


@dataclass(frozen=True, slots=True)
class CodeFate:
    """What became of one code of one list, and how many standard concepts it brought, descendants included."""

    list: str
    vocabulary: str
    code: str
    display: str
    fate: Fate
    concepts: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a list is at this site: standard concepts, source concepts, source values; and what it is not."""

    concepts: frozenset[int] = frozenset()
    sources: frozenset[int] = frozenset()
    values: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()
    not_sources: frozenset[int] = frozenset()
    not_values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The lists at one site; `vocabulary` and `ancestors` say whether it gives those tables with anything in them."""

    meanings: Mapping[str, Meaning]
    fates: tuple[CodeFate, ...]
    vocabulary: bool
    ancestors: bool

    def condition(self, table: ibis.Table, prefix: str, keys: Iterable[str] | None = None) -> Any:
        """Whether a row means any of the lists: by `{prefix}_concept_id` and its source columns."""
        parts = self._parts(keys)
        return _any(table, prefix, parts, _by_number) | self._believed(table, prefix) & _any(
            table, prefix, parts, _by_value
        )

    def matched(self, table: ibis.Table, prefix: str, keys: Iterable[str] | None = None) -> ibis.Table:
        """The rows of a whole table that mean any of the lists."""
        if not self.vocabulary:
            return table.filter(self.condition(table, prefix, keys))
        # Two readings, since texts are dear: only rows that nobody mapped are looked at letter by letter.
        parts = self._parts(keys)
        bare = table.filter(self._believed(table, prefix))
        told = _any(bare, prefix, parts, _by_value) & ~_any(bare, prefix, parts, _by_number)
        return table.filter(_any(table, prefix, parts, _by_number)).union(bare.filter(told))

    def _parts(self, keys: Iterable[str] | None) -> list[Meaning]:
        """The meanings, those together that can be: many rows are compared with one list, not with forty."""
        meanings = [self.meanings[key] for key in (self.meanings if keys is None else keys)]
        simple = [meaning for meaning in meanings if not (meaning.not_sources or meaning.not_values)]
        together = Meaning(
            *(
                frozenset[Any]().union(*(getattr(meaning, name) for meaning in simple))
                for name in ("concepts", "sources", "values", "beginnings")
            )
        )
        return [together, *(meaning for meaning in meanings if meaning not in simple)]

    def _believed(self, table: ibis.Table, prefix: str) -> Any:
        """Whether a row's source value is believed: where nobody mapped it, and everywhere without a vocabulary."""
        import ibis

        concept = table[f"{prefix}_concept_id"]
        return (concept == 0) | concept.isnull() if self.vocabulary else ibis.literal(value=True)

    def labelled(self, rows: pl.DataFrame, prefix: str, name: str = "list") -> pl.DataFrame:
        """The rows with the key of what they mean in a column; one row for each where they mean several."""
        import polars as pl

        columns = (f"{prefix}_concept_id", f"{prefix}_source_concept_id", f"{prefix}_source_value")
        asked = rows.select(columns).unique(maintain_order=True)
        found = [self.means(*row) for row in asked.iter_rows()]
        keys = asked.with_columns(pl.Series(name, found, dtype=pl.List(pl.String)))
        joined = rows.join(keys, on=columns, how="left", nulls_equal=True, maintain_order="left")
        return joined.explode(name).filter(pl.col(name).is_not_null())

    def means(self, concept: int | None, source: int | None, value: str | None) -> list[str]:
        """The keys of the lists that a row's concept, source concept and source value mean."""
        plain = _plain(value)
        return [
            key
            for key, meaning in self.meanings.items()
            if (
                concept in meaning.concepts
                or source in meaning.sources
                or (
                    (not concept or not self.vocabulary)
                    and (plain in meaning.values or plain.startswith(tuple(meaning.beginnings)))
                )
            )
            and source not in meaning.not_sources
            and plain not in meaning.not_values
        ]


Test: TypeAlias = "Callable[[ibis.Table, str, Meaning], Any]"


def _any(table: ibis.Table, prefix: str, meanings: Iterable[Meaning], test: Test) -> Any:
    """Whether a row passes a test for any of the meanings, and is none of what misleads of it."""
    return reduce(or_, (test(table, prefix, meaning) & _not_misled(table, prefix, meaning) for meaning in meanings))


def _by_number(table: ibis.Table, prefix: str, meaning: Meaning) -> Any:
    source = table[f"{prefix}_source_concept_id"].fill_null(0)
    concept = table[f"{prefix}_concept_id"].fill_null(0)
    return concept.isin(sorted(meaning.concepts)) | source.isin(sorted(meaning.sources))


def _by_value(table: ibis.Table, prefix: str, meaning: Meaning) -> Any:
    value = _text(table, prefix)
    told = [value.isin(sorted(meaning.values))]
    return reduce(or_, told + [value.startswith(beginning) for beginning in sorted(meaning.beginnings)])


def _not_misled(table: ibis.Table, prefix: str, meaning: Meaning) -> Any:
    import ibis

    clear = ibis.literal(value=True)
    if meaning.not_sources:
        clear &= ~table[f"{prefix}_source_concept_id"].fill_null(0).isin(sorted(meaning.not_sources))
    if meaning.not_values:
        clear &= ~_text(table, prefix).isin(sorted(meaning.not_values))
    return clear


def _text(table: ibis.Table, prefix: str) -> Any:
    """The source value as codes are compared; written out, for not every backend has regular expressions."""
    return table[f"{prefix}_source_value"].fill_null("").strip().upper().replace(".", "")


def _plain(value: str | None) -> str:
    """A source value as codes are compared: without space, case and dot."""
    return (value or "").strip().upper().replace(".", "")


def resolve(database: Database, lists: Iterable[CodeList]) -> Resolution:
    """What the lists are at a site: three small queries on its vocabulary, none on its patients."""
    wanted = tuple(lists)
    codes = {
        (c.vocabulary, c.code): c for each in wanted for c in (*each.codes, *each.excluded, *each.not_source) if c.code
    }
    has_words, has_tree = (_filled(database, table) for table in ("concept", "concept_ancestor"))
    concepts = _concepts(database, codes.values()) if has_words else {}
    standard = _standard(database, concepts) if has_words else {}
    explicit = {c for each in wanted for code in (*each.codes, *each.excluded) for c in code.concepts}
    tree = _descendants(database, explicit.union(*standard.values())) if has_tree else {}

    def reached(code: ListedCode) -> tuple[frozenset[int], frozenset[int], Fate]:
        """The standard concepts of a code with all below, the concepts of the code itself, and its fate."""
        own = concepts.get((code.vocabulary, code.code), {})
        maps = frozenset(target for concept in own for target in standard.get(concept, ()))
        if maps:
            fate = Fate.FOUND if maps & own.keys() else Fate.MAPPED
        elif own:
            fate = Fate.UNMAPPED
        elif code.concepts:
            maps, fate = frozenset(code.concepts), Fate.EXPLICIT if code.code else Fate.FOUND
        else:
            fate = Fate.UNKNOWN if has_words else Fate.BY_VALUE
        return maps.union(*(tree.get(concept, ()) for concept in maps)), frozenset(own), fate

    meanings, fates = {}, []
    for each in wanted:
        chosen: set[int] = set()
        sources: set[int] = set()
        for code in each.codes:
            below, own, fate = reached(code)
            chosen |= below
            sources |= own
            fates.append(CodeFate(each.key, code.vocabulary, code.code, code.display, fate, len(below)))
        for code in each.excluded:
            below, own, _ = reached(code)
            chosen -= below
            sources -= own
        misleading = [reached(code)[1] for code in each.not_source]
        telling = [code for code in each.codes if code.vocabulary in (TELLING if has_words else TELLING | NUMBERED)]
        meanings[each.key] = Meaning(
            concepts=frozenset(chosen - {0}),
            sources=frozenset(sources - {0}),
            values=frozenset(_plain(code.code) for code in telling if not code.below),
            beginnings=frozenset(_plain(code.code) for code in telling if code.below),
            not_sources=frozenset().union(*misleading),
            not_values=frozenset(_plain(code.code) for code in each.not_source),
        )
    return Resolution(meanings, tuple(fates), has_words, has_tree)


def _filled(database: Database, table: str) -> bool:
    return database.has(table) and len(database.to_polars(database.table(table).limit(1))) > 0


def _concepts(database: Database, codes: Iterable[ListedCode]) -> dict[tuple[str, str], dict[int, bool]]:
    """The concepts of each code, and of those that begin with it where it is a category; whether they head others."""
    listed = list(codes)
    concept = database.table("concept")
    by_vocabulary: dict[str, list[ListedCode]] = defaultdict(list)
    for code in listed:
        by_vocabulary[code.vocabulary].append(code)
    asked = []
    for vocabulary, group in sorted(by_vocabulary.items()):
        exact = [concept.concept_code.isin(sorted(code.code for code in group))]
        starts = [concept.concept_code.startswith(code.code) for code in group if code.below]
        asked.append((concept.vocabulary_id == vocabulary) & reduce(or_, exact + starts))
    if not asked:
        return {}
    chosen = concept.filter(reduce(or_, asked)).select(
        "concept_id", "vocabulary_id", "concept_code", "standard_concept"
    )
    found: dict[tuple[str, str], dict[int, bool]] = defaultdict(dict)
    for concept_id, vocabulary, text, standard in database.to_polars(chosen).iter_rows():
        for code in by_vocabulary[vocabulary]:
            if text == code.code or (code.below and text.startswith(code.code)):
                found[vocabulary, code.code][concept_id] = standard in HEADS
    return found


def _standard(database: Database, concepts: Mapping[tuple[str, str], Mapping[int, bool]]) -> dict[int, set[int]]:
    """The standard concepts of each concept: itself, or what it maps to."""
    targets: dict[int, set[int]] = defaultdict(set)
    for own in concepts.values():
        for concept, standard in own.items():
            if standard:
                targets[concept].add(concept)
    others = sorted({concept for own in concepts.values() for concept, standard in own.items() if not standard})
    if others and _filled(database, "concept_relationship"):
        link = database.table("concept_relationship")
        maps = link.filter(
            (link.relationship_id == "Maps to")
            & link.concept_id_1.isin(others)
            & link.invalid_reason.fill_null("").isin([""])
        )
        for concept, target in database.to_polars(maps.select("concept_id_1", "concept_id_2")).iter_rows():
            targets[concept].add(target)
    return targets


def _descendants(database: Database, concepts: Iterable[int]) -> dict[int, set[int]]:
    """The concepts below each; the table itself holds only valid standard ones."""
    tree, below = database.table("concept_ancestor"), defaultdict(set)
    chosen = tree.filter(tree.ancestor_concept_id.isin(sorted(concepts)))
    pairs = database.to_polars(chosen.select("ancestor_concept_id", "descendant_concept_id"))
    for ancestor, descendant in pairs.iter_rows():
        below[ancestor].add(descendant)
    return below
