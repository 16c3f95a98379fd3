"""What a MARC 21 record says of a work, however the record came: as MARC, MARCXML, JSON or a staff view.

Source: Library of Congress, "MARC 21 Format for Bibliographic Data"; for the parts of 773 $g also the keyed form
("volume:7") of the German union catalogues.
Of linked fields (880) the title in its own script is taken, for it stands on the work; names stay as transcribed, as
PubMed and Crossref give them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Refused, kinds, pubmed, tagged
from sequela.evidence.works import STATUSES, Author, Notice, Work, state_of


@dataclass(frozen=True, slots=True)
class Field:
    """One variable field: its tag, its two indicators as one text, its subfields in order."""

    tag: str
    indicators: str
    subfields: tuple[tuple[str, str], ...]

    def all(self, codes: str) -> list[str]:
        """Return the values of some subfields, in the field's order, their letters composed as they are elsewhere."""
        said = [unicodedata.normalize("NFC", value) for code, value in self.subfields if code in codes]
        return [plain for value in said if (plain := tagged.line(value))]

    def first(self, code: str) -> str:
        """Return the first value of a subfield; empty where there is none."""
        return next(iter(self.all(code)), "")


@dataclass(frozen=True, slots=True)
class Record:
    """One MARC record: leader, control fields and variable fields, each in order."""

    leader: str
    controls: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]

    def control(self, tag: str) -> str:
        """Return a control field; empty where there is none."""
        return next((value for name, value in self.controls if name == tag), "")

    def all(self, *tags: str) -> list[Field]:
        """Return the fields of some tags, in the record's order."""
        return [one for one in self.fields if one.tag in tags]

    @property
    def punctuated(self) -> bool:
        """Whether ISBD punctuation stands at the ends of subfields: unless leader/18 says that it was left out."""
        return self.leader[18:19] not in ("c", "n")


RELATIONS = {
    "retraction": "Retraction in:",
    "notice-of-retraction": "Retraction of:",
    "concern": "Expression of concern in:",
    "notice-of-concern": "Expression of concern for:",
    "correction": "Erratum in:",
    "notice-of-correction": "Erratum for:",
    "update": "Update in:",
    "notice-of-update": "Update of:",
    "comment": "Comment in:",
    "notice-of-comment": "Comment on:",
}
"""How 787 $i names what was published about a work: the phrases of NLM."""
STATUS = "Status of the work: "
"""How a note (500) of our records begins that tells the work's state."""
LOCAL = "local"
"""The source code (`$2`) of terms that are a library's own."""

_KINDS = {relation.rstrip(":").casefold(): kind for kind, relation in RELATIONS.items()} | {
    "retracted by": "retraction",
    "retracted in": "retraction",
    "correction in": "correction",
    "corrected by": "correction",
}
_EDITOR = re.compile(r"\b(edt|editor|editora|éditeur|herausgeber|ed)\b", re.I)
_OTHER_ROLE = re.compile(
    r"\b(trl|ill|translator|illustrator|traductora?|ilustradora?|pbl|publisher|hst|spn|dgg)\b", re.I
)
_SUFFIX = re.compile(r"(?:Jr|Sr|[IVX]+|\d+(?:st|nd|rd|th))\.?")
_CUT = re.compile(r"\[?\b(?:et al|and (?:\w+|\d+) others|y otros)\b[.,]*\]?\.?$", re.I)
_NOT_A_LANGUAGE = {"", "|||", "und", "zxx", "mul", "mis"}
_OF_LEADER = {
    "ab": "article-journal",
    "aa": "chapter",
    "as": "periodical",
    "ai": "webpage",
    "am": "book",
    "tm": "manuscript",
    "em": "map",
    "gm": "motion_picture",
    "km": "graphic",
    "cm": "musical_score",
    "mm": "dataset",
}
_PART = {
    "volume": r"(?<!\w)(?:vol(?:umen?|\.)?|bd\.?|band|tomo?|t\.|v\.|jg\.|jahrg\.|year)\s*(\w[\w/-]*)",
    "number": r"(?<!\w)(?:nos?\.|n[úu]m(?:ero|\.)?|nr\.|n[.º°]+|issue|iss\.|number|heft|h\.|fasc\.|pt\.)\s*(\w[\w/-]*)",
    "pages": r"(?<!\w)(?:pp?\.|pages?|p[áa]g(?:ina)?s?\.?|s\.|seiten?|article|art\.)\s*(\w+(?:\s*[-–]\s*\w+)?)",
}
_PARTS = {name: re.compile(pattern, re.I) for name, pattern in _PART.items()}
_BARE = re.compile(r"(\d+)\s*(?:[(:]\s*([\w-]+?)\s*\)?)?\s*(?:\((?:[^()]*)\)\s*)?[,:;]\s*(\w+(?:\s*[-–]\s*\w+)?)\.?")


def work(record: Record) -> Work | str:
    """Return the work that a record describes, or why it cannot be taken."""
    if record.leader[6:7] in ("z", "w", "x", "y", "q", "v", "u"):
        return "it is a record of an authority, a class or holdings, not of a work"
    found = _places(record)
    title = _title(record)
    if why := tagged.unknowable(title, found):
        return why
    host = next(iter(record.all("773")), Field("773", "", ()))
    volume, issue, page = parts(host)
    people = _people(record)
    genres = _once(_bare(" ".join(one.all("a")), record) for one in record.all("655"))
    notices = tuple(_notices(record))
    issn, _ = tagged.numbers(host.all("x") + [value for one in record.all("022") for value in one.all("a")])
    _, isbn = tagged.numbers([value for one in record.all("020") for value in one.all("a")] + host.all("z"))
    imprint = [one for one in record.all("264", "260") if one.tag == "260" or one.indicators[1:] in ("1", " ", "")]
    made = Work(
        key="",
        type=_type(record),
        title=title,
        issued=_issued(record, imprint, host),
        language=_language(record),
        translated_title=_translated(record),
        authors=people[0],
        authors_incomplete=any(_CUT.search(value) for one in record.all("245") for value in one.all("c")),
        corporate_authors=people[2],
        editors=people[1],
        container_title=_bare(host.first("t"), record),
        container_title_short=_bare(host.first("p"), record),
        volume=volume,
        issue=issue,
        page=page,
        edition=next((_bare(value, record) for one in record.all("250") for value in one.all("a")), ""),
        publisher="; ".join(_once(_bare(value, record) for one in imprint[:1] for value in one.all("b"))),
        publisher_place="; ".join(_once(_bare(value, record) for one in imprint[:1] for value in one.all("a"))),
        issn=issn,
        isbn=isbn,
        format=", ".join(value for one in record.all("653") if one.indicators[1:] == "6" for value in one.all("a")),
        genres=genres,
        subjects=_once(_subject(one, record) for one in record.all("600", "610", "611", "630", "650", "651")),
        keywords=_once(
            value for one in record.all("653") if one.indicators[1:] in (" ", "0", "") for value in one.all("a")
        ),
        abstract=_abstract(record),
        licence=next((one.first("a") or one.first("u") for one in record.all("540")), ""),
        status=_status(record, genres, notices),
        notices=notices,
    )
    return found.of(made)


def _once(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _bare(value: str, record: Record) -> str:
    """A subfield without the ISBD punctuation at its end; a full stop of an initial or abbreviation stays."""
    if not record.punctuated:
        return value
    bare = re.sub(r"\s*[/:;,=]\s*$", "", value).strip()
    bare = re.sub(r"(?<=\w{3})\.$|(?<=[)\]])\.$", "", bare)
    return bare[1:-1].strip() if re.fullmatch(r"\[[^\[\]]*\]", bare) else bare


def _title(record: Record) -> str:
    own = [one for one in record.all("880") if one.first("6").startswith("245")]
    return next((_titled(one, record) for one in (*own, *record.all("245"))), "")


def _titled(field: Field, record: Record) -> str:
    """Title and remainder; of "Title = Parallel title" only the title, which its own field repeats."""
    said = ""
    for code, value in field.subfields:
        if code not in "abnp" or not (plain := tagged.line(unicodedata.normalize("NFC", value))):
            continue
        mark = said.rstrip()[-1:] if record.punctuated else ""
        if mark == "=":
            break
        said = _bare(said, record) + (": " if code == "b" else ". ") + plain if said else plain
    return re.sub(r"(?<=[^.\s])\.$", "", _bare(said, record)) if record.punctuated else said


def _translated(record: Record) -> str:
    """A title translated by the cataloguer (242), else a parallel title (246 _1)."""
    found = (*record.all("242"), *(one for one in record.all("246") if one.indicators[1:] == "1"))
    return next((_titled(one, record) for one in found), "")


def _people(record: Record) -> tuple[tuple[Author, ...], tuple[Author, ...], tuple[str, ...]]:
    """Authors, editors and bodies; translators and the like made another work of it and are no authors."""
    authors: list[Author] = []
    editors: list[Author] = []
    bodies: list[str] = []
    for one in record.all("100", "110", "111", "700", "710", "711"):
        role = " ".join(one.all("4e"))
        other = _OTHER_ROLE.search(role) and not re.search(r"\baut(hor)?\b", role)
        if other or (one.tag[0] == "7" and one.first("t")):  # with $t it is another work of theirs
            continue
        if one.tag.endswith("00"):
            (editors if _EDITOR.search(role) else authors).append(_person(one, record))
        else:
            bodies.append(". ".join(_bare(value, record) for value in one.all("ab")))
    # Two of one name are two people.
    return tuple(authors), tuple(editors), _once(iter(bodies))


def _person(field: Field, record: Record) -> Author:
    name = field.first("a")
    if record.punctuated:
        name = re.sub(r"[\s,;]+$", "", name)
        name = re.sub(r"(?<=\w{2})\.$", "", name)
    family, _, given = name.partition(", ")
    suffix = next((value for value in field.all("c") if _SUFFIX.fullmatch(value.rstrip(","))), "").rstrip(",")
    named = [value for value in field.all("10") if "orcid" in value.lower()]
    orcid = next((told for value in named if (told := identifiers.orcid(value))), "")
    if field.indicators[:1] == "0":
        return Author(name, "", orcid, suffix)
    return Author(family, given, orcid, suffix)


def _places(record: Record) -> tagged.Places:
    told: dict[str, str] = {}
    for one in record.all("024"):
        source, value = one.first("2").casefold(), one.first("a")
        if source == "doi" or (not source and value.startswith("10.")):
            told.setdefault("doi", identifiers.doi(value))
        elif source in ("pmid", "pubmed"):
            told.setdefault("pmid", identifiers.pmid(value))
        elif source in ("pmcid", "pmc"):
            told.setdefault("pmcid", identifiers.pmcid(value if value.upper().startswith("PMC") else f"PMC{value}"))
    for one in record.all("035"):
        if found := re.match(r"\((pubmed|pmid|pmc(?:id)?|doi)\)\s*(.+)", one.first("a"), re.I):
            source, value = found[1].casefold(), found[2]
            if source == "doi":
                told.setdefault("doi", identifiers.doi(value))
            elif source.startswith("pmc"):
                told.setdefault("pmcid", identifiers.pmcid(value))
            else:
                told.setdefault("pmid", identifiers.pmid(value))
    # 856 _1 is another version of it; _2 leads to something related: its publisher's description, say.
    links: dict[str, list[str]] = {"0": [], "1": []}
    for one in record.all("856"):
        kind = one.indicators[1:].strip(" |") or "0"
        links.get(kind, []).extend(one.all("u"))
    return tagged.places(links["0"], links["1"], **told)


def parts(host: Field) -> tuple[str, str, str]:
    """Return volume, issue and page of a host item entry: of 773 $g in its usual forms, else of $q."""
    keyed: dict[str, str] = {}
    said = []
    for value in host.all("g"):
        if found := re.fullmatch(r"(volume|number|pages|year|month|day|elocationid):(.*)", value):
            keyed.setdefault(found[1], found[2])
        else:
            said.append(value)
    if keyed:
        return keyed.get("volume", ""), keyed.get("number", ""), keyed.get("pages", "") or keyed.get("elocationid", "")
    text = " ".join(said)
    told = {name: found[1] if (found := pattern.search(text)) else "" for name, pattern in _PARTS.items()}
    if not any(told.values()) and (bare := _BARE.fullmatch(text)):
        told = {"volume": bare[1], "number": bare[2] or "", "pages": bare[3]}
    if not any(told.values()) and (coded := re.fullmatch(r"([^:<]*)(?::([^:<]*))?(?:<(.*))?", host.first("q"))):
        told = {"volume": coded[1], "number": coded[2] or "", "pages": coded[3] or ""}
    return told["volume"], told["number"], pubmed.pages(tagged.pages(told["pages"], ""))


def _type(record: Record) -> str:
    said = [value for one in record.all("380") if one.first("2") == LOCAL for value in one.all("a")]
    if own := next((value for value in said if value in kinds.CSL), ""):
        return own
    if record.all("502"):
        return "thesis"
    leader = record.leader[6:8]
    contents = record.control("008")[24:28]
    if leader == "am" and "t" in contents:
        return "report"
    if leader[:1] in ("i", "j"):
        return "song" if leader[:1] == "j" else "document"
    return _OF_LEADER.get(leader) or _OF_LEADER.get(f"{leader[:1]}m", "document")


def _issued(record: Record, imprint: list[Field], host: Field) -> str:
    """The imprint's date, made finer by the fixed field or by the host's part where they agree."""
    fixed = record.control("008").ljust(15)
    coded = fixed[7:11] if re.fullmatch(r"[12]\d{3}", fixed[7:11]) else ""
    if coded and fixed[6] == "e" and re.fullmatch(r"\d{4}|\d\d[ |]{2}", fixed[11:15]):
        coded = "-".join(filter(None, (coded, fixed[11:13], fixed[13:15].strip(" |"))))
    printed = [value for one in imprint for value in one.all("c")]
    within = [found for value in host.all("g") for found in re.findall(r"\(([^()]*\d{4}[^()]*)\)", value)]
    within += [value.removeprefix("year:") for value in host.all("g") if value.startswith("year:")]
    return tagged.issued(*printed, *within, coded)


def _language(record: Record) -> str:
    codes = [record.control("008")[35:38].strip()]
    # Before 2001 several codes stood in one subfield: "engfre".
    told = [value for one in record.all("041") for value in one.all("a")]
    codes += [value[at : at + 3] for value in told for at in range(0, len(value), 3)]
    if found := next((code for code in codes if code not in _NOT_A_LANGUAGE and code.isalpha()), ""):
        return languages.code(found)
    return next((languages.code(_bare(value, record)) for one in record.all("546") for value in one.all("a")), "")


def _subject(field: Field, record: Record) -> str:
    """A heading and its subdivisions: MeSH as "Heading/qualifier", others as "Heading--Subdivision"."""
    heading = " ".join(_bare(value, record) for value in field.all("abcd"))
    rest = [re.sub(r"(?<=\w)\.$", "", _bare(value, record)) for value in field.all("vxyz")]
    return ("/" if field.indicators[1:] == "2" else "--").join([heading, *rest])


def _abstract(record: Record) -> str:
    found = record.all("520")
    chosen = [one for one in found if one.indicators[:1] == "3"] or [
        one for one in found if one.indicators[:1] in (" ", "2", "")
    ]
    return tagged.paragraphs("\n".join(" ".join(one.all("ab")) for one in chosen))


def _notices(record: Record) -> Iterator[Notice]:
    for one in record.all("787"):
        relation = one.first("i")
        kind = _KINDS.get(relation.rstrip(" :").casefold(), "")
        if kind:
            named = one.all("o")
            yield Notice(
                kind,
                one.first("t") or one.first("a"),
                next((identifiers.doi(value) for value in named if value.startswith("doi:")), ""),
                next((identifiers.pmid(value[5:]) for value in named if value.startswith("pmid:")), ""),
            )


def _status(record: Record, genres: tuple[str, ...], notices: tuple[Notice, ...]) -> str:
    """The state that a record of ours says itself, else that of its genres and notices."""
    said = [value.removeprefix(STATUS) for one in record.all("500") for value in one.all("a") if STATUS in value]
    return next((value for value in said if value in STATUSES), "") or state_of(notices, genres)


def read(records: Iterator[tuple[str, Record | str]]) -> Iterator[Work | Refused]:
    """Return the works of records, each with where it stands; a record that is a text says why it was not read."""
    for where, record in records:
        told = record if isinstance(record, str) else work(record)
        yield Refused(where, told) if isinstance(told, str) else told
