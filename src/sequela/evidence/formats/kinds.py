"""What each format calls a type of work, against the item types of CSL.

Purpose: one table for RIS, EndNote and BibTeX, read in both directions.
Source: the lists of types of the RIS specification, of EndNote's manual ("Creating a Tagged EndNote Import File"), of
BibTeX, and of CSL 1.0.2; where a format has none of its own, what Zotero and JabRef write.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """One CSL type and its name in each format; empty where the format has none."""

    csl: str
    ris: str
    endnote: str
    bibtex: str


KINDS = (
    Kind("article-journal", "JOUR", "Journal Article", "article"),
    Kind("article-magazine", "MGZN", "Magazine Article", ""),
    Kind("article-newspaper", "NEWS", "Newspaper Article", ""),
    Kind("article", "UNPB", "Unpublished Work", ""),
    Kind("bill", "BILL", "Bill", ""),
    Kind("book", "BOOK", "Book", "book"),
    Kind("chapter", "CHAP", "Book Section", "incollection"),
    Kind("dataset", "DATA", "Dataset", ""),
    Kind("document", "GEN", "Generic", "misc"),
    Kind("entry-dictionary", "DICT", "Dictionary", ""),
    Kind("entry-encyclopedia", "ENCYC", "Encyclopedia", ""),
    Kind("figure", "FIGURE", "Figure", ""),
    Kind("graphic", "ART", "Artwork", ""),
    Kind("hearing", "HEAR", "Hearing", ""),
    Kind("legal_case", "CASE", "Case", ""),
    Kind("legislation", "STAT", "Statute", ""),
    Kind("manuscript", "MANSCPT", "Manuscript", "unpublished"),
    Kind("map", "MAP", "Map", ""),
    Kind("motion_picture", "MPCT", "Film or Broadcast", ""),
    Kind("musical_score", "MUSIC", "Music", ""),
    Kind("pamphlet", "PAMP", "Pamphlet", "booklet"),
    Kind("paper-conference", "CPAPER", "Conference Paper", "inproceedings"),
    Kind("patent", "PAT", "Patent", ""),
    Kind("periodical", "JFULL", "Serial", ""),
    Kind("personal_communication", "PCOMM", "Personal Communication", ""),
    Kind("post-weblog", "BLOG", "Blog", ""),
    Kind("regulation", "LEGAL", "Legal Rule or Regulation", ""),
    Kind("report", "RPRT", "Report", "techreport"),
    Kind("software", "COMP", "Computer Program", ""),
    Kind("speech", "SLIDE", "", ""),
    Kind("standard", "STAND", "Standard", ""),
    Kind("thesis", "THES", "Thesis", "phdthesis"),
    Kind("webpage", "ELEC", "Web Page", ""),
)

ARTICLES = ("article-journal", "article-magazine", "article-newspaper")
"""Types whose second names are of authors, whatever the tag says: an article of a journal has no editor of its own."""

# What is read and never written, in lower case.
_ALIASES = {
    "ris": {
        "abst": "article-journal",
        "ejour": "article-journal",
        "inpr": "article-journal",
        "conf": "paper-conference",
        "echap": "chapter",
        "ebook": "book",
        "edbook": "book",
        "clswk": "book",
        "ser": "book",
        "unpd": "article",
        "dbase": "dataset",
        "aggr": "dataset",
        "govdoc": "report",
        "chart": "graphic",
        "video": "motion_picture",
        "web": "webpage",
        "icomm": "personal_communication",
        "ctlg": "document",
    },
    # With the formats of VuFind, which it writes into the place of the type.
    "endnote": {
        "article": "article-journal",
        "electronic article": "article-journal",
        "conference proceedings": "paper-conference",
        "electronic book": "book",
        "electronic book section": "chapter",
        "book chapter": "chapter",
        "edited book": "book",
        "classical work": "book",
        "online database": "dataset",
        "government document": "report",
        "chart or table": "graphic",
        "audiovisual material": "motion_picture",
        "website": "webpage",
        "journal": "periodical",
        "serial publication": "periodical",
    },
    "bibtex": {
        "article": "article-journal",
        "conference": "paper-conference",
        "inbook": "chapter",
        "collection": "book",
        "proceedings": "book",
        "manual": "report",
        "mastersthesis": "thesis",
        "online": "webpage",
        "electronic": "webpage",
        "www": "webpage",
    },
}

CSL = frozenset({kind.csl for kind in KINDS}) | {
    "broadcast",
    "classic",
    "collection",
    "entry",
    "event",
    "interview",
    "performance",
    "post",
    "review",
    "review-book",
    "song",
    "treaty",
}
"""Every item type of CSL 1.0.2."""

_NEAREST = {
    "review": "article-journal",
    "review-book": "article-journal",
    "classic": "book",
    "collection": "book",
    "entry": "entry-encyclopedia",
    "broadcast": "motion_picture",
    "post": "webpage",
}
_TOLD = {name.lower(): kind.csl for kind in KINDS for name in (kind.csl, kind.ris, kind.endnote, kind.bibtex) if name}


def csl(name: str, form: str, unknown: str = "document") -> str:
    """Return the CSL type that a name means in a format (`ris`, `endnote`, `bibtex`), or `unknown`.

    Capitals do not matter, and another format's name is understood too: files mix them.
    """
    plain = name.strip().lower()
    return _ALIASES[form].get(plain) or _TOLD.get(plain) or unknown


def named(work_type: str, form: str) -> str:
    """Return what a format (`ris`, `endnote`, `bibtex`) calls a CSL type, the nearest where it has none, or empty."""
    names = {kind.csl: str(getattr(kind, form)) for kind in KINDS}
    return names.get(work_type) or names.get(_NEAREST.get(work_type, ""), "")
