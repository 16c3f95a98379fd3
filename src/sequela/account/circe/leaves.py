"""The parts of a sentence that one row can decide, as Circe criteria: a value, a diagnosis, something done, an age.

Each comes out as `Said`: its criteria and what they ask in words, or why there are none.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sequela.account.circe import shapes, thresholds
from sequela.account.circe.concepts import Vocabulary
from sequela.account.circe.shapes import Json
from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY
from sequela.logic import display
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Quantity, Statement
from sequela.logic.prose import say
from sequela.logic.shelf import Shelf
from sequela.sources.omop.codes import Group, lists

Effect = Literal["narrower", "wider", "other"]
"""What a loss does to a cohort: it misses some, takes in some whom the sentence does not mean, or either."""
LONGEST = 240
"""Letters of a part that the manifest repeats; the statement's whole text is one command away."""
_WHY: tuple[tuple[type[Node], str], ...] = (
    (q.WashOut, "a wash-out from the patient's own peak"),
    (q.Nadir, "a rise over the patient's own lowest value"),
    (q.Baseline, "a comparison with the patient's own value before the procedure"),
    (q.Rate, "a slope"),
    (q.DurationAbove, "how long values stayed so"),
    (q.Score, "a score of several readings at one moment"),
    (q.Part, "a score of several readings at one moment"),
    (q.Banded, "points for a value"),
    (q.Choice, "a value that another statement chooses"),
    (q.Ratio, "a ratio of two quantities"),
    (q.Difference, "a difference of two quantities"),
    (q.Sum, "a sum of two quantities"),
    (q.Product, "a product of two quantities"),
    (q.Higher, "the higher of two quantities"),
    (q.Lower, "the lower of two quantities"),
    (q.Count, "a count of values that are themselves worked out"),
    (q.Peak, "the highest of several readings"),
    (q.Lowest, "the lowest of several readings"),
    (q.TimeSince, "the time since something"),
    (q.UpperLimit, "an upper reference limit other than that of its own row"),
    (s.Absent, "an absence: OMOP has no row for what was looked for and not found"),
    (s.Followed, "an order of two events"),
    (s.TurnedSince, "a turn of a statement after an event"),
    (s.Became, "the moment at which a statement turned"),
    (s.HoldsFor, "how long a statement held"),
    (s.Known, "whether something is known"),
)
"""Why a node cannot be said; the first that a sentence holds is named."""
_MISLEADS = "a source code that is mapped to these concepts and means something else cannot be taken away"


@dataclass(frozen=True, slots=True)
class Span:
    """Days after the procedure, both included, in which a row may stand."""

    start: int
    end: int

    def told(self) -> str:
        """The days in words."""
        return f"days {self.start} to {self.end}"


@dataclass(frozen=True, slots=True)
class Lost:
    """A part of a sentence that the criteria do not say, why, and what that does to them."""

    part: str
    reason: str
    effect: Effect = "narrower"


@dataclass(frozen=True, slots=True)
class Said:
    """The criteria for a part (None: there are none), what is lost, and what they ask for in words."""

    item: Json | None
    lost: tuple[Lost, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a translation reads: the shelf's numbers and the site's concepts."""

    shelf: Shelf
    vocabulary: Vocabulary

    def prose(self, node: Node) -> str:
        """A part in words, with the shelf's numbers."""
        return textwrap.shorten(say(node, self.shelf.parameters), LONGEST, placeholder=" ...")

    def number(self, parameter: Parameter) -> tuple[Fraction, tuple[Lost, ...]]:
        """A parameter's number, and what is lost where some kinds of procedure have one of their own."""
        held = self.shelf.parameters[parameter.key]
        if not held.by_procedure:
            return held.number(""), ()
        own = [f"{display.amount(value, held.unit)} after {kind}" for kind, value in sorted(held.by_procedure.items())]
        reason = f"the number for every other procedure is taken, not {display.joined(own, 'or')}"
        return held.number(""), (Lost(f"[{held.key}]", reason, "other"),)

    def days(self, parameter: Parameter) -> tuple[Fraction, tuple[Lost, ...]]:
        """A duration in days."""
        number, lost = self.number(parameter)
        return number * TIME_UNITS[parameter.unit] / DAY, lost


def reason(node: Node) -> str:
    """Why Circe cannot say it."""
    inside = tuple(node.walk())
    found = (why for kind, why in _WHY if any(isinstance(each, kind) for each in inside))
    return next(found, "Circe has no criterion for it")


def seen(context: Context, node: s.Seen, span: Span) -> Said:
    """A finding: a diagnosis on those days, or at any time before for what a patient simply has."""
    if node.site:
        return Said(None, (Lost(context.prose(node), "a place in the liver"),))
    background = catalogue().findings[node.finding].background
    return _listed(context, node, "findings", node.finding, span, node.after, ever=background)


def happened(context: Context, node: s.Happened, span: Span) -> Said:
    """An event: a procedure, a drug or a laboratory's test on those days."""
    if node.detail:
        return Said(None, (Lost(context.prose(node), "a detail of an event that has no code"),))
    return _listed(context, node, "events", node.event, span, node.after)


def procedure(context: Context, node: s.ProcedureIs, span: Span) -> Said:
    """The kind of the index procedure, by codes that tell it."""
    items, told = list[Json](), list[str]()
    for kind in node.kinds:
        found = lists("procedures").get(kind)
        criteria = context.vocabulary.criteria("procedures", kind)
        if found is None or any(code.unsettled for code in found.codes) or not criteria:
            why = "no code tells that kind of procedure" if found is None else _unknown(context, "procedures", kind)
            return Said(None, (Lost(context.prose(node), why),))
        items += [shapes.correlated({name: where}, 0, 0) for name, where in criteria]
        told.append(f"{found.title}, day 0")
    return Said(shapes.joined("ANY", items), (), tuple(told))


def _listed(
    context: Context,
    node: Statement,
    group: Group,
    key: str,
    span: Span,
    after: Parameter | None,
    *,
    ever: bool = False,
) -> Said:
    """Any code of a list on the days of the span, or of those from `after` on."""
    part, lost = context.prose(node), tuple[Lost, ...]()
    if after is not None:
        days, lost = context.days(after)
        if days.denominator != 1:
            lost += (Lost(part, "hours after the procedure: the whole day is taken", "wider"),)
        span = Span(max(span.start, int(days)), span.end)
    if span.start > span.end:
        return Said(None, (Lost(part, f"it begins after day {span.end}, until which it is looked for"),))
    said = coded(context, part, group, key, span, ever=ever)
    return Said(said.item, (*said.lost, *(lost if said.item else ())), said.told)


def coded(context: Context, part: str, group: Group, key: str, span: Span, *, ever: bool = False) -> Said:
    """Any code of a list on the days of the span; `ever` from as far back as is observed."""
    meant, criteria = context.vocabulary.meant(group, key), context.vocabulary.criteria(group, key)
    if meant is None or not criteria:
        return Said(None, (Lost(part, _unknown(context, group, key)),))
    items = [shapes.correlated({name: where}, None if ever else span.start, span.end) for name, where in criteria]
    misleading = tuple(
        Lost(f"{code.vocabulary} {code.code}, {code.display}", _MISLEADS, "wider") for code in meant.misleading
    )
    when = f"until day {span.end}" if ever else span.told()
    return Said(shapes.joined("ANY", items), misleading, (f"{meant.title}, {when}",))


def _unknown(context: Context, group: Group, key: str) -> str:
    meant = context.vocabulary.meant(group, key)
    if meant is None:
        return "it has no code"
    if meant.sets:
        return "its codes do not tell the kind"
    return (
        "no concept of its codes is known"
        if context.vocabulary.given
        else ("no concept of its codes is known: give the site's with --concepts")
    )


# -- measurements ----------------------------------------------------------------------------------------------------


def known(context: Context, quantity: Quantity, span: Span) -> Said | None:
    """A reading of a kind on those days, whatever its value; None where that is not what is asked."""
    if not isinstance(quantity, q.Latest | q.Peak | q.Lowest) or not isinstance(quantity.series, str):
        return None
    if quantity.until is not None:
        return None
    return _measured(context, quantity, quantity.series, [({}, "any value")], span)


def compared(context: Context, node: s.Compare, span: Span) -> Said:
    """A reading against a number on the shelf, or against the reference limit of its own row; or an age."""
    left, right, comparator = _bare(node.left), _bare(node.right), node.comparator
    refused = Said(None, (Lost(context.prose(node), reason(node)),))
    if isinstance(left, q.Age) and isinstance(right, Parameter):
        value, lost = context.number(right)
        age = {"Age": shapes.numeric(comparator, value)}
        return Said(age, lost, (f"age {comparator} {shapes.number(value)}",))
    if isinstance(left, q.Count):
        return _counted(context, node, left, span) or refused
    if not isinstance(left, q.Latest | q.Peak | q.Lowest) or not isinstance(left.series, str):
        return refused
    if left.until is not None:
        return Said(None, (Lost(context.prose(node), "readings of a certain age"),))
    upward = comparator in (">", ">=")
    if (isinstance(left, q.Peak) and not upward) or (isinstance(left, q.Lowest) and comparator not in ("<", "<=")):
        return refused
    multiple = _multiple(right, left.series)
    if multiple is not False:
        times, lost = (Fraction(1), ()) if multiple is None else context.number(multiple)
        fields = {"RangeHighRatio": shapes.numeric(comparator, times)}
        limit = Lost(context.prose(node), "the limit is that of the row; rows without range_high are not found")
        said = _measured(
            context, node, left.series, [(fields, f"{comparator} {shapes.number(times)} x range_high")], span
        )
        return Said(said.item, (*said.lost, *lost, *((limit,) if said.item else ())), said.told)
    if not isinstance(right, Parameter):
        return refused
    value, lost = context.number(right)
    said = _measured(context, node, left.series, thresholds.compared(left.series, comparator, value), span)
    return Said(said.item, (*said.lost, *lost), said.told)


def _bare(quantity: Quantity) -> Quantity:
    while isinstance(quantity, q.Called):
        quantity = quantity.of
    return quantity


def _multiple(right: Quantity, series: str) -> Parameter | Literal[False] | None:
    """The multiple of the kind's own upper reference limit that is meant (None: the limit itself), or False."""
    if isinstance(right, q.UpperLimit):
        return None if right.series == series else False
    if isinstance(right, q.Product) and isinstance(right.left, Parameter) and isinstance(right.right, q.UpperLimit):
        return right.left if right.right.series == series else False
    return False


def _counted(context: Context, node: s.Compare, count: q.Count, span: Span) -> Said | None:
    """So many readings that compare so, near one another if the sentence has a look-back."""
    if not (isinstance(count.series, str) and isinstance(count.threshold, Parameter)):
        return None
    if not (isinstance(node.right, Parameter) and node.comparator == ">="):
        return None
    number, lost = context.number(node.right)
    value, more = context.number(count.threshold)
    lost += more
    near = None
    if count.within is not None:
        days, more = context.days(count.within)
        near, lost = -(-days.numerator // days.denominator), lost + more
        if days.denominator != 1:
            lost += (Lost(context.prose(node), f"a look-back in hours: {near} whole days are taken", "wider"),)
    if count.apart is not None:
        lost += (Lost(context.prose(node), "a least time between readings", "wider"),)
    asked = thresholds.compared(count.series, count.comparator, value)
    if len(asked) > 1:
        lost += (Lost(context.prose(node), "readings in units that differ by a factor are counted apart"),)
    said = _measured(context, node, count.series, asked, span, int(number), near)
    return Said(said.item, (*said.lost, *(lost if said.item else ())), said.told)


def _measured(
    context: Context,
    node: Node,
    kind: str,
    asked: list[tuple[Json, str]],
    span: Span,
    count: int = 1,
    near: int | None = None,
) -> Said:
    """Rows of a kind with any of the fields asked for, at least `count` of them (within `near` days)."""
    if catalogue().kinds[kind].values:
        return Said(None, (Lost(context.prose(node), "a coded answer, not a number"),))
    if not asked:
        return Said(None, (Lost(context.prose(node), "no OMOP concept of its unit is known"),))
    rows = [where for name, where in context.vocabulary.criteria("measurements", kind) if name == "Measurement"]
    if not rows:
        return Said(None, (Lost(context.prose(node), _unknown(context, "measurements", kind)),))
    items, told = list[Json](), list[str]()
    for fields, words in asked:
        for where in rows:
            criteria = where | fields
            if near is None:
                items.append(shapes.correlated({"Measurement": criteria}, span.start, span.end, count))
                continue
            others = shapes.correlated({"Measurement": criteria}, -near, 0, count)
            nested = criteria | {"CorrelatedCriteria": shapes.group("ALL", [others])}
            items.append(shapes.correlated({"Measurement": nested}, span.start, span.end))
        often = "" if count == 1 else f", {count} of them" + ("" if near is None else f" within {near} days")
        told.append(f"{display.kind_name(kind)} {words}{often}, {span.told()}")
    return Said(shapes.joined("ANY", items), (), tuple(told))
