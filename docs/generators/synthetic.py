"""The page that holds the synthetic patients beside what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from sequela.evidence import citation, work
from sequela.sources.synthetic.kinetics import BASES, Book, book
from sequela.sources.synthetic.marginals import Compared, compared, file

INTRODUCTION = """# Synthetic patients beside published ones

**These patients do not exist, and nothing on this page is clinical evidence.** The synthetic courses are regression
material: they show that the software does the same thing tomorrow as today, at scale, on records with late, corrected
and withdrawn facts. That a generated value agrees with a published one is no finding. The kinetics were led through
these values, and only through these: {judged} of the {all} numbers of the books rest on judgement alone, which no
practising clinician has confirmed. Alarm rates and lead times measured on these courses are tables for regression, to
be read as such.
"""

MARGINALS = """## Marginals

Each row: what a paper printed (with the 95 % interval that its count or deviation and size give, where it printed
them), and what {seeds} seeds of {episodes} episodes each give, together with its 95 % interval and the lowest and
highest of the seeds. *Allowed* is what the test allows: the published interval, or the tolerance where the paper gives
no interval or measured something slightly different. The values are those before the ward spoils its records.
"""

NOT_SHOWN = """
Not held beside anything, because no two papers measured it alike or nobody printed it: LDH, lactate, INR, pain
and nausea by day; every curve of a complication but the white cells and procalcitonin of sepsis; the 41 % of
radiofrequency ablations after which bilirubin rose (the paper's abstract does not say by how much a rise counts; the
generator uses the share as it stands); how values of one patient move together."""


def pages() -> Iterator[tuple[str, str]]:
    """The one page: path below docs/reference, and text."""
    yield "synthetic-marginals.md", page(compared(), book())


def page(found: list[Compared], numbers: Book) -> str:
    """The page's text."""
    bases = Counter(number.basis for _, number in numbers.every_number)
    said = file()
    parts = [
        INTRODUCTION.format(judged=bases["expert judgement"], all=sum(bases.values())),
        MARGINALS.format(seeds=len(said["seeds"]), episodes=said["episodes"]),
        _table(found),
        NOT_SHOWN,
        "## What the numbers rest on",
        _bases(bases),
        "## Scenarios and procedures",
        _weights(numbers),
        "## Cited",
        _cited(numbers, found),
    ]
    return "\n\n".join(part.strip() for part in parts)


def _table(found: list[Compared]) -> str:
    lines = [
        "| cohort | what | unit | published (95 %) | n | generated (95 %) | seeds | n | allowed | cites |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in found:
        short = _writer(row)
        published = f"{row.marginal['published']:g}"
        if row.published is not None:
            published += f" ({short(row.published[0])} to {short(row.published[1])})"
        cells = [
            row.cohort,
            row.marginal["says"] + (f". {row.marginal['note']}" if "note" in row.marginal else ""),
            row.marginal["unit"],
            published,
            str(row.marginal.get("n", "not printed")),
            f"{short(row.value)} ({short(row.low)} to {short(row.high)})",
            f"{short(row.seeds[0])} to {short(row.seeds[1])}",
            str(row.n),
            f"{short(row.allowed[0])} to {short(row.allowed[1])}" + ("" if row.agrees else " **missed**"),
            ", ".join(row.marginal["cites"]),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _writer(row: Compared) -> Callable[[float], str]:
    """How the numbers of a row are written: as exactly as makes sense beside the published one."""
    digits = 2 if row.marginal["unit"] == "Cel" else 0 if row.marginal["published"] >= 100 else 1
    return lambda value: f"{value:.{digits}f}"


def _bases(bases: Counter[str]) -> str:
    lines = ["| basis | numbers |", "|---|---|"]
    lines += [f"| {basis} | {bases[basis]} |" for basis in BASES]
    lines += ["", "They stand in `src/sequela/sources/synthetic/data`, each with its unit, spread, basis and works."]
    return "\n".join(lines)


def _weights(numbers: Book) -> str:
    scenarios = ", ".join(f"`{key}` {weight:g}" for key, weight in numbers.scenario_weights.items())
    procedures = ", ".join(f"`{key}` {weight:g}" for key, weight in numbers.procedure_weights.items())
    return (
        "Weights where the caller gives none: scenarios "
        f"{scenarios}; procedures {procedures}. Complications are far commoner here than in life."
    )


def _cited(numbers: Book, found: list[Compared]) -> str:
    keys = {key for _, number in numbers.every_number for key in number.cites}
    keys |= {key for row in found for key in row.marginal["cites"]}
    return "\n".join(f"* `{key}`: {citation(work(key))}" for key in sorted(keys))
