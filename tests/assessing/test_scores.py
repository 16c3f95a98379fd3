"""Scores from values given by hand."""

import pytest

from sequela.assessing import score
from sequela.errors import InputError, UnknownName

WELL = {
    "respiratory-rate": "16",
    "oxygen": "yes",
    "systolic-pressure": "120",
    "heart-rate": "80",
    "consciousness": "A",
    "temperature": "37.0",
}


@pytest.mark.parametrize(("scale", "points"), [("1", 0), ("2", 3)])
def test_the_two_oxygen_scales_differ_where_too_much_is_given(scale: str, points: int) -> None:
    result = score("NEWS2", {**WELL, "spo2": "98%", "spo2-scale": scale})
    assert result.value == 2 + points
    assert result.complete


def test_missing_parts_leave_the_score_open_and_are_named() -> None:
    result = score("news2", {"temperature": "101.5[degF]"})
    assert result.value is None
    assert (result.low, result.high) == (1, 18)
    assert "spo2" in result.missing


def test_an_age_under_sixteen_bars_the_score() -> None:
    child = score("NEWS2", {**WELL, "spo2": "98%", "age": "15"})
    assert child.value is None
    assert "16" in child.not_applicable
    assert score("NEWS2", {**WELL, "spo2": "98%", "age": "16"}).value == 2


@pytest.mark.parametrize(
    "inputs",
    [{"temperature": "warm"}, {"temperature": "380"}, {"spo2-scale": "3"}, {"confusion": "perhaps"}],
)
def test_what_cannot_be_read_is_refused_without_its_value(inputs: dict[str, str]) -> None:
    with pytest.raises(InputError) as refusal:
        score("NEWS2", inputs)
    [key], [value] = inputs.keys(), inputs.values()
    assert key in str(refusal.value)
    assert value not in str(refusal.value)


def test_an_unknown_kind_or_score_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="temperature"):
        score("NEWS2", {"temprature": "37"})
    with pytest.raises(UnknownName, match="NEWS2"):
        score("NEWS3", {})


def test_a_baseline_and_an_event_may_be_given_by_hand() -> None:
    found = score("SOFA", {"platelets": "90", "baseline-platelets": "160", "vasopressor": "yes"})
    assert found.before is not None
    assert (found.low, found.high, found.before.low) == (4, 22, 0)
    assert score("SOFA", {"platelets": "90", "vasopressor": "no"}).low == 2


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"vasopressor": "maybe"}, "write yes or no"),
        ({"sex": "lady"}, "write female or male"),
        ({"procedure": "TACO"}, "is no kind of procedure"),
        ({"baseline-temperature": "warm"}, "is not a number"),
    ],
)
def test_what_else_is_given_by_hand_is_told_how_to_write(inputs: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        score("SIRS", inputs)


def test_the_nearest_name_may_be_an_event_a_baseline_or_a_word_of_our_own() -> None:
    for wrong, near in (
        ("vasopressorr", "vasopressor"),
        ("baseline-tempreature", "baseline-temperature"),
        ("sexx", "sex"),
    ):
        with pytest.raises(UnknownName, match=near):
            score("SIRS", {wrong: "1"})
