"""Who the patients of one chunk are, and when what happens to them happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sequela.sources.synthetic.kinetics import LATENTS, Book, Number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

EXPECTED = ("uneventful", "pes", "prolonged-pes")
"""Scenarios without a complication."""
ABLATIONS = frozenset({"RFA", "MWA", "cryoablation"})
NEEDS_CIRRHOSIS = frozenset({"decompensation"})
NEEDS_TUMOUR = frozenset({"carcinoid-crisis"})
"""Scenarios that only one background can have: it is given to them."""
FIRST_START, LAST_START = 1_704_067_200, 1_782_777_600
"""Procedures begin from 2024-01-01 to 2026-06-30."""
ZONES = (0, 1, 2)
"""Hours east of UTC of the hospitals."""
TERRITORIES = (
    ("VII", "VIII"),
    ("V", "VI", "VII", "VIII"),
    ("VI", "VII"),
    ("II", "III"),
    ("IV",),
    ("V", "VIII"),
    ("II", "III", "IV"),
)
SINGLE = (("VIII",), ("VII",), ("VI",), ("V",), ("IV",), ("III",), ("II",))
"""What an embolization and an ablation treat."""
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Patients:
    """The patients of a chunk, a row each. Times are hours from the start of the procedure; NaN where there is none."""

    first: int
    scenario: Ints
    scenarios: tuple[str, ...]
    procedure: Ints
    procedures: tuple[str, ...]
    start: Ints
    offset: Ints
    sex: Ints
    birth: Ints
    territory: Ints
    single: Flags
    flags: Mapping[str, Flags]
    tumour: Floats
    severity: Floats
    tempo: Floats
    latents: Mapping[str, Floats]
    times: Mapping[str, Floats]
    readmitted: Flags
    died: Flags
    icu: Flags

    def __len__(self) -> int:
        return len(self.start)

    def of(self, scenarios: tuple[str, ...], procedures: tuple[str, ...], background: str, book: Book) -> Flags:
        """Those whom a group of the books names; an empty name names everybody."""
        found = np.ones(len(self), dtype=np.bool_)
        if scenarios:
            found &= np.isin(self.scenario, [i for i, key in enumerate(self.scenarios) if key in scenarios])
        if procedures:
            parts = [i for i, key in enumerate(self.procedures) if {key, *book.procedures[key].parts} & set(procedures)]
            found &= np.isin(self.procedure, parts)
        return found & self.flags[background] if background else found


def spread(rng: np.random.Generator, number: Number, count: int) -> Floats:
    """A number that differs between patients: its median, times what a normal logarithm gives."""
    return number.value * np.exp(number.spread * rng.standard_normal(count))


def draw(
    rng: np.random.Generator,
    count: int,
    first: int,
    book: Book,
    scenarios: Mapping[str, float],
    procedures: Mapping[str, float],
    dense: bool,
) -> Patients:
    """The patients of a chunk."""
    names, kinds = tuple(scenarios), tuple(procedures)
    scenario = _chosen(rng, scenarios, count)
    procedure = _chosen(rng, procedures, count)
    local = rng.uniform(book.cadence["earliest-start"].value, book.cadence["latest-start"].value, count)
    day = rng.integers(FIRST_START // 86_400, LAST_START // 86_400, count)
    offset = rng.choice(np.array(ZONES, dtype=np.int64), count) * HOUR
    start = day * 86_400 + np.rint(local * 60).astype(np.int64) * 60 - offset
    flags = _flags(rng, count, book, names, scenario, kinds, procedure)
    severity = rng.standard_normal(count)
    on = book.correlation["latent-on-severity"].value
    latents = {key: on * severity + np.sqrt(1 - on**2) * rng.standard_normal(count) for key in LATENTS}
    single = np.isin(procedure, [i for i, key in enumerate(kinds) if key in ABLATIONS])
    choice = rng.random(count)
    territory = (choice * np.where(single, len(SINGLE), len(TERRITORIES))).astype(np.int64)
    sex = np.where(rng.random(count) < book.background["male"].value, 0, 1)
    sex = np.where(rng.random(count) < book.background["sex-unknown"].value, -1, sex)
    age = book.background["age"]
    ages = np.clip(
        age.value + age.spread * rng.standard_normal(count),
        book.background["age-lowest"].value,
        book.background["age-highest"].value,
    )
    born = (start // 86_400 / 365.25 + 1970 - ages).astype(np.int64)
    birth = np.where(rng.random(count) < book.background["birth-year-unknown"].value, -1, born)
    tumour = np.clip(
        spread(rng, book.background["tumour-size"], count),
        book.background["tumour-smallest"].value,
        book.background["tumour-largest"].value,
    )
    times, readmitted, died, icu = _times(rng, count, book, names, scenario, kinds, procedure, single, dense)
    return Patients(
        first=first,
        scenario=scenario,
        scenarios=names,
        procedure=procedure,
        procedures=kinds,
        start=start,
        offset=offset,
        sex=sex,
        birth=birth,
        territory=territory,
        single=single,
        flags=flags,
        tumour=tumour,
        severity=severity,
        tempo=rng.standard_normal(count),
        latents=latents,
        times=times,
        readmitted=readmitted,
        died=died,
        icu=icu,
    )


def _chosen(rng: np.random.Generator, weights: Mapping[str, float], count: int) -> Ints:
    steps = np.cumsum(np.array(list(weights.values()), dtype=np.float64))
    # A draw of exactly the last step would fall beyond the end; `side="right"` also passes over weights of nothing.
    place: Ints = np.searchsorted(steps, rng.random(count) * steps[-1], side="right").astype(np.int64)
    return place


def _flags(
    rng: np.random.Generator,
    count: int,
    book: Book,
    names: tuple[str, ...],
    scenario: Ints,
    kinds: tuple[str, ...],
    procedure: Ints,
) -> dict[str, Flags]:
    """What each patient brought along."""
    needs = {
        key: np.isin(scenario, [i for i, name in enumerate(names) if name in wanted])
        for key, wanted in (("cirrhosis", NEEDS_CIRRHOSIS), ("net", NEEDS_TUMOUR))
    }
    share = {
        key: np.array([book.procedures[kind].numbers[key].value for kind in kinds])[procedure]
        for key in ("net", "cirrhosis")
    }
    net = (rng.random(count) < share["net"]) | needs["net"]
    cirrhosis = ((rng.random(count) < share["cirrhosis"]) | needs["cirrhosis"]) & ~needs["net"]
    abscess = np.isin(scenario, [i for i, name in enumerate(names) if name.startswith("abscess")])
    grade = rng.random(count)
    limit_c = book.background["child-pugh-c"].value
    limit_b = limit_c + book.background["child-pugh-b"].value
    flags = {
        "net": net,
        "cirrhosis": cirrhosis,
        "child-pugh-c": cirrhosis & (grade < limit_c),
        "child-pugh-b": cirrhosis & (grade >= limit_c) & (grade < limit_b),
        "child-pugh-a": cirrhosis & (grade >= limit_b),
        "functioning-net": net & ((rng.random(count) < book.background["functioning"].value) | needs["net"]),
    }
    for key in ("bilioenteric-anastomosis", "biliary-stent"):
        often = np.where(abscess, book.background[f"{key}-abscess"].value, book.background[key].value)
        flags[key] = rng.random(count) < often
    for key in (
        "diabetes",
        "chronic-kidney-disease",
        "anticoagulation",
        "hypercapnic-respiratory-failure",
        "earlier-portal-vein-thrombosis",
    ):
        flags[key] = rng.random(count) < book.background[key].value
    return flags


def _times(
    rng: np.random.Generator,
    count: int,
    book: Book,
    names: tuple[str, ...],
    scenario: Ints,
    kinds: tuple[str, ...],
    procedure: Ints,
    ablated: Flags,
    dense: bool,
) -> tuple[dict[str, Floats], Flags, Flags, Flags]:
    """When each patient goes home, falls ill, is found out, treated, and goes home again or dies."""

    def of_scenario(key: str) -> Floats:
        """A number of each patient's scenario, or NaN where the scenario has none."""
        rows = [book.timing[name].get(key) for name in names]
        value = np.array([np.nan if row is None else row.value for row in rows])[scenario]
        sd = np.array([0.0 if row is None else row.spread for row in rows])[scenario]
        return value * np.exp(sd * rng.standard_normal(count))

    stays = [book.cadence["dense-stay"] if dense else book.procedures[kind].numbers["stay"] for kind in kinds]
    stay = np.array([n.value for n in stays])[procedure]
    stay = stay * np.exp(np.array([n.spread for n in stays])[procedure] * rng.standard_normal(count))
    longer = np.nan_to_num(of_scenario("longer"))
    home = (stay + (0 if dense else longer)) * 24
    began, quick = of_scenario("began"), of_scenario("began-ablation")
    began = np.where(ablated & ~np.isnan(quick), quick, began)
    suspected = began + of_scenario("suspected")
    recognised = suspected + of_scenario("recognised")
    treated = recognised + of_scenario("treated")
    recovery = of_scenario("recovery") * (book.cadence["dense-recovery"].value if dense else 1)
    # Nobody who fell ill goes home sooner than was planned.
    later = np.maximum(treated + recovery * 24, home)
    ill = ~np.isnan(began)
    readmitted = ill & (suspected > home)
    first_home = np.where(ill & ~readmitted, later, home)
    died = rng.random(count) < np.nan_to_num(of_scenario("died"))
    dying = recognised + of_scenario("dying") * 24
    # A dense course is a whole one: a death waits for the end of the stay.
    death = np.where(died, np.maximum(dying, home) if dense else dying, np.nan)
    first_home = np.where(died & ~readmitted, np.nan, first_home)
    last_home = np.where(readmitted & ~died, later, np.nan)
    icu = rng.random(count) < np.nan_to_num(of_scenario("icu"))
    after = spread(rng, book.cadence["ill-after-treatment"], count)
    times = {
        "procedure": np.zeros(count),
        "began": began,
        "suspected": suspected,
        "recognised": recognised,
        "treated": treated,
        "better": treated + after,
        "discharge": first_home,
        "readmission": np.where(readmitted, suspected - book.cadence["before-suspicion"].value, np.nan),
        "last-discharge": last_home,
        "death": death,
        "dying": np.where(died, death, np.inf),
    }
    return times, readmitted, died, icu
