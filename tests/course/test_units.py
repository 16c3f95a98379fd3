"""Units: conversions against values worked out by hand from molar masses; what the table does not hold is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.course.catalogue import catalogue
from sequela.course.units import spelling
from sequela.errors import InputError, UnitError

KINDS = catalogue().kinds

WORKED = [
    # kind, value, unit, expected in the kind's unit, and how far off the printed figure may be
    ("alt", "120", "U/L", "120", "0"),
    ("alt", "120", "IU/L", "120", "0"),
    ("alt", "120", "[iU]/L", "120", "0"),
    ("ast", "120", "IE/L", "120", "0"),
    ("ast", "2", "ukat/L", "120", "0"),
    ("ast", "2", "µkat/L", "120", "0"),
    ("bilirubin", "1", "mg/dL", "17.104", "0"),  # 10,000 / 584.66
    ("bilirubin", "2.5", "MG/DL", "42.76", "0"),
    ("bilirubin", "34", "μmol/l", "34", "0"),
    ("bilirubin", "34", "mcmol/L", "34", "0"),
    ("creatinine", "1.0", "mg/dL", "88.402", "0"),  # 10,000 / 113.12
    ("creatinine", "0.3", "mg/dL", "26.5206", "0"),
    ("creatinine", "0.09", "mmol/L", "90", "0"),
    ("albumin", "3.5", "g/dL", "35", "0"),
    ("albumin", "35", "g/L", "35", "0"),
    ("crp", "12.5", "mg/dL", "125", "0"),
    ("crp", "125", "mg/L", "125", "0"),
    ("lactate", "18.016", "mg/dL", "2", "0"),  # 90.08 g/mol
    ("lactate", "2.1", "mmol/L", "2.1", "0"),
    ("haemoglobin", "12.3", "g/dL", "123", "0"),
    ("haemoglobin", "8", "mmol/L", "128.912", "0"),
    ("glucose", "90.08", "mg/dL", "5", "0"),  # 180.16 g/mol
    ("glucose", "5.5", "mmol/L", "5.5", "0"),
    ("platelets", "150000", "/uL", "150", "0"),
    ("platelets", "150", "10*3/uL", "150", "0"),
    ("platelets", "150", "10*9/L", "150", "0"),
    ("platelets", "150", "K/uL", "150", "0"),
    ("platelets", "150", "x10^9/L", "150", "0"),
    ("platelets", "150", "giga.l-1", "150", "0"),
    ("wbc", "7", "x10⁹/L", "7", "0"),
    ("wbc", "7", "10^3/μL", "7", "0"),
    ("wbc", "7200", "cells/mm3", "7.2", "0"),
    ("neutrophils", "5.2", "K/mcL", "5.2", "0"),
    ("temperature", "100.4", "[degF]", "38", "0"),
    ("temperature", "101.3", "°F", "38.5", "0"),
    ("temperature", "37.2", "Cel", "37.2", "0"),
    ("temperature", "37.2", "° C", "37.2", "0"),
    ("temperature", "98.6", "F", "37", "0"),
    ("systolic-pressure", "120", "mmHg", "120", "0"),
    ("systolic-pressure", "120", "mm[Hg]", "120", "0"),
    ("mean-pressure", "8.66593", "kPa", "65", "0"),  # 65 x 0.133322
    ("pao2", "10.66576", "kPa", "80", "0"),
    ("fio2", "0.4", "1", "40", "0"),
    ("fio2", "40", "%", "40", "0"),
    ("spo2", "0.97", "1", "97", "0"),
    ("procalcitonin", "0.5", "ug/L", "0.5", "0"),
    ("procalcitonin", "500", "ng/L", "0.5", "0"),
    ("sodium", "138", "mEq/L", "138", "0"),
    ("potassium", "4.1", "meq/l", "4.1", "0"),
    ("magnesium", "2", "mEq/L", "1", "0"),
    ("magnesium", "2.4305", "mg/dL", "1", "0"),  # 24.305 g/mol
    ("phosphate", "3.0974", "mg/dL", "1", "0"),  # 30.974 g/mol
    ("ammonia", "60", "ug/dL", "35.23", "0.01"),  # 600 / 17.031
    ("inr", "1.5", None, "1.5", "0"),
    ("inr", "1.5", "", "1.5", "0"),
    ("inr", "1.5", "{INR}", "1.5", "0"),
    ("gcs", "15", None, "15", "0"),
    ("pain", "7", "{score}", "7", "0"),
    ("urine-output", "1200", "mL/24.h", "50", "0"),
    ("urine-output", "0.6", "L/d", "25", "0"),
    ("tumour-size", "4.5", "cm", "45", "0"),
]


@pytest.mark.parametrize(("kind", "value", "unit", "expected", "within"), WORKED)
def test_conversion_is_what_the_molar_mass_says(
    kind: str, value: str, unit: str | None, expected: str, within: str
) -> None:
    converted = KINDS[kind].convert(Decimal(value), unit)
    assert abs(converted - Fraction(expected)) <= Fraction(within)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("alt", "mg/dL"),
        ("alt", None),
        ("alt", "kelvin"),
        ("bilirubin", "U/L"),
        ("bilirubin", ""),
        ("temperature", "K"),
        ("temperature", None),
        ("platelets", "%"),
        ("heart-rate", None),
        ("urine-output", "mL"),
        ("urine-output", "mL/kg/h"),
        ("inr", "mg/dL"),
        ("consciousness", "{score}"),
        ("haemoglobin", "%"),
        ("glucose", "mg"),
        ("crp", "nmol/L"),
    ],
)
def test_unit_outside_the_table_is_refused_never_guessed(kind: str, unit: str | None) -> None:
    with pytest.raises(UnitError, match=kind):
        KINDS[kind].convert(Decimal(5), unit)


@pytest.mark.parametrize("unit", ["Zebedee Quill", "Quill/L", "Z" * 50, "mg/dL of Quill", "<Quill>"])
def test_complaint_repeats_no_text_that_is_not_made_of_units(unit: str) -> None:
    with pytest.raises(UnitError) as caught:
        KINDS["alt"].convert(Decimal(5), unit)
    assert "Quill" not in str(caught.value)
    assert "ZZZ" not in str(caught.value)


def test_complaint_names_a_unit_that_is_one() -> None:
    with pytest.raises(UnitError, match=r"alt in a unit that its table does not hold \(mmol/h\)\. Give it in U/L"):
        KINDS["alt"].convert(Decimal(5), "mmol/h")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "sNaN", "1e999999", "1e-999999", "9" * 100])
def test_number_that_is_no_measurement_is_refused(value: str) -> None:
    with pytest.raises(InputError):
        KINDS["alt"].convert(Decimal(value), "U/L")


def test_float_tail_of_a_json_number_is_taken() -> None:
    assert (
        KINDS["temperature"].store(
            KINDS["temperature"].convert(Decimal("36.60000000000000142108547152020037174224853515625"), "Cel")
        )
        == 3660
    )


@pytest.mark.parametrize(
    ("kind", "unit", "step"),
    [
        ("bilirubin", "mg/dL", "0.01"),
        ("bilirubin", "umol/L", "0.1"),
        ("creatinine", "mg/dL", "0.01"),
        ("creatinine", "umol/L", "0.1"),
        ("albumin", "g/dL", "0.01"),
        ("haemoglobin", "g/dL", "0.01"),
        ("haemoglobin", "mmol/L", "0.1"),
        ("glucose", "mg/dL", "1"),
        ("glucose", "mmol/L", "0.1"),
        ("lactate", "mg/dL", "0.1"),
        ("lactate", "mmol/L", "0.01"),
        ("phosphate", "mg/dL", "0.1"),
        ("phosphate", "mmol/L", "0.01"),
        ("magnesium", "mg/dL", "0.1"),
        ("magnesium", "mmol/L", "0.01"),
        ("ammonia", "ug/dL", "1"),
        ("ammonia", "umol/L", "0.1"),
        ("crp", "mg/dL", "0.01"),
        ("procalcitonin", "ng/L", "1"),
        ("platelets", "/uL", "1"),
        ("inr", "1", "0.01"),
        ("alt", "ukat/L", "0.01"),
        ("urine-output", "mL/24.h", "1"),
        ("temperature", "Cel", "0.01"),
    ],
)
def test_grid_holds_every_step_a_laboratory_reports(kind: str, unit: str, step: str) -> None:
    # So a threshold printed in one unit is met by the very same value in the other.
    entry = KINDS[kind]
    for count in (1, 3, 7, 123):
        exact = entry.convert(count * Fraction(step), unit)
        assert (exact / entry.resolution).denominator == 1


@given(tenths=st.integers(770, 1130))
def test_fahrenheit_round_trip_moves_no_threshold(tenths: int) -> None:
    entry = KINDS["temperature"]
    kept = entry.store(entry.convert(Fraction(tenths, 10), "[degF]")) * entry.resolution
    true = (Fraction(tenths, 10) - 32) * Fraction(5, 9)
    for threshold in ("35.0", "36.0", "38.0", "38.5", "39.0", "40.0"):
        assert (kept >= Fraction(threshold)) == (true >= Fraction(threshold))


def test_two_spellings_of_one_unit_agree_everywhere() -> None:
    for entry in KINDS.values():
        for unit in entry.table.units():
            for variant in (unit, unit.upper(), f" {unit} ", unit.replace("u", "µ"), unit.replace("u", "μ")):
                if spelling(variant) == spelling(unit):
                    assert entry.table.convert(Fraction(7), variant) == entry.table.convert(Fraction(7), unit)


def test_kind_reads_its_own_unit_as_it_is() -> None:
    for entry in KINDS.values():
        if entry.values:
            continue
        assert entry.convert(Fraction(12), entry.unit) == 12


@pytest.mark.parametrize(
    ("value", "unit", "given"),
    [("2", "L/min", 1), ("0", "L/min", 0), ("28", "%", 1), ("21", "%", 0), ("1", None, 1), ("0", None, 0)],
)
def test_oxygen_is_given_or_not(value: str, unit: str | None, given: int) -> None:
    assert KINDS["oxygen"].convert(Decimal(value), unit) == given
