"""The tables of the index, and what of a work stands in each of its columns."""

from __future__ import annotations

from sequela.evidence.folding import folded_words, joined, spanish
from sequela.evidence.works import Work

COLUMNS = ("title", "subject", "body", "author", "journal", "joined", "spanish", "identifier", "facet")
WEIGHTS = (3.0, 2.0, 1.0, 2.0, 0.5, 1.0, 1.0, 1.0, 0.0)
"""What a word counts in each column."""
TABLES = f"""
CREATE TABLE search_work (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL,
                          issued TEXT NOT NULL, retracted INTEGER NOT NULL, facets TEXT NOT NULL);
CREATE INDEX search_issued ON search_work (issued, key);
CREATE INDEX search_title ON search_work (title COLLATE NOCASE, key);
CREATE TABLE search_bits (facet TEXT NOT NULL, value TEXT NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (facet, value));
CREATE VIRTUAL TABLE search_text USING fts5({", ".join(COLUMNS)}, tokenize = "porter unicode61 remove_diacritics 2");
INSERT INTO search_text (search_text, rank) VALUES ('rank', 'bm25({", ".join(map(str, WEIGHTS))})');
CREATE VIRTUAL TABLE search_word USING fts5vocab(search_text, row);
"""


def body(work: Work) -> str:
    """Return the text of a work that is searched and shown: its abstract, and what we say of it."""
    return "\n".join(part for part in (work.summary, work.abstract) if part)


def columns(work: Work) -> tuple[str, ...]:
    """Return the words of a work for each column but the last, folded, in the order of COLUMNS."""
    title = " ".join((work.title, work.translated_title))
    subject = " . ".join((*work.subjects, *work.keywords, *work.genres))
    people = (*work.authors, *work.editors)
    author = " . ".join((*(f"{one.family} {one.given}" for one in people), *work.corporate_authors))
    journal = " . ".join((work.container_title, work.container_title_short, work.publisher))
    told = body(work)
    stems = spanish(folded_words(" ".join((title, subject, told)))) if work.language in ("spa", "cat", "por") else ()
    identifier = " . ".join((work.key, work.doi, work.pmid, work.pmcid, *work.isbn, *work.issn))
    texts = (title, subject, told, author, journal)
    whole = " ".join((title, subject, told))
    return (
        *(" ".join(folded_words(text)) for text in texts),
        " ".join(joined(whole)),
        " ".join(stems),
        " ".join(folded_words(identifier)),
    )
