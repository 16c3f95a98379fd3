"""What a site's numbers change in a cohort: the same as assessing every episode with both shelves would say."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from sequela import sources
from sequela.assessing import assess_one
from sequela.assessing.differing import Difference, changed_parameters, compare
from sequela.cli import run as command
from sequela.criteria import shelf
from sequela.engine.differing import DIFFERENCES, differences

SITE = """
name = "St Elsewhere"
[parameters.fever-late-after]
value = 4
[parameters.transaminase-very-high]
value = 700
[parameters.systolic-very-low]
value = 95
"""


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared") / "ward"
    assert command(["simulate", "--episodes", "30", "--seed", "11", "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site") / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_the_same_numbers_change_nothing(ward: Path) -> None:
    assert list(compare([ward], shelf(), shelf())) == []


def test_a_difference_is_where_two_assessments_differ(ward: Path, site: Path) -> None:
    own = shelf(site)
    found = {difference.episode: difference for difference in compare([ward], shelf(), own)}
    assert found, "the site's numbers change nobody's state"
    rng = random.Random(5)
    met = 0
    for course in sources.read([ward]):
        difference = found.get(course.id.rpartition("|")[2])
        edges = [] if difference is None else [c.start for c in difference.of_state]
        instants = [rng.randint(course.start, course.last_known) for _ in range(3)] + edges[:3]
        for instant in instants:
            was, becomes = (assess_one(course, each, instant).state for each in (shelf(), own))
            told = _at(difference, instant)
            met += was != becomes
            assert (told or (was, was)) == (was, becomes)
            assert (told is None) is (was == becomes)
    assert met > 5


def _at(difference: Difference | None, instant: int) -> tuple[str, str] | None:
    for change in () if difference is None else difference.of_state:
        if change.start <= instant and (change.until is None or instant < change.until):
            return change.was, change.becomes
    return None


def test_a_change_names_the_definition_and_the_number(ward: Path, site: Path) -> None:
    own = shelf(site)
    assert set(changed_parameters(shelf(), own)) == {
        "fever-late-after",
        "transaminase-very-high",
        "systolic-very-low",
    }
    turned = {t for d in compare([ward], shelf(), own) for c in d.of_state for t in c.because if t.becomes == "true"}
    assert {"fever-late"} <= {t.definition for t in turned}
    (late,) = {t for t in turned if t.definition == "fever-late" and t.was == "false"}
    assert late.parameters == ("fever-late-after",)


def _spans(*rows: tuple[str, str, int, int | None, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(episode, "state", key, begin, until, word) for episode, key, begin, until, word in rows],
        schema={
            "episode": pl.String,
            "what": pl.String,
            "key": pl.String,
            "from": pl.Int64,
            "until": pl.Int64,
            "is": pl.String,
        },
        orient="row",
    )


def test_steps_that_meet_again_differ_only_between() -> None:
    one = _spans(("e", "state", 0, 10, "a"), ("e", "state", 10, 30, "b"), ("e", "state", 30, None, "a"))
    other = _spans(("e", "state", 0, 20, "a"), ("e", "state", 20, 25, "c"), ("e", "state", 25, None, "a"))
    assert differences(one, other).rows() == [
        ("e", "state", "state", 10, 20, "b", "a"),
        ("e", "state", "state", 20, 25, "b", "c"),
        ("e", "state", "state", 25, 30, "b", "a"),
    ]
    assert differences(one, one).is_empty()
    assert tuple(differences(one, other).columns) == DIFFERENCES


def test_what_has_ended_differs_from_what_goes_on() -> None:
    one, other = _spans(("e", "state", 0, 10, "a")), _spans(("e", "state", 0, None, "a"))
    assert differences(one, other).rows() == [("e", "state", "state", 10, None, "", "a")]
