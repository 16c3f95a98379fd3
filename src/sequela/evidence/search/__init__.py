"""Search in the library: questions in, works with their words in place and facets out.

Purpose: an index over SQLite's FTS5; English and Spanish, whatever the hyphens, accents and spellings.
May import: `evidence` values and topics, the standard library; snowballstemmer and rapidfuzz.
Door: `Index`, `Answer`, `Hit`, `FacetCount`, `FACETS`.
"""

from sequela.evidence.search.answers import CLOSE, OPEN, Answer, FacetCount, Hit
from sequela.evidence.search.facets import FACETS
from sequela.evidence.search.index import Index

__all__ = ["CLOSE", "FACETS", "OPEN", "Answer", "FacetCount", "Hit", "Index"]
