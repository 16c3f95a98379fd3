"""The manifest for a reader, as Markdown: what the cohorts say, what they leave out, which codes find nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from sequela.account.circe.export import Export

_EFFECTS = {
    "narrower": "it misses some",
    "wider": "it takes in some whom the definition does not mean",
    "other": "either way",
}


def markdown(export: Export) -> str:
    """The whole manifest, one page."""
    return "\n".join(_lines(export)) + "\n"


def _lines(export: Export) -> Iterator[str]:
    shelf, manifest = export.shelf, export.manifest
    yield "# What these cohorts say, and what they do not"
    yield ""
    yield f"Criteria {shelf.version}, hash {shelf.hash}. Each cohort is an approximation of a definition, not the same."
    yield ""
    yield "## How every cohort differs"
    yield ""
    yield from (f"* {difference}" for difference in manifest["always"])
    told = {each["cohort"]: each["part"] for each in manifest["expressed"]}
    lost = {place: list(each) for place, each in groupby(manifest["not_expressed"], itemgetter("statement"))}
    places = {each["cohort"]: each["statement"] for each in manifest["expressed"]}
    yield ""
    yield "## The cohorts"
    for cohort in export.cohorts:
        yield ""
        yield f"### {cohort.key}"
        yield ""
        yield f"{cohort.name}. {cohort.description}"
        yield ""
        yield from (f"* asks: {_plain(part)}" for part in told[cohort.key])
        yield from (_loss(each) for each in lost.pop(places[cohort.key], []))
    yield ""
    yield "## No cohort"
    yield ""
    for place, each in lost.items():
        yield f"* {place}: {_plain('; '.join(dict.fromkeys(one['reason'] for one in each)))}"
    yield ""
    yield "## Codes that find nothing"
    yield ""
    if not manifest["unresolved_codes"]:
        yield "None."
    for name, codes in groupby(manifest["unresolved_codes"], itemgetter("list")):
        listed = list(codes)
        numbers = ", ".join(f"{code['vocabulary']} {code['code']}".strip() or code["display"] for code in listed)
        reasons = "; ".join(dict.fromkeys(code["reason"] for code in listed))
        yield f"* {name}: {_plain(numbers)} ({reasons})"


def _loss(each: dict[str, str]) -> str:
    return f"* leaves out: {_plain(each['part'])}. Why: {_plain(each['reason'])}; {_EFFECTS[each['effect']]}."


def _plain(text: str) -> str:
    """Text in which Markdown finds no marks of its own."""
    return text.replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")
