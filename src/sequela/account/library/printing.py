"""A record page in a terminal: a library's labels beside their values, only an address ever wider than asked."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sequela.account import words
from sequela.account.citing import who
from sequela.account.library.fields import Field, Value, fields
from sequela.account.library.pages import references
from sequela.account.library.taken import Taken, taken
from sequela.account.library.wording import Wording, wording
from sequela.evidence.rates import BaseRate
from sequela.evidence.works import Work

if TYPE_CHECKING:
    from sequela.account.uses import Use
    from sequela.evidence.merging import Source

LEAST_WIDTH = 50
SIDE_BY_SIDE = 70
"""Columns from which a label stands beside its values; below, above them."""


def record_text(
    work: Work,
    uses: Sequence[Use],
    similar: Sequence[Work],
    counts: Sequence[BaseRate] = (),
    sources: Sequence[Source] = (),
    *,
    width: int = 80,
    language: str = "en",
) -> str:
    """Return a work's record page as plain text; foreign signs that would move a terminal are shown as one that fails.

    Parameters
    ----------
    work : the record.
    uses : what in our rules cites it.
    similar : works like it, the nearest first.
    counts : what was counted in it.
    sources : the records it was made of, to be shown one by one below it.
    width : columns; 50 is the least that is kept.
    language : of the labels, `en` or `es`.
    """
    say = wording(language)
    head = [work.heading, f"{say.named('type', work.type)} · {work.key}"]
    if work.status != "current":
        head.insert(0, f"{say(f'mark.{work.status}').upper()}. {say(f'warning.{work.status}')}")
    used = [f"{say.named('use', use.kind)}: {use.key}. {use.text}" for use in uses]
    rows = [
        *_record(work, say),
        (say("claim.heading"), [_told(one) for one in taken(work.key, say)]),
        (say("record.uses"), used or [say("record.no_uses")]),
        (say("record.counts"), [_count(one, say) for one in counts]),
        (say("record.similar"), [f"{one.key}: {one.heading} ({who(one)} {say.year(one)})" for one in similar]),
        *((f"{say('record.cite')} ({style})", [reference]) for style, reference in references(work)),
    ]
    width = max(width, LEAST_WIDTH)
    parts = [_set(head, rows, width)]
    parts += [_set([_named(one)], [("", [one.work.heading]), *_record(one.work, say)], width) for one in sources]
    return "\n".join(parts)


def _record(work: Work, say: Wording) -> list[tuple[str, list[str]]]:
    rows = [(field.label, _values(field)) for field in fields(work, say)]
    return [*rows, (say("record.summary"), [work.summary]), (say("record.abstract"), work.abstract.split("\n"))]


def _named(source: Source) -> str:
    return f"{source.file} ({source.format})" if source.file else source.format


def _set(head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], width: int) -> str:
    told = [(label, said) for label, lines in rows if (said := [line for line in lines if line])]
    beside = width >= SIDE_BY_SIDE
    margin = max(len(label) for label, _ in told) + 2 if beside else 2
    lines = [part for line in head for part in _wrapped(line, width, "")] + [""]
    for label, said in told:
        if not beside:
            lines.append(label)
        for number, line in enumerate(said):
            first = label.ljust(margin) if beside and number == 0 else " " * margin
            lines += _wrapped(line, width, first)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _wrapped(line: str, width: int, first: str) -> list[str]:
    """A text in lines; an address stays whole, though it be longer than the line, so that it can be followed."""
    from rich.cells import cell_len

    shown = _shown(line)
    return textwrap.wrap(
        shown,
        max(width * len(shown) // max(cell_len(shown), 1), len(first) + 1),  # signs of Chinese are two columns wide
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _values(field: Field) -> list[str]:
    texts = [f"{one.before}{one.text}{one.after}{_orcid(one)}" for one in field.values]
    return [field.between.join(texts)] if field.between else texts


def _orcid(one: Value) -> str:
    return f" ({one.orcid.removeprefix('https://')})" if one.orcid else ""


def _told(one: Taken) -> str:
    about = "; ".join(f"{label}: {text}" if label else text for label, text, _ in one.about)
    return f"{one.text} [{about}]"


def _count(one: BaseRate, say: Wording) -> str:
    share = f"{say.number(one.events)}/{say.number(one.total)} {say.named('unit', one.unit)}"
    notes = [say(f"count.{name}") for name in ("derived", "secondary") if getattr(one, name)]
    notes += [say("count.overlaps", key=one.overlaps)] if one.overlaps else []
    told = f"{say.named('complication', one.complication)}: {share} ({say.decimal(one.percent)} %), {one.population}."
    return " ".join([told, *notes])


def _shown(text: str) -> str:
    return words.tidy(text, len(text))
