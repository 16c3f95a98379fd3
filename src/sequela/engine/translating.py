"""What each node of the grammar becomes in a program: its operation, its parts, its numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

from sequela.course.anatomy import SEGMENTS
from sequela.course.catalogue import catalogue
from sequela.course.episodes import BASELINE_DAYS, DAY
from sequela.engine.building import COMPARATORS, PROCEDURES, ROOM, SEXES, Builder, refuse_too_large
from sequela.engine.kernels import layout as m
from sequela.engine.kernels import numbers as n
from sequela.engine.kernels import sums, truths, windows, words
from sequela.engine.kernels.lists import EVER, NEVER
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Quantity

RULES: dict[type[Node], Callable[[Builder, Any], int]] = {}
"""How each class of node is made."""


def rule(*nodes: type[Node]) -> Callable[[Callable[[Builder, Any], int]], Callable[[Builder, Any], int]]:
    """Return a decorator that files a rule under the nodes it makes."""

    def file(made_by: Callable[[Builder, Any], int]) -> Callable[[Builder, Any], int]:
        RULES.update(dict.fromkeys(nodes, made_by))
        return made_by

    return file


@rule(Parameter)
def _parameter(b: Builder, node: Parameter) -> int:
    return b.constant(b.numbers(node))


@rule(q.Called, q.Part, s.Named)
def _same(b: Builder, node: q.Called | q.Part | s.Named) -> int:
    return b.visit(node.of)


def _window(
    b: Builder,
    what: int,
    node: Any,
    since: int,
    numbers: tuple[int, ...] = (),
    apart: Parameter | None = None,
    **kw: Any,
) -> int:
    series = b.series(node.series)
    within = b.seconds(node.within, NEVER)
    until = b.seconds(getattr(node, "until", None), 0)
    made = b.made[series]
    parts = kw.pop("parts", ())
    kw = {"step": made.step, "most": made.most, **kw}
    return b.add(m.WINDOW, (series, *parts), (what, since, *numbers), within, until, b.seconds(apart, 0), **kw)


@rule(q.Latest)
def _latest(b: Builder, node: q.Latest) -> int:
    return _window(b, windows.LATEST, node, EVER)


@rule(q.Peak, q.Lowest)
def _extreme(b: Builder, node: q.Peak | q.Lowest) -> int:
    return _window(b, windows.PEAK if isinstance(node, q.Peak) else windows.LOWEST, node, 0)


@rule(q.Rate)
def _rate(b: Builder, node: q.Rate) -> int:
    numerator, denominator = b.made[b.series(node.series)].most
    longest, per = max(b.seconds(node.within, 0)), TIME_UNITS[node.per]
    most = (2 * numerator * denominator * per, denominator * denominator * max(longest, 1))
    return _window(b, windows.RATE, node, EVER, (per,), most=most)


def _against(b: Builder, node: q.Count | q.DurationAbove) -> tuple[int, int, list[int]]:
    """A series, the threshold its readings are compared with, and what brings each to their common step."""
    series, threshold = b.series(node.series), b.visit(node.threshold)
    _, scales = b.common(series, threshold)
    refuse_too_large(b.made[series].most[0] * scales[0], b.made[threshold].most[0] * scales[1])
    return series, threshold, scales


@rule(q.Count)
def _count(b: Builder, node: q.Count) -> int:
    _, threshold, scales = _against(b, node)
    numbers, most = (COMPARATORS[node.comparator], *scales), (1 << m.PLACE_BITS, 1)
    return _window(b, windows.COUNT, node, 0, numbers, node.apart, parts=(threshold,), step=Fraction(1), most=most)


@rule(q.Baseline)
def _baseline(b: Builder, node: q.Baseline) -> int:
    series = b.series(node.series)
    made = b.made[series]
    return b.add(m.BASELINE, (series,), (BASELINE_DAYS * DAY,), step=made.step, most=made.most)


@rule(q.Nadir)
def _nadir(b: Builder, node: q.Nadir) -> int:
    series = b.series(node.series)
    made = b.made[series]
    left = [1 - number for number in b.numbers(node.fall)]
    above, below = [share.numerator for share in left], [share.denominator for share in left]
    refuse_too_large(max(above) * made.most[0], max(below) * made.most[1])
    return b.add(m.NADIR, (series,), (), above, below, step=made.step, most=made.most)


@rule(q.DurationAbove)
def _duration_above(b: Builder, node: q.DurationAbove) -> int:
    series, threshold, scales = _against(b, node)
    step = Fraction(1, TIME_UNITS["h"])
    return b.add(
        m.DURATION_ABOVE, (series, threshold), (COMPARATORS[node.comparator], *scales), step=step, most=(ROOM >> 20, 1)
    )


@rule(q.WashOut)
def _wash_out(b: Builder, node: q.WashOut) -> int:
    series, floor = b.series(node.series), b.visit(node.floor)
    step, scales = b.common(series, floor)
    most = max(b.made[part].most[0] * scale for part, scale in zip((series, floor), scales, strict=True))
    return b.add(
        m.WASH_OUT, (series, floor), scales, b.seconds(node.half_life, 1), step=step, most=(most, b.made[floor].most[1])
    )


@rule(q.UpperLimit)
def _upper_limit(b: Builder, node: q.UpperLimit) -> int:
    kind = catalogue().kinds[str(node.series)]
    return b.limit([limit for sex in SEXES if (limit := kind.limit(sex)) is not None])


@rule(q.Age)
def _age(b: Builder, node: q.Age) -> int:
    return b.add(m.AGE, most=(1_000, 1))


_PAIRS = {
    q.Sum: sums.SUM,
    q.Difference: sums.DIFFERENCE,
    q.Higher: sums.HIGHER,
    q.Lower: sums.LOWER,
    q.Product: sums.PRODUCT,
    q.Ratio: sums.RATIO,
}


@rule(*_PAIRS)
def _pair(b: Builder, node: q._Pair) -> int:
    left, right = b.visit(node.left), b.visit(node.right)
    one, other = b.made[left], b.made[right]
    (a, c), (d, e) = one.most, other.most
    scales = [1, 1]
    if isinstance(node, q.Product):
        step, most = one.step * other.step, (a * d, c * e)
    elif isinstance(node, q.Ratio):
        step, most = one.step / other.step, (a * e, c * d)
    else:
        step, scales = b.common(left, right)
        a, d = a * scales[0], d * scales[1]
        joining = isinstance(node, q.Sum | q.Difference)
        most = (max(a, d), max(c, e))
        if joining:
            most = (a + d, 1) if c == e == 1 else (a * e + d * c, c * e)
    return b.add(m.PAIR, (left, right), (_PAIRS[type(node)], *scales), step=step, most=most)


@rule(q.Banded)
def _banded(b: Builder, node: q.Banded) -> int:
    of = b.visit(node.of)
    step = b.made[of].step
    rows = []
    for band in b.parameters[node.table.key].bands:
        limit = Fraction(0) if band.upto is None else band.upto / step
        rows.append((limit.numerator, limit.denominator, int(band.upto is not None), band.points))
    first = len(b.bands)
    b.bands += rows
    return b.add(m.BANDED, (of,), (first, len(b.bands)), most=(max(1, *(abs(row[3]) for row in rows)), 1))


@rule(q.Choice)
def _choice(b: Builder, node: q.Choice) -> int:
    when, then, otherwise = b.visit(node.when), b.visit(node.then), b.visit(node.otherwise)
    step, scales = b.common(then, otherwise)
    pairs = list(zip((then, otherwise), scales, strict=True))
    most = (max(b.made[p].most[0] * scale for p, scale in pairs), max(b.made[p].most[1] for p, _ in pairs))
    return b.add(m.CHOICE, (when, then, otherwise), scales, step=step, most=most)


@rule(q.Score)
def _score(b: Builder, node: q.Score) -> int:
    parts = [b.visit(part) for part in node.parts]
    step, scales = b.common(*parts, also=Fraction(1))
    one = int(1 / step)
    first = len(b.ranges)
    b.ranges += [(scale, part.least * one, part.most * one) for part, scale in zip(node.parts, scales, strict=True)]
    above, below = 0, 1
    for place, (part, scale) in enumerate(zip(parts, scales, strict=True), first):
        numerator, denominator = b.made[part].most
        numerator = max(numerator * scale, *(abs(limit) * denominator for limit in b.ranges[place][1:]))
        above, below = above * denominator + numerator * below, below * denominator
    return b.add(m.SCORE, parts, (first,), step=step, most=(max(above, 1), below))


@rule(s.Compare)
def _compare(b: Builder, node: s.Compare) -> int:
    comparator = COMPARATORS[node.comparator]
    if isinstance(node.left, q.TimeSince) and isinstance(node.right, Parameter):
        return b.add(m.TIMED, (_since(b, node.left),), (comparator,), b.seconds(node.right, 0))
    left = b.visit(node.left)
    step = b.made[left].step
    if isinstance(node.right, Parameter) and node.right.is_duration:
        step *= TIME_UNITS[node.left.unit]
        right = b.constant([Fraction(seconds) for seconds in b.seconds(node.right, 0)])
    else:
        right = b.visit(node.right)
    by = step / b.made[right].step
    refuse_too_large(b.made[left].most[0] * by.numerator, b.made[right].most[0] * by.denominator)
    limits = b.counts(right)
    if limits is None:
        return b.add(m.COMPARE, (left, right), (comparator, by.numerator, by.denominator, 0))
    scaled = [limit * by.denominator for limit in limits]
    return b.add(m.COMPARE, (left, right), (comparator, by.numerator, by.denominator, 1), scaled)


@rule(q.TimeSince)
def _since(b: Builder, node: q.TimeSince) -> int:
    match node.what:
        case "procedure":
            return b.add(m.SINCE_PROCEDURE)
        case "peak":
            return b.add(m.SINCE_PEAK, (b.facts("kind", node.key),))
        case "reading":
            return b.add(m.SINCE_READING, (b.facts("kind", node.key),))
        case "finding" | "event" as role:
            return b.add(m.SINCE_FACT, (b.facts(role, node.key),), (int(role == "finding"),))


@rule(s.And, s.Or)
def _joined(b: Builder, node: s.And | s.Or) -> int:
    first, last = node.parts[0], node.parts[-1]
    if isinstance(node, s.And) and len(node.parts) == 2 and isinstance(first, s.Known) and first.of == last:
        # "Definitely": one step, for sentences say it everywhere.
        return b.add(m.KNOWN_TRUTH, (b.visit(last),), (truths.NOT_TRUE,))
    how = truths.ALL if isinstance(node, s.And) else truths.ANY
    parts = [b.visit(part) for part in node.parts]
    return b.add(m.JOINED, parts, (how,), [0] * len(PROCEDURES))


@rule(s.AtLeast)
def _at_least(b: Builder, node: s.AtLeast) -> int:
    parts = [b.visit(part) for part in node.parts]
    return b.add(m.JOINED, parts, (truths.SOME,), [ceil(number) for number in b.numbers(node.number)])


@rule(s.Not)
def _not(b: Builder, node: s.Not) -> int:
    return b.add(m.NOT, (b.visit(node.of),))


@rule(s.Known)
def _known(b: Builder, node: s.Known) -> int:
    of = b.visit(node.of)
    if isinstance(node.of, Quantity) and not isinstance(node.of, q.TimeSince):
        return b.add(m.KNOWN_VALUE, (of,))
    return b.add(m.KNOWN_TRUTH, (of,), (NEVER if isinstance(node.of, q.TimeSince) else n.UNKNOWN,))


@rule(s.Seen, s.Absent)
def _seen(b: Builder, node: s.Seen | s.Absent) -> int:
    wanted = words.PRESENT if isinstance(node, s.Seen) else words.ABSENT
    background = catalogue().findings[node.finding].background
    after = b.seconds(node.after, EVER if background else 0)
    if not background:
        after = [max(0, seconds) for seconds in after]
    sites = (*b.site(node.site), *b.site(node.site or SEGMENTS))
    return b.add(m.SEEN, (b.facts("finding", node.finding),), (wanted, *sites), b.seconds(node.within, NEVER), after)


@rule(s.Happened)
def _happened(b: Builder, node: s.Happened) -> int:
    detail = b.details.setdefault(node.detail, len(b.details))
    after = [max(0, seconds) for seconds in b.seconds(node.after, 0)]
    return b.add(m.HAPPENED, (b.facts("event", node.event),), (detail,), b.seconds(node.within, NEVER), after)


@rule(s.Followed)
def _followed(b: Builder, node: s.Followed) -> int:
    return b.add(m.FOLLOWED, (b.facts("event", node.event), b.facts("event", node.by)))


@rule(s.TurnedSince)
def _turned_since(b: Builder, node: s.TurnedSince) -> int:
    return b.add(m.TURNED_SINCE, (b.visit(node.of), *(b.facts("event", event) for event in node.events)))


@rule(s.WasTrue)
def _was_true(b: Builder, node: s.WasTrue) -> int:
    return b.add(m.WAS_TRUE, (b.visit(node.of),), (), b.seconds(node.within, NEVER))


@rule(s.HoldsFor)
def _holds_for(b: Builder, node: s.HoldsFor) -> int:
    return b.add(m.HOLDS_FOR, (b.visit(node.of),), (), b.seconds(node.duration, 0))


@rule(s.Became)
def _became(b: Builder, node: s.Became) -> int:
    return b.add(m.BECAME, (b.visit(node.of),), (), b.seconds(node.within, 0))


@rule(s.ProcedureIs)
def _procedure_is(b: Builder, node: s.ProcedureIs) -> int:
    return b.add(m.PROCEDURE_IS, (), (), [int(kind in node.kinds) for kind in PROCEDURES])
