"""What a saved search brings: what became of works that are there, what is new, and to which rule it is relevant."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from sequela.evidence.likeness import Profiles, Rule
from sequela.evidence.watching import Change, Watch, watch
from sequela.evidence.works import Author, Notice, Work

ABSCESS = Work(
    key="rossi-2010",
    type="article-journal",
    title="Liver abscess after chemoembolization of hepatic metastases",
    issued="2010-03",
    authors=(Author("Rossi", "Anna"),),
    container_title="Annals",
    doi="10.1234/abscess",
    pmid="111",
    pmcid="PMC11",
    summary="Bilioenteric anastomosis and drug-eluting beads went before an abscess; drainage cured most.",
)
FEVER = Work(
    key="bianchi-2012",
    type="article-journal",
    title="Fever and nausea after transarterial embolization: the postembolization syndrome",
    issued="2012",
    authors=(Author("Bianchi", "Ugo"),),
    doi="10.1234/fever",
    summary="Temperature peaked on the second day and fell without antibiotics.",
)
KNOWN = (ABSCESS, FEVER)
RULES = (
    Rule("liver-abscess", "criteria", "Liver abscess suspected", "Gas, drainage, cultures.", ("rossi-2010",)),
    Rule("fever", "criteria", "Fever within the syndrome", "Temperature of the first days.", ("bianchi-2012",)),
)
RESTS = {"rossi-2010": ("condition:liver-abscess: Liver abscess", "parameter:abscess-window: Window: 56 days (study)")}
NEW = Work(
    key="",
    type="article-journal",
    title="Incidence of hepatic abscess after drug-eluting bead chemoembolization of metastases",
    issued="2024",
    doi="10.1234/new",
    abstract="An abscess formed in 12 of 345 patients (3.5%); a bilioenteric anastomosis went before nine.",
)
BRIDGES = Work(
    key="", type="article-journal", title="Fatigue of welded steel bridges under moving loads", issued="2024"
)


def look(*records: Work) -> Watch:
    found = watch(records, KNOWN, RULES, RESTS)
    assert found.read == len(records), "every record is somewhere"
    return found


def record(**changes: object) -> Work:
    return replace(ABSCESS, key="", summary="", **changes)  # type: ignore[arg-type]


# -- what became of works that are there -------------------------------------------------------------------------------

NOTICE = Work(key="", type="article-journal", title="Notice", issued="2024", doi="10.1234/notice")


@pytest.mark.parametrize(
    ("said", "kind", "by"),
    [
        (record(status="retracted"), "retraction", "its own record"),
        (record(notices=(Notice("retraction", doi="10.1234/notice"),)), "retraction", "its own record"),
        (record(notices=(Notice("concern", pmid="9"),)), "concern", "its own record"),
        (record(status="corrected"), "correction", "its own record"),
        (record(title="RETRACTED: Liver abscess after chemoembolization"), "retraction", "its own record"),
        (replace(NOTICE, notices=(Notice("notice-of-retraction", doi="10.1234/abscess"),)), "retraction", "a notice"),
        (replace(NOTICE, notices=(Notice("notice-of-retraction", pmid="111"),)), "retraction", "a notice"),
        (replace(NOTICE, notices=(Notice("notice-of-correction", "Ann. PMC11"),)), "correction", "a notice"),
        (replace(NOTICE, notices=(Notice("notice-of-concern", "doi: 10.1234/ABSCESS."),)), "concern", "a notice"),
        (replace(NOTICE, title=f"Retraction notice to “{ABSCESS.title}”"), "retraction", "only its title"),
        (replace(NOTICE, title=f"Retraction Note to: {ABSCESS.title}"), "retraction", "only its title"),
        (replace(NOTICE, title=f"Notice of Retraction: {ABSCESS.title}"), "retraction", "only its title"),
        (replace(NOTICE, title=f"Author Correction: {ABSCESS.title}"), "correction", "only its title"),
        (replace(NOTICE, title=f"Erratum to: {ABSCESS.title}."), "correction", "only its title"),
        (replace(NOTICE, title=f"Expression of Concern: {ABSCESS.title}"), "concern", "only its title"),
    ],
)
def test_what_became_of_a_work_that_is_cited_comes_with_what_rests_on_it(said: Work, kind: str, by: str) -> None:
    found = look(NEW, said)
    (change,) = found.changes
    assert (change.key, change.kind, change.rests) == ("rossi-2010", kind, RESTS["rossi-2010"])
    assert by in change.by
    assert (found.notices, len(found.there)) == ((0, 1) if said.doi == ABSCESS.doi else (1, 0))
    assert next(iter(found.as_json()["changes"]))["status"] == change.status


@pytest.mark.parametrize(
    "said",
    [
        record(),
        record(notices=(Notice("comment", pmid="9"), Notice("notice-of-comment", doi="10.1234/fever"))),
        replace(NOTICE, notices=(Notice("notice-of-retraction", doi="10.1234/else"),)),
        replace(NOTICE, title="Retraction of the liver after abscess"),
        replace(NOTICE, title="Retraction"),
    ],
)
def test_what_says_nothing_of_our_works_changes_none(said: Work) -> None:
    assert look(said).changes == []


def test_what_is_known_already_is_not_told_again() -> None:
    known = replace(ABSCESS, status="retracted")
    for status in ("corrected", "retracted"):
        assert watch([record(status=status)], [known], RULES, RESTS).changes == []


def test_the_gravest_stands_first_and_each_state_once() -> None:
    corrected = Work(
        key="", type="article-journal", title=FEVER.title, issued="2012", doi=FEVER.doi, status="corrected"
    )
    notice = replace(NOTICE, notices=(Notice("notice-of-retraction", pmid="111"),))
    found = look(corrected, notice, record(status="retracted"))
    assert [(one.key, one.kind) for one in found.changes] == [
        ("rossi-2010", "retraction"),
        ("bianchi-2012", "correction"),
    ]
    assert found.changes[1].rests == ()


# -- what is new, and what is there ------------------------------------------------------------------------------------


def test_a_new_work_is_told_with_its_rule_its_reason_and_its_counts() -> None:
    found = look(BRIDGES, NEW)
    (one,) = found.relevant
    assert [near.rule for near in one.rules] == ["liver-abscess"]
    assert one.rules[0].words[0] == "abscess" and "bilioenteric" in one.rules[0].words
    assert one.rules[0].work == "rossi-2010"
    assert [mention.text for mention in one.counts] == ["12 of 345 patients (3.5 %)"]
    assert [other.work for other in found.others] == [BRIDGES]
    (told,) = found.as_json()["relevant"]
    assert (told["doi"], told["rules"][0]["like"], told["counts"]) == (
        "10.1234/new",
        "rossi-2010",
        ["12 of 345 patients (3.5 %)"],
    )


@pytest.mark.parametrize(
    ("said", "there"),
    [
        (Work(key="", type="document", title="Other words", doi="10.1234/abscess"), True),
        (Work(key="", type="document", title="Other words", pmid="111"), True),
        (Work(key="", type="document", title="Other words", pmcid="PMC11"), True),
        (record(doi="", pmid="", pmcid="", title="LIVER ABSCESS after chemoembolization of hepatic metastases."), True),
        (record(doi="", pmid="", pmcid="", issued="2011"), False),
        (record(doi="10.1234/another"), False),
    ],
)
def test_a_work_is_there_by_doi_pmid_pmcid_or_title_year_and_author(said: Work, there: bool) -> None:
    assert bool(look(said).there) is there


def test_what_a_record_would_fill_and_where_it_differs() -> None:
    said = record(volume="7", abstract="Text.", container_title="Annals of Livers", issued="2010-03-04", pmid="112")
    (one,) = look(said).there
    assert (one.key, one.fills, one.differs) == ("rossi-2010", ("volume", "abstract"), ("pmid",))


def test_one_work_twice_is_one() -> None:
    found = look(NEW, replace(NEW, abstract=""))
    assert (len(found.relevant), found.repeated) == (1, 1)
    assert found.relevant[0].counts, "the record that says more was taken"


def test_the_order_of_the_records_changes_nothing() -> None:
    records = [NEW, BRIDGES, record(status="retracted"), replace(NEW, abstract=""), NOTICE, replace(BRIDGES, title="X")]
    expected = look(*records).as_json()
    for seed in range(4):
        random.Random(seed).shuffle(records)
        assert look(*records).as_json() == expected


def test_a_withdrawn_work_that_is_new_says_so() -> None:
    (told,) = look(replace(NEW, status="retracted")).as_json()["relevant"]
    assert told["status"] == "retracted"


def test_nothing_is_relevant_to_no_rule_and_to_an_empty_library() -> None:
    assert watch([NEW], KNOWN, (), {}).relevant == []
    assert watch([NEW], (), RULES, {}).as_json()["changes"] == []
    assert watch([], KNOWN, RULES, RESTS).read == 0


@pytest.mark.parametrize(
    "title",
    [
        "Hepatic abscess after drug eluting bead trans-arterial chemo-embolisation of metastases",
        "Hepatic abscess after drug-eluting bead transarterial chemoembolization of metastases",
    ],
)
def test_spelling_and_hyphens_do_not_matter(title: str) -> None:
    nearest = Profiles(RULES, KNOWN).nearest(replace(NEW, title=title, abstract=""))
    assert nearest[0].rule == "liver-abscess" and "abscess" in nearest[0].words


def test_a_spanish_record_is_relevant_by_its_topics() -> None:
    rules = (replace(RULES[0], complications=("liver-abscess",)), RULES[1])
    said = Work(key="", type="document", title="Absceso hepático tras quimioembolización transarterial", issued="2024")
    (one,) = watch([said], KNOWN, rules, {}).relevant
    assert [near.rule for near in one.rules] == ["liver-abscess"] and "absceso hepático" in one.rules[0].words
    assert watch([replace(said, title="Absceso hepático")], KNOWN, rules, {}).relevant == []


def test_a_shared_complication_counts() -> None:
    with_topic = (replace(RULES[0], complications=("liver-abscess",)), RULES[1])
    scores = [Profiles(rules, KNOWN).nearest(NEW)[0].score for rules in (RULES, with_topic)]
    assert scores[1] > scores[0]


def test_a_change_names_the_new_state() -> None:
    assert Change("k", "update", "its own record", "", ()).status == "superseded"
