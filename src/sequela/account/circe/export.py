"""The shelf as Circe cohorts with their manifest: a target cohort of index procedures, and what may follow them.

`coded-...` are diagnoses within the risk window of an index procedure; `confirmed-...`, `suspected-...` and
`statement-...` are what a sentence comes to by the rows that Circe can judge. Where one row decides, a cohort is
dated at that row; where several must come together, at the index procedure that they follow. None of them is the
definition itself, so each is named an approximation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sequela import __version__
from sequela.account.circe import leaves, shapes
from sequela.account.circe.concepts import Vocabulary
from sequela.account.circe.leaves import Context, Lost, Said, Span
from sequela.account.circe.shapes import Json
from sequela.account.circe.translating import Translator
from sequela.assessing.counting.outcomes import Outcome, outcomes
from sequela.logic.nodes import Statement
from sequela.logic.shelf import Shelf
from sequela.sources.omop.codes import Group, lists

ALWAYS = (
    "A cohort asks whether a row ever says so on the days of a window; the definition asks at every moment. Parts that "
    "must hold at one moment are looked for on any of the days, and what must not be so on none of them.",
    "Of several readings within some days only the last must be on the days of the window.",
    "A condition that is no counted outcome has the longest window of those that are; a statement has the longest of "
    "the conditions that it supports.",
    "Days are dates: hours within a day, and which of two rows of one day came first, are not told apart.",
    "A window does not end with the next procedure; a row may count for two procedures.",
    "What nobody recorded counts as not so; the definition keeps it unknown.",
    "A number is compared as it stands: rows without a unit are not found where a unit is asked, rows marked less or "
    "more than a number count as that number, implausible values are not set aside.",
    "A laboratory row counts on the day of its sample, not when its result was known.",
)
"""How every exported cohort differs from the definitions, said once."""
_MOMENT = {
    "excluded": "what speaks against a condition at one moment of a watched course; a cohort counts who had it",
    "assessable": "whether a condition can be judged at one moment of a watched course",
    "lapsed": "a suspicion that ended in a watched course",
    "minimum": "what must be known before the state of a watched course is judged",
    "masking": "a drug that hides a sign at one moment of a watched course",
    "score": "a score of several readings at one moment",
    "state": "one word for a moment of a watched course; its conditions and definitions are exported",
    "trend": "one word for a moment of a watched course",
    "step": "advice on what to do next, not a cohort",
}


Dated = Literal["row", "procedure"]
"""What gives a cohort its date: the row that decides, or the index procedure."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cohort: its key, its name, what it holds in words, what dates it, and its Circe expression."""

    key: str
    name: str
    description: str
    dated: Dated
    expression: Json

    def as_json(self) -> Json:
        """The cohort as the export prints it."""
        return {
            "key": self.key,
            "name": self.name,
            "description": self.description,
            "dated": self.dated,
            "expression": self.expression,
        }


@dataclass(frozen=True, slots=True)
class Export:
    """The cohorts of a shelf, and what the manifest says of them."""

    shelf: Shelf
    cohorts: tuple[Cohort, ...]
    manifest: dict[str, Any]

    def procedures_found(self) -> tuple[int, int]:
        """How many of the codes of index procedures have a concept, of how many: what the whole target rests on."""
        codes = {code for found in lists("procedures").values() for code in found.codes}
        lost = sum(each["list"].startswith("procedures/") for each in self.manifest["unresolved_codes"])
        return len(codes) - lost, len(codes)

    def as_json(self) -> dict[str, Any]:
        """One object: program, criteria, cohorts, manifest."""
        return {
            "sequela": __version__,
            "criteria": {"version": self.shelf.version, "hash": self.shelf.hash},
            "cohorts": [cohort.as_json() for cohort in self.cohorts],
            "manifest": self.manifest,
        }


def export(shelf: Shelf, vocabulary: Vocabulary | None = None) -> Export:
    """The shelf as Circe cohorts with their manifest; the same shelf and concepts give the same bytes.

    Parameters
    ----------
    shelf : with a site's overlay applied, if it has one: every number comes from it.
    vocabulary : the site's concepts; without them only codes whose concept public data show are resolved.
    """
    return _Exporter(shelf, vocabulary or Vocabulary()).export()


class _Exporter:
    """Gathers cohorts and manifest of one shelf."""

    def __init__(self, shelf: Shelf, vocabulary: Vocabulary) -> None:
        self.shelf, self.vocabulary = shelf, vocabulary
        self.context = Context(shelf, vocabulary)
        self.translator = Translator(self.context)
        self.outcomes = outcomes(shelf)
        self.cohorts: list[Cohort] = []
        self.expressed: list[dict[str, Any]] = []
        self.not_expressed: list[dict[str, str]] = []

    def export(self) -> Export:
        self._target()
        for outcome in self.outcomes:
            self._coded(outcome)
        for place, sentence, span in self._asked():
            self._sentence(place, sentence, span)
        for place, why in self._unasked():
            self._not_expressed(place, [Lost("", _MOMENT[why])])
        return Export(
            self.shelf,
            tuple(self.cohorts),
            {
                "always": list(ALWAYS),
                "expressed": self.expressed,
                "not_expressed": self.not_expressed,
                "unresolved_codes": self._unresolved(),
            },
        )

    # -- cohorts -----------------------------------------------------------------------------------------------------

    def _target(self) -> None:
        """Every index procedure, one cohort entry each."""
        self._add(
            "index-procedures",
            "index procedures",
            "Embolizations and ablations of the liver by their procedure codes, every one of a person.",
            "procedure",
            shapes.expression(self._procedures(), (), self.vocabulary.concept_set),
        )
        titles = ", ".join(found.title for found in lists("procedures").values())
        self.expressed.append(
            {"statement": "index procedures", "part": [f"any procedure of: {titles}"], "cohort": "index-procedures"}
        )

    def _procedures(self) -> list[Json]:
        return [
            {name: where} for key in lists("procedures") for name, where in self.vocabulary.criteria("procedures", key)
        ]

    def _coded(self, outcome: Outcome) -> None:
        """Diagnoses of an outcome within its window of an index procedure."""
        place = f"outcome {outcome.key} coded"
        if not outcome.coded:
            self._not_expressed(place, [Lost("", "no published code says it")])
            return
        days = Span(0, int(outcome.days))
        said = leaves.coded(self.context, place, "outcomes", outcome.coded, days)
        if said.item is not None:
            self._follow(place, f"coded-{outcome.key}", f"{outcome.title}, coded", days, said)
        self._not_expressed(place, said.lost)

    def _sentence(self, place: str, sentence: Statement, span: Span) -> None:
        """One sentence: its cohort, or why there is none."""
        said = self.translator.translate(sentence, span)
        if said.item is not None:
            kind, name, *way = place.split()
            entries = self.shelf.conditions if kind == "condition" else self.shelf.definitions
            title = next(entry.title for entry in entries if entry.key == name)
            key = f"{way[0] if way else 'statement'}-{name}"
            self._follow(place, key, f"{title}, {way[0]}" if way else title, span, said)
        self._not_expressed(place, said.lost)

    def _follow(self, place: str, key: str, title: str, span: Span, said: Said) -> None:
        """The cohort of what follows an index procedure, dated at its row if one row decides."""
        assert said.item is not None
        lost = f" {len(said.lost)} parts of it are not said: see the manifest." if said.lost else ""
        dated: Dated = "procedure"
        decided = shapes.rows(said.item)
        if decided is not None:
            entry, start, end = decided
            near = shapes.joined("ANY", [shapes.correlated(each, -end, -start) for each in self._procedures()])
            rule = f"An index procedure {start} to {end} days before"
            made = shapes.expression(entry, [(rule, f"The window of {key}.", near)], self.vocabulary.concept_set)
            when = f"Rows that say so {start} to {end} days after an index procedure, dated at the row."
            dated = "row"
        else:
            rules = [(title, " | ".join(said.told), said.item)]
            made = shapes.expression(self._procedures(), rules, self.vocabulary.concept_set)
            when = f"Index procedures after which it was so on {span.told()}, dated at the procedure."
        self._add(key, f"{title}, after an index procedure", when + lost, dated, made)
        self.expressed.append({"statement": place, "part": list(said.told), "cohort": key})

    def _add(self, key: str, name: str, description: str, dated: Dated, expression: Json) -> None:
        self.cohorts.append(Cohort(key, f"approximation of {name}", description, dated, expression))

    # -- sentences ---------------------------------------------------------------------------------------------------

    def _asked(self) -> Iterator[tuple[str, Statement, Span]]:
        """The sentences of which a cohort can be made, each with the days on which it is looked for."""
        windows = {outcome.condition: int(outcome.days) for outcome in self.outcomes}
        longest = max(windows.values())
        supported: dict[str, int] = {}
        for condition in self.shelf.conditions:
            days = windows.get(condition.key, longest)
            for reason in condition.reasons:
                supported[reason.key] = max(days, supported.get(reason.key, 0))
            for way, sentence in (("confirmed", condition.confirmed), ("suspected", condition.suspected)):
                if sentence is not None:
                    yield f"condition {condition.key} {way}", sentence, Span(0, days)
        for definition in self.shelf.definitions:
            if definition.role not in _MOMENT:
                days = supported.get(definition.key, longest)
                yield f"definition {definition.key}", definition.sentence, Span(0, days)

    def _unasked(self) -> Iterator[tuple[str, str]]:
        """The sentences that no cohort could ask, whatever Circe could say, each with why in a word of `_MOMENT`."""
        for condition in self.shelf.conditions:
            for way in ("excluded", "assessable", "lapsed"):
                if getattr(condition, way) is not None:
                    yield f"condition {condition.key} {way}", way
        for definition in self.shelf.definitions:
            if definition.role in _MOMENT:
                yield f"definition {definition.key}", definition.role
        for kind in ("score", "state", "trend", "step"):
            yield from ((f"{kind} {entry.key}", kind) for entry in getattr(self.shelf, f"{kind}s"))

    # -- manifest ----------------------------------------------------------------------------------------------------

    def _not_expressed(self, place: str, lost: Sequence[Lost]) -> None:
        self.not_expressed += [
            {"statement": place, "part": each.part or "all of it", "reason": each.reason, "effect": each.effect}
            for each in lost
        ]

    def _unresolved(self) -> list[dict[str, str]]:
        """Every code of a list for which there is no concept to look for: nothing finds its rows."""
        found = []
        for group in get_args(Group):
            for key in lists(group):
                meant = self.vocabulary.meant(group, key)
                assert meant is not None
                found += [
                    {
                        "list": f"{group}/{key}",
                        "vocabulary": each.code.vocabulary,
                        "code": each.code.code,
                        "display": each.code.display,
                        "reason": each.reason,
                    }
                    for each in meant.unresolved
                ]
        return found
