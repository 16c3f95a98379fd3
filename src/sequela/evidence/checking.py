"""What is wrong with the library as a whole: its records, two of one work, what a retracted work still holds up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sequela.evidence import claims, shelving
from sequela.evidence.claims import Claim
from sequela.evidence.merging import folded
from sequela.evidence.odds import Odds, all_odds
from sequela.evidence.rates import BaseRate, all_base_rates, published_series
from sequela.evidence.works import UNDATED, Work


def check(
    shelf: Mapping[str, Work] | None = None,
    *,
    rates: Sequence[BaseRate] | None = None,
    odds: Sequence[Odds] | None = None,
    taken: Sequence[Claim] | None = None,
    added: Collection[str] = (),
) -> list[str]:
    """Return everything that is wrong with the library, one line each; nothing when it is sound.

    Parameters
    ----------
    shelf : the works; without it the shelf that we ship, with its counts, odds and claims.
    rates, odds, taken : counts, risk factors and claims to look at with it; those we ship where no shelf is given.
    added : keys of works that a reader added: less is asked of their records than of ours.
    """
    shipped = shelf is None
    records = shelving.works() if shelf is None else shelf
    if shipped:
        rates = (*all_base_rates(), *(one for one in published_series() if one not in all_base_rates()))
        odds = all_odds()
        taken = claims.claims()
    return [
        *shelving.check(records, added),
        *_twins(records),
        *_numbers(records, rates or (), odds or ()),
        *(f"claim of {problem}" for problem in claims.problems(taken or (), records)),
    ]


def _twins(records: Mapping[str, Work]) -> Iterator[str]:
    """Records of one work under two keys: the same title, year and first author, and no DOI that sets them apart."""
    seen: dict[tuple[str, str, str], Work] = {}
    for record in records.values():
        first = record.authors[0].family if record.authors else next(iter(record.corporate_authors), "")
        if not first or record.issued == UNDATED:
            continue
        name = (folded(record.title), record.year, folded(first))
        other = seen.setdefault(name, record)
        if other is not record and not (other.doi and record.doi):
            yield f"{record.key} has the same title, year and first author as {other.key}"


def _numbers(records: Mapping[str, Work], rates: Sequence[BaseRate], odds: Sequence[Odds]) -> Iterator[str]:
    """Published numbers whose work is missing or was retracted; those that name a group would be pooled."""
    for rate in rates:
        use = "pool" if rate.group else "base rate"
        yield from _held_up(records, f"the {use} of {rate.complication}", rate.cites)
        if rate.overlaps and rate.overlaps not in records:
            yield f"the {use} of {rate.complication} overlaps with {rate.overlaps!r}, which the library does not have"
    for one in odds:
        yield from _held_up(records, f"the risk factor of {', '.join(one.complications)}", one.cites)


def _held_up(records: Mapping[str, Work], what: str, cites: Sequence[str]) -> Iterator[str]:
    for key in cites:
        if key not in records:
            yield f"{what} cites {key!r}, which the library does not have"
        elif records[key].retracted:
            yield f"{what} cites {key}, which is retracted"
