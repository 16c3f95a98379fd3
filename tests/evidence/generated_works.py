"""Works as Hypothesis makes them: texts of many scripts with the signs that formats stumble over."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import strategies as st

from sequela.evidence.formats import kinds
from sequela.evidence.works import STATUSES, UNDATED, Author, Notice, Work

_SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))
_HARD = st.sampled_from(
    ["{", "}", "&", "%", "$", "#", "_", "~", "^", "\\", '"', "--", "''", "``", "<", ">", "=", "@", "[", "]", "é", "ñ"]
)
_WORD = st.lists(st.one_of(st.sampled_from("abcXYZ123"), _SIGNS, _HARD), min_size=1, max_size=6).map("".join)


def words(count: int) -> st.SearchStrategy[str]:
    """Up to some words of any signs, one space apart."""
    return st.lists(_WORD, min_size=1, max_size=count).map(lambda said: " ".join(" ".join(said).split()))


_LETTERS = st.text(st.sampled_from("aeioudlrstnmñéüçøłàß'-&{}%"), min_size=2, max_size=7).filter(
    lambda said: said.strip("'-{}%&") == said and len(said) > 1
)
_NAMES = st.lists(_LETTERS, min_size=1, max_size=2).map(lambda said: " ".join(part.capitalize() for part in said))
_FAMILIES = st.one_of(
    _NAMES, st.sampled_from(["García Márquez", "de la Cruz Ortiz", "von der Heide", "O'Neill", "Łoś"])
)
_PERSONS = st.builds(Author, family=_FAMILIES, given=_NAMES, suffix=st.sampled_from(["", "", "Jr", "III"]))
_ORCIDS = st.sampled_from(["", "0000-0002-1825-0097", "0000-0001-5109-3700"])
_BODIES = st.sampled_from(
    ["World Health Organization", "Liver Study Group & Friends", "University of California, Berkeley", "EASL"]
)
_KEYWORDS = st.lists(
    words(3).filter(lambda said: not {";", ","} & set(said) and not said.startswith("*")), max_size=3, unique=True
).map(tuple)
_DATES = st.one_of(
    st.just(UNDATED),
    st.integers(1000, 2100).map(str),
    st.dates().map(lambda day: f"{day.year:04}-{day.month:02}"),
    st.dates().map(lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}"),
)
_TOKENS = st.text(st.sampled_from("0123456789SAe"), min_size=1, max_size=5)
_ADDRESSES = st.lists(
    st.text(st.sampled_from("abc123_%&;=/~"), min_size=1, max_size=9).map(lambda rest: f"https://example.org/{rest}x"),
    max_size=3,
    unique=True,
)


@st.composite
def works(draw: st.DrawFn) -> Work:
    """A work with every field that a file may hold."""
    addresses = draw(_ADDRESSES)
    title, journal, short = draw(st.lists(words(5), min_size=3, max_size=3, unique=True))
    people = draw(st.lists(_PERSONS, max_size=4, unique=True))
    known = draw(st.integers(0, len(people)))
    kind = draw(st.sampled_from([kind.csl for kind in kinds.KINDS if kind.endnote]))
    return Work(
        key=draw(st.text(st.sampled_from("abcdef-0123456789"), min_size=1, max_size=8)),
        type=kind,
        title=title,
        issued=draw(_DATES),
        language=draw(st.sampled_from(["", "eng", "spa", "ger", "chi", "fre"])),
        translated_title=draw(st.one_of(st.just(""), words(4))),
        authors=tuple(replace(one, orcid=draw(_ORCIDS)) for one in people[:known]),
        authors_incomplete=draw(st.booleans()),
        corporate_authors=tuple(draw(st.lists(_BODIES, max_size=2, unique=True))),
        editors=tuple(people[known:]),
        container_title=journal,
        container_title_short=draw(st.sampled_from(["", short])),
        volume=draw(_TOKENS),
        issue=draw(_TOKENS),
        page=draw(
            st.one_of(st.just(""), _TOKENS, st.lists(_TOKENS, min_size=2, max_size=2, unique=True).map("-".join))
        ),
        edition=draw(words(2)),
        publisher=draw(words(3)),
        publisher_place=draw(words(2)),
        issn=tuple(draw(st.lists(st.sampled_from(["1234-5679", "2049-363X"]), unique=True))),
        isbn=tuple(draw(st.lists(st.sampled_from(["9783161484100", "080442957X"]), unique=True))),
        doi=draw(st.sampled_from(["", "10.1000/a_b(c)%3c1::aid>3.0;2-#", "10.12890/2020_001530"])),
        pmid=draw(st.sampled_from(["", "32399442"])),
        pmcid=draw(st.sampled_from(["", "PMC7213831"])),
        url=addresses[0] if addresses else "",
        access=tuple(addresses[1:]),
        format=draw(words(2)),
        genres=tuple(draw(st.lists(st.sampled_from(["Case Reports", "Review", "Journal Article"]), unique=True))),
        subjects=draw(_KEYWORDS),
        keywords=draw(_KEYWORDS),
        abstract="\n".join(draw(st.lists(words(6), max_size=3))),
        licence=draw(words(2)),
        status=draw(st.sampled_from(STATUSES)),
        notices=tuple(draw(st.lists(st.builds(Notice, st.just("correction"), words(3)), max_size=1))),
    )


def with_only(work: Work, carried: frozenset[str]) -> Work:
    """The same work with nothing but the fields that a format carries, and its key."""
    kept = {name: getattr(work, name) for name in carried}
    needed = {"key": work.key, "type": "document", "title": ""}
    return Work(**needed | kept)


def compared(work: Work, carried: frozenset[str], *, orcid: bool) -> dict[str, object]:
    """What of a work is to come back: the carried fields; ORCIDs where the format has a place for them."""
    said = {field.name: getattr(work, field.name) for field in fields(Work) if field.name in carried}
    if not orcid:
        said |= {name: tuple(replace(one, orcid="") for one in getattr(work, name)) for name in ("authors", "editors")}
    return said
