"""The command that makes synthetic patients."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sequela.cli import printing
from sequela.errors import UserError


class Form(StrEnum):
    """The forms in which synthetic episodes are written."""

    TABLES = "tables"
    FHIR = "fhir"
    OMOP = "omop"


class Cdm(StrEnum):
    """The versions of the common data model that are written."""

    V53 = "5.3"
    V54 = "5.4"


def simulate(
    episodes: Annotated[
        int, typer.Option("--episodes", min=1, help="How many procedures: one of each patient, but for --repeat-share.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A folder that is empty, or does not exist yet.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed and options give the same bytes.")] = 1,
    form: Annotated[
        Form, typer.Option("--format", help="A course folder, one FHIR R4 Bundle for each patient, or an OMOP CDM.")
    ] = Form.TABLES,
    dense: Annotated[
        bool, typer.Option("--dense", help="Measure as closely as intensive wards do: twice as often.")
    ] = False,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME[=SHARE]", help="Only these courses, in these shares; repeat it."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Write the tables as .csv, not .parquet.")] = False,
    cdm: Annotated[Cdm, typer.Option("--cdm", help="The version of the OMOP common data model.")] = Cdm.V54,
    trap: Annotated[
        list[str] | None,
        typer.Option("--trap", metavar="NAME", help="OMOP: set a trap that real databases have; repeat it, or `all`."),
    ] = None,
    repeat_share: Annotated[
        float | None,
        typer.Option(
            "--repeat-share",
            metavar="SHARE",
            help="OMOP: how many episodes are an earlier patient's next procedure, where one fits (0.15).",
        ),
    ] = None,
    coded_share: Annotated[
        float | None,
        typer.Option("--coded-share", metavar="SHARE", help="OMOP: how many true outcomes have a diagnosis (0.7)."),
    ] = None,
) -> None:
    """Make synthetic patients: whole courses after an embolization or ablation, ordinary and complicated.

    No real patient is in them, and every file says so. Their numbers follow published series where there are any; they
    are for trying out, teaching and testing, and are no clinical evidence. What each course was made to be stands in a
    file `truth` that nothing reads.

    Without --scenario all scenarios come, in their usual mix: uneventful, pes, prolonged-pes, necrosis,
    necrosis-portal-thrombosis, abscess-febrile, abscess-afebrile, sepsis, liver-failure, decompensation, cholecystitis,
    bleeding, pancreatitis, carcinoid-crisis.

    With --format omop the ward becomes an OMOP CDM, a Parquet file a table, with a small vocabulary of its own. Each
    --trap spoils it as real databases are spoilt, and leaves the truth as it was: procedure-at-discharge,
    diagnosis-at-admission, unit-null, unit-zero, iu-per-litre, fahrenheit, unitless-inr, operators, duplicates,
    midnight-times, outside-observation, two-standards, several-concepts, implausible-values, missing-death,
    unmapped-codes, no-vocabulary, no-ancestors, negative-ids.

    \b
    sequela simulate --episodes 20 --out ward
    sequela simulate --episodes 20 --seed 7 --format fhir --out bundles
    sequela simulate --episodes 1000 --scenario uneventful=3 --scenario necrosis=1 --out mixed
    sequela simulate --episodes 50000 --dense --out large
    sequela simulate --episodes 2000 --format omop --cdm 5.3 --out cdm
    sequela simulate --episodes 2000 --format omop --trap unit-null --trap fahrenheit --out flawed
    sequela assess ward --jsonl > assessments.jsonl
    """
    from sequela import __version__
    from sequela.sources import synthetic
    from sequela.sources.synthetic import traps, writing, writing_omop

    if csv and form is not Form.TABLES:
        raise UserError("--csv is for tables only", where="simulate", hint="Leave it out, or give --format tables")
    if form is not Form.OMOP and (trap or cdm is not Cdm.V54 or (repeat_share, coded_share) != (None, None)):
        raise UserError("--cdm, --trap and the shares are for OMOP", where="simulate", hint="Give --format omop")
    shares = _shares(scenario or [])
    told = set(trap or ())
    names = frozenset((told - {"all"}) | (traps.TRAPS.keys() if "all" in told else set()))
    omop = writing_omop.Conversion(seed, cdm.value, repeat_share, coded_share, names)
    writing.refuse(out)
    made_by = {
        "version": __version__,
        "episodes": str(episodes),
        "seed": str(seed),
        "dense": "yes" if dense else "no",
        "scenarios": "; ".join(f"{name} {share:g}" for name, share in shares.items()) or "the usual mix",
    }
    if form is Form.OMOP:
        made_by |= {"cdm": cdm.value, "traps": ", ".join(sorted(names)) or "none"}
        made_by |= {"repeat share": f"{omop.share('repeats'):g}", "coded share": f"{omop.share('coded'):g}"}
    chunks = synthetic.generate(episodes, seed, scenarios=shares or None, dense=dense)
    with printing.episodes_bar(lambda: episodes) as advance:
        counts = writing.write(chunks, out, form.value, csv=csv, made_by=made_by, omop=omop, advance=advance)
    rows = ", ".join(f"{counts[table]:,} {table}" for table in ("observations", "findings", "events"))
    printing.out(
        f"{counts['episodes']:,} synthetic episode{'s' * (episodes != 1)} in {out}: {rows}.\n"
        f"Next: sequela {f'measure {out} --out answer' if form is Form.OMOP else f'assess {out}'}"
    )


def _shares(told: list[str]) -> dict[str, float]:
    """The share of each scenario that was named; 1 where no share is given."""
    shares: dict[str, float] = {}
    for text in told:
        name, equals, written = text.partition("=")
        try:
            share = float(written) if equals else 1.0
        except ValueError:
            share = math.nan
        if not (name and 0 < share < math.inf):
            raise UserError("a scenario is written NAME or NAME=SHARE", where="--scenario", hint="Write necrosis=0.2")
        if name in shares:
            raise UserError("a scenario named twice", where=f"--scenario {name}", hint="Name it once, with its share")
        shares[name] = share
    return shares
