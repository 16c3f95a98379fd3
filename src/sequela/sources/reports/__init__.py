"""Reports in plain text, English and Spanish, into findings: present, absent, uncertain, historical or expected.

Purpose: read radiology and culture reports by rules (words in `data/*.toml`), without a model and without a log.
May import: `sequela.course`, `sequela.errors`.
Door: `findings(text, lang, modality)`; `Found.as_json`.

No text of a report is in any message, log or representation.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sequela.sources.reports.lexicon import LANGUAGES, language_of, lexicon
from sequela.sources.reports.reading import Reader
from sequela.sources.reports.sections import sentences
from sequela.sources.reports.summing import summed
from sequela.sources.reports.words import read_words

__all__ = ["FINDINGS", "LANGUAGES", "STATUSES", "Found", "findings", "language"]

FINDINGS = (
    "parenchymal-necrosis", "tumour-necrosis", "non-enhancement", "gas", "abscess", "biloma", "portal-vein-thrombosis",
    "portal-vein-patent", "arterioportal-shunt", "bile-duct-dilatation", "gallbladder-wall-thickening", "free-fluid",
    "active-bleeding", "hepatic-artery-occlusion", "culture-growth", "culture-no-growth",
)  # fmt: skip
"""What is looked for; each is a finding of the catalogue."""
STATUSES = ("present", "absent", "uncertain", "historical", "expected")
MICROBIOLOGY = ("culture-growth", "culture-no-growth")


class Found(NamedTuple):
    """One finding of a report: its status, where, and from which to which character the word stands that says it."""

    finding: str
    status: str
    segments: tuple[str, ...]
    branch: str | None
    organism: str | None
    span: tuple[int, int]

    def as_json(self) -> dict[str, Any]:
        """The finding as the contract writes it."""
        return {**self._asdict(), "segments": list(self.segments), "span": list(self.span)}


def findings(text: str, lang: str | None = None, modality: str | None = None) -> list[Found]:
    """Return the findings of one report, in the order in which they stand in it.

    Parameters
    ----------
    text : the report, as it was written.
    lang : `en` or `es` (a region, as in `es-MX`, is left aside); worked out from the words where it is not given.
    modality : what the report is of (`CT`, `US`, `MR`, `microbiology`); cultures yield no findings of images.
    """
    said = read_words(text)
    spoken = lexicon(_known(lang) or language_of(said.words))
    reader = Reader(text, said.words, spoken, modality)
    entries = [entry for sentence in sentences(text, said, spoken) for entry in reader.read(sentence)]
    if reader.of_culture(said.words, entries):
        entries = [entry for entry in entries if entry.finding in MICROBIOLOGY]
    return [
        Found(
            entry.finding,
            entry.status,
            entry.segments,
            entry.branches[0] if entry.branches else None,
            entry.organism,
            (entry.start, entry.end),
        )
        for entry in sorted(summed(entries), key=lambda entry: (entry.start, entry.finding))
    ]


def language(text: str) -> str:
    """Return the language that a text is read in where none is given."""
    return language_of(read_words(text).words)


def _known(lang: str | None) -> str | None:
    short = (lang or "").casefold().replace("_", "-").partition("-")[0]
    return short if short in LANGUAGES else None
