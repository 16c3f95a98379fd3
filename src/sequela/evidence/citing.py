"""References as people write them, in plain text."""

from __future__ import annotations

from sequela.evidence.works import Work


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
    title = work.title if work.title.endswith(("?", "!")) else f"{work.title}."
    known = (f"doi:{work.doi}" if work.doi else "", f"PMID {work.pmid}" if work.pmid else "", work.pmcid, work.url)
    identifier = next((f" {name}" for name in known if name), "")
    retracted = " RETRACTED." if work.status == "retracted" else ""
    return f"{who + '. ' if who else ''}{title} {place.removesuffix('.')}.{identifier}{retracted}"
