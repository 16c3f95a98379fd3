"""References as people write them, in plain text.

Sources of the rules: for Vancouver the ICMJE's samples and Citing Medicine (National Library of Medicine, 2nd edition);
for APA the Publication Manual of the American Psychological Association, 7th edition, and apastyle.apa.org. What only
italics would say is not said, capitals stay as the record has them, and what is not known is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sequela.evidence import languages
from sequela.evidence.works import UNDATED, Author, Work

_ARTICLES = ("article-journal", "article-magazine", "article-newspaper")
_PARTS = ("chapter", "paper-conference", "entry", "entry-dictionary", "entry-encyclopedia")
_ONLINE = ("webpage", "post", "post-weblog")
# Types of which APA gives the day; of the others the year is enough.
_OF_A_DAY = (*_ONLINE, "article-newspaper", "article-magazine")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NOTICES = {"retraction": "Retraction in", "concern": "Expression of concern in", "correction": "Erratum in"}


def citation(work: Work) -> str:
    """A short Vancouver-like reference on one line."""
    names = [author.short for author in work.authors]
    if names and (len(names) > 6 or work.authors_incomplete):
        names = [*names[:3], "et al"]
    who = ", ".join([*names, *work.corporate_authors])
    place = " ".join(part for part in (work.container_title or work.publisher, work.year) if part)
    if work.volume:
        place += f";{work.volume}"
        if work.issue:
            place += f"({work.issue})"
    if work.page:
        place += f":{work.page}"
    title = work.title if work.title.endswith(("?", "!")) else _sentence(work.title)
    known = (f"doi:{work.doi}" if work.doi else "", f"PMID {work.pmid}" if work.pmid else "", work.pmcid, work.url)
    identifier = next((f" {name}" for name in known if name), "")
    retracted = " RETRACTED." if work.status == "retracted" else ""
    said = " ".join(filter(None, (who and f"{who}.", title, _sentence(place))))
    return f"{said}{identifier}{retracted}".strip()


def vancouver(work: Work) -> str:
    """Return a reference as the ICMJE and the National Library of Medicine write it, on one line."""
    who = _authors_in_vancouver(work)
    editors = _named(work.editors)
    edited = f"{', '.join(editors)}, editor{'s' if len(editors) > 1 else ''}" if editors else ""
    if _in_a_journal(work):
        place = _sentence(work.container_title_short or work.container_title) + " " + _issue_in_vancouver(work)
        said = [who, _title_in_vancouver(work), place]
    elif work.type in _PARTS and work.container_title:
        book = " ".join(map(_sentence, filter(None, (edited, work.container_title, _edition(work, "ed.")))))
        said = [who, _title_in_vancouver(work), f"In: {book} {_sentence(_published(work))}", _pages_in_vancouver(work)]
    else:
        first, later = (who, edited) if who else (edited, "")
        said = [first, _title_in_vancouver(work), _edition(work, "ed."), later, _published(work)]
    language = languages.name(work.language) if work.language not in ("", "eng") else ""
    return " ".join(map(_sentence, filter(None, (*said, language, *_notices(work))))) + _known_in_vancouver(work)


def _in_a_journal(work: Work) -> bool:
    """Whether a work is cited as a journal's article; abstracts of a meeting stand in one, papers in a book."""
    in_supplement = work.type == "paper-conference" and not (work.editors or work.publisher)
    return bool(work.container_title) and (work.type in _ARTICLES or in_supplement)


def _authors_in_vancouver(work: Work) -> str:
    """Six authors and "et al"; bodies stand after the persons, apart by a semicolon."""
    persons, bodies = _named(work.authors)[:6], list(work.corporate_authors)[: max(0, 6 - len(work.authors))]
    shown = "; ".join(filter(None, (", ".join(persons), *bodies)))
    more = work.authors_incomplete or len(work.authors) + len(work.corporate_authors) > 6
    return f"{shown}, et al" if shown and more else shown


def _named(people: Sequence[Author]) -> list[str]:
    ordinals = {"II": "2nd", "III": "3rd", "IV": "4th"}
    return [
        " ".join(filter(None, (one.family, "".join(one.initials), ordinals.get(one.suffix, one.suffix.rstrip(".")))))
        for one in people
    ]


def _title_in_vancouver(work: Work) -> str:
    medium = {"thesis": " [dissertation]", "article": " [preprint]"} | dict.fromkeys(_ONLINE, " [Internet]")
    translated = f" [{work.translated_title.strip('[].')}]" if work.translated_title else ""
    return work.title.rstrip(".") + translated + medium.get(work.type, "")


def _issue_in_vancouver(work: Work) -> str:
    """2002;347(4):284-7."""
    said = "[date unknown]" if work.issued == UNDATED else work.year
    if work.volume or work.issue:
        said += f";{work.volume}" + (f"({work.issue})" if work.issue else "")
    return f"{said}:{_shortened(work.page)}" if work.page else said


def _pages_in_vancouver(work: Work) -> str:
    return f"p. {_shortened(work.page)}" if work.page else ""


def _shortened(page: str) -> str:
    """Pages as Index Medicus prints them: the last without the figures that it shares with the first."""
    found = re.fullmatch(r"([A-Za-z]*)(\d+)-\1(\d+)", page)
    if not found:
        return page
    letters, first, last = found.groups()
    if first == last:
        return f"{letters}{first}"
    same = [one == other for one, other in zip(first, last, strict=True)] if len(first) == len(last) else [False]
    return f"{letters}{first}-{last[same.index(False) :]}"


def _edition(work: Work, word: str) -> str:
    """2nd ed."""
    edition = work.edition.strip()
    if edition.isdecimal():
        number = int(edition)
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
        edition = f"{number}{ending}"
    return edition if not edition or re.search(r"\bed(\.|ition|ición)?\b", edition, re.I) else f"{edition} {word}"


def _published(work: Work) -> str:
    """Place: publisher; year."""
    publisher = work.publisher or (work.container_title if work.type not in _PARTS else "")
    year = "[date unknown]" if work.issued == UNDATED else work.year
    return "; ".join(filter(None, (": ".join(filter(None, (work.publisher_place, publisher))), year)))


def _notices(work: Work) -> list[str]:
    """What was published about a work afterwards; that it is retracted is said in any case."""
    said = [f"{_NOTICES[kind]}: {reference}" for kind, reference in _published_notices(work)]
    return said if not work.retracted or any(one.startswith("Retraction") for one in said) else [*said, "RETRACTED"]


def _published_notices(work: Work) -> list[tuple[str, str]]:
    """Kind and place of the notices that say where they were published."""
    told = [(one.kind, one.reference or (f"doi: {one.doi}" if one.doi else "")) for one in work.notices]
    return [(kind, place) for kind, place in told if kind in _NOTICES and re.search(r"\d", place)]


def _known_in_vancouver(work: Work) -> str:
    numbers = "; ".join(
        filter(None, (f"PMID: {work.pmid}" if work.pmid else "", f"PMCID: {work.pmcid}" if work.pmcid else ""))
    )
    # A page's own address ends without a full stop, lest it be copied with it.
    address = f" Available from: {work.url}" if work.url and not (work.doi or work.pmid or work.pmcid) else ""
    return (f" doi: {work.doi}." if work.doi else "") + (f" {numbers}." if numbers else "") + address


def _sentence(text: str) -> str:
    ended = not text or text.rstrip("\u201d\"'").endswith((".", "?", "!"))
    return text if ended else f"{text}."


def apa(work: Work) -> str:
    """Return an entry of a reference list as APA Style (7th edition) writes it, on one line."""
    people = [*map(_inverted, work.authors), *work.corporate_authors]
    edited = not people and bool(work.editors) and work.type not in (*_ARTICLES, *_PARTS)
    if edited:
        people = list(map(_inverted, work.editors))
    who = _listed(people, incomplete=work.authors_incomplete and not edited)
    if edited:
        who += f" ({_word(work.editors, 'Ed.')})"
    when = f"({_date(work)})."
    title = _sentence(_title_in_apa(work))
    # Without an author the title stands first.
    beginning = " ".join(filter(None, (_sentence(who), when, title) if who else (title, when)))
    source = _source(work, people)
    address = f"https://doi.org/{work.doi}" if work.doi else work.url
    return " ".join(filter(None, (beginning, source, address, _retraction(work))))


def _inverted(author: Author) -> str:
    """King, M. L., Jr."""
    suffix = "Jr." if author.suffix.rstrip(".") == "Jr" else author.suffix
    return ", ".join(filter(None, (author.family, _spaced(author.given), suffix)))


def _spaced(given: str) -> str:
    """Initials with points, "A. B."; the hyphen of "Jean-Paul" stays, "J.-P."."""
    parts = ["-".join(f"{one}." for one in _initials_of_part(part)) for part in given.replace(".", " ").split()]
    return " ".join(filter(None, parts))


def _initials_of_part(part: str) -> list[str]:
    if part.isupper() and len(part) <= 3:  # "SM" are two given names, not a hyphened one
        return [". ".join(part)]
    return [one[0] for one in part.split("-") if one]


def _listed(people: Sequence[str], *, incomplete: bool = False) -> str:
    """Up to twenty names with an ampersand; of more the first nineteen, an ellipsis and the last."""
    if incomplete:
        return ", ".join([*people[:20], "et al."]) if people else ""
    if len(people) > 20:
        return f"{', '.join(people[:19])}, . . . {people[-1]}"
    return ", & ".join(filter(None, (", ".join(people[:-1]), *people[-1:])))


def _word(people: Sequence[Author], one: str) -> str:
    return one if len(people) == 1 else f"{one.rstrip('.')}s."


def _date(work: Work) -> str:
    if work.issued == UNDATED:
        return work.year
    year, month, day = [*work.issued.split("-"), "", ""][:3]
    if work.type not in _OF_A_DAY or not month:
        return year
    return f"{year}, {_MONTHS[int(month) - 1]}" + (f" {int(day)}" if day else "")


def _title_in_apa(work: Work) -> str:
    title = work.title.rstrip(".") + (f" [{work.translated_title.strip('[].')}]" if work.translated_title else "")
    if work.type in (*_ARTICLES, *_PARTS):
        return title
    edition = _edition(work, "ed.")
    kind = {"thesis": " [Doctoral dissertation]", "article": " [Preprint]"}.get(work.type, "")
    return title + (f" ({edition})" if edition else "") + kind


def _source(work: Work, people: Sequence[str]) -> str:
    if _in_a_journal(work):
        volume = work.volume + (f"({work.issue})" if work.issue else "")
        return ", ".join(filter(None, (work.container_title, volume, _place_in_volume(work.page)))) + "."
    if work.type in _PARTS and work.container_title:
        names = [" ".join(filter(None, (_spaced(one.given), one.family))) for one in work.editors]
        joined = " & ".join(names) if len(names) < 3 else _listed(names)
        editors = f"{joined} ({_word(work.editors, 'Ed.')}), " if names else ""
        pages = f"{'pp.' if '-' in work.page else 'p.'} {_dashed(work.page)}" if work.page else ""
        where = ", ".join(filter(None, (_edition(work, "ed."), pages)))
        book = f"In {editors}{work.container_title}" + (f" ({where})" if where else "")
        return " ".join(map(_sentence, filter(None, (book, work.publisher))))
    # Who publishes what they wrote is named once.
    names = [one for one in dict.fromkeys((work.container_title, work.publisher)) if one and one not in people]
    return " ".join(map(_sentence, names))


def _place_in_volume(page: str) -> str:
    return f"Article {page}" if re.fullmatch(r"[A-Za-z]{1,3}\d{3,}|\d{5,}", page) else _dashed(page)


def _dashed(page: str) -> str:
    return page.replace("-", "\N{EN DASH}")


def _retraction(work: Work) -> str:
    if not work.retracted:
        return ""
    places = [place for kind, place in _published_notices(work) if kind == "retraction"]
    return f"(Retraction published {places[0].rstrip('.')})" if places else "(Retracted)"


STYLES: Mapping[str, Callable[[Work], str]] = MappingProxyType({"vancouver": vancouver, "apa": apa})
"""Every style of a reference, by the name that a reader asks for."""
