"""Whether the library and the rules that rest on it hold together: what must be mended, and what is good to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sequela.account.uses import Use, cited, dangling, idle, unclaimed
from sequela.evidence import Claim, Work, check, works
from sequela.evidence.claims import claims
from sequela.evidence.odds import all_odds
from sequela.evidence.rates import BaseRate, all_counts
from sequela.evidence.series import checked
from sequela.logic.shelf import Basis, Shelf


def library_problems(
    shelf: Shelf,
    known: Mapping[str, Work] | None = None,
    taken: Sequence[Claim] | None = None,
    series: Sequence[BaseRate] = (),
) -> list[str]:
    """Return everything that is wrong with the library and with how rules cite it, one line each.

    Parameters
    ----------
    shelf : the criteria, perhaps with a site's overlay.
    known, taken : works and claims to look at instead of those we ship.
    series : counts that a reader added, beside ours.
    """
    held = works() if known is None else known
    said = claims() if taken is None else taken
    counts, added = (*all_counts(), *series), [key for key in held if key not in works()]
    if taken is None:
        whole = check(held, rates=counts, odds=all_odds(), taken=said, added=added)
    else:
        whole = check(held, taken=said, added=added)
    return [*whole, *_counted(series, held), *dangling(shelf, held), *_fallen(shelf, held, said), *_unfit(shelf, said)]


def _counted(series: Sequence[BaseRate], held: Mapping[str, Work]) -> Iterator[str]:
    """Counts of a reader that would be refused today: ours may have come later, or a work may have been withdrawn."""
    for place, rate in enumerate(series):
        others = (*all_counts(), *series[:place], *series[place + 1 :])
        for finding in checked(rate, others, held.get):
            if finding.refused:
                yield f"the count of {rate.complication} in {', '.join(rate.cites)}: {finding.text}"


def library_notes(shelf: Shelf) -> list[str]:
    """Return what is no fault but good to know of the library, one line each."""
    notes = []
    if waiting := unclaimed(shelf):
        keys = sorted({key for key, _ in waiting})
        notes.append(
            f"{len(waiting)} citations say nothing of what is taken, from {len(keys)} works: {', '.join(keys)}"
        )
    unseen = sorted(
        {
            key
            for parameter in shelf.parameters.values()
            if parameter.basis in (Basis.STUDY, Basis.GUIDELINE)
            for key in parameter.cites
            if key in works() and not works()[key].verified
        }
    )
    if unseen:
        notes.append(
            f"{len(unseen)} works behind numbers of studies and guidelines were met at second hand: {', '.join(unseen)}"
        )
    if alone := idle(shelf):
        notes.append(f"{len(alone)} works are cited by no rule and no number: {', '.join(alone)}")
    return notes


def _fallen(shelf: Shelf, held: Mapping[str, Work], said: Sequence[Claim]) -> Iterator[str]:
    """Rules that cite what was retracted, or what was superseded without a word on why."""
    for use, cites in cited(shelf):
        for key in dict.fromkeys(cites):
            status = held[key].status if key in held else "current"
            if status == "retracted":
                yield f"{use.kind} {use.key} cites {key}, which is retracted"
            elif status in ("superseded", "concern") and not _excused(key, use, said):
                yield f"{use.kind} {use.key} cites {key}, which is {status}, and no claim says why"


def _excused(key: str, use: Use, said: Sequence[Claim]) -> bool:
    return any(claim.note and claim.work == key and claim.covers(use.name) for claim in said)


def _unfit(shelf: Shelf, said: Sequence[Claim]) -> Iterator[str]:
    """Claims for what does not cite their work, and judgements under a number that is said to rest on evidence."""
    citing: dict[str, set[str]] = {}
    for use, cites in cited(shelf):
        for key in cites:
            citing.setdefault(key, set()).add(use.name)
    based = {f"parameter:{key}": parameter.basis for key, parameter in shelf.parameters.items()}
    for claim in said:
        mine = citing.get(claim.work, set())
        for name in claim.supports:
            named = {one for one in mine if one.startswith(name[:-1])} if name.endswith("*") else {name} & mine
            if not named:
                yield f"claim of {claim.work} supports {name}, which does not cite it"
            for one in sorted(named):
                if claim.basis == "expert judgement" and based.get(one) in (Basis.STUDY, Basis.GUIDELINE):
                    yield f"claim of {claim.work} is a judgement, but {one} rests on a {based[one]}"
