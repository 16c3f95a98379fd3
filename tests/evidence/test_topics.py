"""What works are about, in the keys of sequela; and the thesaurus that tells it."""

from __future__ import annotations

import pytest

from sequela.course.episodes import ProcedureKind
from sequela.criteria import shelf
from sequela.evidence import work
from sequela.evidence.topics import complications, groups, procedures, thesaurus
from sequela.evidence.works import Work


def about(title: str, abstract: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    record = Work(key="k", type="article-journal", title=title, abstract=abstract)
    return procedures(record), complications(record)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Trans-Arterial Embolisation", (("TAE",), ())),
        ("Transarterial chemoembolization", (("TACE",), ())),
        ("Liver abscesses after transarterial chemoembolisation", (("TACE",), ("liver-abscess",))),
        ("Abscesos hepáticos tras la quimioembolización", (("TACE",), ("liver-abscess",))),
        ("Hepatic necrosis and portal vein thrombosis", ((), ("hepatic-necrosis", "portal-vein-thrombosis"))),
        ("A review of bread", ((), ())),
    ],
)
def test_a_title_tells_what_a_work_is_about(title: str, expected: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    assert about(title) == expected


def test_an_abstract_that_names_it_once_is_not_about_it() -> None:
    assert about("On embolization", "One biloma was seen.")[1] == ()
    assert about("On embolization", "One biloma was seen; bilomas are rare.")[1] == ("biloma",)


def test_the_index_paper() -> None:
    paper = work("micallef-2020")
    assert procedures(paper) == ("TAE",)
    assert {"hepatic-necrosis", "portal-vein-thrombosis"} <= set(complications(paper))


def test_every_group_says_where_its_words_are_from_and_names_keys_that_exist() -> None:
    kinds, conditions = {kind.value for kind in ProcedureKind}, {condition.key for condition in shelf().conditions}
    for group in groups():
        assert group.source and len(group.words) == len(set(group.words))
        assert not group.procedure or group.procedure in kinds
        assert not group.complication or group.complication in conditions
    keyed = [one.procedure or one.complication for one in groups() if one.procedure or one.complication]
    assert len(keyed) == len(set(keyed))


def test_a_wording_leads_to_all_that_mean_the_same() -> None:
    assert ("higado",) in thesaurus()[("liver",)]
    assert ("embolia", "pulmonar") in thesaurus()[("pulmonary", "embolism")]
