"""Europe PMC's XML and JSON: one record in either gives the same work."""

from __future__ import annotations

import json

import pytest

from sequela.evidence.formats import Refused, read
from sequela.evidence.works import Author, Notice, Work

ABSTRACT = "<h4>Background</h4>One CO<sub>2</sub>. <h4>Results:</h4>Two &amp; three."
CORE = {
    "id": "32399442",
    "source": "MED",
    "pmid": "32399442",
    "pmcid": "PMC7213831",
    "doi": "10.12890/2020_001530",
    "title": "Hepatic <i>Necrosis</i> after Embolization.",
    "authorString": "Micallef S, EASL.",
    "authorList": {
        "author": [
            {
                "fullName": "Micallef S",
                "firstName": "Sarah",
                "lastName": "Micallef",
                "initials": "S",
                "authorId": {"type": "ORCID", "value": "0000-0002-1825-0097"},
            },
            {"collectiveName": "EASL"},
        ]
    },
    "journalInfo": {
        "issue": "5",
        "volume": "7",
        "dateOfPublication": "2020 Mar 18",
        "monthOfPublication": 3,
        "yearOfPublication": 2020,
        "printPublicationDate": "2020-03-01",
        "journal": {"title": "European journal", "isoabbreviation": "Eur J", "essn": "2284-2594"},
    },
    "pubYear": "2020",
    "pageInfo": "1423-30",
    "abstractText": ABSTRACT,
    "language": "eng",
    "pubTypeList": {"pubType": ["case-report", "Journal Article"]},
    "meshHeadingList": {
        "meshHeading": [
            {
                "majorTopic_YN": "Y",
                "descriptorName": "Liver Neoplasms",
                "meshQualifierList": {"meshQualifier": [{"abbreviation": "TH", "qualifierName": "therapy"}]},
            },
            {"majorTopic_YN": "N", "descriptorName": "Humans"},
        ]
    },
    "keywordList": {"keyword": ["hepatic necrosis"]},
    "fullTextUrlList": {
        "fullTextUrl": [
            {"availability": "Open access", "url": "https://europepmc.org/articles/PMC7213831?pdf=render"},
            {"availability": "Subscription", "url": "https://j.example/1530"},
        ]
    },
    "license": "cc by-nc",
    "firstPublicationDate": "2020-03-18",
}
WORK = Work(
    key="",
    type="article-journal",
    title="Hepatic Necrosis after Embolization",
    issued="2020-03-18",
    language="eng",
    authors=(Author("Micallef", "Sarah", "0000-0002-1825-0097"),),
    corporate_authors=("EASL",),
    container_title="European journal",
    container_title_short="Eur J",
    volume="7",
    issue="5",
    page="1423-1430",
    issn=("2284-2594",),
    doi="10.12890/2020_001530",
    pmid="32399442",
    pmcid="PMC7213831",
    genres=("case-report", "Journal Article"),
    subjects=("Liver Neoplasms/therapy", "Humans"),
    keywords=("hepatic necrosis",),
    abstract="Background: One CO2.\nResults: Two & three.",
    licence="cc by-nc",
    access=("https://j.example/1530",),
)


def as_json(*records: object) -> bytes:
    return json.dumps({"version": "6.9", "hitCount": len(records), "resultList": {"result": list(records)}}).encode()


def as_xml(name: str, value: object) -> str:
    """The same record as the service's XML: a list is a name repeated, a typed value has its type as an attribute."""
    if isinstance(value, list):
        return "".join(as_xml(name, one) for one in value)
    if isinstance(value, dict) and set(value) == {"type", "value"}:
        return f'<{name} type="{value["type"]}">{value["value"]}</{name}>'
    if isinstance(value, dict):
        return f"<{name}>{''.join(as_xml(key, one) for key, one in value.items())}</{name}>"
    escaped = str(value).replace("&", "&amp;").replace("<", "&lt;")
    return f"<{name}>{escaped}</{name}>"


@pytest.mark.parametrize(
    "data",
    [
        as_json(CORE),
        f"<responseWrapper><resultList>{as_xml('result', CORE)}</resultList></responseWrapper>".encode(),
    ],
    ids=["json", "xml"],
)
def test_every_field(data: bytes) -> None:
    reading = read(data, "europepmc")
    assert (reading.format, reading.refused) == ("europepmc", ())
    assert reading.works == (WORK,)


def one(**changes: object) -> Work:
    (work,) = read(as_json({**CORE, **changes}), "europepmc.json").works
    return work


def test_a_lite_record_has_its_author_line() -> None:
    lite = {key: CORE[key] for key in ("id", "source", "pmid", "title", "authorString", "pubYear")}
    lite |= {"journalTitle": "Eur J", "journalVolume": "7", "issue": "5", "journalIssn": "2284-2594"}
    (work,) = read(as_json(lite), "europepmc.json").works
    assert [author.short for author in work.authors] == ["Micallef S", "EASL"]
    assert (work.container_title, work.volume, work.issued, work.issn) == ("Eur J", "7", "2020", ("2284-2594",))


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        ("Retraction in", "retracted", "retraction"),
        ("Erratum in", "corrected", "correction"),
        ("Expression of concern in", "concern", "concern"),
        ("Retraction of", "current", "notice-of-retraction"),
        ("Cites", "current", ""),
    ],
)
def test_what_became_of_it(kind: str, status: str, told: str) -> None:
    listed = [{"id": "9", "source": "MED", "reference": "J. 2021", "type": kind}]
    work = one(commentCorrectionList={"commentCorrection": listed})
    assert work.status == status
    assert work.notices == ((Notice(told, "J. 2021", pmid="9"),) if told else ())


def test_preprints_retracted_publications_and_dates() -> None:
    assert one(source="PPR").type == "article"
    assert one(pubTypeList={"pubType": ["Retracted Publication"]}).status == "retracted"
    filled = {"printPublicationDate": "2019-06-01", "monthOfPublication": 6, "dateOfPublication": "2019 Jun"}
    assert one(journalInfo=filled, pubYear="2019", firstPublicationDate="2018-12-30").issued == "2019-06"


def test_what_cannot_be_read_is_refused() -> None:
    reading = read(as_json({"id": "1"}, "text", CORE), "europepmc.json")
    assert reading.refused == (Refused("result 1", "no title"), Refused("result 2", "is no record"))
    assert len(reading.works) == 1
    assert read(as_json(CORE)[:-5], "cut.json").refused == (Refused("file", "is not well-formed JSON"),)
