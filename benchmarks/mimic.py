"""The MIMIC-IV demonstration patients as a course folder: each stay in intensive care as if it were an episode.

The data are not in this repository; they lie in the folder that SEQUELA_SHARED names, or in `shared` beside it. What
is mapped is written down here item by item. Units are left as the source has them: the reader of course folders
converts them by the catalogue, and refuses what it does not know or hold plausible, as it would for anybody.

What a billing code says was known when that stay in hospital ended, not when it began. So it is background of later
stays only, and only where the catalogue reads its code.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sequela.course.catalogue import catalogue
from sequela.course.episodes import BASELINE_DAYS
from sequela.course.naming import name_in
from sequela.errors import InputError

FOLDER = "data/mimic-iv-demo-omop"
UNITS = (40481392, 4305366, 32037, 4149943, 763903)
"""Concepts of the stays that count: medical, surgical, mixed, cardiac and trauma intensive care."""
EARLIER = 100
"""Years by which all times are moved: the set lies in the 22nd century, part of it later than a clock is believed."""
MOVED = pl.duration(days=36_525)
MOVE = pl.duration(minutes=15)
"""A gap between two units that still makes one stay."""
BACK = pl.duration(days=BASELINE_DAYS)
GCS = {"220739": 3009094, "223900": 3009094, "223901": 3008223}
EYES, SPEECH, MOVEMENT = "220739", "223900", "223901"
"""The parts of the Glasgow scale; the set carries no sum."""

ITEMS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "temperature": (("223761", 3020891), ("223762", 3020891), ("226329", 21490586)),
    "heart-rate": (("220045", 3027018),),
    "respiratory-rate": (("220210", 3024171), ("224690", 3024171)),
    "systolic-pressure": (("220179", 21492239), ("220050", 3004249), ("225309", 3004249)),
    "mean-pressure": (("220181", 21492241), ("220052", 3027598), ("225312", 3027598)),
    "spo2": (("220277", 40762499), ("220227", 3016502)),
    "oxygen": (("223834", 3014080), ("227287", 3014080), ("227582", 3014080)),
    "fio2": (("223835", 3020716), ("50816", 3020716)),
    "pao2": (("220224", 3027801),),
    "paco2": (("220235", 3027946),),
    "alt": (("50861", 3006923),),
    "ast": (("50878", 3013721),),
    "alp": (("50863", 3035995),),
    "ggt": (("50927", 3026910),),
    "ldh": (("50954", 3016436),),
    "lipase": (("50956", 3004905),),
    "bilirubin": (("50885", 3024128),),
    "albumin": (("50862", 3024561),),
    "inr": (("51237", 3022217),),
    "creatinine": (("50912", 3016723),),
    "sodium": (("50983", 3019550), ("50824", 3000285)),
    "potassium": (("50971", 3023103), ("50822", 3005456)),
    "phosphate": (("50970", 3011904),),
    "calcium": (("50893", 3006906),),
    "magnesium": (("50960", 3001420),),
    "urate": (("51007", 3037556),),
    "lactate": (("50813", 3047181),),
    "ammonia": (("50866", 3011958),),
    "platelets": (("51265", 3024929),),
    "wbc": (("51301", 3000905), ("51300", 3000905)),
    "neutrophils": (("52075", 3013650),),
    "neutrophil-share": (("51256", 3008342),),
    "bands": (("51144", 3004809),),
    "haemoglobin": (("51222", 3000963), ("50811", 3000963)),
    "crp": (("50889", 3020460),),
    "glucose": (("50931", 3004501), ("50809", 3000483), ("225664", 0)),
}
"""Each kind's source items with the concept that each must carry: another meaning of the item is not taken.

Laboratory results are taken from the laboratory's table (items from 50000), at the time of drawing; what nurses copied
into the chart would say them twice. Gases of the laboratory's table do not say whether the sample was arterial, so
that oxygen and carbon dioxide come from the charted arterial ones. The temperature beside a gas only corrects it."""
ASSUMED = {"223835": "%"}
"""Units that the source leaves out and that its values allow to be nothing else; a test looks at them."""
LABORATORY = r"^5\d{4}$"

PROCEDURES = {
    "225792": ("Invasive Ventilation", "ventilation"),
    "225794": ("Non-invasive Ventilation", "ventilation"),
    "224385": ("Intubation", "ventilation"),
    "225441": ("Hemodialysis", "renal-replacement"),
    "225802": ("Dialysis - CRRT", "renal-replacement"),
    "225445": ("Paracentesis", "paracentesis"),
    "225439": ("Endoscopy", "endoscopy"),
}
"""Bedside procedures with the name that each must carry, and what they are here; billed ones carry the wrong day."""
DRUGS = frozenset(
    {
        *("antibiotic", "paracetamol", "metamizole", "nsaid", "prednisolone", "hydrocortisone", "dexamethasone"),
        *("opioid", "vasopressor", "heparin", "anticoagulant", "octreotide", "antiemetic"),
    }
)
ROUTES = frozenset(
    {"IV", "IV DRIP", "IV BOLUS", "IVPCA", "PO", "PO/NG", "NG", "ORAL", "SC", "SUBCUT", "IM", "PR", "TD"}
)
"""Ways by which a drug acts on the whole body."""
PASSING = frozenset({"pregnancy"})
"""Background that a code of an earlier stay does not prove for a later one."""
SEX = {8507: "male", 8532: "female"}


@dataclass(slots=True)
class Source:
    """The course folder's tables, and how many rows of the source became what."""

    tables: dict[str, pl.DataFrame]
    counts: dict[str, int] = field(default_factory=dict)


def folder() -> Path:
    """Return the folder of the data; an InputError says where it was looked for."""
    root = Path(os.environ.get("SEQUELA_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    found = root / FOLDER
    if not (found / "measurement_rebuilt.parquet").exists():
        raise InputError(
            "the MIMIC-IV demonstration data are not on this machine",
            hint=f"Name the folder that holds {FOLDER} in SEQUELA_SHARED",
        )
    return found


def tables(data: Path, kind: str) -> Source:
    """Return the tables of a course folder, every stay an episode of that kind of procedure."""
    found = stays(data)
    counts = {"patients": found["person_id"].n_unique(), "stays": found.height}
    source = Source({}, counts)
    source.tables["episodes"] = found.select(
        "episode",
        "patient",
        pl.lit(kind).alias("kind"),
        start=_written("start"),
        sex=pl.col("gender_concept_id").replace_strict(SEX, default=None, return_dtype=pl.String),
        birth_year=pl.col("year_of_birth") - EARLIER,
        ended=_written("end"),
        end_reason=pl.lit("discharge from intensive care"),
    )
    source.tables["observations"] = _observations(data, found, counts)
    source.tables["events"] = _events(data, found, counts)
    source.tables["findings"] = _findings(data, found, counts)
    return source


def write(source: Source, target: Path) -> None:
    """Write the tables as a course folder, which belongs in a temporary directory: it holds patients."""
    for name, table in source.tables.items():
        table.write_parquet(target / f"{name}.parquet")


def stays(data: Path) -> pl.DataFrame:
    """Return a row for each stay in intensive care; a move between two units does not end it.

    Its name and the patient's are numbers of ours in a fixed order, none of the source's.
    """
    units = _csv(data, "visit_detail").filter(pl.col("visit_detail_concept_id").is_in(UNITS))
    parts = units.select(
        "person_id",
        start=_time("visit_detail_start_datetime"),
        end=_time("visit_detail_end_datetime"),
    ).sort("person_id", "start", "end")
    latest = pl.col("end").cum_max().shift().over("person_id")
    fresh = (pl.col("start") > latest + MOVE).fill_null(value=True)
    whole = (
        parts.with_columns(number=fresh.cum_sum())
        .group_by("number", maintain_order=True)
        .agg(pl.col("person_id").first(), pl.col("start").min(), pl.col("end").max())
    )
    return whole.join(_csv(data, "person"), on="person_id", how="left", maintain_order="left").select(
        "person_id",
        "start",
        "end",
        "gender_concept_id",
        "year_of_birth",
        episode=pl.format("stay-{}", pl.col("number").cast(pl.String).str.zfill(3)),
        patient=pl.format("patient-{}", pl.col("person_id").rank("dense").cast(pl.String).str.zfill(3)),
    )


def mapping() -> pl.DataFrame:
    """Return the kind, the concept and the assumed unit of each source item."""
    rows = [(item, concept, kind, ASSUMED.get(item)) for kind, items in ITEMS.items() for item, concept in items]
    schema = {"item": pl.String, "concept": pl.Int32, "kind": pl.String, "assumed": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _observations(data: Path, found: pl.DataFrame, counts: dict[str, int]) -> pl.DataFrame:
    """The measurements of each stay and of the days before it that may serve as baseline."""
    read = pl.read_parquet(data / "measurement_rebuilt.parquet").select(
        "person_id",
        item="measurement_source_value",
        concept="measurement_concept_id",
        time=pl.col("measurement_datetime") - MOVED,
        # The rebuilt set stores single precision: its shortest text is what was written down.
        value=pl.col("value_as_number").cast(pl.Float32).cast(pl.String),
        number="value_as_number",
        unit="unit_source_value",
    )
    counts["measurements in the source"] = read.height
    named = read.join(mapping(), on=["item", "concept"], how="inner")
    conscious = _glasgow(read, counts)
    counts["measurements of an item that is followed"] = named.height
    counts["of those, without a number"] = named["number"].null_count()
    counts["of those, with a unit that was assumed"] = named.select(
        (pl.col("unit").is_null() & pl.col("assumed").is_not_null()).sum()
    ).item()
    named = named.with_columns(unit=pl.coalesce("unit", "assumed")).select(
        "person_id", "item", "time", "kind", "value", "unit"
    )
    within = _within(pl.concat([named, conscious]), found)
    # A laboratory does not draw at midnight sharp: such a time is a date without one.
    undated = (pl.col("time").dt.time() == pl.time(0, 0)) & pl.col("item").str.contains(LABORATORY)
    counts["results of a date without a time"] = within.select(undated.sum()).item()
    day = pl.col("time").dt.strftime("%Y-%m-%d")
    return _numbered(
        within.select("episode", "kind", "value", "unit", at=pl.when(undated).then(day).otherwise(_written("time")))
    )


def _glasgow(read: pl.DataFrame, counts: dict[str, int]) -> pl.DataFrame:
    """The Glasgow sum where all three parts stand at one time.

    No sum where speech has its lowest mark: the set has lost whether that means a tube.
    """
    parts = read.filter(pl.col("item").is_in([EYES, SPEECH, MOVEMENT]) & pl.col("number").is_not_null())
    wide = parts.pivot(on="item", index=["person_id", "time"], values="number", aggregate_function="min").drop_nulls()
    counts["Glasgow sums"] = wide.height
    counts["of those, left out because speech may be that of a tube"] = wide.filter(pl.col(SPEECH) <= 1).height
    total = (pl.col(EYES) + pl.col(SPEECH) + pl.col(MOVEMENT)).cast(pl.Int64).cast(pl.String)
    return wide.filter(pl.col(SPEECH) > 1).select(
        "person_id", pl.lit("sum").alias("item"), "time", pl.lit("gcs").alias("kind"), total.alias("value"),
        pl.lit("{score}").alias("unit"),
    )  # fmt: skip


def _events(data: Path, found: pl.DataFrame, counts: dict[str, int]) -> pl.DataFrame:
    """Drugs whose name is certain, bedside procedures, and deaths."""
    drugs = _drugs(data, counts)
    done = (
        _csv(data, "procedure_occurrence")
        .with_columns(pl.col("procedure_source_value").cast(pl.String))
        .join(_csv(data, "2b_concept"), left_on="procedure_source_concept_id", right_on="concept_id")
        .join(
            pl.DataFrame(
                [(item, name, event) for item, (name, event) in PROCEDURES.items()],
                schema=["procedure_source_value", "concept_name", "event"],
                orient="row",
            ),
            on=["procedure_source_value", "concept_name"],
        )
        .select("person_id", "event", time=_time("procedure_datetime"))
    )
    counts["bedside procedures"] = done.height
    died = _csv(data, "death").select("person_id", pl.lit("death").alias("event"), time=_time("death_datetime"))
    within = _within(pl.concat([drugs, done]), found)
    # A death whose hour is not told is one of that day.
    deaths = died.join(found, on="person_id").filter(
        pl.col("time").dt.date().is_between(pl.col("start").dt.date(), pl.col("end").dt.date())
        & (pl.col("time") >= pl.col("start").dt.truncate("1d"))
    )
    counts["deaths during a stay"] = deaths.height
    hourless = pl.col("time").dt.time() == pl.time(0, 0)
    day = pl.col("time").dt.strftime("%Y-%m-%d")
    return _numbered(
        pl.concat(
            [
                within.select("episode", "event", at=_written("time")),
                deaths.select("episode", "event", at=pl.when(hourless).then(day).otherwise(_written("time"))),
            ]
        )
    )


def _drugs(data: Path, counts: dict[str, int]) -> pl.DataFrame:
    """Orders whose name, or that of another order of the same product, names a drug that is followed.

    Most orders carry only a package code, which nothing at hand resolves: their drug stays unknown. An order counts
    as one dose at its start.
    """
    read = _csv(data, "drug_exposure")
    orders = read.select(
        "person_id",
        time=_time("drug_exposure_start_datetime"),
        name=pl.col("drug_source_value").cast(pl.String),
        product="drug_concept_id",
        systemic=pl.col("route_source_value").is_in(ROUTES),
    )
    names = orders["name"].drop_nulls().unique().to_list()
    told = [(name, key) for name in names for key in name_in(name, catalogue().events) if key in DRUGS]
    by_name = pl.DataFrame(told, schema={"name": pl.String, "event": pl.String}, orient="row")
    by_product = orders.filter(pl.col("product") > 0).join(by_name, on="name").select("product", "event").unique()
    direct = orders.join(by_name, on="name")
    alike = orders.join(by_name, on="name", how="anti").join(by_product, on="product")
    found = pl.concat([direct, alike.select(direct.columns)])
    counts["orders of drugs"] = read.height
    counts["of those, named by their text or by another order of the product"] = found.height
    counts["of those, not for the whole body"] = found.filter(~pl.col("systemic").fill_null(value=False)).height
    return found.filter("systemic").select("person_id", "event", "time")


def _findings(data: Path, found: pl.DataFrame, counts: dict[str, int]) -> pl.DataFrame:
    """Lasting background that a stay in hospital which had ended before was billed for."""
    codes = _csv(data, "condition_occurrence").select(
        "person_id",
        code=pl.col("condition_source_value").cast(pl.String),
        time=_time("condition_start_datetime"),
        known=_time("condition_end_datetime"),
    )
    known = catalogue()
    system = known.aliases.get("ICD10CM", "")
    lasting = []
    for code in codes["code"].drop_nulls().unique().sort():
        role, key = known.find(system, code) or ("", "")
        if role == "finding" and known.findings[key].background and key not in PASSING:
            lasting.append((code, key))
    told = pl.DataFrame(lasting, schema={"code": pl.String, "finding": pl.String}, orient="row")
    counts["billing codes"] = codes.height
    before = (
        codes.join(told, on="code")
        .join(found, on="person_id")
        .filter(pl.col("known") < pl.col("start"))
        .sort("episode", "finding", "known")
        .unique(["episode", "finding"], keep="first", maintain_order=True)
    )
    counts["background facts of stays in hospital that had ended"] = before.height
    return _numbered(
        before.select(
            "episode", "finding", pl.lit("present").alias("presence"), at=_written("time"), known_at=_written("known")
        )
    )


def _within(facts: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The facts of each stay, from the first that may be a baseline to the end."""
    stay = found.select("person_id", "episode", "start", "end")
    return facts.join(stay, on="person_id").filter(
        pl.col("time").is_between(pl.col("start") - BACK, pl.col("end")) & pl.col("time").is_not_null()
    )


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows in a fixed order, each a fact of its own."""
    ordered = rows.sort(pl.all())
    return ordered.with_row_index("fact").with_columns(pl.col("fact").cast(pl.String))


def _csv(data: Path, name: str) -> pl.DataFrame:
    """A table of the source, its numbers read as such whatever comes late in the file."""
    path = next(path for ending in (".csv", ".csv.gz") if (path := data / f"{name}{ending}").exists())
    return pl.read_csv(path, infer_schema_length=None)


def _time(name: str) -> pl.Expr:
    """A time of a CSV table, moved; by days, so that no leap day is lost."""
    return pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S") - MOVED


def _written(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S")
