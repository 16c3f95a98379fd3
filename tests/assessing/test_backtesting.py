"""Past courses replayed: an example counted by hand from the folder on, and what must never leak or change."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from sequela.assessing.backtesting import ENDLESS, backtest
from sequela.criteria import shelf
from sequela.engine.program import compiled
from sequela.engine.spans import spans
from sequela.errors import InputError, UnknownName, UserError
from sequela.measure.backtest import Settings
from sequela.measure.backtest_disclosure import guarded
from sequela.measure.backtest_files import refuse, written
from sequela.measure.backtest_page import backtest_page
from sequela.measure.replay import Alarm, read_onsets, rises
from sequela.sources import frames, synthetic
from sequela.sources.synthetic.writing import write

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
# The alert is a sign that counts for a day, so each of these days is a new one (see test_backtest for the counts).
SIGNS = {"A": (2, 4), "B": (3,), "C": (), "D": (1, 6, 10), "E": (), "F": (2,)}
EVENTS = {"A": 5, "B": 3, "C": 7}
DEATHS = {"F": 4}
HAND = Settings(lead_min=1, window=7, horizon=14, resamples=200)
NAME = "SENTINEL-OF-A-PERSON"
GROUPS = ("definitions", "comparators", "statements")


def day(number: float) -> str:
    return (START + timedelta(days=number)).isoformat()


def courses(folder: Path, events: dict[str, int] = EVENTS) -> Path:
    """The six courses of the example as a course folder."""
    folder.mkdir(exist_ok=True)
    tables = {
        "episodes": ["episode,patient,kind,start,territory,intent,sex,birth_year,ended,end_reason"],
        "findings": ["episode,fact,version,finding,presence,site,at,known_at,status"],
        "events": ["episode,fact,version,event,detail,at,known_at,status"],
    }
    for one, signs in SIGNS.items():
        tables["episodes"].append(f"{NAME}-{one},{NAME}-of-{one},TAE,{day(0)},,,female,1960,,")
        for number, at in enumerate(signs):
            tables["findings"].append(f"{NAME}-{one},s{number},1,melaena,present,,{day(at)},{day(at)},final")
        if one in events:
            at = day(events[one])
            tables["findings"].append(f"{NAME}-{one},n,1,parenchymal-necrosis,present,,{at},{at},final")
        if one in DEATHS:
            at = day(DEATHS[one])
            tables["events"].append(f"{NAME}-{one},d,1,death,,{at},{at},final")
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The example as it is printed."""
    found = backtest([courses(tmp_path_factory.mktemp("hand"))], settings=HAND)
    return {"schema": "1", "sequela": "0", **found}


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic course folder in which much happens."""
    folder = tmp_path_factory.mktemp("ward") / "folder"
    scenarios = {"uneventful": 1.0, "necrosis": 2.0, "sepsis": 1.0, "prolonged-pes": 1.0}
    write(synthetic.generate(60, 3, scenarios=scenarios), folder, "tables")
    return folder


def stream(told: dict[str, Any], key: str) -> dict[str, Any]:
    [found] = [one for group in GROUPS for one in told[group] if one["key"] == key]
    return dict(found)


def counts(ratio: dict[str, Any]) -> tuple[int, int]:
    return ratio["count"], ratio["of"]


def test_the_example_by_hand_from_the_folder_on(hand: dict[str, Any]) -> None:
    told = stream(hand, "bleeding-sign")
    assert told["patient_days"] == 5 + 3 + 7 + 14 + 14 + 4 == 47
    assert counts(told["timely_sensitivity"]) == (1, 3)
    assert told["timely_sensitivity"]["ci"] == pytest.approx([0.0084, 0.9057], abs=5e-5)
    assert counts(told["sensitivity_with_late"]) == (2, 3)
    assert counts(told["alert_ppv"]) == (2, 7)
    assert told["number_needed_to_evaluate"] == 3.5
    assert counts(told["episode_ppv_timely"]) == (1, 4)
    assert counts(told["episode_ppv_any"]) == (2, 4)
    assert told["alerts_per_100_patient_days"] == pytest.approx(14.8936, abs=5e-5)
    assert (told["lead"]["median"], told["lead_with_misses"]["median"]) == (3, 0)
    assert counts(told["alerted_before_death"]) == (1, 1)
    assert (hand["episodes"], hand["patients"]) == (6, 6)


def test_the_comparators_of_the_example(hand: dict[str, Any]) -> None:
    assert stream(hand, "nobody")["alerts"] == 0
    everybody = stream(hand, "everybody-day-1")
    assert counts(everybody["timely_sensitivity"]) == (3, 3)
    # B has had its event by day 5, and F is dead.
    assert stream(hand, "everybody-day-5")["alerts"] == 4
    # Nothing of its parts was measured.
    assert stream(hand, "news2")["alerts"] == 0


def test_every_statement_that_may_raise_the_suspicion_stands_alone(hand: dict[str, Any]) -> None:
    [condition] = [one for one in shelf().conditions if one.key == "hepatic-necrosis"]
    assert [one["key"] for one in hand["statements"]] == [reason.key for reason in condition.reasons]


def test_what_becomes_known_later_changes_no_earlier_alert(ward: Path) -> None:
    program = compiled(shelf())
    [(episodes, facts)] = list(frames.chunks(ward))
    alarms = [
        Alarm("suspected", "", "condition", "hepatic-necrosis", frozenset({"suspected", "confirmed"})),
        Alarm("state", "", "state", "state", frozenset({"deteriorating", "prolonged"})),
    ]
    starts = dict(episodes.select("episode", "start").iter_rows())

    def raised(pair: tuple[pl.DataFrame, pl.DataFrame], upto: int) -> list[tuple[str, int, str]]:
        [told] = spans(pair, program, until=ENDLESS, named=True)
        return [
            (episode, instant, alarm.key)
            for alarm in alarms
            for episode, instants in rises(told, alarm).items()
            for instant in instants
            if instant <= starts[episode] + upto
        ]

    compared = 0
    for days in (1, 2.5, 4, 7):
        upto = int(days * 86_400)
        limit = pl.col("start") + upto
        known = facts.join(episodes.select("episode", "start"), on="episode", maintain_order="left")
        then = known.filter(pl.col("known_from") <= limit).with_columns(
            known_until=pl.when(pl.col("known_until") <= limit).then("known_until")
        )
        ended = episodes.with_columns(
            pl.when(pl.col("ended_from") <= limit).then(name).alias(name) for name in ("ended_by", "ended_from")
        )
        before, after = raised((ended, then.drop("start")), upto), raised((episodes, facts), upto)
        assert sorted(before) == sorted(after)
        compared += len(after)
    assert compared > 50


def test_without_outcomes_sensitivity_is_unknown_not_zero(tmp_path: Path) -> None:
    found = backtest([courses(tmp_path, events={})], settings=HAND)
    told = stream(found, "bleeding-sign")
    assert told["events"] == 0
    for name in ("timely_sensitivity", "sensitivity_with_late", "alert_ppv", "episode_ppv_timely"):
        assert told[name]["value"] is None and told[name]["ci"] is None
    assert told["lead"]["median"] is None and told["net_benefit"] is None and told["lead_histogram"] is None
    assert counts(told["silent_share"]) == (2, 6)
    assert told["alerts_per_100_patient_days"] > 0
    page = backtest_page({"schema": "1", "sequela": "0", **found})
    assert "No episode had the outcome" in page and "<svg" not in page


def test_outcomes_from_elsewhere_take_the_place_of_the_courses_own(tmp_path: Path) -> None:
    folder = courses(tmp_path / "c")
    (tmp_path / "o.csv").write_text(
        f"episode,onset,earliest\n{NAME}-D,{day(8)},{day(6.5)}\n{NAME}-E,,\n{NAME}-A,{day(-1)},\nstranger,{day(3)},\n",
        encoding="utf-8",
    )
    onsets = read_onsets(tmp_path / "o.csv")
    found = backtest([folder], onsets=onsets, settings=HAND)
    assert found["excluded"] == {"outcome before the start": 1, "outcome of an episode that is not here": 1}
    assert found["episodes"] == 5
    told = stream(found, "bleeding-sign")
    # D is called on days 1 (seven before) and 6; its event is on day 8.
    assert counts(told["timely_sensitivity"]) == (1, 1)
    assert told["lead"]["median"] == 7
    assert told["patient_days"] == 14 + 14 + 8 + 14 + 4
    assert found["with_earliest_onset"]["patient_days"] == 14 + 14 + 6.5 + 14 + 4


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("episode,when\na,2026-03-01\n", "no column onset"),
        ("episode,onset\na,tomorrow\n", "not a time"),
        ("episode,onset\na,2026-03-01\na,2026-03-02\n", "named twice"),
        ("episode,onset\n,2026-03-01\n", "missing"),
        ("episode,onset,earliest\na,2026-03-01T10:00:00Z,2026-03-02T10:00:00Z\n", "after the onset"),
    ],
)
def test_a_file_of_outcomes_that_cannot_be_is_refused(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "o.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=wrong):
        read_onsets(tmp_path / "o.csv")


def test_an_outcome_that_was_taken_back_is_none(tmp_path: Path) -> None:
    folder = courses(tmp_path)
    with (folder / "findings.csv").open("a", encoding="utf-8") as file:
        file.write(f"{NAME}-A,n,2,parenchymal-necrosis,present,,{day(5)},{day(6)},entered-in-error\n")
    assert stream(backtest([folder], settings=HAND), "bleeding-sign")["events"] == 2


def test_an_onset_is_when_the_scan_was_not_when_its_report_came(tmp_path: Path) -> None:
    folder = courses(tmp_path)
    text = (folder / "findings.csv").read_text(encoding="utf-8")
    late = text.replace(f"{day(7)},{day(7)}", f"{day(7)},{day(9)}")
    assert late != text
    (folder / "findings.csv").write_text(late, encoding="utf-8")
    assert stream(backtest([folder], settings=HAND), "bleeding-sign")["patient_days"] == 47


def test_only_procedures_of_a_time_are_taken(tmp_path: Path) -> None:
    folder = courses(tmp_path)
    later = int(START.timestamp()) + 1
    with pytest.raises(UserError, match="no episodes"):
        backtest([folder], settings=HAND, started=(later, None))
    assert backtest([folder], settings=HAND, started=(None, later))["episodes"] == 6


def test_to_the_end_of_the_record(tmp_path: Path) -> None:
    told = stream(backtest([courses(tmp_path)], settings=HAND, to_record=True), "bleeding-sign")
    # D's last fact came on day 10; of E nothing is known after the start.
    assert told["patient_days"] == 5 + 3 + 7 + 10 + 0 + 4


def test_a_condition_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="hepatic-necrosis"):
        backtest([courses(tmp_path)], condition="hepatic-necrose")


def test_every_condition_that_can_be_suspected_can_be_asked(tmp_path: Path) -> None:
    folder = courses(tmp_path)
    for condition in shelf().conditions:
        if condition.suspected is not None:
            found = backtest([folder], condition=condition.key, settings=Settings(resamples=5))
            assert found["definitions"][0]["title"] == f"{condition.title} suspected"
            assert len(found["statements"]) == len(condition.reasons)


def test_the_page_fetches_nothing_and_names_nobody(hand: dict[str, Any]) -> None:
    page = backtest_page(hand)
    assert "http" not in page and "<script" not in page
    assert not re.search(r"url\((?!#)", page)
    assert NAME not in page
    assert page.count("<svg") == 3
    assert hand["criteria"]["hash"] in page
    assert NAME.encode() not in orjson.dumps(hand)


def test_the_files_are_the_same_twice(hand: dict[str, Any], tmp_path: Path) -> None:
    again = backtest([courses(tmp_path / "c")], settings=HAND)
    for folder, told in (("one", hand), ("two", {"schema": "1", "sequela": "0", **again})):
        refuse(tmp_path / folder)
        written(told, tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["backtest.csv", "backtest.html", "backtest.json", "landmarks.csv"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    rows = pl.read_csv(tmp_path / "one" / "backtest.csv")
    row = rows.row(by_predicate=pl.col("key") == "bleeding-sign", named=True)
    assert (row["alerts"], row["timely_sensitivity"], row["timely_sensitivity_of"]) == (7, 1, 3)
    with pytest.raises(UserError):
        refuse(tmp_path / "one")


def test_leads_of_single_patients_are_listed_only_when_asked(hand: dict[str, Any], tmp_path: Path) -> None:
    assert "each" not in stream(hand, "bleeding-sign")["lead"]
    listed = backtest([courses(tmp_path)], settings=HAND, each_lead=True)
    assert stream(listed, "bleeding-sign")["lead"]["each"] == [3]


def test_a_small_count_is_withheld_with_what_tells_it(ward: Path) -> None:
    told = {"schema": "1", "sequela": "0", **backtest([ward], settings=Settings(resamples=50))}
    whole = copy.deepcopy(told)
    safe = guarded(told, 5)
    assert told == whole, "the result itself is not touched"
    assert list(_small(safe, 5)) == []
    assert list(_small(told, 5)), "there was something to withhold"
    assert any(one["timely_sensitivity"]["of"] for one in safe["definitions"]), "and something is left"
    assert "withheld" in backtest_page(safe)


def _small(told: dict[str, Any], minimum: int) -> Iterator[tuple[str, str]]:
    """Every count of episodes in a result that is below the minimum, or that leaves so few others."""
    for group in GROUPS:
        for one in told[group]:
            for name, value in one.items():
                if isinstance(value, dict) and value.get("of"):
                    parts: Sequence[int] = (value["count"], value["of"] - value["count"])
                    if any(0 < part < minimum for part in parts):
                        yield one["key"], name
            for name, count in (("events", one["events"]), ("alerts", one["alerts"]), ("lead", one["lead"]["count"])):
                if count is not None and 0 < count < minimum:
                    yield one["key"], name
            shown = one["lead_histogram"]
            if shown and any(0 < count < minimum for count in (shown["late"], shown["missed"], *shown["counts"])):
                yield one["key"], "lead_histogram"
            late = one["sensitivity_with_late"]["count"]
            if late is not None and 0 < late - one["timely_sensitivity"]["count"] < minimum:
                yield one["key"], "late"
