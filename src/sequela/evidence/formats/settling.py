"""What every record goes through once it was read, whatever format it came in.

Signs that no XML may hold, and no text that is to be stored, are left out: they are the rubble of broken exports. Only
an abstract has lines. Who has no family name has the given one for it.

Files of reference managers and most pages have no field for a retraction. Publishers mark the title instead
("RETRACTED: ..."), and that mark is believed, for a retracted paper that passes as sound would be pooled, and one that
is wrongly set aside is seen at once: its record says so, and a notice says that only the title told. A note is not
believed: anybody writes notes.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

from sequela.evidence.works import Author, Notice, Work, gravest

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, which XML does not have and terminals obey, and halves of characters."""
_MARK = re.compile(r"\W{0,2}(RETRACTED|WITHDRAWN)(\s+(ARTICLE|PAPER|CHAPTER))?\W{0,2}[:\]]\s")


def settled(work: Work) -> Work:
    """Return a work with texts that can be kept and written, and as retracted where its title says so."""
    return _marked(_fit(work))


def _fit(held: Any, within: str = "") -> Any:
    """A work, or a part of one, without what cannot be written; the same object where there is nothing of it."""
    if isinstance(held, str):
        fit = _UNFIT.sub(_meant, held) if _UNFIT.search(held) else held
        return " ".join(fit.split()) if "\n" in fit and within != "abstract" else fit
    if isinstance(held, tuple):
        found = tuple(_fit(one, within) for one in held)
        return held if all(one is other for one, other in zip(held, found, strict=True)) else tuple(filter(None, found))
    if not isinstance(held, Work | Author | Notice):
        return held
    changed = {}
    for field in fields(held):
        value = getattr(held, field.name)
        if (found := _fit(value, field.name)) is not value:
            changed[field.name] = found
    made = replace(held, **changed) if changed else held
    if not isinstance(made, Author) or made.family:
        return made
    return replace(made, family=made.given, given="") if made.given else None


def _meant(found: re.Match[str]) -> str:
    """Windows' letter that a program took for a control character, such as 0x80 for the euro; nothing of another."""
    return found[0].encode("latin-1", "ignore").decode("cp1252", "ignore") if found[0] > "\x7f" else ""


def _marked(work: Work) -> Work:
    """A work as its title marks it; the notice of a retraction may bear the title of what it retracts."""
    kinds = {one.kind for one in work.notices}
    if not _MARK.match(work.title) or "notice-of-retraction" in kinds:
        return work
    told = () if "retraction" in kinds else (Notice("retraction", "the title says so; no notice of it was read"),)
    return replace(work, status=gravest([work.status, "retracted"]), notices=(*work.notices, *told))
