"""What the shipped criteria say of synthetic courses, as last counted: regression tables.

The counts stand in benchmarks/results/regression.json, written by `make regression`; a slow test counts a smaller
sample of the same courses anew and fails when it no longer agrees with the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sequela.sources.synthetic.marginals import wilson

RECORD = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "regression.json"

INTRODUCTION = """# Alarms on synthetic courses

**These are regression tables, not clinical evidence.** They count what the criteria say of courses that a program made
up, and whose kinetics are mostly judgement that no practising clinician has confirmed
([what they rest on](synthetic-marginals.md)). They show when a change of the program or of the criteria changes what is
said, and of whom. They do not show how often an alarm is right in any ward: a share below says as much about the
generator as about the criteria. The intervals hold the chance of the draw and nothing else. Nothing was tuned on these
numbers, and no threshold may be set by them.

Criteria {version}, hash `{hash}`. {benign:,} courses without a complication and {each:,} of each other scenario, seed
{seed}, measured as the generator's wards usually do, with facts that come late, are corrected or withdrawn.
"""
WORDS = """## What is counted

* *Alert*: each moment at which the state becomes `deteriorating` or `prolonged`, as it was known then; going from one
  to the other counts as well. An episode is *flagged* if it has at least one.
* *Patient-days* run from the procedure to the last moment at which anything became known, or to death: {days:.0f} days
  in a course without a complication, most of them at home, where only outpatient bloods are taken. *First stay* counts
  the alerts and the days before the discharge.
* *Suspected*, *confirmed*: the condition had that status at any time, however shortly.
* *Caught*: an alert between the hour at which the complication began and the hour at which the ward of the story
  recognised it. *Lead* is the time from the first of these alerts to the recognition; a course without one has a lead
  of zero. An alarm that already stood when the complication began is no catch; how many had one is told apart.
* Per cent are given with Wilson's 95 % interval. A share of all is of that row's episodes.
"""
FLAGGED = """## By scenario

`uneventful` and `pes` are drawn together, in the weights of the generator."""
BENIGN = """## Without a complication, by kind of procedure

`uneventful` and `pes` together: each alert here is one that the generator's story does not ask for."""
CONDITIONS = """## The condition that fits

The condition of the shelf that a scenario would be named with, and *hepatic necrosis*, which is suspected on any
deterioration, as the index paper asks. Of what is confirmed by a scan, nothing is to be read: the ward of the story
always orders it."""
LEAD = """## Lead

Hours from the first alert after the beginning to the recognition: median, and the quartiles."""
TARGETS = """## Targets fixed beforehand

Fixed before the criteria were written, on these courses."""
EARNED = """## What each statement earns

Every statement left out in turn. *Alone in a benign course*: of the courses without a complication, those in which it
was the only alarming statement that was ever true: without it they would not have been flagged. *Catches*: of the
courses with a complication, those in which it became true between beginning and recognition; *alone*: no other did, so
that without it they would not have been caught. The last column is that gain over that price, both as shares (one
course of each complicated scenario weighs the same, as if all were equally common: they are not). A statement that
gains nothing here may still earn its place elsewhere: the generator does not make what it watches for."""
STATEMENTS = """## By statement

Per cent of the episodes in which each statement that makes a state alarming was ever true. Columns: {columns}."""
SHORT = {"uneventful": "un", "pes": "pes", "prolonged-pes": "pro", "necrosis": "nec", "abscess-febrile": "abs",
         "necrosis-portal-thrombosis": "npt", "abscess-afebrile": "afe", "sepsis": "sep", "liver-failure": "lf",
         "decompensation": "dec", "cholecystitis": "cho", "bleeding": "ble", "pancreatitis": "pan",
         "carcinoid-crisis": "cc"}  # fmt: skip
"""Heads of columns narrow enough for fourteen of them."""
Tally = dict[str, Any]


def pages() -> Iterator[tuple[str, str]]:
    """The one page: path below docs/reference, and text."""
    yield "synthetic-performance.md", page(json.loads(RECORD.read_text(encoding="utf-8")))


def page(record: dict[str, Any]) -> str:
    """The page that a record makes."""
    full, criteria = record["full"], record["criteria"]
    scenarios: dict[str, Tally] = full["scenarios"]
    benign, each = full["sizes"]
    columns = ", ".join(f"{SHORT.get(key, key)} `{key}`" for key in scenarios)
    return "\n\n".join(
        part.strip()
        for part in (
            INTRODUCTION.format(
                **criteria | {"hash": criteria["hash"][:16]}, benign=benign, each=each, seed=record["seed"]
            ),
            WORDS.format(days=full["benign"]["days"] / full["benign"]["episodes"]),
            TARGETS,
            _targets(full["benign"], scenarios),
            FLAGGED,
            _flagged([("both without a complication", full["benign"]), *scenarios.items()], "scenario"),
            BENIGN,
            _flagged([("all", full["benign"]), *full["procedures"].items()], "procedure"),
            CONDITIONS,
            _conditions(scenarios, record["concordant"], record["conditions"]),
            LEAD,
            _lead(scenarios),
            EARNED,
            _earned(full["benign"], scenarios, record["statements"]),
            STATEMENTS.format(columns=columns),
            _statements(scenarios, record["statements"]),
        )
    )


def _flagged(groups: Iterable[tuple[str, Tally]], what: str) -> str:
    head = (
        what,
        "episodes",
        "flagged, % (95 %)",
        "alerts an episode",
        "alerts per 100 patient-days",
        "in the first stay",
    )
    rows = [
        (
            _code(name),
            f"{tally['episodes']:,}",
            _share(tally["flagged"], tally["episodes"]),
            f"{tally['alerts'] / tally['episodes']:.2f}",
            f"{100 * tally['alerts'] / tally['days']:.1f}",
            f"{100 * tally['stay_alerts'] / tally['stay_days']:.1f}",
        )
        for name, tally in groups
    ]
    return _table(head, rows)


def _targets(benign: Tally, scenarios: dict[str, Tally]) -> str:
    """The three targets of the criteria, what was counted, and whether each is kept."""
    flagged = 100 * benign["flagged"] / benign["episodes"]
    alerts = 100 * benign["alerts"] / benign["days"]
    necrosis = [scenarios[key] for key in ("necrosis", "necrosis-portal-thrombosis")]
    found = 100 * sum(t["flagged"] for t in necrosis) / sum(t["episodes"] for t in necrosis)
    rows = [
        ("courses without a complication ever flagged", "at most 15 %", f"{flagged:.1f} %", flagged <= 15),
        ("interrupting alerts in them per 100 patient-days", "at most 3", f"{alerts:.1f}", alerts <= 3),
        ("courses with necrosis flagged", "at least 90 %", f"{found:.1f} %", found >= 90),
    ]
    told = [(*cells, "kept" if kept else "**not kept**") for *cells, kept in rows]
    return _table(("target", "asked", "counted", ""), told)


def _earned(benign: Tally, scenarios: dict[str, Tally], statements: dict[str, dict[str, str]]) -> str:
    ill = [tally["complicated"] for tally in scenarios.values() if "complicated" in tally]
    head = ("statement", "alone in a benign course, %", "catches, %", "alone, %", "gained per false alarm")
    rows = []
    for key, said in statements.items():
        price = 100 * benign["alone"].get(key, 0) / benign["episodes"]
        catches, gained = (
            sum(100 * tally[name].get(key, 0) / tally["episodes"] for tally in ill) / len(ill)
            for name in ("caught_by", "caught_alone")
        )
        worth = f"{gained / price:.1f}" if price else "no false alarm" if gained else "neither"
        rows.append((f"{said['title']} (`{key}`)", f"{price:.2f}", f"{catches:.1f}", f"{gained:.2f}", worth))
    return _table(head, rows)


def _conditions(scenarios: dict[str, Tally], concordant: dict[str, list[str]], shelf: dict[str, str]) -> str:
    head = ("scenario", "condition that fits", "suspected, % (95 %)", "confirmed, %", "hepatic necrosis suspected, %")
    rows = []
    for name, tally in scenarios.items():
        necrosis = _share(tally["suspected"].get("hepatic-necrosis", 0), tally["episodes"])
        for key in concordant.get(name, []) or [""]:
            if key in shelf:
                suspected = _share(tally["suspected"].get(key, 0), tally["episodes"])
                confirmed = f"{100 * tally['confirmed'].get(key, 0) / tally['episodes']:.1f}"
                rows.append((_code(name), shelf[key], suspected, confirmed, necrosis))
            elif key:
                rows.append((_code(name), f"`{key}`: no such condition on the shelf yet", "", "", necrosis))
            else:
                rows.append((_code(name), "none: nothing to suspect", "", "", necrosis))
    return _table(head, rows)


def _lead(scenarios: dict[str, Tally]) -> str:
    head = ("scenario", "episodes", "caught, % (95 %)", "alarm stood before, %", "lead, h (quartiles)")
    rows = []
    for name, tally in scenarios.items():
        if "complicated" in tally:
            ill = tally["complicated"]
            low, middle, high = ill["lead"]
            standing = f"{100 * ill['standing'] / ill['episodes']:.1f}"
            lead = f"{middle:.1f} ({low:.1f} to {high:.1f})"
            caught = _share(ill["caught"], ill["episodes"])
            rows.append((_code(name), f"{ill['episodes']:,}", caught, standing, lead))
    return _table(head, rows)


def _statements(scenarios: dict[str, Tally], statements: dict[str, dict[str, str]]) -> str:
    head = ("statement", "makes", *(SHORT.get(key, key) for key in scenarios))
    rows = []
    for key, said in statements.items():
        shares = (100 * tally["statements"].get(key, 0) / tally["episodes"] for tally in scenarios.values())
        rows.append((f"{said['title']} (`{key}`)", said["role"], *(f"{share:.1f}" for share in shares)))
    return _table(head, rows)


def _code(name: str) -> str:
    return name if " " in name or name == "all" else f"`{name}`"


def _share(events: int, of: int) -> str:
    low, high = wilson(events, of)
    return f"{100 * events / of:.1f} ({max(low, 0):.1f} to {min(high, 100):.1f})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))
