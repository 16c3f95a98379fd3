"""What a reader asks, read: words, phrases, fields, what to leave out. Any text whatever is a question.

Nothing of it reaches the database as it was typed: words are folded, and written anew between quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sequela.evidence import identifiers
from sequela.evidence.folding import compounds, folded_word, folded_words, is_stop, joined, spanish
from sequela.evidence.languages import code
from sequela.evidence.topics import roots

COLUMNS = {
    "title": "title",
    "titulo": "title",
    "author": "author",
    "autor": "author",
    "autora": "author",
    "journal": "journal",
    "revista": "journal",
    "subject": "subject",
    "materia": "subject",
    "tema": "subject",
    "keyword": "subject",
    "abstract": "body",
    "summary": "body",
    "resumen": "body",
    "doi": "identifier",
    "pmid": "identifier",
    "pmcid": "identifier",
    "isbn": "identifier",
    "issn": "identifier",
}
"""Fields that are looked for in the text, by their folded names in English and Spanish."""

FACETS = {
    "year": "year",
    "ano": "year",
    "language": "language",
    "idioma": "language",
    "lengua": "language",
    "lang": "language",
    "format": "format",
    "formato": "format",
    "type": "format",
    "tipo": "format",
    "procedure": "procedure",
    "procedimiento": "procedure",
    "complication": "complication",
    "complicacion": "complication",
    "status": "status",
    "estado": "status",
}
"""Fields whose values part the library, by their folded names."""

_TOKEN = re.compile(r"""(?P<minus>-(?=\S))?(?:(?P<field>[^\W\d_]+):\s*)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""")
_YEARS = re.compile(r"(?P<sign><=|>=|<|>)?(?P<first>\d{4})(?:\s*(?P<to>-|–|\.\.)\s*(?P<last>\d{4})?)?")
_FIRST_YEAR, _LAST_YEAR = 0, 9999


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that must stand together, in one column or any: one thing that is looked for, in all its wordings."""

    wordings: tuple[tuple[str, ...], ...]
    column: str = ""
    prefix: bool = False

    @property
    def expression(self) -> str:
        """The same for FTS5: each wording quoted, Spanish stems in their own column."""
        told = dict.fromkeys(self._wordings())
        text = " OR ".join(told)
        return f"({text})" if len(told) > 1 else text

    def _wordings(self) -> Iterator[str]:
        scope = f"{self.column} : " if self.column else ""
        for wording in self.wordings:
            quoted = '"' + " ".join(wording) + '"' + ("*" if self.prefix else "")
            yield f"{scope}{quoted}" if scope else f"{{title subject body author journal joined identifier}} : {quoted}"
            if not self.column and not self.prefix:
                yield 'spanish : "' + " ".join(spanish(wording)) + '"'


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood."""

    plain: tuple[Sought, ...] = ()
    """Of these one must be there; works with all of them stand first."""
    required: tuple[tuple[Sought, ...], ...] = ()
    """Of each of these groups one must be there."""
    excluded: tuple[Sought, ...] = ()
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(facet, values): one of the values must hold; a year is a range "2015-2021"."""
    unchosen: tuple[tuple[str, tuple[str, ...]], ...] = ()


Thesaurus = Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""The roots of a phrase's words, and all phrases that mean the same, folded."""


def understood(question: str, thesaurus: Thesaurus) -> Question:
    """Return a question as it is understood: "in quotes", -without, word*, field:value, this OR that."""
    plain: list[str] = []
    required: list[list[Sought]] = []
    excluded: list[Sought] = []
    chosen: list[tuple[str, tuple[str, ...]]] = []
    unchosen: list[tuple[str, tuple[str, ...]]] = []
    either = negated = False
    for token in _TOKEN.finditer(question):
        text = token["phrase"] if token["phrase"] is not None else token["word"]
        if (
            token["word"] is not None
            and not token["field"]
            and not token["minus"]
            and text in ("AND", "OR", "NOT", "Y", "O")
        ):
            either, negated = text in ("OR", "O"), text == "NOT"
            continue
        minus, negated = bool(token["minus"]) or negated, False
        field = folded_word(token["field"]) if token["field"] else ""
        if field in FACETS:
            (unchosen if minus else chosen).append((FACETS[field], values(FACETS[field], text)))
        elif (sought := _sought(token, text, field)) is None:
            if not minus:
                plain += [text]
            elif one := _one(text, thesaurus):
                excluded.append(one)
        elif minus:
            excluded.append(sought)
        elif either and required:
            required[-1].append(sought)
        else:
            required.append([sought])
        either = False
    return Question(
        tuple(_plain(plain, thesaurus)), tuple(map(tuple, required)), tuple(excluded), tuple(chosen), tuple(unchosen)
    )


def _sought(token: re.Match[str], text: str, field: str) -> Sought | None:
    """A phrase, a field, a beginning or an identifier; nothing for a plain word."""
    if field and field not in COLUMNS:  # "necrosis: a review" names no field
        text, field = f"{token['field']} {text}", ""
    elif not field and token["word"] is not None and identifiers.doi(text):
        text, field = identifiers.doi(text), "doi"
    prefix = token["word"] is not None and text.endswith("*")
    if not (field or prefix or token["phrase"] is not None):
        return None
    found = folded_words(text)
    return Sought((found,), COLUMNS.get(field, ""), prefix) if found else None


def _one(text: str, thesaurus: Thesaurus) -> Sought | None:
    return next(iter(_plain([text], thesaurus)), None)


def _plain(texts: Iterable[str], thesaurus: Thesaurus) -> Iterator[Sought]:
    """Plain words: known phrases with all that mean the same, compounds in each way of writing, the rest alone."""
    told = " ".join(texts)
    found = folded_words(told)
    known = roots(found)
    yield from (Sought(((word,),)) for word in joined(told))
    at = 0
    longest = max((len(phrase) for phrase in thesaurus), default=0)
    while at < len(found):
        size = next((n for n in range(min(longest, len(found) - at), 0, -1) if known[at : at + n] in thesaurus), 0)
        if size:
            wordings = (found[at : at + size], *thesaurus[known[at : at + size]])
            yield Sought(tuple(dict.fromkeys(wordings)))
            if size > 1:  # its words count alone, too
                yield from (Sought(((word,),)) for word in found[at : at + size] if not is_stop(word))
        elif not is_stop(found[at]):
            yield Sought(((found[at],),))
            if together := compounds((found[at], found[at + 1])) if at + 1 < len(found) else "":
                yield Sought(((together,),))
        at += size or 1


def values(facet: str, text: str) -> tuple[str, ...]:
    """Return the values that are meant by what was written for a facet; of years, one range "first-last"."""
    if facet == "year":
        found = _YEARS.fullmatch(text.strip())
        return (f"{_from(found)}-{_to(found)}",) if found else (f"{_LAST_YEAR}-{_FIRST_YEAR}",)
    return tuple(code(one.strip()) if facet == "language" else one.strip() for one in re.split(r"[;|]", text) if one)


def _from(found: re.Match[str]) -> int:
    first = int(found["first"])
    return {"<": _FIRST_YEAR, "<=": _FIRST_YEAR, ">": first + 1}.get(found["sign"] or "", first)


def _to(found: re.Match[str]) -> int:
    first = int(found["first"])
    if found["sign"]:
        return {"<": first - 1, "<=": first}.get(found["sign"], _LAST_YEAR)
    return int(found["last"] or _LAST_YEAR) if found["to"] else first
