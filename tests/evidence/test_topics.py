"""What works are about, in the keys of sequela; and the thesaurus that tells it."""

from __future__ import annotations

import re

import pytest

from sequela.course.episodes import ProcedureKind
from sequela.criteria import shelf
from sequela.evidence import work
from sequela.evidence.folding import folded_words
from sequela.evidence.topics import Group, complications, groups, procedures, roots, thesaurus
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
        ("Trans-arterial chemo-embolisation", (("TACE",), ())),
        ("Radio-frequency ablation", (("RFA",), ())),
        ("Portal vein embolization", (("PVE",), ())),
        ("Radioembolization-induced liver disease", ((), ("reild",))),
        ("Post embolization syndrome", ((), ("post-embolization-syndrome",))),
        ("Síndrome de lisis tumoral", ((), ("tumour-lysis",))),
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


@pytest.mark.parametrize(
    ("key", "kinds", "conditions"),
    [
        ("guiu-2012", "TACE DEB-TACE", "hepatic-necrosis biloma portal-vein-thrombosis"),
        ("hudgi-2021", "TAE", "biloma"),
        ("gori-2019", "TAE", "hepatic-necrosis cholecystitis"),
        ("chen-2025", "TACE", "cholecystitis"),
        ("pseudoaneurysm-2024", "TACE", "bleeding"),
        ("damico-2022", "", "hepatic-decompensation"),
        ("waseem-2016", "", "liver-injury"),
        ("jun-2013", "TACE", "post-embolization-syndrome"),
        ("jvir-gas-2013", "TACE", ""),
        ("iqbal-2017", "", ""),
    ],
)
def test_topics_of_works_of_the_shelf_as_a_reader_sees_them(key: str, kinds: str, conditions: str) -> None:
    assert (procedures(work(key)), complications(work(key))) == (tuple(kinds.split()), tuple(conditions.split()))


def test_every_group_says_where_its_words_are_from_and_names_keys_that_exist() -> None:
    kinds, conditions = {kind.value for kind in ProcedureKind}, {condition.key for condition in shelf().conditions}
    for group in groups():
        assert group.source and len(group.words) == len(set(group.words))
        assert not group.procedure or group.procedure in kinds
        assert not group.complication or group.complication in conditions
        assert re.search(r"\bours\b|MeSH D\d{6}|CIE-10 [A-Z]\d|shelf \w", group.source)


def test_a_wording_stands_in_one_group() -> None:
    wordings = [wording for group in groups() for wording in {roots(one) for one in group.folded}]
    assert len(wordings) == len(set(wordings))


def test_a_number_of_mesh_has_one_name() -> None:
    told = re.findall(r"(D\d+) ([^;.]+?)(?= and D|, D|[;.]|$)", " ".join(f"{group.source};" for group in groups()))
    assert len({number for number, _ in told}) == len({name for _, name in told}) == len(set(told)) > len(groups()) / 2
    assert all(re.fullmatch(r"D\d{6}(\d{3})?", number) for number, _ in told)


@pytest.mark.parametrize(
    "group", [group for group in groups() if "shelf " in group.source], ids=lambda one: one.words[0]
)
def test_works_that_are_named_for_a_wording_use_it(group: Group) -> None:
    named = re.search(r"shelf ([\w-]+(?:, [\w-]+)*)", group.source)
    assert named
    for key in named[1].split(", "):
        told = [roots(folded_words(text)) for text in (work(key).title, *work(key).keywords, *work(key).subjects)]
        assert any(f" {' '.join(roots(one))} " in f" {' '.join(text)} " for text in told for one in group.folded), key


def test_a_wording_leads_to_all_that_mean_the_same() -> None:
    assert ("higado",) in thesaurus()[("liver",)]
    assert ("embolia", "pulmonar") in thesaurus()[("pulmonary", "embolism")]
