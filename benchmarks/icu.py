"""How often each statement fires in intensive care: `make icu`. Renews benchmarks/results/icu.json.

    python -m benchmarks.icu          every stay of the MIMIC-IV demonstration patients as if it were an episode
    python -m benchmarks.icu --dry    print what would be stored, store nothing

No public data that we found hold courses after an embolization. These patients are far sicker than a ward after one, so
what fires in them is an upper bound on real measurements, not a rate to expect. Only counts are stored. The data are
read from the folder that SEQUELA_SHARED names, or `shared` beside the repository; `benchmarks.mimic` maps them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from benchmarks import mimic
from benchmarks.counting import ALARMING, CONFIRMED, DAY, SUSPECTED, quartiles
from sequela.course.episodes import ProcedureKind
from sequela.errors import UserError
from sequela.sources import cells, frames
from sequela.sources.receipt import Receipt

if TYPE_CHECKING:
    from sequela.logic.shelf import Shelf
    from sequela.logic.statements import Statement

RECORD = Path(__file__).resolve().parent / "results" / "icu.json"
MAIN = ProcedureKind.TACE
"""What each stay is taken for: the procedure of the series that the base rate of necrosis comes from."""
LATER = (4, 7)
"""Days from which on much of what is late or slow can first be so."""
Frames = tuple[pl.DataFrame, pl.DataFrame]


def record(data: Path) -> dict[str, Any]:
    """Return everything that is stored: of which shelf, on which machine, what was used and refused, the counts."""
    import sequela
    from benchmarks.machine import machine

    shelf = sequela.shelf()
    source = mimic.tables(data, MAIN)
    receipt = Receipt()
    settled = in_folder(source, receipt)
    receipt.check()
    told = receipt.as_json()
    return {
        "machine": machine(),
        "criteria": {"version": shelf.version, "hash": shelf.hash},
        "source": source.counts,
        "receipt": {key: told[key] for key in told if key not in ("files", "rejected_files")},
        "kinds": measured(source.tables["observations"]),
        "events": occurred(source.tables["events"], "event"),
        "background": occurred(source.tables["findings"], "finding"),
        "procedure": str(MAIN),
        **counts(shelf, settled, {*occurring(source)}),
        "procedures": {str(kind): flags(shelf, as_kind(settled, kind)) for kind in ProcedureKind},
    }


def in_folder(source: mimic.Source, receipt: Receipt) -> Frames:
    """Return the frames of a course folder that is written, read like any other, and removed again."""
    with tempfile.TemporaryDirectory(prefix="sequela-icu-") as place:
        mimic.write(source, Path(place))
        parts = list(frames.chunks(Path(place), receipt=receipt))
    return pl.concat([part[0] for part in parts]), pl.concat([part[1] for part in parts])


def as_kind(settled: Frames, kind: ProcedureKind) -> Frames:
    """Return the same episodes as if they had been of another kind of procedure."""
    return settled[0].with_columns(procedure=pl.lit(str(kind))), settled[1]


def measured(observations: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Return of each kind how many values are used, in how many stays, and how many are refused for which reason."""
    distinct = observations.group_by("kind", "value", "unit").agg(rows=pl.len())
    problems = [
        (*row, (cells.measured(*row, None).problem or "used").removeprefix("dropped: "))
        for row in distinct.select("kind", "value", "unit").iter_rows()
    ]
    told = pl.DataFrame(problems, schema=["kind", "value", "unit", "became"], orient="row")
    rows = observations.join(told, on=["kind", "value", "unit"], nulls_equal=True)
    found: dict[str, dict[str, int]] = {}
    for kind, own in sorted(rows.group_by("kind"), key=lambda group: str(group[0])):
        became = Counter(own["became"].to_list())
        stays = own.filter(became="used")["episode"].n_unique()
        found[str(kind[0])] = {
            "stays": stays,
            **{name: became[name] for name in ("used", *sorted({*became} - {"used"}))},
        }
    return found


def occurred(rows: pl.DataFrame, what: str) -> dict[str, dict[str, int]]:
    """Return of each event or finding how many there are, and in how many stays."""
    grouped = rows.group_by(what).agg(pl.len(), pl.col("episode").n_unique()).sort(what)
    return {key: {"stays": stays, "used": number} for key, number, stays in grouped.iter_rows()}


def occurring(source: mimic.Source) -> Iterator[str]:
    """Yield the kinds, events and findings that the source tells anything of."""
    for table, column in (("observations", "kind"), ("events", "event"), ("findings", "finding")):
        yield from source.tables[table][column].unique()


def counts(shelf: Shelf, settled: Frames, held: Set[str]) -> dict[str, Any]:
    """Return what was said of the stays, by statement, condition, state and step.

    `held` are the kinds, events and findings that the source tells anything of: a statement that reads none of them
    cannot be tried here.
    """
    stays, said = spoken(shelf, settled)
    whole = float(stays["seconds"].sum())
    return {
        **_alarms(stays, said),
        "definitions": {
            definition.key: {
                "title": definition.title,
                "role": definition.role,
                **_inputs(definition.sentence, held),
                **_fired(said.filter(pl.col("what") == "definition", pl.col("key") == definition.key), "true", whole),
            }
            for definition in shelf.definitions
        },
        "conditions": {
            condition.key: {
                "title": condition.title,
                **{
                    word: _fired(
                        said.filter(pl.col("what") == "condition", pl.col("key") == condition.key), word, whole
                    )
                    for word in (SUSPECTED, CONFIRMED)
                },
            }
            for condition in shelf.conditions
        },
        "states": _words(said, "state", whole),
        "trends": _words(said, "trend", whole),
        "steps": {
            step.key: {
                "title": step.text,
                **_fired(said.filter(pl.col("what") == "step", pl.col("key") == step.key), "true", whole),
            }
            for step in shelf.steps
        },
    }


def flags(shelf: Shelf, settled: Frames) -> dict[str, int]:
    """Return how many stays are flagged and how many alerts there are."""
    found = _alarms(*spoken(shelf, settled))
    return {name: found[name] for name in ("flagged", "alerts")}


def spoken(shelf: Shelf, settled: Frames) -> Frames:
    """Return a row for each stay with its length, and the spans that begin in it, ended with it."""
    from sequela.engine.spans import spans

    stays = settled[0].select(
        "episode", begin=pl.max_horizontal("start", "known_from"), end="ended_from"
    ).with_columns(seconds=pl.col("end") - pl.col("begin"))  # fmt: skip
    said = (
        pl.concat(list(spans(settled, shelf)))
        .join(stays, on="episode")
        .filter(pl.col("from") < pl.col("end"))
        .with_columns(
            lasted=pl.min_horizontal(pl.col("until").fill_null(pl.col("end")), "end") - pl.col("from"),
        )
    )
    return stays, said


def _alarms(stays: pl.DataFrame, said: pl.DataFrame) -> dict[str, Any]:
    """The alerts, as the tables of synthetic courses count them: each moment at which the state becomes alarming."""
    alerts = said.filter((pl.col("what") == "state") & pl.col("is").is_in(ALARMING))
    first = alerts.group_by("episode").agg(hours=(pl.col("from") - pl.col("begin")).min() / 3_600)
    return {
        "stays": stays.height,
        "days": round(float(stays["seconds"].sum()) / DAY, 1),
        "hours a stay": [round(hours, 1) for hours in quartiles((stays["seconds"] / 3_600).to_list())],
        "longer than": {str(days): stays.filter(pl.col("seconds") > days * DAY).height for days in LATER},
        "flagged": alerts["episode"].n_unique(),
        "alerts": alerts.height,
        "hours to the first alert": [round(hours, 1) for hours in quartiles(first["hours"].to_list())],
    }


def _fired(said: pl.DataFrame, word: str, whole: float) -> dict[str, float]:
    """In how many stays it was ever so, how often it became so, for what share of the time, and where never decided."""
    own = said.filter(pl.col("is") == word)
    decided = said.filter(pl.col("is") != "unknown")["episode"].n_unique()
    return {
        "stays": own["episode"].n_unique(),
        "began": own.height,
        "share": round(float(own["lasted"].sum()) / whole, 4),
        "decided": decided,
    }


def _inputs(sentence: Statement, held: Set[str]) -> dict[str, int]:
    """How many kinds, events and findings a sentence reads, and of how many of them the source tells anything."""
    from sequela.engine.depend import PROCEDURE, dependencies

    read = {dependency.key for dependency in dependencies(sentence)} - {PROCEDURE}
    return {"reads": len(read), "held": len(read & held)}


def _words(said: pl.DataFrame, what: str, whole: float) -> dict[str, dict[str, float]]:
    """The same of each word that states or trends can say."""
    own = said.filter(pl.col("what") == what)
    return {word: _fired(own, word, whole) for word in own["is"].unique().sort().to_list()}


def main(arguments: Iterable[str]) -> int:
    parser = argparse.ArgumentParser(description="Count what fires in intensive care.")
    parser.add_argument("--dry", action="store_true", help="print, store nothing")
    dry = parser.parse_args(list(arguments)).dry
    try:
        found = record(mimic.folder())
    except UserError as error:
        print(f"{error}", file=sys.stderr)
        return 2
    text = json.dumps(found, indent=1) + "\n"
    if dry:
        print(text, end="")
        return 0
    RECORD.write_text(text, encoding="utf-8")
    print(f"stored in benchmarks/results/{RECORD.name}; `make docs` writes the page")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
