"""The synthetic episodes: the same every time, whole, and as spoiled as the books say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sequela.course.catalogue import catalogue
from sequela.errors import InputError, UnknownName
from sequela.sources import Receipt, read
from sequela.sources.synthetic import generate
from sequela.sources.synthetic.chunks import Chunk
from sequela.sources.synthetic.kinetics import book

TABLES = ("episodes", "observations", "findings", "events", "background")
FRAMES = (*TABLES, "truth")
COLUMNS = {
    "episodes": "episode patient kind start territory intent sex birth_year ended end_reason",
    "observations": "episode fact version kind value comparator unit at known_at status",
    "findings": "episode fact version finding presence site at known_at status",
    "events": "episode fact version event detail at known_at status",
    "background": "episode item value",
}


def joined(chunks: list[Chunk], table: str) -> pl.DataFrame:
    return pl.concat([getattr(chunk, table) for chunk in chunks])


@pytest.fixture(scope="module")
def ward() -> list[Chunk]:
    return list(generate(1500, 20))


@pytest.fixture(scope="module")
def dense() -> Chunk:
    return next(generate(500, 21, dense=True))


def folder(chunk: Chunk, path: Path) -> Path:
    for table in TABLES:
        getattr(chunk, table).write_parquet(path / f"{table}.parquet")
    return path


def test_the_tables_have_the_columns_of_the_contract(ward: list[Chunk]) -> None:
    for table, columns in COLUMNS.items():
        assert getattr(ward[0], table).columns == columns.split()


@pytest.mark.parametrize("is_dense", [False, True])
def test_the_same_seed_gives_the_same_frames(is_dense: bool) -> None:
    first, again = (list(generate(60, 5, dense=is_dense, chunk=40)) for _ in range(2))
    for table in FRAMES:
        assert joined(first, table).equals(joined(again, table))
        assert joined(first, table).write_csv() == joined(again, table).write_csv()


def test_another_seed_gives_other_frames() -> None:
    one, other = (next(generate(20, seed, chunk=20)) for seed in (1, 2))
    assert not one.observations.equals(other.observations)
    assert not one.truth.equals(other.truth)


@pytest.mark.parametrize("fewer", [1, 39, 40, 41, 95])
def test_fewer_episodes_are_a_prefix_of_more(fewer: int) -> None:
    more, few = (list(generate(n, 9, chunk=40)) for n in (100, fewer))
    for table in FRAMES:
        whole = joined(more, table)
        names = joined(few, "episodes")["episode"].implode()
        assert whole.filter(pl.col("episode").is_in(names)).equals(joined(few, table))


def test_each_chunk_has_its_own_stream() -> None:
    chunks = list(generate(80, 9, chunk=40))
    drop = ["episode", "patient"]
    assert not chunks[0].episodes.drop(drop).equals(chunks[1].episodes.drop(drop))


def test_the_order_of_the_weights_says_nothing() -> None:
    weights = {"necrosis": 1.0, "pes": 2.0}
    turned = dict(reversed(weights.items()))
    one, other = (next(generate(30, 4, scenarios=w, chunk=30)) for w in (weights, turned))
    assert one.observations.equals(other.observations)


@pytest.mark.parametrize("scenario", list(book().scenario_weights))
def test_every_scenario_can_be_asked_for_alone(scenario: str) -> None:
    chunk = next(generate(40, 3, scenarios={scenario: 1}, chunk=40))
    assert set(chunk.truth["scenario"]) == {scenario}
    expected = scenario in ("uneventful", "pes", "prolonged-pes")
    assert chunk.truth["complication"].null_count() == (40 if expected else 0)
    assert chunk.truth["began"].null_count() == (40 if expected else 0)
    assert chunk.truth["portal_thrombosis"].all() == (scenario == "necrosis-portal-thrombosis")


@pytest.mark.parametrize("procedure", list(book().procedure_weights))
def test_every_procedure_can_be_asked_for_alone(procedure: str) -> None:
    chunk = next(generate(20, 3, procedures={procedure: 1}, chunk=20))
    assert set(chunk.truth["procedure"]) == {procedure}
    assert set(chunk.episodes["kind"]) == {book().procedures[procedure].kind}


def test_a_scenario_brings_the_background_that_it_needs() -> None:
    weights = {"decompensation": 1.0, "carcinoid-crisis": 1.0}
    chunk = next(generate(100, 3, scenarios=weights, procedures={"RFA": 1}, chunk=100))
    truth = chunk.truth.join(
        chunk.background.filter(pl.col("value") == "yes").group_by("episode").agg(pl.col("item")),
        on="episode",
        how="left",
    )
    for scenario, item in (("decompensation", "cirrhosis"), ("carcinoid-crisis", "functioning-net")):
        rows = truth.filter(pl.col("scenario") == scenario)
        assert rows.height > 20
        assert all(item in items for items in rows["item"])


@pytest.mark.parametrize(
    "wrong", [{"scenarios": {"plague": 1}}, {"procedures": {"PVE": 1}}, {"scenarios": {"pes": 1, "flu": 0}}]
)
def test_an_unknown_name_is_refused_before_anything_is_made(wrong: dict[str, dict[str, float]]) -> None:
    with pytest.raises(UnknownName):
        generate(1, 1, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"scenarios": {"pes": -1}}, {"scenarios": {"pes": 0}}, {"scenarios": {}}, {"chunk": 0}, {"episodes": -1}]
)
def test_weights_that_choose_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        generate(**({"episodes": 1, "seed": 1} | wrong))  # type: ignore[arg-type]


def test_no_episodes_are_no_chunks() -> None:
    assert list(generate(0, 1)) == []


def test_only_keys_of_the_catalogue_are_used(ward: list[Chunk]) -> None:
    known = catalogue()
    assert set(joined(ward, "observations")["kind"]) <= set(known.kinds)
    assert set(joined(ward, "findings")["finding"]) <= set(known.findings)
    assert set(joined(ward, "events")["event"]) <= set(known.events)
    items = set(joined(ward, "background")["item"])
    assert items - {"child-pugh", "tumour-size"} <= {k for k, f in known.findings.items() if f.background}


@pytest.mark.parametrize("is_dense", [False, True])
def test_every_row_is_read(tmp_path: Path, is_dense: bool) -> None:
    chunk = next(generate(60, 8, dense=is_dense, chunk=60))
    receipt = Receipt()
    courses = list(read([folder(chunk, tmp_path)], receipt=receipt))
    assert len(courses) == 60
    assert receipt.rejected == receipt.irrelevant == 0
    unread = {reason: n for (category, reason), n in receipt.reasons.items() if category == "dropped"}
    assert set(unread) <= {"entered-in-error", "implausible value"}
    # Only mistakes that are taken back may be implausible.
    assert unread.get("implausible value", 0) <= 0.002 * receipt.read


def test_a_dense_episode_becomes_known_at_three_hundred_instants_and_more(dense: Chunk) -> None:
    by_episode = dense.observations.group_by("episode").agg(pl.col("known_at").n_unique(), pl.len())
    assert by_episode.height == 500
    assert by_episode["known_at"].min() >= 300  # type: ignore[operator]
    assert 500 <= by_episode["len"].median() <= 750  # type: ignore[operator]


def test_every_set_has_what_news2_needs(ward: list[Chunk]) -> None:
    needed = ["respiratory-rate", "spo2", "oxygen", "systolic-pressure", "heart-rate", "consciousness", "temperature"]
    rows = joined(ward, "observations").filter(pl.col("kind").is_in(needed))
    sets = rows.group_by("episode", "at").agg(pl.col("kind").n_unique())
    whole = (sets["kind"] == len(needed)).mean()
    assert whole > 0.85  # the rest are gaps: a result in seventy is missing
    assert whole < 0.95


def test_late_corrected_withdrawn_and_doubled_facts_are_as_frequent_as_said(ward: list[Chunk]) -> None:
    rows = joined(ward, "observations")
    facts = rows.select("episode", "fact").n_unique()
    status = rows.unique(["episode", "fact", "version"]).group_by("status").len()
    counted = dict(status.iter_rows())
    for name, rate in (("corrected", "corrected"), ("entered-in-error", "withdrawn")):
        assert counted[name] / facts == pytest.approx(book().rates[rate].value, rel=0.08)
    doubled = rows.height - rows.unique().height
    assert doubled / facts == pytest.approx(book().rates["duplicated"].value, rel=0.1)
    for name in ("corrected", "entered-in-error"):
        assert set(rows.filter(pl.col("status") == name)["version"]) == {2}


def test_one_fact_in_twenty_is_late(ward: list[Chunk]) -> None:
    vitals = ["temperature", "heart-rate", "spo2", "respiratory-rate"]
    rows = joined(ward, "observations").filter(
        pl.col("kind").is_in(vitals) & (pl.col("version") == 1) & pl.col("known_at").is_not_null()
    )
    rows = rows.unique(["episode", "fact"])
    waited = rows.select(
        pl.col("known_at").str.to_datetime(time_zone="UTC") - pl.col("at").str.to_datetime(time_zone="UTC")
    ).to_series()
    least = book().rates["late-least"].value * 3600
    late = (waited.dt.total_seconds() > least).mean()
    # A set charted an hour and a half after it was taken, without being late, is one in ten thousand.
    assert late == pytest.approx(book().rates["late"].value, rel=0.1)
    assert waited.dt.total_days().max() >= 2  # type: ignore[operator]


def test_nothing_is_known_before_it_happened(ward: list[Chunk]) -> None:
    for table in ("observations", "findings", "events"):
        rows = joined(ward, table).filter((pl.col("at").str.len_chars() > 10) & pl.col("known_at").is_not_null())
        times = rows.select(pl.col("at", "known_at").str.to_datetime(time_zone="UTC"))
        assert (times["known_at"] >= times["at"]).all()


def test_a_correction_follows_what_it_corrects(ward: list[Chunk]) -> None:
    rows = joined(ward, "observations").filter(pl.col("known_at").is_not_null()).unique(["episode", "fact", "version"])
    first, second = (rows.filter(pl.col("version") == version) for version in (1, 2))
    both = first.join(second, on=["episode", "fact"], suffix="_2")
    assert both.height > 1000
    known, later = (both[name].str.to_datetime(time_zone="UTC") for name in ("known_at", "known_at_2"))
    assert (later > known).all()
    assert (both["kind"] == both["kind_2"]).all() and (both["at"] == both["at_2"]).all()
    mended = both.filter(pl.col("status_2") == "corrected")
    assert (mended["value"] != mended["value_2"]).mean() > 0.5


def test_units_are_mixed_and_all_are_known(ward: list[Chunk]) -> None:
    rows = joined(ward, "observations").drop_nulls("unit")
    used = {kind: set(units) for kind, units in rows.group_by("kind").agg(pl.col("unit").unique()).iter_rows()}
    assert {"Cel", "[degF]"} <= used["temperature"]
    assert {"umol/L", "mg/dL"} <= used["bilirubin"]
    assert {"U/L", "ukat/L"} <= used["alt"]
    for kind, units in used.items():
        for unit in units:
            catalogue().kinds[kind].convert(1, unit)


def test_there_are_comparators_dates_and_unsaid_times(ward: list[Chunk]) -> None:
    rows = joined(ward, "observations")
    assert set(rows["comparator"].drop_nulls()) >= {"<"}
    assert 0.003 < (rows["at"].str.len_chars() == 10).mean() < 0.03
    assert 0.002 < rows["known_at"].is_null().mean() < 0.02
    low = rows.filter((pl.col("comparator") == "<") & (pl.col("kind") == "crp") & (pl.col("unit") == "mg/L"))
    assert set(low["value"]) == {"5"}


def test_bloods_before_the_procedure_and_after_discharge(ward: list[Chunk]) -> None:
    found = (
        joined(ward, "observations")
        .filter((pl.col("kind") == "alt") & (pl.col("at").str.len_chars() > 10))
        .join(joined(ward, "episodes").select("episode", "start"), on="episode")
        .join(joined(ward, "truth").select("episode", "discharged", "scenario"), on="episode")
        .with_columns(pl.col("at", "start", "discharged").str.to_datetime(time_zone="UTC"))
    )
    before = found.filter(pl.col("at") < pl.col("start"))["episode"].n_unique()
    assert before > 0.8 * 1500
    after = found.filter(pl.col("scenario") == "uneventful").select(
        ((pl.col("at") - pl.col("discharged")).dt.total_hours() / 24).round().alias("day")
    )
    by_day = dict(after.filter(pl.col("day") > 0).group_by("day").len().iter_rows())
    assert by_day[3.0] > 20 * by_day.get(5.0, 0)
    assert by_day[7.0] > 20 * by_day.get(5.0, 0)


def test_the_ward_measures_more_when_someone_is_ill() -> None:
    calm, ill = (
        next(generate(60, 2, scenarios={key: 1}, procedures={"TACE": 1}, chunk=60))
        for key in ("uneventful", "necrosis")
    )
    per_day = []
    for chunk in (calm, ill):
        sets = chunk.observations.filter(pl.col("kind") == "temperature").height
        days = chunk.observations.filter(pl.col("kind") == "temperature").select(
            "episode", pl.col("at").str.slice(0, 10)
        )
        per_day.append(sets / days.n_unique())
    assert per_day[1] > 1.15 * per_day[0]


def test_nobody_is_measured_after_death() -> None:
    chunk = next(generate(200, 2, scenarios={"liver-failure": 1}, chunk=200))
    died = chunk.truth.drop_nulls("died").select("episode", pl.col("died").str.to_datetime(time_zone="UTC"))
    assert died.height > 40
    for table in ("observations", "findings", "events"):
        rows = getattr(chunk, table).filter(pl.col("at").str.len_chars() > 10).join(died, on="episode")
        assert (rows["at"].str.to_datetime(time_zone="UTC") <= rows["died"]).all()
    deaths = chunk.events.filter(pl.col("event") == "death")
    assert set(deaths["episode"]) == set(died["episode"])


def test_necrosis_is_seen_where_the_liver_was_treated() -> None:
    chunk = next(generate(100, 2, scenarios={"necrosis-portal-thrombosis": 1}, chunk=100))
    seen = chunk.findings.filter((pl.col("presence") == "present") & (pl.col("version") == 1))
    for finding, prefix in (("parenchymal-necrosis", ""), ("portal-vein-thrombosis", "portal-")):
        rows = seen.filter(pl.col("finding") == finding).join(chunk.episodes, on="episode")
        assert rows["episode"].n_unique() > 80
        for site, territory in rows.select("site", "territory").iter_rows():
            assert site == ";".join(prefix + segment for segment in territory.split(";"))


def test_scenarios_come_as_often_as_their_weights_say(ward: list[Chunk]) -> None:
    counted = joined(ward, "truth").group_by("scenario").len()
    shares = dict(counted.iter_rows())
    total = sum(book().scenario_weights.values())
    for key, weight in book().scenario_weights.items():
        expected = 1500 * weight / total
        assert abs(shares.get(key, 0) - expected) < 5 * np.sqrt(expected)
