"""Contract tables with every oddity that a folder can hold, from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl

DAY_ZERO = datetime(2026, 3, 1, 10, tzinfo=UTC)
KINDS = (
    *(("temperature", unit) for unit in ("Cel", "[degF]", None, "K")),
    *(("alt", unit) for unit in ("U/L", "IU/L", " u/l ", "ukat/L", None)),
    *(("bilirubin", unit) for unit in ("umol/L", "mg/dL", "µmol/L", "furlong")),
    *(("inr", unit) for unit in ("1", None, "")),
    ("consciousness", None),
    ("oxygen", "L/min"),
    ("oxygen", None),
    ("fio2", "%"),
    ("fio2", None),
    ("nausea", "{score}"),
    ("zorblax", "U/L"),
    (None, "U/L"),
    (" crp ", "mg/L"),
)
VALUES = (
    "40",
    " 38.5 ",
    "1.05",
    "0.5",
    "2.675",
    "A",
    "alert",
    "yes",
    "no",
    "",
    None,
    "   ",
    "NaN",
    "many",
    "1e2",
    "1e12",
)
VALUES += ("-4", "101.3", "34", "21", "3", "3.0", "1" * 50)
STATUSES = ("final", "FINAL", None, "", "preliminary", "amended", "corrected", "entered-in-error", "cancelled", "odd")
WEIGHTS = (30, 1, 5, 1, 4, 4, 6, 6, 1, 1)
WRITTEN = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%Y-%m", "%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:60")
ZONES = ("Z", "+01:00", "-03:30", "", "+99:00")
BROKEN = (
    "yesterday",
    "2026-02-30T10:00:00Z",
    "2026-3-1T10:00:00Z",
    "1066-10-14",
    "2026-03-01T24:00:00Z",
    "",
    "  ",
    None,
)
FINDINGS = ("ascites", "fever", "jaundice", "nausea", "portal-vein-thrombosis", "zorblax", None)
PRESENCES = ("present", "absent", "yes", "No", "uncertain", "positive", "perhaps?", None)
SITES = (None, "", "VII", "VII;VIII", "segments 7, 8", "right portal vein", "nowhere")
EVENTS = ("contrast-ct", "antibiotic", "death", "discharge", "zorblax", None)
DETAILS = (None, "", "oral", " oral ", "after; a, while")
BACKGROUND = (("cirrhosis", "yes"), ("cirrhosis", "no"), ("cirrhosis", None), ("child-pugh", "B"), ("child-pugh", "Z"))
BACKGROUND += (("tumour-size", "45"), ("tumour-size", "4.5 cm"), ("tumour-size", "<30"), ("tumour-size", None))
BACKGROUND += (("diabetes", "perhaps?"), ("zorblax", "1"), (None, "1"), (" pregnancy ", " absent "), ("nausea", "3"))


def odd_tables(seed: int, episodes: int = 12, rows: int = 40) -> dict[str, pl.DataFrame]:
    """Five tables, every column text; each row is somehow odd, but for most of them only a little."""
    random = Random(seed)
    keys = [f"e{random.randrange(10**6):x}" for _ in range(episodes)]
    among = [*keys, keys[0], "nobody", None]

    def time() -> str | None:
        if random.random() < 0.03:
            return random.choice(BROKEN)
        # Few distinct times, so that many facts meet.
        when = DAY_ZERO + timedelta(seconds=random.choice((0, 0, 1, 3600, 86_400, 90_061)) * random.randrange(-3, 9))
        shape = WRITTEN[0] if random.random() < 0.8 else random.choice(WRITTEN)
        zone = (
            random.choice(ZONES[:4]) if "%H" in shape and random.random() < 0.98 else random.choice(("", "", "+99:00"))
        )
        fraction = ".25" if shape == WRITTEN[0] and zone and random.random() < 0.1 else ""
        return (" " if random.random() < 0.02 else "") + when.strftime(shape) + fraction + zone

    def versions() -> list[dict[str, str | None]]:
        """Some rows of one fact, or seemingly of one."""
        key, name = (
            random.choice(among if random.random() < 0.1 else keys),
            f"{random.choice('abcdé ')}{random.randrange(12)}",
        )
        at = time()
        made = [
            {
                "episode": key,
                "fact": random.choice((name,) * 30 + (None, f" {name}\x1f", "")),
                "version": random.choice((str(number + 1),) * 9 + (None, "0", "1.0", "two", "-1")),
                "at": at if random.random() < 0.9 else time(),
                "known_at": random.choice((None, time(), time(), time())),
                "status": random.choices(STATUSES, WEIGHTS)[0],
            }
            for number in range(random.choice((1, 1, 1, 2, 2, 3, 4)))
        ]
        return made + random.choices(made, k=random.random() < 0.2)

    def table(*about: tuple[str, Sequence[str | None]]) -> pl.DataFrame:
        told = []
        for _ in range(episodes * rows // 3):
            content = {name: random.choice(choices) for name, choices in about}
            for row in versions():
                change = {name: random.choice(choices) for name, choices in about} if random.random() < 0.4 else {}
                told.append({**row, **content, **change})
        random.shuffle(told)
        return pl.DataFrame(told, schema=[*told[0]], schema_overrides=dict.fromkeys(told[0], pl.String))

    kinds = [kind for kind, _ in KINDS]
    units = [unit for _, unit in KINDS]
    observations = table(
        ("kind", kinds), ("value", VALUES), ("unit", units), ("comparator", (None,) * 9 + ("<", ">=", "~"))
    )
    # Most rows carry a unit of their own kind.
    fitting = dict(reversed(KINDS))
    return {
        "episodes": _episodes(random, keys),
        "observations": observations.with_columns(
            unit=pl.when(pl.int_range(pl.len()) % 5 > 0)
            .then(pl.col("kind").replace_strict(list(fitting), list(fitting.values()), return_dtype=pl.String))
            .otherwise("unit")
        ),
        "findings": table(("finding", FINDINGS), ("presence", PRESENCES), ("site", SITES)),
        "events": table(("event", EVENTS), ("detail", DETAILS)),
        "background": pl.DataFrame(
            [(random.choice(among), *random.choice(BACKGROUND)) for _ in range(episodes * 3)],
            schema=dict.fromkeys(("episode", "item", "value"), pl.String),
            orient="row",
        ),
    }


def _episodes(random: Random, keys: list[str]) -> pl.DataFrame:
    rows = []
    for key in [*keys, keys[-1]]:
        start = DAY_ZERO + timedelta(hours=random.randrange(-48, 48))
        rows.append(
            {
                "episode": key,
                "patient": f"p{random.randrange(len(keys))}",
                "kind": random.choice(("TAE", "TACE", "RFA")),
                "start": random.choice(
                    (start.isoformat(), start.strftime("%Y-%m-%d"), start.strftime("%Y-%m-%dT%H:%M"))
                ),
                "sex": random.choice(("F", "male", None)),
                "birth_year": random.choice(("1960", "2025", "2026", None)),
                "ended": random.choice((None, None, (start + timedelta(days=9)).isoformat())),
                "end_reason": random.choice((None, "moved")),
            }
        )
    rows += [{**rows[0], "episode": "x1", "kind": "zorblax"}, {**rows[0], "episode": "x2", "start": None}]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(rows[0], pl.String))


def typed(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same tables with typed columns where the text allows it; other cells are emptied."""
    zoned = {"at": pl.Datetime("us", "Europe/Paris"), "known_at": pl.Datetime("ms", "UTC")}
    made = {}
    for name, frame in tables.items():
        clocks = [
            pl.col(column)
            .str.strip_chars()
            .str.to_datetime("%Y-%m-%dT%H:%M:%S%#z", strict=False, time_zone="UTC")
            .cast(pl.Datetime("us", "UTC"))
            .dt.convert_time_zone(zone.time_zone or "UTC")
            .cast(zone)
            for column, zone in zoned.items()
            if column in frame.columns
        ]
        frame = frame.with_columns(clocks)
        if "version" in frame.columns:
            frame = frame.with_columns(
                pl.col("version").cast(pl.Float64, strict=False), pl.col("status").cast(pl.Categorical)
            )
        if name == "observations":
            frame = frame.with_columns(pl.col("value").cast(pl.Float64, strict=False))
        if name == "findings":
            frame = frame.with_columns(pl.col("site").str.split(";"))
        made[name] = frame
    return made
