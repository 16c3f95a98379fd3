"""A published count is checked before it is kept: what refuses it, and what is told beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sequela import evidence
from sequela.evidence.rates import BaseRate, all_counts, from_json, published_series
from sequela.evidence.rates import as_json as rate_json
from sequela.evidence.series import UNITS, Finding, checked, is_case_report, standing
from sequela.evidence.works import Author, Work

PAPER = Work(
    key="paper-2010",
    type="article-journal",
    title="Complications of embolization",
    issued="2010",
    authors=(Author("Rossi", "Anna"), Author("Bianchi", "Ugo"), Author("Verdi", "Ada")),
)
LATER = replace(PAPER, key="later-2013", title="More complications", issued="2013")
WORKS = {
    work.key: work
    for work in (
        PAPER,
        LATER,
        replace(PAPER, key="withdrawn-2011", status="retracted"),
        replace(PAPER, key="mended-2011", status="corrected"),
        replace(PAPER, key="doubted-2011", status="concern"),
        replace(PAPER, key="case-2012", title="Necrosis after embolization: a case report"),
        replace(PAPER, key="cases-2012", genres=("Journal Article", "Case Reports")),
        replace(PAPER, key="others-2013", authors=(Author("Lopez", "Eva"), Author("Perez", "Ines"))),
        replace(PAPER, key="one-shared-2013", authors=(Author("Lopez", "Eva"), Author("Verdi", "Ada"))),
        replace(
            PAPER, key="two-shared-2013", authors=(Author("Lopez", "E"), Author("Verdi", "A"), Author("Rossi", "A"))
        ),
        replace(PAPER, key="led-2013", authors=(Author("Lopez", "Eva"), Author("Rossi", "A."))),
        replace(PAPER, key="no-initials-2013", authors=(Author("Rossi"), Author("Bianchi"))),
    )
}


def count(**changes: object) -> BaseRate:
    values: dict[str, object] = {
        "complication": "liver-abscess",
        "events": 5,
        "total": 200,
        "unit": "patients",
        "population": "TACE for liver tumours",
        "procedures": ("TACE",),
        "cites": ("paper-2010",),
        "group": "liver tumours of every kind",
    }
    return BaseRate(**(values | changes))  # type: ignore[arg-type]


def found(rate: BaseRate, *others: BaseRate) -> tuple[Finding, ...]:
    return checked(rate, others, WORKS.get)


def refusals(rate: BaseRate, *others: BaseRate) -> list[str]:
    return [one.text for one in found(rate, *others) if one.refused]


def told(rate: BaseRate, *others: BaseRate) -> list[str]:
    return [one.text for one in found(rate, *others) if not one.refused]


def test_a_sound_count_has_no_findings() -> None:
    assert found(count(printed="2.5", parts=(3, 2), accrual="2001-2008")) == ()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"events": 201}, "201 events among 200 patients"),
        ({"events": -1}, "events at least 0"),
        ({"total": 0, "events": 0, "none_stated": True}, "a total is at least 1"),
        ({"unit": ""}, "the unit of analysis is missing"),
        ({"unit": "episodes"}, "neither patients nor procedures"),
        ({"events": 0}, "absence of mention is not zero"),
        ({"none_stated": True}, "none were stated, and yet there are events"),
        ({"events": 1, "total": 1}, "one person is a case report"),
        ({"cites": ("case-2012",)}, "case-2012 is a case report"),
        ({"cites": ("cases-2012",)}, "cases-2012 is a case report"),
        ({"cites": ("withdrawn-2011",)}, "withdrawn-2011 is retracted: it supports nothing"),
        ({"cites": ("nobody-1900",)}, "sequela evidence add FILE"),
        ({"cites": ()}, "it cites nothing"),
        ({"overlaps": "nobody-1900"}, "'nobody-1900'"),
        ({"apart": ("nobody-1900",)}, "'nobody-1900'"),
        ({"accrual": "since 1990"}, "the years of accrual"),
        ({"accrual": "1995-1990"}, "the years of accrual"),
        ({"accrual": "2005-2011"}, "after its own publication"),
        ({"printed": "about 2"}, "the printed percentage is no number"),
    ],
)
def test_what_is_refused(changes: dict[str, object], complaint: str) -> None:
    (refusal,) = refusals(count(**changes))
    assert complaint in refusal


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_sessions_are_procedures(unit: str) -> None:
    assert found(count(unit=unit)) == ()


def test_zero_that_the_paper_states_is_kept() -> None:
    assert found(count(events=0, none_stated=True)) == ()


@pytest.mark.parametrize(
    ("events", "total", "printed", "said"),
    [
        # Song 2001 prints these two, Marcacuzco 2018 the third; the fourth adds 8 to 7 and prints the 15 of 137.
        (1, 49, "1.8", "prints 1.8 %, its counts 1/49 give 2.0 %; no whole number of 49 gives that"),
        (4, 55, "7.4", "prints 7.4 %, its counts 4/55 give 7.3 %; no whole number of 55 gives that"),
        (71, 322, "20", "prints 20 %, its counts 71/322 give 22 %; that would be 63 to 66 of 322"),
        (8, 137, "10.9", "prints 10.9 %, its counts 8/137 give 5.8 %; that would be 15 of 137"),
        (5, 43, "9.7", "prints 9.7 %, its counts 5/43 give 11.6 %; no whole number of 43 gives that"),
    ],
)
def test_a_percentage_that_its_counts_do_not_give_is_told(events: int, total: int, printed: str, said: str) -> None:
    (warning,) = told(count(events=events, total=total, printed=printed))
    assert warning.startswith(said)


@pytest.mark.parametrize(("events", "total", "printed"), [(23, 374, "6.1"), (23, 374, "6"), (3, 24, "12.5")])
def test_a_rounded_percentage_is_no_finding(events: int, total: int, printed: str) -> None:
    assert found(count(events=events, total=total, printed=printed)) == ()


def test_parts_that_do_not_add_up_are_told() -> None:
    assert told(count(events=23, total=374, parts=(13, 9))) == ["its parts 13 + 9 = 22 are not the 23 events"]
    assert found(count(events=22, total=374, parts=(13, 9))) == ()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"derived": True}, "worked out from a percentage: kept, and not pooled unasked"),
        ({"secondary": True}, "read in another paper: kept, and not pooled unasked"),
        ({"overlaps": "later-2013"}, "counts some of the same people as later-2013: kept, and not pooled"),
        ({"group": ""}, "names no group: kept, and not pooled"),
        ({"cites": ("mended-2011",)}, "mended-2011 is corrected"),
        ({"cites": ("doubted-2011",)}, "doubted-2011 is under an expression of concern"),
    ],
)
def test_what_is_kept_and_told(changes: dict[str, object], complaint: str) -> None:
    (warning,) = told(count(**changes))
    assert complaint in warning
    assert refusals(count(**changes)) == []


# -- beside other counts of the same paper -----------------------------------------------------------------------------


def test_the_same_count_twice_is_refused() -> None:
    assert refusals(count(), count()) == ["the same count is there already"]
    renamed = count(population="TACE for hepatic or liver tumours", definition="as drained")
    assert refusals(renamed, count()) == ["the same count is there already"]
    fewer = count(population="TACE", procedures=("TACE",))
    assert refusals(fewer, count(procedures=("TACE", "DEB-TACE"))) == ["the same count is there already"]
    assert found(count(population="radioembolization of metastases", procedures=("TACE",)), count()) == ()


def test_another_count_of_the_same_is_told() -> None:
    assert "the same work counts 5/200 of the same, too" in told(count(events=6), count())[0]
    assert found(count(events=6, definition="on routine images"), count()) == ()


def test_patients_and_procedures_of_one_paper_fit_together() -> None:
    sessions = count(unit="sessions", events=7, total=322)
    assert found(count(events=6, total=196), sessions) == ()
    assert "more" not in str(found(count(events=6, total=196), sessions))
    # Marcacuzco 2018 counts the sexes over its 322 procedures: they are not its patients.
    assert "322 patients and as many procedures" in told(count(events=6, total=322), sessions)[0]
    assert "323 patients and only 322 procedures" in refusals(count(events=6, total=323), sessions)[0]
    assert "8 patients had it in only 7 procedures" in told(count(events=8, total=196), sessions)[0]
    assert "8 patients had it in only 7 procedures" in told(sessions, count(events=8, total=196))[0]


# -- beside other papers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "link"),
    [
        (count(cites=("later-2013",), total=210), "the same first author"),
        (count(cites=("two-shared-2013",), total=210), "2 authors in common"),
        (count(cites=("led-2013",), total=210), "the first author of one among those of the other"),
        (count(cites=("others-2013",), total=210, centre="Ospedale Maggiore, ROMA"), "the same centre"),
        (count(cites=("others-2013",), total=210), ""),
        (count(cites=("one-shared-2013",), total=210), ""),
        (count(cites=("no-initials-2013",), total=210), ""),
        (count(cites=("later-2013",), total=210, unit="procedures"), ""),
        (count(cites=("later-2013",), total=210, complication="biloma"), ""),
        (count(cites=("later-2013",), total=210, procedures=("RFA",)), ""),
        (count(cites=("later-2013",), total=210, procedures=("TAE", "TACE")), "the same first author"),
        (count(cites=("later-2013",), total=210, accrual="2009-2012"), ""),
        (count(cites=("later-2013",), total=210, accrual="2007-2012"), "the same first author"),
        (count(cites=("later-2013",), total=210, group="metastases", population="ablation of carcinoma"), ""),
    ],
)
def test_a_cohort_counted_in_two_papers_is_found(other: BaseRate, link: str) -> None:
    rate = count(centre="Ospedale Maggiore, Roma", accrual="2001-2008")
    complaints = refusals(rate, other) + refusals(other, rate)
    if not link:
        assert complaints == []
        return
    assert len(complaints) == 2 and all("may count the same people as" in text and link in text for text in complaints)
    key = other.cites[0]
    assert refusals(replace(rate, overlaps=key), other) == refusals(other, replace(rate, overlaps=key)) == []
    assert refusals(replace(rate, apart=(key,)), other) == refusals(other, replace(rate, apart=(key,))) == []


def test_a_smaller_cohort_that_a_larger_may_hold_is_told() -> None:
    small, large = count(), count(cites=("later-2013",), total=2000)
    assert "may be held in later-2013" in told(small, large)[0] and refusals(small, large) == []
    assert "may hold people of paper-2010" in told(large, small)[0] and refusals(large, small) == []


def test_two_papers_of_one_hospital_are_found_without_being_told() -> None:
    """Choi 1994 counts 954, Chung 1996 942 procedures of one hospital in the same years."""
    (choi,) = (one for one in all_counts() if one.cites == ("choi-1994",) and one.complication == "liver-abscess")
    (chung,) = (one for one in all_counts() if one.cites == ("chung-1996",) and one.complication == "liver-abscess")
    (refusal,) = [one for one in checked(replace(choi, overlaps=""), [chung], evidence.works().get) if one.refused]
    assert "chung-1996" in refusal.what and "954 and 942 sessions" in refusal.what
    (refusal,) = [one for one in checked(chung, [replace(choi, overlaps="")], evidence.works().get) if one.refused]
    assert "--overlaps choi-1994" in refusal.hint


def test_a_name_that_no_other_count_has_is_told_with_the_nearest() -> None:
    mistyped = count(complication="liver-abcess", group="liver tumors of every kind", procedures=("TCE",))
    assert told(mistyped, count()) == [
        "no other count has the complication 'liver-abcess'. Did you mean liver-abscess?",
        "no other count has the group 'liver tumors of every kind'. Did you mean liver tumours of every kind?",
        "no other count has the procedure 'TCE'",
    ]


# -- the shelf's own ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", range(len(all_counts())), ids=lambda i: f"{all_counts()[i].complication}-{i}")
def test_the_shelf_passes_its_own_checks(index: int) -> None:
    rate, others = all_counts()[index], [one for at, one in enumerate(all_counts()) if at != index]
    refused = [one.what for one in checked(rate, others, evidence.works().get) if one.refused]
    assert refused == ([] if rate.unit in UNITS else ["the unit is neither patients nor procedures"])
    if rate.group:
        assert rate.unit in UNITS


def test_the_index_paper_has_no_denominator() -> None:
    assert is_case_report(evidence.work("micallef-2020"))
    assert not is_case_report(evidence.work("joskin-2015"))


def test_a_withdrawn_paper_drops_out_of_the_pool() -> None:
    works = {**evidence.works()}
    works["lv-2016"] = replace(works["lv-2016"], status="retracted")
    kept, dropped = standing(published_series(), works.get)
    assert {(rate.cites, why) for rate, why in dropped} == {(("lv-2016",), "supports nothing: retracted")}
    assert len(kept) + len(dropped) == len(published_series())
    assert standing([count(cites=("nobody-1900",))], works.get)[0] == []


def test_every_field_of_a_count_survives_json() -> None:
    rate = count(centre="Roma", accrual="2001-2008", parts=(3, 2), apart=("later-2013",), printed="2.5")
    assert from_json(rate_json(rate)) == rate
