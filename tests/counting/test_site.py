"""Counting over a CDM whose truth is known: every way of seeing, every trap handled or named, nobody told of."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sequela.assessing.counting.outcomes import outcomes
from sequela.assessing.counting.site import count
from sequela.criteria import shelf
from sequela.engine.program import compiled
from sequela.engine.spans import spans
from sequela.errors import UserError
from sequela.evidence import works
from sequela.measure.site_files import write
from sequela.measure.site_page import site_page
from sequela.sources import synthetic
from sequela.sources.frames import apart, settled
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.facts import course_tables
from sequela.sources.omop.index import index_procedures
from sequela.sources.receipt import Receipt
from sequela.sources.synthetic import writing
from sequela.sources.synthetic.traps import TRAPS
from sequela.sources.synthetic.writing_omop import Conversion
from tests.sources.omop.test_facts import written

MIX = {"uneventful": 3.0, "pes": 3.0, "necrosis": 2.0, "abscess-febrile": 2.0, "sepsis": 1.0}
WAYS = ("coded", "assessed", "reported")
NAMED = {
    "procedure-at-discharge": "index-at-visit-end",
    "unit-null": "units-missing",
    "midnight-times": "measurements-midnight",
    "outside-observation": "measurements-outside",
    "unmapped-codes": "procedures-unmapped",
    "no-vocabulary": "codes-unresolved",
}
"""Traps that may change a number, and the check that names each."""


def made(folder: Path, *traps: str, episodes: int = 80) -> Path:
    chunks = synthetic.generate(episodes, 5, scenarios=MIX)
    writing.write(chunks, folder, "omop", omop=Conversion(5, repeats=0.3, traps=frozenset(traps)))
    return folder


def counted(folder: Path, **choices: Any) -> dict[str, Any]:
    database = connect(folder)
    try:
        return count(database, **choices).as_json()
    finally:
        database.close()


def events(content: dict[str, Any], *ways: str) -> dict[tuple[str, str], int]:
    return {
        (key, way): block["events"]
        for key, answer in content["outcomes"].items()
        for way, block in answer["by_way"].items()
        if way in ways
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("counting") / "clean")


@pytest.fixture(scope="module")
def clean(folder: Path) -> dict[str, Any]:
    return counted(folder, minimum=1)


def test_coded_outcomes_are_those_of_the_truth(folder: Path, clean: dict[str, Any]) -> None:
    truth = pl.read_parquet(folder / "truth.parquet")
    for key, coded in (
        ("hepatic-necrosis", "parenchymal-necrosis"),
        ("liver-abscess", "abscess"),
        ("sepsis", "sepsis"),
    ):
        answer = clean["outcomes"][key]
        written = truth.filter(pl.col("coded_outcomes").str.contains(coded))
        # Codes without a day of their own are not asked when they were written; a few came after the window.
        found = answer["by_way"]["coded"]["events"]
        assert found <= written.height <= found + answer["had_it_before"] + 2, key
        assert found >= 2


def test_the_course_and_the_reports_see_what_the_coder_saw(clean: dict[str, Any]) -> None:
    for key in ("hepatic-necrosis", "liver-abscess"):
        answer = clean["outcomes"][key]
        assert answer["ways"] == list(WAYS)
        seen = {way: answer["by_way"][way]["events"] for way in (*WAYS, "any", "all", "suspected")}
        assert seen["all"] <= min(seen[way] for way in WAYS) <= max(seen[way] for way in WAYS) <= seen["any"]
        assert seen["assessed"] <= seen["suspected"]
        assert sum(cell["episodes"] for cell in answer["cross"]) == answer["episodes"]


def test_who_was_never_looked_at_is_no_negative(clean: dict[str, Any]) -> None:
    # A biloma is seen on images alone, and most were not imaged; kidney injury is told by every creatinine.
    biloma, kidney = (clean["outcomes"][key] for key in ("biloma", "acute-kidney-injury"))
    assert biloma["undetermined"] > biloma["episodes"] / 2
    assert kidney["undetermined"] < kidney["episodes"] / 2


def test_the_blocks_add_up(clean: dict[str, Any]) -> None:
    for answer in clean["outcomes"].values():
        for block in answer["by_way"].values():
            for division in block["strata"].values():
                groups = division["groups"].values()
                assert sum(group["episodes"] for group in groups) == block["episodes"]
                assert sum(group["events"] for group in groups) == block["events"]
            low, high = block["proportion"]["intervals"]["clopper-pearson"]
            assert low <= block["proportion"]["proportion"] <= high
            assert block["curve"][-1][1] == pytest.approx(
                block["cumulative_incidence"]["delta"]["incidence"], abs=1e-12
            )
            assert block["rate"]["person_days"] <= block["episodes"] * answer["window_days"]


def test_unimaged_procedures_are_bounded_from_both_sides(clean: dict[str, Any]) -> None:
    answer = clean["outcomes"]["hepatic-necrosis"]
    bounds = answer["bounds"]
    low, high = (bounds["by_way"]["any"][name]["proportion"] for name in ("unimaged_none", "unimaged_excluded"))
    assert bounds["imaged"] < answer["episodes"]
    assert low < high


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_handled_or_named(clean: dict[str, Any], tmp_path: Path, trap: str) -> None:
    damaged = counted(made(tmp_path / "damaged", trap), minimum=1, strata_by=())
    if trap not in NAMED:
        assert events(damaged, *WAYS, "suspected") == events(clean, *WAYS, "suspected")
        return
    levels = {check["check"]: check["level"] for check in damaged["quality"]["checks"]}
    assert levels[NAMED[trap]] in ("note", "warning")
    if trap == "procedure-at-discharge":
        # Codes of the stay are found all the same.
        own, theirs = (events(one, "coded")["hepatic-necrosis", "coded"] for one in (damaged, clean))
        assert own >= theirs


def test_small_counts_are_withheld_and_cannot_be_subtracted(folder: Path) -> None:
    content = counted(folder, minimum=5)
    for answer in content["outcomes"].values():
        blocks = list(answer["by_way"].values())
        groups = [group for block in blocks for one in block["strata"].values() for group in one["groups"].values()]
        for block in blocks + groups:
            assert block["withheld"] == ("events" not in block)
            assert not 0 < block.get("events", 0) < 5
        for block in blocks:
            for division in block["strata"].values():
                hidden = [group for group in division["groups"].values() if group["withheld"]]
                assert len(hidden) != 1 or block["withheld"]
    told = json.dumps(content)
    assert '"withheld": true' in told


def test_the_three_files_say_the_same_and_name_nobody(tmp_path: Path) -> None:
    site = written(tmp_path / "site")
    content = counted(site, name="St <Elsewhere>", minimum=1)
    write(content, tmp_path / "answer")
    names = ("incidence.json", "incidence.csv", "report.html")
    texts = {name: (tmp_path / "answer" / name).read_text(encoding="utf-8") for name in names}
    assert json.loads(texts["incidence.json"])["population"]["episodes"] == 4
    rows = list(csv.DictReader(texts["incidence.csv"].splitlines()))
    overall = {(row["outcome"], row["way"]): row["events"] for row in rows if not row["stratum"]}
    assert overall == {key: str(value) for key, value in events(content, *WAYS, "any", "all", "suspected").items()}
    for text in texts.values():
        assert "6225647829918357531" not in text
        assert "necrosis,0" not in text
    page = texts["report.html"]
    assert "St &lt;Elsewhere&gt;" in page
    assert "<script" not in page
    assert 'src="http' not in page and "url(http" not in page
    with pytest.raises(UserError, match=r"incidence\.json exists"):
        write(content, tmp_path / "answer")


def test_a_procedures_own_stay_gives_a_diagnosis_dated_before_it(tmp_path: Path) -> None:
    site = written(tmp_path / "stay")
    with (site / "condition_occurrence.csv").open("a", encoding="utf-8") as file:
        # Person 1's stay began on 1 March, the procedure was on 2 March, discharge on 4 March.
        file.write("8,1,201901,2020-03-01,,10,K75.0,0\n")
    answer = counted(site, minimum=1)["outcomes"]["liver-abscess"]
    assert answer["by_way"]["coded"]["events"] == 1
    # For the procedure three weeks later it is an old one.
    assert (answer["had_it_before"], answer["episodes"]) == (1, 3)


def test_a_page_without_procedures_is_a_page(shared: Path) -> None:
    content = counted(shared / "data" / "gibleed-omop")
    assert content["outcomes"] == {}
    assert "No index procedures were found" in site_page(content)


def test_mimics_one_embolization_has_no_liver_outcome_and_its_date_is_doubted(shared: Path) -> None:
    content = counted(shared / "data" / "mimic-iv-demo-omop", minimum=1)
    assert content["population"]["episodes"] == 1
    liver = ("hepatic-necrosis", "liver-abscess", "biloma", "portal-vein-thrombosis", "acute-liver-failure", "reild")
    for key in liver:
        assert {events(content, *WAYS, "any").get((key, way), 0) for way in (*WAYS, "any")} == {0}
    worst = {check["check"] for check in content["quality"]["checks"] if check["level"] == "warning"}
    assert "index-at-visit-end" in worst


def test_every_outcome_has_a_condition_a_window_and_works_that_are_there() -> None:
    conditions = {condition.key for condition in shelf().conditions}
    for outcome in outcomes(shelf()):
        assert outcome.condition in conditions
        assert 1 <= outcome.days <= 180
        assert outcome.window.cites
        assert set(outcome.window.cites) <= set(works())


def test_episodes_walked_in_parts_say_the_same(folder: Path) -> None:
    database = connect(folder)
    (tables,) = course_tables(database, index_procedures(database), Receipt())
    frames = settled(tables)
    program = compiled(shelf(), scores=False)
    (whole,) = spans(frames, program, named=True)
    parts = pl.concat(spans(apart(*frames, episodes_at_once=7), program, named=True))
    assert whole.equals(parts)
    assert sum(facts.height for _, facts in apart(*frames, episodes_at_once=7)) == frames[1].height


def test_windows_of_a_site_are_checked() -> None:
    (chosen, *_) = outcomes(shelf(), {"hepatic-necrosis": 60})
    assert (chosen.days, chosen.window.basis.value) == (60, "expert judgement")
    for wrong in ({"fire": 3.0}, {"biloma": 0.0}, {"biloma": 181.0}):
        with pytest.raises(UserError):
            outcomes(shelf(), wrong)
