"""What the shipped criteria say of intensive care: firing rates in the MIMIC-IV demonstration patients.

The counts stand in benchmarks/results/icu.json, written by `make icu` where the data are. No patient's data are stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sequela.sources.synthetic.marginals import wilson

RECORD = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "icu.json"
ALARMING = ("deteriorating", "prolonged")
ALMOST_ALL, FEW = 75, 5
"""Per cent of the stays from which a statement counts as firing in almost everybody, or up to which in few."""
Numbers = Mapping[str, Any]

INTRODUCTION = """# Firing rates in intensive care

**An upper bound, not a rate to expect.** No public data that we found hold the courses of patients after an
embolization. So the criteria were run over {patients} de-identified patients of intensive care, each of {stays} stays
taken as if it were an episode that begins with the admission. No procedure code of theirs names a chemoembolization, a
radioembolization or a thermal ablation. In {ventilated} stays ventilation is recorded, {deaths} ended with death, and
everybody is measured every hour or so. The criteria ask for a ward's attention when somebody begins to look like a
patient of intensive care; these already are such patients. So it says little against a statement that it fires in most
of them. Of more use is the other direction: what stays rare even here, and could have fired, will not flood a ward
through the noise, gaps and mistakes of real measurements. It bounds only what these data can set off: vital signs and
blood results. Nothing was tuned on these numbers, and no threshold may be set by them.

Criteria {version}, hash `{hash}`; counted on {date} with `make icu`."""
DONE = """## What was done

* *Episodes*: stays in medical, surgical, mixed, cardiac and trauma intensive care; a move between two units within 15
  minutes does not end one. Half of the stays lasted {middle:.0f} hours (quartiles {low:.0f} and {high:.0f}), {days:.0f}
  days in all. The kind of procedure is {procedure}: one had to be chosen, and the series that the base rate of
  necrosis comes from is one of it. The other kinds differ little (below), for most of what depends on them comes days
  later than the usual end of such a stay.
* *Baselines*: the last values of the 90 days before the admission, where there are any. Vital signs are charted in
  intensive care only, so that most patients have no pressure, oxygen or NEWS2 of their own to compare with: statements
  that ask for a change from it stay unknown, and are therefore **under**-counted here.
* *Units* are converted by the catalogue. A value without a unit is refused, however plain it looks; but inspired oxygen
  is taken as per cent ({assumed:,} values in the source), which its numbers allow only. Fahrenheit and Celsius stand
  under one concept in this set and are told apart by their units.
* *Two clocks*: a result is known after the delay that the catalogue assumes; one that carries a date and no hour
  ({undated} values) at the end of that day. Billing codes are written at discharge but dated to the admission: they are
  background of later stays only, as known from that discharge on ({background} facts).
* *Left out*: charted copies of laboratory results (they would say each result twice); gases of the laboratory, which do
  not say whether the sample was arterial; a Glasgow sum whose speech has the lowest mark, since the set has lost
  whether that is a tube ({tubes:,} of {sums:,} sums); notes, urine, doses, microbiology and texts, which this set does
  not hold; billed procedures, which carry the day of discharge.
* *Drugs*: most orders carry only a package code that nothing free resolves. Only orders whose name is certain are taken
  ({named:,} of {orders:,}), each as one dose at its start. So anticoagulants are mostly unseen, and INR statements
  fire that a ward's list of drugs would silence; antipyretics too, so that masking is hardly told.
* Alerts are counted as on the [page of synthetic courses](synthetic-performance.md): each moment at which the state
  becomes `deteriorating` or `prolonged`. *Became true* counts every beginning; *time* is the share of all hours of all
  stays; *never decided* counts stays in which a statement was unknown throughout; *inputs held*, of how many of the
  kinds, events and findings that a statement reads this set tells anything. Per cent of stays carry Wilson's 95 %
  interval, which takes the stays as independent, though some are of one patient."""
READING = """## What is to be read from it

* {flagged} of {stays} stays are flagged, half of those within {first:.1f} hours of admission, and the state is
  `deteriorating` for {share:.0f} % of the time: there are {rate:.0f} alerts per 100 patient-days.
* In almost everybody (at least {most} % of the stays): {everybody}.
* In few (at most {few} %), though they read something that this set holds and were decided in at least half of the
  stays: {quiet}. For those that begin on a later day this says little: {four} stays outlasted
  four days, {seven} seven.
* Not tried at all, because this set holds nothing of what they read: {untried}.
* Never decided in more than half of the stays, for want of a second sample, or because nobody recorded the findings
  that could also make them true: {undecided}."""
KINDS = """## By kind of procedure

The same stays, as if each had followed another procedure."""
STATES = """## States

Per cent of the stays in which it was ever so, and of the time."""
STATEMENTS = """## Statements that make a state alarming"""
OTHERS = """## Other statements

What asks for a second look, what masks a sign, what belongs to a condition, and what must be known at all."""
CONDITIONS = """## Conditions

Per cent of the stays in which it was ever suspected or confirmed. A scan or a culture never confirms anything here."""
STEPS = """## Steps of care

Per cent of the stays in which a step was ever due and open. What was done to these patients is mostly unknown here, so
that steps stay open that were long taken. {never} other steps of the shelf were never due."""
USED = """## What was used

Values of the stays and of the 90 days before them; a value that is baseline of two stays counts in both. `no unit`,
`no value` and `implausible value` were refused by the reader of course folders, as it would for anybody."""
SOURCE = """## Where the data come from

This page contains counts made from the *MIMIC-IV demo data in the OMOP Common Data Model*, version 0.9, which is made
available under the [Open Database Licence 1.0](https://opendatacommons.org/licenses/odbl/1-0/). Its measurements were
rebuilt from the *MIMIC-IV demo data in the Medical Event Data Standard*, version 0.0.1 (same licence), with the mapping
tables of the OHDSI project on MIMIC (Apache-2.0). Neither is part of this repository, and no row of them is stored.

* Kallfelz M, Tsvetkova A, Pollard T, Kwong M, Lipori G, Huser V, Osborn J, Hao S, Williams A. MIMIC-IV demo data in the
  OMOP Common Data Model (version 0.9). PhysioNet, 2021. <https://doi.org/10.13026/p1f5-7x35>
* Johnson A, Bulgarelli L, Pollard T, Horng S, Celi LA, Mark R. MIMIC-IV (version 1.0). PhysioNet, 2021.
  <https://doi.org/10.13026/s6n6-xd98>
* Goldberger A, Amaral L, Glass L, Hausdorff J, Ivanov PC, Mark R, Mietus JE, Moody GB, Peng CK, Stanley HE. PhysioBank,
  PhysioToolkit, and PhysioNet: components of a new research resource for complex physiologic signals. Circulation
  2000; 101 (23): e215-e220."""


def pages() -> Iterator[tuple[str, str]]:
    """The one page: path below docs/reference, and text."""
    yield "icu-firing-rates.md", page(json.loads(RECORD.read_text(encoding="utf-8")))


def page(record: dict[str, Any]) -> str:
    """The page that a record makes."""
    statements: Mapping[str, Numbers] = record["definitions"]
    alarming = {key: said for key, said in statements.items() if said["role"] in ALARMING}
    others = {key: said for key, said in statements.items() if said["role"] not in ALARMING}
    due = {key: said for key, said in record["steps"].items() if said["stays"]}
    parts = (
        INTRODUCTION.format(
            patients=record["source"]["patients"],
            ventilated=record["events"]["ventilation"]["stays"],
            deaths=record["events"]["death"]["stays"],
            stays=record["stays"],
            version=record["criteria"]["version"],
            hash=record["criteria"]["hash"][:16],
            date=record["machine"]["date"],
        ),
        _reading(record, alarming),
        _done(record),
        STATEMENTS,
        _fired(alarming, record, role=True),
        STATES,
        _table(("state", "stays, % (95 %)", "time, %"), _words(record, "states")),
        KINDS,
        _table(("procedure", "flagged, % (95 %)", "alerts per 100 patient-days"), _procedures(record)),
        CONDITIONS,
        _table(("condition", "suspected, % (95 %)", "time, %", "confirmed, %"), _conditions(record)),
        OTHERS,
        _fired(others, record, role=True),
        STEPS.format(never=len(record["steps"]) - len(due)),
        _fired(due, record, role=False),
        USED,
        _used(record),
        SOURCE,
    )
    return "\n\n".join(part.strip() for part in parts)


def _done(record: dict[str, Any]) -> str:
    source = record["source"]
    low, middle, high = record["hours a stay"]
    return DONE.format(
        low=low,
        middle=middle,
        high=high,
        days=record["days"],
        procedure=record["procedure"],
        assumed=source["of those, with a unit that was assumed"],
        undated=source["results of a date without a time"],
        background=source["background facts of stays in hospital that had ended"],
        tubes=source["of those, left out because speech may be that of a tube"],
        sums=source["Glasgow sums"],
        named=source["of those, named by their text or by another order of the product"],
        orders=source["orders of drugs"],
    )


def _reading(record: dict[str, Any], alarming: Mapping[str, Numbers]) -> str:
    stays = record["stays"]
    often = sorted(alarming, key=lambda key: -alarming[key]["stays"])

    def listed(keys: Iterable[str], *, number: bool = True) -> str:
        told = [f"`{key}` ({100 * alarming[key]['stays'] / stays:.0f} %)" if number else f"`{key}`" for key in keys]
        return ", ".join(told) or "none"

    tried = [key for key in often if alarming[key]["held"]]
    decided = [key for key in tried if alarming[key]["decided"] >= stays / 2]
    return READING.format(
        flagged=record["flagged"],
        stays=stays,
        first=record["hours to the first alert"][1],
        share=100 * record["states"]["deteriorating"]["share"],
        rate=100 * record["alerts"] / record["days"],
        most=ALMOST_ALL,
        few=FEW,
        everybody=listed(key for key in often if 100 * alarming[key]["stays"] >= ALMOST_ALL * stays),
        quiet=listed(key for key in decided if 100 * alarming[key]["stays"] <= FEW * stays),
        four=record["longer than"]["4"],
        seven=record["longer than"]["7"],
        untried=listed((key for key in often if key not in tried), number=False),
        undecided=listed(key for key in tried if key not in decided),
    )


def _fired(said: Mapping[str, Numbers], record: dict[str, Any], *, role: bool) -> str:
    stays, days = record["stays"], record["days"]
    what, inputs = (("statement", "makes or is"), ("inputs held",)) if role else (("step",), ())
    head = (*what, "stays, % (95 %)", "time, %", "became true per 100 patient-days", "never decided, stays", *inputs)
    rows = [
        (
            f"{own['title'].rstrip('.')} (`{key}`)",
            *((own["role"],) if role else ()),
            _share(own["stays"], stays),
            f"{100 * own['share']:.1f}",
            f"{100 * own['began'] / days:.1f}",
            str(stays - own["decided"]),
            *((f"{own['held']} of {own['reads']}",) if role else ()),
        )
        for key, own in sorted(said.items(), key=lambda item: -item[1]["stays"])
    ]
    return _table(head, rows)


def _words(record: dict[str, Any], what: str) -> list[Sequence[str]]:
    return [
        (f"`{word}`", _share(own["stays"], record["stays"]), f"{100 * own['share']:.1f}")
        for word, own in record[what].items()
    ]


def _procedures(record: dict[str, Any]) -> list[Sequence[str]]:
    return [
        (f"`{kind}`", _share(own["flagged"], record["stays"]), f"{100 * own['alerts'] / record['days']:.1f}")
        for kind, own in record["procedures"].items()
    ]


def _conditions(record: dict[str, Any]) -> list[Sequence[str]]:
    stays = record["stays"]
    return [
        (
            own["title"],
            _share(own["suspected"]["stays"], stays),
            f"{100 * own['suspected']['share']:.1f}",
            f"{100 * own['confirmed']['stays'] / stays:.1f}",
        )
        for own in record["conditions"].values()
    ]


def _used(record: dict[str, Any]) -> str:
    reasons = sorted({reason for own in record["kinds"].values() for reason in own} - {"stays", "used"})
    rows = [
        (f"`{name}`", str(own["stays"]), f"{own['used']:,}", *(f"{own.get(reason, 0):,}" for reason in reasons))
        for part in ("kinds", "events", "background")
        for name, own in record[part].items()
    ]
    return _table(("kind, event or background", "stays", "used", *reasons), rows)


def _share(number: int, of: int) -> str:
    low, high = wilson(number, of)
    return f"{100 * number / of:.1f} ({max(low, 0):.1f} to {min(high, 100):.1f})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))
