"""The words of the sources: what they name exists, and places in the liver are told from other words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sequela.course.catalogue import catalogue
from sequela.course.facts import Presence
from sequela.sources.naming import kind_named, presence_of_word, sites


def test_every_word_for_a_kind_leads_to_that_kind(root: Path) -> None:
    words = tomllib.loads((root / "src/sequela/sources/data/words.toml").read_text("utf-8"))["kinds"]
    assert words.keys() <= catalogue().kinds.keys()
    wrong = [(key, word) for key, listed in words.items() for word in listed if kind_named(word) != key]
    assert wrong == []


@pytest.mark.parametrize("text", ["urine glucose", "0-10", "", "ALT ratio"])
def test_part_of_a_name_names_nothing(text: str) -> None:
    assert kind_named(text) is None


@pytest.mark.parametrize(
    ("word", "presence"),
    [
        ("Present", Presence.PRESENT),
        ("no detectado", Presence.ABSENT),
        ("Possible", Presence.UNCERTAIN),
        ("SÍ.", Presence.PRESENT),
        ("not sure", None),
    ],
)
def test_words_of_presence(word: str, presence: Presence | None) -> None:
    assert presence_of_word(word) is presence


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("VII", ("VII",)),
        ("segments VII and VIII", ("VII", "VIII")),
        ("Segment 4a", ("IV",)),
        ("S7/S8", ("VII", "VIII")),
        ("right portal vein", ("portal-right",)),
        ("segmentos V, VI y VII", ("V", "VI", "VII")),
        ("Couinaud segment II", ("II",)),
        ("right kidney", ()),
        ("7 lesions", ()),
        ("a", ()),
        ("", ()),
    ],
)
def test_segments_are_read_however_they_are_written(text: str, places: tuple[str, ...]) -> None:
    assert sites(text) == places
