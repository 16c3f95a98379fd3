"""What the library answers: receipts of what was added, lists of what was found, records for a program."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sequela.account.citing import who
from sequela.account.library.facets import label
from sequela.account.library.wording import Wording, wording
from sequela.evidence.search import FACETS
from sequela.evidence.works import Work, as_json

if TYPE_CHECKING:
    from sequela.account.uses import Use
    from sequela.errors import UserError
    from sequela.evidence.merging import Source
    from sequela.evidence.rates import BaseRate
    from sequela.evidence.receipts import Receipt
    from sequela.evidence.search import Answer, FacetCount

MOST_VALUES = 8
"""Values of a facet that a terminal lists."""
MOST_REFUSED = 10
"""Refused records of a file that a terminal names; --json names all."""
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def receipts_text(receipts: Sequence[Receipt], unread: Sequence[UserError]) -> str:
    """Return what became of each file's records: counts, new keys, and each refusal with its place."""
    lines = []
    for one in receipts:
        counted = {"new": len(one.added), "merged": len(one.merged), "already there": len(one.unchanged)}
        counted["refused"] = len(one.refused)
        told = ", ".join(f"{many:,} {what}" for what, many in counted.items() if many) or "nothing"
        lines.append(f"{one.file} ({one.format}): {one.read:,} read: {told}")
        if one.added:
            lines += _wrapped(f"new: {', '.join(dict.fromkeys(one.added))}")
        if one.merged:
            lines += _wrapped(f"merged: {', '.join(dict.fromkeys(one.merged))}")
        lines += [f"  {was} was the same work as {now}" for was, now in one.joined]
        lines += [f"  refused, {refused.where}: {refused.why}" for refused in one.refused[:MOST_REFUSED]]
        if (more := len(one.refused) - MOST_REFUSED) > 0:
            lines.append(f"  and {more:,} more refused; --json names them all")
    lines += [f"{error.where}: not read: {error.what}" for error in unread]
    return "\n".join(lines)


def _wrapped(text: str, width: int = 100) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def found_text(question: str, answer: Answer, works: Sequence[Work], offset: int, width: int, *, colour: bool) -> str:
    """Return a list of what was found: each work with its key and the words in their place, then the facets."""
    what = f" for {question}" if question else ""
    lines = [f"{answer.total:,} work{'s' * (answer.total != 1)}{what}"]
    if answer.suggestion:
        lines.append(f"Did you mean: {answer.suggestion}")
    for number, (hit, work) in enumerate(zip(answer.hits, works, strict=True), offset + 1):
        lines += ["", *_entry(number, work, width)]
        before, after = (BOLD, PLAIN) if colour else ("", "")
        if snippet := " ".join(hit.marked("\x02", "\x03").split()):
            told = textwrap.wrap(snippet, width - 5, initial_indent="     ", subsequent_indent="     ")
            lines += _coloured(told, before, after)
    facets = [_facet(name, answer.facets[name], wording("en"), width) for name in FACETS]
    lines += ["", *(line for line in facets if line)] if any(facets) else []
    return "\n".join(lines)


def _entry(number: int, work: Work, width: int) -> list[str]:
    retracted = "RETRACTED. " if work.retracted else ""
    head = f"{number:>3}. {retracted}{work.heading}"
    lines = textwrap.wrap(head, width, subsequent_indent="     ")
    place = ", ".join(part for part in (who(work), work.container_title or work.publisher, work.year) if part)
    return [*lines, *textwrap.wrap(place, width, initial_indent="     ", subsequent_indent="     "), f"     {work.key}"]


def _coloured(lines: Sequence[str], before: str, after: str) -> list[str]:
    """Lines with their marks as colour; a marked place that goes over a line's end is begun again on the next."""
    said, open_mark = [], False
    for line in lines:
        text = (before if open_mark else "") + line.replace("\x02", before).replace("\x03", after)
        open_mark = line.rfind("\x02") > line.rfind("\x03") or (open_mark and "\x03" not in line)
        said.append(text + (after if open_mark else ""))
    return said


def _facet(name: str, values: Sequence[FacetCount], say: Wording, width: int) -> str:
    """One line of a facet: its commonest values; one that does not part the works is left out."""
    if len(values) < 2:
        return ""
    told = [f"{label(name, one.value, say)} {one.count:,}" for one in values[:MOST_VALUES]]
    more = f", {len(values) - MOST_VALUES:,} more" if len(values) > MOST_VALUES else ""
    said = f"{say(f'facet.{name}')}: {', '.join(told)}{more}"
    return textwrap.fill(said, width, subsequent_indent="  ", break_on_hyphens=False)


def found_json(answer: Answer, works: Sequence[Work]) -> dict[str, Any]:
    """Return what was found for a program."""
    return {
        "total": answer.total,
        "suggestion": answer.suggestion or None,
        "works": [
            {"score": hit.score, "snippet": hit.marked("<mark>", "</mark>"), **as_json(work)}
            for hit, work in zip(answer.hits, works, strict=True)
        ],
        "facets": {
            name: [{"value": one.value, "count": one.count} for one in values] for name, values in answer.facets.items()
        },
    }


def record_json(
    work: Work, used: Sequence[Use], near: Sequence[Work], counts: Sequence[BaseRate], read: Sequence[Source]
) -> dict[str, Any]:
    """Return a record page for a program."""
    return {
        "work": as_json(work),
        "links": list(work.links),
        "cited_by": [{"kind": one.kind, "key": one.key, "text": one.text} for one in used],
        "similar": [one.key for one in near],
        "counts": [{"complication": one.complication, "text": one.text} for one in counts],
        "sources": [{"format": one.format, "file": one.file, "work": as_json(one.work)} for one in read],
    }
