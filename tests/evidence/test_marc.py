"""MARC 21 in its three clothes: what a catalogue's record says of a work, and which records are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sequela.evidence import formats, shelving
from sequela.evidence.formats import marcxml
from sequela.evidence.formats.catalogue import Field, parts
from sequela.evidence.works import Author, Notice, Work

LEADER = "00000nab a2200000 a 4500"
FIXED = "200101s2019    xx |||||o|||||||||||eng |"


def record(*fields: str, leader: str = LEADER, fixed: str = FIXED) -> str:
    """A MARCXML record of lines such as "245 10 $a Title : $b rest"."""
    made = [f"<leader>{leader}</leader><controlfield tag='008'>{fixed}</controlfield>"]
    for line in fields:
        tag, indicators, rest = line[:3], line[4:6].replace("_", " "), line[7:]
        subfields = re.findall(r"\$(\w) ([^$]*)", rest)
        inner = "".join(f"<subfield code='{code}'>{value.strip()}</subfield>" for code, value in subfields)
        made.append(f"<datafield tag='{tag}' ind1='{indicators[0]}' ind2='{indicators[1]}'>{inner}</datafield>")
    return f"<record>{''.join(made)}</record>"


def read(*records: str) -> formats.Reading:
    return formats.read(f"<collection>{''.join(records)}</collection>".encode(), "test.xml")


def one(*fields: str, leader: str = LEADER, fixed: str = FIXED) -> Work:
    reading = read(record(*fields, leader=leader, fixed=fixed))
    assert not reading.refused
    (work,) = reading.works
    return work


def test_an_article_is_read_with_its_journal_people_and_identifiers() -> None:
    work = one(
        "024 7_ $a https://doi.org/10.1000/ABC.1 $2 doi",
        "035 __ $a (PubMed)123456",
        "100 1_ $a Nadie, Ana, $d 1970- $e author. $1 https://orcid.org/0000-0002-1825-0097",
        "245 14 $a The liver after embolization : $b a report / $c Ana Nadie ... [et al.].",
        "520 3_ $a First paragraph.",
        "650 _2 $a Liver Neoplasms $x therapy.",
        "653 __ $a embolization $a necrosis",
        "655 _2 $a Case Reports.",
        "700 1_ $a Otro, B. C., $e author.",
        "700 1_ $a Editora, Eva, $e editor.",
        "700 1_ $a Traductor, Tomás, $4 trl",
        "710 2_ $a Liver Study Group, $b Section Two.",
        "773 0_ $t Journal of Livers. $g Vol. 7 (2020), p. 12-15 $x 2049-363X",
        "856 42 $u https://example.org/about",
        "856 40 $u https://example.org/text",
    )
    assert work == Work(
        key="",
        type="article-journal",
        title="The liver after embolization: a report",
        issued="2020",
        language="eng",
        authors=(Author("Nadie", "Ana", "0000-0002-1825-0097"), Author("Otro", "B. C.")),
        authors_incomplete=True,
        corporate_authors=("Liver Study Group. Section Two",),
        editors=(Author("Editora", "Eva"),),
        container_title="Journal of Livers",
        volume="7",
        page="12-15",
        issn=("2049-363X",),
        doi="10.1000/abc.1",
        pmid="123456",
        url="https://example.org/text",
        genres=("Case Reports",),
        subjects=("Liver Neoplasms/therapy",),
        keywords=("embolization", "necrosis"),
        abstract="First paragraph.",
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Vol. 7 (2020), p. 12-15", ("7", "", "12-15")),
        ("Vol. 7, no. 3 (2020), p. 1423-30", ("7", "3", "1423-1430")),
        ("vol. 24, no. 9 (Sept. 1993), pp. 235–48", ("24", "9", "235-248")),
        ("Vol. 7, núm. 3 (2020), págs. 12-15", ("7", "3", "12-15")),
        ("Bd. 12 (2001), Nr. 4, S. 88-90", ("12", "4", "88-90")),
        ("7(3), 12-15", ("7", "3", "12-15")),
        ("7:3 (2020), e15", ("7", "3", "e15")),
        ("No. 3 (2020)", ("", "3", "")),
        ("2020", ("", "", "")),
    ],
)
def test_the_parts_of_a_journal_are_read_as_libraries_write_them(said: str, expected: tuple[str, ...]) -> None:
    assert parts(Field("773", "0 ", (("g", said),))) == expected


def test_the_parts_of_a_journal_are_read_where_each_has_its_name_or_is_coded() -> None:
    keyed = (("g", "volume:7"), ("g", "number:3"), ("g", "pages:S1-S2"))
    assert parts(Field("773", "0 ", keyed)) == ("7", "3", "S1-S2")
    assert parts(Field("773", "0 ", (("q", "7:3<12"),))) == ("7", "3", "12")


@pytest.mark.parametrize(
    ("imprint", "fixed", "expected"),
    [
        ("c2003.", "s2003    ", "2003"),
        ("[1999]", "s1999    ", "1999"),
        ("©2020", "t20202020", "2020"),
        ("[1957?]", "q19571959", "1957"),
        ("2020", "e20200318", "2020-03-18"),
        ("2020", "e202003  ", "2020-03"),
        ("[19--]", "q19uu19uu", "undated"),
        ("[n.d.]", "nuuuuuuuu", "undated"),
    ],
)
def test_a_date_is_the_imprints_made_finer_by_the_fixed_field(imprint: str, fixed: str, expected: str) -> None:
    fixed_field = f"200101{fixed}{FIXED[15:]}"
    leader = LEADER.replace("nab", "nam")
    assert one("245 00 $a A", f"260 __ $c {imprint}", leader=leader, fixed=fixed_field).issued == expected


def test_punctuation_between_the_parts_of_a_record_is_no_part_of_them() -> None:
    work = one(
        "245 10 $a Title = $b Título paralelo / $c by A.",
        "246 31 $a Título paralelo",
        "250 __ $a 2nd ed.",
        "260 __ $a Beijing : $a [Sebastopol, CA] : $b O'Reilly, $c 2001.",
        "020 __ $a 0-471-38314-7 (pbk. : alk. paper) : $c $10",
        leader=LEADER.replace("nab", "nam"),
    )
    assert (work.title, work.translated_title, work.edition) == ("Title", "Título paralelo", "2nd ed.")
    assert (work.publisher_place, work.publisher) == ("Beijing; Sebastopol, CA", "O'Reilly")
    assert work.isbn == ("0471383147",)


def test_a_full_stop_that_the_record_says_is_no_punctuation_stays() -> None:
    assert one("245 10 $a What now.", leader=LEADER.replace(" a 4500", " c 4500")).title == "What now."


def test_the_title_is_taken_in_its_own_script_and_letters_are_composed() -> None:
    assert one("245 10 $6 880-01 $a Kanzo", "880 10 $6 245-01/$1 $a 肝臓").title == "肝臓"
    assert one("245 10 $a Hi\u0301gado").title == "H\u00edgado"


def test_old_language_codes_in_one_subfield_are_parted() -> None:
    assert one("041 1_ $a spaeng $h eng", "245 10 $a A", fixed=FIXED.replace("eng", "|||")).language == "spa"


@pytest.mark.parametrize("relation", ["Retraction in:", "Retracted by:"])
def test_a_retraction_notice_makes_the_work_retracted(relation: str) -> None:
    work = one("245 10 $a A", f"787 08 $i {relation} $t J Livers. 2021;8:1 $o pmid:99 $o doi:10.1000/r")
    assert work.retracted
    assert work.notices == (Notice("retraction", "J Livers. 2021;8:1", "10.1000/r", "99"),)


def test_a_record_of_a_person_or_without_anything_to_know_it_by_is_refused_and_the_rest_are_read() -> None:
    reading = read(
        record("245 10 $a A"), record("100 1_ $a X"), record("100 1_ $a X", leader="00000nz  a2200000n  4500")
    )
    assert [work.title for work in reading.works] == ["A"]
    assert [(one.where, one.why) for one in reading.refused] == [
        ("record 2", "it has neither a title nor an identifier"),
        ("record 3", "it is a record of an authority, a class or holdings, not of a work"),
    ]


def test_a_prefix_and_the_envelope_of_a_harvest_make_no_difference() -> None:
    plain = record("245 10 $a A")
    prefixed = re.sub(r"<(/?)(\w)", r"<\1marc:\2", plain).replace(
        "<marc:record>", f"<marc:record xmlns:marc='{marcxml.NAMESPACE}'>", 1
    )
    harvest = f"<OAI-PMH><ListRecords><record><header/><metadata>{prefixed}</metadata></record></ListRecords></OAI-PMH>"
    for text in (plain, prefixed, harvest):
        reading = formats.read(text.encode(), "test.xml")
        assert reading.format == "marcxml"
        assert [work.title for work in reading.works] == ["A"]
        assert not reading.refused


def test_a_broken_tail_ends_the_file_with_a_refusal() -> None:
    reading = formats.read(f"<collection>{record('245 10 $a A')}<record><leader>".encode(), "test.xml")
    assert len(reading.works) == 1
    assert len(reading.refused) == 1


def test_marc_8_and_utf_8_are_told_apart_by_each_records_leader() -> None:
    from pymarc import Field as Made
    from pymarc import Indicators, Record, Subfield

    made = Record()
    made.add_field(Made("245", indicators=Indicators("1", "0"), subfields=[Subfield("a", "Hígado")]))
    unicode = made.as_marc()
    assert unicode[9:10] == b"a"
    # In MARC-8 the accent comes before its letter.
    old = unicode.replace("í".encode(), b"\xe2i")
    old = old[:9] + b" " + old[10:]
    assert len(old) == len(unicode)
    assert [work.title for work in formats.read(unicode + old, "test.mrc").works] == ["Hígado", "Hígado"]


def test_what_pymarc_finds_odd_in_a_record_is_not_repeated(
    recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    from pymarc import Field as Made
    from pymarc import Indicators, Record, Subfield

    made = Record()
    made.add_field(
        Made("245", indicators=Indicators("1", "0"), subfields=[Subfield("a", "Secret"), Subfield("c", "x")])
    )
    odd = made.as_marc().replace(b"\x1fcx", b"\x1f\xe4x")
    assert len(formats.read(odd + odd.replace(b"10\x1fa", b"1\x1faa"), "test.mrc").works) == 2
    assert not list(recwarn)
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_json_that_is_broken_or_no_record_is_refused() -> None:
    whole = {"leader": LEADER, "fields": [{"245": {"ind1": "0", "ind2": "0", "subfields": [{"a": "A"}]}}]}
    reading = formats.read(json.dumps([whole, {"leader": LEADER}, 3]).encode(), "test.json")
    assert [work.title for work in reading.works] == ["A"]
    assert [one.where for one in reading.refused] == ["record 2", "record 3"]
    assert len(formats.read(json.dumps(whole).encode()[:-1], "test.json").refused) == 1


def test_what_is_written_keeps_the_rules_of_the_schema() -> None:
    """The rules of MARC21slim for leader, tags, indicators, codes and lengths."""
    from lxml import etree

    written = formats.written(shelving.works().values(), "marcxml")
    root = etree.fromstring(written.encode())
    assert root.tag == f"{{{marcxml.NAMESPACE}}}collection"
    assert len(root) == len(shelving.works())
    leader = r"[\d ]{5}[\dA-Za-z ][\dA-Za-z][\dA-Za-z ]{3}(2| )(2| )[\d ]{5}[\dA-Za-z ]{3}(4500|    )"
    for entry in root:
        head, *controls = [part for part in entry if not part.tag.endswith("datafield")]
        assert re.fullmatch(leader, head.text)
        assert [part.get("tag") for part in controls] == ["001", "008"]
        assert len(controls[1].text) == 40
        tags = [part.get("tag") for part in entry if part.tag.endswith("datafield")]
        assert tags == sorted(tags)
        assert tags.count("245") == 1
        assert sum(tag.startswith("1") for tag in tags) <= 1
        for part in entry.iter(f"{{{marcxml.NAMESPACE}}}datafield"):
            assert re.fullmatch(r"[\da-z ]", part.get("ind1"))
            assert re.fullmatch(r"[\da-z ]", part.get("ind2"))
            assert len(part) > 0
            assert all(re.fullmatch(r"[\da-z]", sub.get("code")) and sub.text for sub in part)


def test_the_article_of_a_title_is_skipped_in_filing() -> None:
    works = [Work("a", "book", "The liver", language="eng"), Work("b", "book", "El hígado", language="spa")]
    works += [Work("c", "book", "Las", language="spa"), Work("d", "book", "The liver", language="ger")]
    written = formats.written(works, "marcxml")
    assert re.findall(r'tag="245" ind1="0" ind2="(\d)"', written) == ["4", "3", "0", "0"]


def test_the_public_samples_are_read_and_counted(shared: Path) -> None:
    folder = shared / "data" / "bibliography"
    counted = {}
    for path in (*sorted((folder / "marc").glob("*.[dmxj]*")), folder / "vufind" / "journal_article.xml"):
        reading = formats.read(path.read_bytes(), path.name)
        counted[path.name] = (reading.format, len(reading.works), len(reading.refused))
    assert counted == {
        "bad_records.mrc": ("marc", 2, 7),
        "batch.xml": ("marcxml", 2, 0),
        "journal_article.xml": ("marcxml", 2, 0),
        "marc.dat": ("marc", 20, 0),
        "multi_isbn.dat": ("marc", 1, 0),
        "one.dat": ("marc", 1, 0),
        "test.json": ("marc", 1, 0),
        "utf8_with_leader_flag.dat": ("marc", 1, 0),
    }
    article = formats.read((folder / "vufind" / "journal_article.xml").read_bytes(), "x").works[1]
    assert (article.container_title, article.volume, article.issue, article.issued) == (
        "Arithmetic Facts",
        "1",
        "1",
        "2023-04",
    )
