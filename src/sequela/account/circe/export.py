"""The shelf as Circe cohorts with their manifest: a target cohort of index procedures, and what may follow them.

`coded-...` are diagnoses within the risk window of an index procedure, dated at the diagnosis. `confirmed-...`,
`suspected-...` and `statement-...` are index procedures after which the sentence was so by the rows that Circe can
judge, dated at the procedure. None of them is the definition itself, so each is named an approximation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from sequela import __version__
from sequela.account.circe import shapes
from sequela.account.circe.concepts import Vocabulary
from sequela.account.circe.leaves import Context, Lost, Span
from sequela.account.circe.shapes import Json
from sequela.account.circe.translating import Translator
from sequela.assessing.counting.outcomes import Outcome, outcomes
from sequela.logic.nodes import Statement
from sequela.logic.shelf import Shelf
from sequela.sources.omop.codes import Group, lists

ALWAYS = (
    "A cohort asks whether a row ever says so on the days of a window; the definition asks at every moment. Parts that "
    "must hold at one moment are looked for on any of the days, and what must not be so on none of them.",
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


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cohort: its key, its name, what it holds in words, and its Circe expression."""

    key: str
    name: str
    description: str
    expression: Json

    def as_json(self) -> Json:
        """The cohort as the export prints it."""
        return {
            "key": self.key,
            "name": self.name,
            "description": self.description,
            "expression": self.expression,
        }


@dataclass(frozen=True, slots=True)
class Export:
    """The cohorts of a shelf, and what the manifest says of them."""

    shelf: Shelf
    cohorts: tuple[Cohort, ...]
    manifest: dict[str, Any]

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
        self.translator = Translator(Context(shelf, vocabulary))
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
        entry = self._procedures()
        self._add(
            "index-procedures",
            "index procedures",
            "Embolizations and ablations of the liver by their procedure codes, every one of a person.",
            entry,
            (),
        )
        told = [f"any procedure of: {', '.join(found.title for found in lists('procedures').values())}"]
        self.expressed.append({"statement": "index procedures", "part": told, "cohort": "index-procedures"})
        self._misled("index procedures", "procedures", list(lists("procedures")))

    def _procedures(self) -> list[Json]:
        return [
            {name: where} for key in lists("procedures") for name, where in self.vocabulary.criteria("procedures", key)
        ]

    def _coded(self, outcome: Outcome) -> None:
        """Diagnoses of an outcome within its window of an index procedure."""
        place = f"outcome {outcome.key} coded"
        criteria = self.vocabulary.criteria("outcomes", outcome.coded) if outcome.coded else []
        if not criteria:
            self._not_expressed(place, [Lost("", "no concept of its codes is known" if outcome.coded else _NO_CODE)])
            return
        days = int(outcome.days)
        near = [shapes.correlated(procedure, -days, 0) for procedure in self._procedures()]
        key = f"coded-{outcome.key}"
        rule = f"An index procedure on the same day or up to {days} days before"
        self._add(
            key,
            f"{outcome.title}: coded within {days} days of an index procedure",
            f"Diagnoses coded as {outcome.title.lower()}, dated when they were coded. {rule}.",
            [{name: where} for name, where in criteria],
            [(rule, f"The risk window of {outcome.key}.", shapes.joined("ANY", near))],
        )
        told = [f"{lists('outcomes')[outcome.coded].title}, days 0 to {days} after an index procedure"]
        self.expressed.append({"statement": place, "part": told, "cohort": key})
        self._misled(place, "outcomes", [outcome.coded])

    def _misled(self, place: str, group: Group, keys: Sequence[str]) -> None:
        """Say which source codes mean something else: Circe cannot take a source code away from standard ones."""
        lost = [
            Lost(f"{code.vocabulary} {code.code}, {code.display}", _MISLEADS, "wider")
            for key in keys
            for code in lists(group)[key].not_source
        ]
        self._not_expressed(place, lost)

    def _sentence(self, place: str, sentence: Statement, span: Span) -> None:
        """One sentence: its cohort, or why there is none."""
        said = self.translator.translate(sentence, span)
        if said.item is not None:
            kind, name, *way = place.split()
            key = f"{way[0] if way else 'statement'}-{name}"
            title = self._title(name, kind)
            what = f"{title}: {way[0]}" if way else title
            self._add(
                key,
                f"{what}, after an index procedure",
                f"Index procedures after which this was so on days {span.start} to {span.end}, dated at the procedure. "
                f"{len(said.lost)} parts of the definition are not in it: see the manifest.",
                self._procedures(),
                [(what, " | ".join(said.told), said.item)],
            )
            self.expressed.append({"statement": place, "part": list(said.told), "cohort": key})
        self._not_expressed(place, said.lost)

    def _title(self, name: str, kind: str) -> str:
        entries = self.shelf.conditions if kind == "condition" else self.shelf.definitions
        return next(entry.title for entry in entries if entry.key == name)

    def _add(
        self, key: str, name: str, description: str, entry: list[Json], rules: Sequence[tuple[str, str, Json]]
    ) -> None:
        expression = shapes.expression(entry, rules, self.vocabulary.concept_set)
        self.cohorts.append(Cohort(key, f"approximation of {name}", description, expression))

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


_NO_CODE = "no published code says it"
_MISLEADS = "a source code that is mapped to these concepts and means something else cannot be taken away"
