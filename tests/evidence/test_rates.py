"""Base rates: percentages are computed from counts, and the counts agree with the printed percentage."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sequela import evidence
from sequela.evidence.rates import BaseRate, _problem


def rate(**changes: object) -> BaseRate:
    values: dict[str, object] = {
        "complication": "hepatic-necrosis",
        "events": 23,
        "total": 374,
        "unit": "sessions",
        "population": "a population",
        "procedures": ("TACE",),
        "cites": ("joskin-2015",),
    }
    return BaseRate(**(values | changes))  # type: ignore[arg-type]


def test_necrosis_after_tace_of_neuroendocrine_metastases() -> None:
    first = evidence.base_rates("hepatic-necrosis", "TACE")[0]
    assert (first.events, first.total, first.unit, first.cites) == (23, 374, "sessions", ("joskin-2015",))
    assert first.share == Fraction(23, 374)
    assert first.text == "23/374 sessions (6.1 %) of TACE for neuroendocrine liver metastases"


def test_infarction_in_another_series() -> None:
    texts = [found.text for found in evidence.base_rates("hepatic-necrosis")]
    assert any(text.startswith("9/1,982 sessions (0.45 %)") for text in texts)


def test_a_procedure_nobody_counted_still_gets_the_neighbouring_rates() -> None:
    found = evidence.base_rates("hepatic-necrosis", "TAE")
    assert found[0].cites == ("joskin-2015",), "the neighbouring rate that names its population comes first"
    assert evidence.base_rates("no-such-complication") == ()


def test_supply_strata_are_the_published_counts() -> None:
    found = {(r.events, r.total) for r in evidence.base_rates("ischaemic-complication")}
    assert found == {(0, 23), (2, 15), (4, 4)}
    assert {r.percent for r in evidence.base_rates("ischaemic-complication")} == {"0", "13.3", "100"}


def test_the_syndrome_has_a_rate_for_each_counted_definition() -> None:
    definitions = {r.definition for r in evidence.base_rates("post-embolization-syndrome", "TACE")}
    cited = {key for r in evidence.base_rates("post-embolization-syndrome") for key in r.cites}
    assert {"simasingha-2023", "siramolpiwat-2019", "ogasawara-2018", "jun-2013", "mason-2015"} <= cited
    assert all(definitions) and len(definitions) >= 5


def test_rates_of_the_procedure_come_first() -> None:
    found = evidence.base_rates("hepatic-necrosis", "TACE")
    exact = ["TACE" in r.procedures for r in found]
    assert exact == sorted(exact, reverse=True) and not all(exact)


@pytest.mark.parametrize("found", evidence.all_base_rates(), ids=lambda r: f"{r.complication}-{r.events}-{r.total}")
def test_every_rate_holds_together(found: BaseRate) -> None:
    assert _problem(found) == ""
    assert float(found.percent) == pytest.approx(100 * found.events / found.total, abs=0.05)
    assert f"{found.events:,}/{found.total:,}" in found.text


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"printed": "6.2"}, "percentage"),
        ({"events": 375}, "events"),
        ({"unit": "percent"}, "unit"),
        ({"cites": ()}, "cites nothing"),
        ({"cites": ("nobody-1900",)}, "nobody-1900"),
    ],
)
def test_a_wrong_rate_is_found(changes: dict[str, object], complaint: str) -> None:
    assert complaint in _problem(rate(**changes))


@pytest.mark.parametrize(
    ("printed", "agrees"), [("6.1", True), ("6", True), ("6.15", True), ("6.14", False), ("7", False)]
)
def test_a_printed_percentage_is_checked_to_its_own_decimals(printed: str, agrees: bool) -> None:
    assert rate(printed=printed).agrees_with_print() is agrees
