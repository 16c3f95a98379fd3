"""The checks of a published count before it is kept: what refuses it, and what is told beside it.

A count is wrong in few ways, and papers know them all: percentages that their own counts do not give, parts that do not
add up, procedures taken for people, the same people counted in two papers, a silence taken for zero. What cannot stand
is refused; what may be the paper's own fault is kept and told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from sequela.evidence.merging import folded
from sequela.evidence.rates import BaseRate
from sequela.evidence.shelving import nearest
from sequela.evidence.works import UNDATED, Work

Find = Callable[[str], Work | None]
"""The work of a key, or nothing where there is none."""

PROCEDURES = frozenset({"procedures", "sessions"})
"""Two words for one unit: each count keeps the word that it came with."""
UNITS = PROCEDURES | {"patients"}
"""What a count that is pooled may be of."""

SIMILAR = Decimal("1.25")
"""How far two totals may lie apart, as a ratio, to be taken for those of one cohort."""
YEARS_BEFORE_PRINT = 10
"""How long before its print a paper's people may have been treated, where it does not say when."""
_LEAST_SHARED = 2
_CASE_REPORT = re.compile(r"\bcase reports?\b")
_SAME_WORDS = Decimal("0.5")
_LINKING = frozenset({"a", "an", "and", "after", "before", "for", "from", "in", "of", "on", "or", "the", "with"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: whether the count is refused for it, and what would help."""

    what: str
    refused: bool
    hint: str = ""

    @property
    def text(self) -> str:
        """The finding as it is told, with its hint."""
        return f"{self.what}. {self.hint}" if self.hint else self.what


def checked(rate: BaseRate, others: Iterable[BaseRate], find: Find) -> tuple[Finding, ...]:
    """Return everything found wrong with a count, the refusals first; none of them where it is sound.

    Parameters
    ----------
    rate : the count to be kept.
    others : the counts that are there already; the same one among them makes it a repetition.
    find : where works are looked up.
    """
    others = tuple(others)
    found = [
        *_numbers(rate),
        *_cited(rate, find),
        *_print(rate),
        *_pooling(rate),
        *_neighbours(rate, others, find),
        *_unheard(rate, others),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.refused))


def standing(rates: Iterable[BaseRate], find: Find) -> tuple[list[BaseRate], list[tuple[BaseRate, str]]]:
    """Return the counts that may be pooled, and each that rests on a withdrawn or an unknown work, with the reason."""
    kept, dropped = [], []
    for rate in rates:
        works = [find(key) for key in rate.cites]
        if any(work is not None and work.retracted for work in works):
            dropped.append((rate, "supports nothing: retracted"))
        elif None in works:
            dropped.append((rate, "supports nothing: its work is not in the library"))
        else:
            kept.append(rate)
    return kept, dropped


def is_case_report(work: Work) -> bool:
    """Return whether a work says by its type, title or journal that it reports cases: it has no denominator."""
    said = (*work.genres, work.format, work.title, work.container_title)
    return any(_CASE_REPORT.search(folded(text)) for text in said)


def _unit(rate: BaseRate) -> str:
    """The unit as it is compared: sessions are procedures."""
    return "procedures" if rate.unit in PROCEDURES else rate.unit


# -- the count itself --------------------------------------------------------------------------------------------------


def _numbers(rate: BaseRate) -> Iterator[Finding]:
    if not rate.unit:
        yield Finding("the unit of analysis is missing", refused=True, hint="Say --unit patients or --unit procedures")
    elif rate.unit not in UNITS:
        yield Finding("the unit is neither patients nor procedures", refused=True, hint="Count one of the two")
    if rate.total < 1 or rate.events < 0:
        yield Finding("a total is at least 1, events at least 0", refused=True)
    elif rate.events > rate.total:
        what = f"{rate.events:,} events among {rate.total:,} {rate.unit}: each counts once at most"
        yield Finding(what, refused=True, hint="Perhaps the events of procedures are set against patients")
    elif rate.total == 1:
        yield Finding("one person is a case report: it has no denominator", refused=True)
    if rate.events == 0 and not rate.none_stated:
        hint = "Say --none-stated if the paper itself says that there were none"
        yield Finding("absence of mention is not zero", refused=True, hint=hint)
    if rate.events and rate.none_stated:
        yield Finding("none were stated, and yet there are events", refused=True)
    if rate.parts and sum(rate.parts) != rate.events:
        parts = " + ".join(f"{part:,}" for part in rate.parts)
        yield Finding(f"its parts {parts} = {sum(rate.parts):,} are not the {rate.events:,} events", refused=False)
    if rate.accrual and _span(rate.accrual) is None:
        yield Finding("the years of accrual are not YEAR or YEAR-YEAR", refused=True, hint="Write --accrual 1990-1992")


def _print(rate: BaseRate) -> Iterator[Finding]:
    """What the printed percentage says against the counts."""
    if not rate.printed or rate.total < 1:
        return
    try:
        agrees = rate.agrees_with_print()
    except InvalidOperation:
        yield Finding("the printed percentage is no number", refused=True, hint="Write --printed 6.1")
        return
    if agrees:
        return
    printed = Decimal(rate.printed)
    step = Decimal(1).scaleb(int(printed.as_tuple().exponent))
    given = (Decimal(rate.events) * 100 / rate.total).quantize(step, ROUND_HALF_EVEN)
    low = math.ceil((printed - step / 2) * rate.total / 100)
    high = math.floor((printed + step / 2) * rate.total / 100)
    if low > high:
        would = f"no whole number of {rate.total:,} gives that"
    else:
        would = f"that would be {low:,}" + (f" to {high:,}" if high > low else "") + f" of {rate.total:,}"
    what = f"prints {printed} %, its counts {rate.events:,}/{rate.total:,} give {given} %; {would}"
    yield Finding(what, refused=False, hint="Look whether the total is of another unit, or the count cumulative")


def _pooling(rate: BaseRate) -> Iterator[Finding]:
    if rate.derived:
        yield Finding("worked out from a percentage: kept, and not pooled unasked", refused=False)
    if rate.secondary:
        yield Finding("read in another paper: kept, and not pooled unasked", refused=False)
    if rate.overlaps:
        yield Finding(f"counts some of the same people as {rate.overlaps}: kept, and not pooled", refused=False)
    if not rate.group:
        yield Finding(
            "names no group: kept, and not pooled", refused=False, hint="--group names who is pooled together"
        )


# -- what it cites -----------------------------------------------------------------------------------------------------


def _cited(rate: BaseRate, find: Find) -> Iterator[Finding]:
    if not rate.cites:
        yield Finding("it cites nothing", refused=True, hint="A count is that of a work")
    for key in (*rate.cites, *filter(None, (rate.overlaps,)), *rate.apart):
        if find(key) is None:
            hint = "Add its record first: sequela evidence add FILE"
            yield Finding(f"no work of the library is called {key!r}", refused=True, hint=hint)
    for work in filter(None, map(find, rate.cites)):
        if work.retracted:
            yield Finding(f"{work.key} is retracted: it supports nothing", refused=True)
        elif work.status in ("concern", "corrected", "superseded"):
            state = {"concern": "under an expression of concern"}.get(work.status, work.status)
            hint = "See that the counts still stand"
            yield Finding(f"{work.key} is {state}", refused=False, hint=hint)
        if is_case_report(work):
            yield Finding(f"{work.key} is a case report: it has no denominator", refused=True)
        years = _span(rate.accrual)
        if years and work.issued != UNDATED and years[1] > int(work.year):
            yield Finding(f"{work.key} counts years after its own publication", refused=True)


# -- what stands beside it ---------------------------------------------------------------------------------------------


def _neighbours(rate: BaseRate, others: tuple[BaseRate, ...], find: Find) -> Iterator[Finding]:
    mine = _works(rate, find)
    for other in others:
        if other.complication != rate.complication:
            continue
        if mine & (theirs := _works(other, find)):
            yield from _of_one_work(rate, other)
        elif _unit(other) == _unit(rate) and not _declared(rate, mine, other, theirs):
            yield from _of_one_cohort(rate, other, find)


def _of_one_work(rate: BaseRate, other: BaseRate) -> Iterator[Finding]:
    """What two counts of one paper say of each other."""
    alike = rate.procedures == other.procedures and rate.stratum == other.stratum and _alike(rate, other)
    if _unit(rate) == _unit(other):
        # The same numbers are the same count, though someone names fewer of its procedures, or says less of who.
        mine, theirs = _words(rate.population), _words(other.population)
        less = bool(set(rate.procedures) & set(other.procedures)) and (mine <= theirs or theirs <= mine)
        if (alike or (less and rate.stratum == other.stratum)) and (rate.events, rate.total) == (
            other.events,
            other.total,
        ):
            yield Finding("the same count is there already", refused=True)
        elif alike and rate.definition == other.definition:
            told = f"{other.events:,}/{other.total:,}"
            yield Finding(f"the same work counts {told} of the same, too", refused=False, hint="Say --definition")
        return
    if not alike or {_unit(rate), _unit(other)} != {"patients", "procedures"}:
        return
    people, sessions = (rate, other) if rate.unit == "patients" else (other, rate)
    if people.total > sessions.total:
        what = f"the same work counts {people.total:,} patients and only {sessions.total:,} procedures"
        yield Finding(what, refused=True, hint="Perhaps the two totals are exchanged")
    elif people.total == sessions.total:
        what = f"the same work counts {people.total:,} patients and as many procedures"
        yield Finding(what, refused=False, hint="See which of the two the total is")
    if people.events > sessions.events and people.definition == sessions.definition:
        what = f"{people.events:,} patients had it in only {sessions.events:,} procedures"
        yield Finding(what, refused=False, hint="See which of the two was counted")


def _of_one_cohort(rate: BaseRate, other: BaseRate, find: Find) -> Iterator[Finding]:
    """Whether two papers may count the same people: who wrote them, when the people were treated, and how many."""
    works = [(one, two) for one in _found(rate, find) for two in _found(other, find)]
    link = _centre(rate, other) or next(filter(None, (_people(one, two) for one, two in works)), "")
    if not (link and _same_people(rate, other)):
        return
    if not any(_meet(_when(rate, one), _when(other, two)) for one, two in works):
        return
    key = ", ".join(other.cites)
    less, more = sorted((rate.total, other.total))
    if more <= less * SIMILAR:
        what = f"may count the same people as {key} ({link}; {rate.total:,} and {other.total:,} {other.unit})"
        hint = f"Say --overlaps {other.cites[0]}, which keeps it out of the pool, or --apart {other.cites[0]}"
        yield Finding(what, refused=True, hint=hint)
    else:
        which = "may hold people of" if rate.total > other.total else "may be held in"
        yield Finding(f"{which} {key} ({link}; {other.total:,} {other.unit})", refused=False)


def _declared(rate: BaseRate, mine: frozenset[str], other: BaseRate, theirs: frozenset[str]) -> bool:
    """Whether one of the two says that they count the same people, or that they do not."""
    return bool({rate.overlaps, *rate.apart} & theirs or {other.overlaps, *other.apart} & mine)


def _unheard(rate: BaseRate, others: tuple[BaseRate, ...]) -> Iterator[Finding]:
    """Names that no other count has: new, or mistyped."""
    named = (
        ("complication", [rate.complication], {other.complication for other in others}),
        ("group", [rate.group] if rate.group else [], {other.group for other in others}),
        ("procedure", rate.procedures, {kind for other in others for kind in other.procedures}),
    )
    for what, mine, known in named:
        for name in mine:
            if known and name not in known:
                yield Finding(
                    f"no other count has the {what} {name!r}", refused=False, hint=nearest(name, sorted(known))
                )


# -- likeness ----------------------------------------------------------------------------------------------------------


def _found(rate: BaseRate, find: Find) -> tuple[Work, ...]:
    return tuple(filter(None, map(find, rate.cites)))


def _works(rate: BaseRate, find: Find) -> frozenset[str]:
    """The keys of the works that it cites, also those they had before they were joined."""
    return frozenset((*rate.cites, *(work.key for work in _found(rate, find))))


def _words(text: str) -> frozenset[str]:
    return frozenset(folded(text).split()) - _LINKING


def _alike(rate: BaseRate, other: BaseRate) -> bool:
    """Whether two populations are named with mostly the same words."""
    mine, theirs = _words(rate.population), _words(other.population)
    return len(mine & theirs) >= _SAME_WORDS * len(mine | theirs)


def _same_people(rate: BaseRate, other: BaseRate) -> bool:
    """Whether both count the same sort of people, after the same kind of procedure."""
    if not set(rate.procedures) & set(other.procedures):
        return False
    if rate.group and rate.group == other.group:
        return True
    kinds = _words(" ".join((*rate.procedures, *other.procedures)))
    return bool((_words(rate.population) & _words(other.population)) - kinds)


def _centre(rate: BaseRate, other: BaseRate) -> str:
    return "the same centre" if rate.centre and folded(rate.centre) == folded(other.centre) else ""


def _people(one: Work, other: Work) -> str:
    """Who wrote both works, in words; a name without initials shows nothing."""
    mine, theirs = _named(one), _named(other)
    if mine and theirs and mine[0] == theirs[0]:
        return "the same first author"
    shared = set(mine) & set(theirs)
    if len(shared) >= _LEAST_SHARED:
        return f"{len(shared)} authors in common"
    return "the first author of one among those of the other" if {*mine[:1], *theirs[:1]} & shared else ""


def _named(work: Work) -> list[tuple[str, str]]:
    return [(folded(one.family), folded(one.given)[:1]) for one in work.authors if one.family and one.given]


def _span(accrual: str) -> tuple[int, int] | None:
    """The first and the last year of "1990-1992" or "1990"; nothing where it is neither."""
    found = re.fullmatch(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?", accrual.strip())
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last else None


def _when(rate: BaseRate, work: Work) -> tuple[int, int] | None:
    """When its people were treated, as said or as its year of print allows; nothing where neither is known."""
    if said := _span(rate.accrual):
        return said
    return None if work.issued == UNDATED else (int(work.year) - YEARS_BEFORE_PRINT, int(work.year))


def _meet(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])
