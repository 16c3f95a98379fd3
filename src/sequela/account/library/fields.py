"""The fields of a record, with a library's labels, in the order of its page: for a browser and for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sequela.account.library.places import link
from sequela.account.library.wording import Wording, tag
from sequela.evidence import languages
from sequela.evidence.search.facets import heading_of
from sequela.evidence.works import SOURCES, Author, Notice, Work

_ADDRESS = re.compile(r"(https?://[^\s;,)\]]+)")
_KNOWN = dict(zip(SOURCES, ("full", "abstract", "record", "secondary", "unverified"), strict=True))
_FORM = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field."""

    text: str
    language: str = ""
    """The tag of its own language; empty where it has none, or that of the page."""
    link: str = ""
    """An address of the web, already found fit to follow."""
    facet: str = ""
    """The facet that lists the works with this value, and the value there."""
    of: str = ""
    before: str = ""
    """Words of the page before it, and behind it."""
    after: str = ""
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its values."""

    label: str
    values: tuple[Value, ...]
    between: str = ""
    """What stands between values that follow each other on a line; without it each has a line of its own."""


def fields(work: Work, say: Wording) -> list[Field]:
    """Return what is known of a work beside its title, summary and abstract; a field with no value is left out."""
    said = (
        _people(work.authors, "main", work.authors_incomplete, say),
        _people(work.editors, "other", False, say),
        _many("corporate_author", [Value(name, tag(name, work.language)) for name in work.corporate_authors], say),
        _field("translated_title", [Value(work.translated_title, tag(work.translated_title, ""))], say),
        _field("format", list(_forms(work, say)), say, between="; "),
        _field("publication_types", [Value(name, "en") for name in work.genres], say, between="; "),
        _field("language", [_language(work, say)], say),
        _field("published_in", [published_in(work, say)], say),
        _field("published", [_published(work, say)], say),
        _field("edition", [Value(work.edition, tag(work.edition, work.language))], say),
        _field("subjects", [_topic(text, work) for text in work.subjects], say),
        _field("keywords", [_topic(text, work) for text in work.keywords], say, between="; "),
        _field("access", [Value(address, link=link(address)) for address in work.links], say),
        _field("identifiers", list(_identifiers(work)), say),
        _field("licence", [Value(work.licence, tag(work.licence, "eng"))], say),
        _field("known", list(_known(work, say)), say, between=" "),
        _field("state", list(_state(work, say)), say),
    )
    return [field for field in said if field.values]


def published_in(work: Work, say: Wording) -> Value:
    """Return the journal or book with its volume, issue and pages."""
    page = re.fullmatch(r"\D?\d+\s*[-–]\s*\D?\d+|\d{1,4}", work.page)
    numbers = (
        say("journal.volume", text=work.volume) if work.volume else "",
        say("journal.issue", text=work.issue) if work.issue else "",
        say("journal.page" if page else "journal.article", text=work.page) if work.page else "",
    )
    after = ", ".join(number for number in numbers if number)
    title = work.container_title or work.container_title_short
    return Value(title, tag(title, work.language), after=f", {after}" if title and after else after)


def _field(label: str, values: Sequence[Value], say: Wording, *, between: str = "") -> Field:
    held = tuple(value for value in values if value.text or value.before or value.after)
    return Field(say(f"record.{label}"), held, between)


def _many(label: str, values: Sequence[Value], say: Wording) -> Field:
    return _field(label if len(values) == 1 else f"{label}s", values, say)


def _people(people: Sequence[Author], which: str, incomplete: bool, say: Wording) -> Field:
    role = f" ({say('record.editor')})" if which == "other" else ""
    named = [Value(person.inverted, after=role, orcid=_orcid(person)) for person in people]
    if incomplete:
        named.append(Value("", after=say("record.and_others" if named else "record.others_only")))
    label = f"{which}_author" if len(named) == 1 and people else f"{which}_authors"
    return _field(label, named, say, between="; ")


def _orcid(person: Author) -> str:
    return link(f"https://orcid.org/{person.orcid}") if person.orcid else ""


def _forms(work: Work, say: Wording) -> Iterator[Value]:
    """The form in the record's words, said in the page's where we have them; without any, our word for the type."""
    kind = Value(say.named("type", work.type), facet="format", of=work.type)
    parts = [part.strip() for part in work.format.split(",") if part.strip()]
    names = {part: _FORM.sub("-", part.casefold()) for part in parts}
    if not parts:
        yield kind
    for part, name in names.items():
        told = say.named("form", name) if say.knows("form", name) else part
        if told == kind.text:
            yield kind
        else:
            yield Value(told) if say.knows("form", name) else Value(told, tag(told, work.language))


def _language(work: Work, say: Wording) -> Value:
    return Value(languages.name(work.language, say.language), facet="language", of=work.language)


def _published(work: Work, say: Wording) -> Value:
    publisher = ", ".join(part for part in (work.publisher_place, work.publisher) if part)
    date = say.date(work.issued)
    facet = {"facet": "year", "of": work.year} if work.year.isdecimal() else {}
    return Value(date, before=f"{publisher}, " if publisher else "", **facet)


def _topic(text: str, work: Work) -> Value:
    return Value(text, tag(text, work.language), facet="subject", of=heading_of(text))


def _identifiers(work: Work) -> Iterator[Value]:
    for name, value, address in (
        ("DOI", work.doi, f"https://doi.org/{work.doi}"),
        ("PMID", work.pmid, f"https://pubmed.ncbi.nlm.nih.gov/{work.pmid}/"),
        ("PMCID", work.pmcid, f"https://www.ncbi.nlm.nih.gov/pmc/articles/{work.pmcid}/"),
    ):
        if value:
            yield Value(value, before=f"{name} ", link=link(address))
    for name, numbers in (("ISSN", work.issn), ("ISBN", work.isbn)):
        yield from (Value(number, before=f"{name} ") for number in numbers)


def _known(work: Work, say: Wording) -> Iterator[Value]:
    """How we know it: the place where it was read, in the page's words; a record from a file says so itself."""
    if not work.source:
        return
    begins = next((begins for begins in _KNOWN if work.source.startswith(begins)), "")
    rest = work.source.removeprefix(begins).strip()
    if begins:
        yield Value("", before=say(f"known.{_KNOWN[begins]}") + (":" if rest else ""))
    pieces = _ADDRESS.split(rest)
    yield from ([Value(pieces[0].strip(), "en")] if pieces[0].strip() else [])
    for address, words in zip(pieces[1::2], pieces[2::2], strict=True):
        # A sign that parts the address from what follows stands close to it.
        plain = words.lstrip(";,. ")
        yield Value(address, link=link(address), after=words[: len(words) - len(plain)].strip())
        if plain.strip():
            yield Value(plain.strip(), "en")


def _state(work: Work, say: Wording) -> Iterator[Value]:
    if work.status != "current":
        yield Value("", before=say(f"state.{work.status}"))
    for notice in work.notices:
        yield _notice(notice, say)


def _notice(notice: Notice, say: Wording) -> Value:
    said = say.named("notice", notice.kind)
    address = f"https://doi.org/{notice.doi}" if notice.doi else ""
    if not address and notice.pmid:
        address = f"https://pubmed.ncbi.nlm.nih.gov/{notice.pmid}/"
    text = notice.reference or address
    return Value(text, "en" if notice.reference else "", before=f"{said}: " if text else said, link=link(address))
