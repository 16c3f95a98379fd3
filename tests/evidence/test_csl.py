"""CSL-JSON: its schema's rules, Crossref's ways, and what is believed of a state."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given, settings

from sequela.evidence import formats, shelving
from sequela.evidence.formats import csl, kinds
from sequela.evidence.works import Author, Work
from tests.evidence.generated_works import works

# The rules of csl-data.json of CSL 1.0.2 (citation-style-language/schema) for what is written here, in our words:
# every variable is text but these; a name has only these parts; a date is one or two lists of one to three numbers.
TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": dict.fromkeys(
        ("family", "given", "suffix", "literal", "dropping-particle", "non-dropping-particle"), TEXT
    ),
    "additionalProperties": False,
}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "type": {"enum": sorted(kinds.CSL)},
            "id": {"type": "string"},
            "author": {"type": "array", "items": NAME},
            "editor": {"type": "array", "items": NAME},
            "issued": {
                "type": "object",
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
                    }
                },
                "additionalProperties": False,
            },
            "custom": {"type": "object"},
        }
        | dict.fromkeys(
            [
                *("language", "title", "container-title", "container-title-short", "volume", "issue", "page"),
                *("edition", "publisher", "publisher-place", "DOI", "PMID", "PMCID", "URL", "ISSN", "ISBN"),
                *("abstract", "keyword", "genre", "status"),
            ],
            TEXT,
        ),
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}


def of(item: object) -> Work:
    (work,) = formats.read(json.dumps(item).encode(), "a test").works
    return work


@settings(max_examples=60)
@given(work=works())
def test_what_is_written_follows_the_schema(work: Work) -> None:
    jsonschema.validate(json.loads(csl.written([work])), SCHEMA)


def test_the_shelf_follows_the_schema() -> None:
    jsonschema.validate(json.loads(csl.written(shelving.works().values())), SCHEMA)


def test_an_item_of_crossref_is_read() -> None:
    work = of(
        {
            "message": {
                "type": "journal-article",
                "title": ["Hepatic <i>Necrosis</i>"],
                "author": [
                    {"given": "Sarah", "family": "Micallef", "ORCID": "http://orcid.org/0000-0002-1825-0097"},
                    {"name": "The Study Group"},
                ],
                "container-title": ["European Journal"],
                "issued": {"date-parts": [[2020, 3]]},
                "DOI": "10.12890/2020_001530",
                "ISSN": ["2284-2594", "2284-2594"],
                "abstract": "<jats:p>Platelets <50 and >5 fell.</jats:p>",
                "volume": 7,
            }
        }
    )
    assert work.type == "article-journal"
    assert work.title == "Hepatic Necrosis"
    assert work.authors == (Author("Micallef", "Sarah", "0000-0002-1825-0097"),)
    assert work.corporate_authors == ("The Study Group",)
    assert (work.issued, work.volume, work.issn) == ("2020-03", "7", ("2284-2594",))
    assert work.abstract == "Platelets <50 and >5 fell."


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"status": "retracted"}, "retracted"),
        ({"status": "Retracted"}, "retracted"),
        ({"status": "in press"}, "current"),
        ({"note": "Retracted"}, "current"),
        ({"custom": {"status": "retracted"}}, "current"),
    ],
)
def test_the_variable_of_the_state_is_believed_and_a_note_is_not(item: dict[str, object], status: str) -> None:
    assert of({"id": "a", "type": "book", "title": "A title"} | item).status == status


@pytest.mark.parametrize(
    "issued",
    [{"date-parts": [["2020", "3", "18"]]}, {"raw": "2020-03-18"}, {"literal": "18 March 2020"}, "2020-03-18"],
)
def test_dates_in_their_several_forms(issued: object) -> None:
    assert of({"id": "a", "type": "book", "title": "A title", "issued": issued}).issued == "2020-03-18"


def test_particles_belong_to_the_family_name() -> None:
    name = {"family": "Heide", "given": "Anna", "non-dropping-particle": "von der"}
    assert of({"type": "book", "title": "A", "author": [name]}).authors == (Author("von der Heide", "Anna"),)


@pytest.mark.parametrize("value", [None, 7, [], {}, [None], {"date-parts": []}, {"date-parts": [[None]]}, [[]], True])
def test_a_variable_of_the_wrong_kind_crashes_nothing(value: object) -> None:
    item = {"type": "book", "title": "A title"}
    names = ["author", "editor", "issued", "custom", "ISSN", "keyword", "page", "abstract", "status", "URL", "DOI"]
    for name in names:
        of(item | {name: value})
    of(item | {"custom": dict.fromkeys(["orcids", "notices", "keywords", "access", "genres"], value)})


def test_a_torn_file_and_a_bad_item_are_refused() -> None:
    torn = formats.read(b'[{"type": "book", "title": "A"', "a test")
    assert [one.why for one in torn.refused] == ["it is not whole JSON"]
    reading = formats.read(b'[{"type": "book", "title": "A"}, 7, {"type": "book"}]', "a test")
    assert [one.title for one in reading.works] == ["A"]
    assert [one.where for one in reading.refused] == ["item 2", "item 3"]


def test_what_looks_like_markup_in_a_plain_text_comes_back() -> None:
    work = Work("k", "book", "P <i>n</i> &lt; <5", abstract="a &amp; b <sub> <ULN and >2")
    (back,) = formats.read(csl.written([work]).encode(), "a test").works
    assert (back.title, back.abstract) == (work.title, work.abstract)


def test_json_of_something_else_is_no_citation() -> None:
    for text in ('{"resourceType": "Bundle", "type": "collection", "title": "A"}', '{"type": "book"}', "[1, 2]"):
        assert not csl.recognises(text.encode())
