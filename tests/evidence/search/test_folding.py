"""Words in the one form in which they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.evidence.folding import apart, compounds, folded_word, folded_words, is_stop, joined, spanish, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Embolisation", "embolization"),
        ("embolised", "embolized"),
        ("catheterise", "catheterize"),
        ("analysed", "analyzed"),
        ("Tumour", "tumor"),
        ("tumours", "tumors"),
        ("haemorrhage", "hemorrhage"),
        ("haematoma", "hematoma"),
        ("anaemia", "anemia"),
        ("leukaemia", "leukemia"),
        ("caecum", "cecum"),
        ("oedema", "edema"),
        ("oesophagus", "esophagus"),
        ("diarrhoea", "diarrhea"),
        ("dyspnoea", "dyspnea"),
        ("sulphate", "sulfate"),
        ("centre", "center"),
        ("fibres", "fibers"),
        ("hígado", "HIGADO"),
        ("patient's", "patient"),
    ],
)
def test_two_spellings_of_one_word(one: str, other: str) -> None:
    assert folded_word(one) == folded_word(other)


@pytest.mark.parametrize("word", ["hour", "four", "does", "shoe", "aerodynamic", "phase", "rise", "our", "israel"])
def test_what_looks_like_another_spelling_and_is_none(word: str) -> None:
    assert folded_word(word) == word


def test_hyphens_part_and_join() -> None:
    assert folded_words("Trans-Arterial embolisation") == ("trans", "arterial", "embolization")
    assert joined("Trans-Arterial and post-embolization, 2020-2021, A-B; x-ray") == (
        "transarterial",
        "postembolization",
    )
    assert compounds(("trans", "arterial")) == "transarterial"
    assert compounds(("portal", "vein")) == ""
    assert apart("transarterial") == ("trans", "arterial")
    assert (apart("portal"), apart("transit"), apart("tae")) == (("portal",), ("transit",), ("tae",))


def test_spanish_words_by_their_stems() -> None:
    assert spanish(folded_words("Tumores hepáticos")) == spanish(folded_words("tumor hepatico"))


def test_words_that_tell_nothing() -> None:
    assert all(is_stop(word) for word in ("the", "of", "los", "por", "tambien"))
    assert not any(is_stop(word) for word in ("liver", "portal", "higado", "no-one"))


@given(st.text())
def test_a_folded_word_stands_for_one_word_of_the_text(text: str) -> None:
    folded = folded_words(text)
    assert len(folded) == len(list(words(text)))
    assert all(list(words(word)) and not word.isspace() and " " not in word for word in folded)
    assert folded_words(" ".join(folded)) == tuple(folded_word(word) for word in folded)
