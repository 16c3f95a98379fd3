"""What a citation's title says of its own retraction.

Files of reference managers have no field for it. Publishers mark the title instead ("RETRACTED: ..."), and that mark
is believed, for a retracted paper that passes as sound would be pooled, and one that is wrongly set aside is seen at
once: its record says so, and a notice says that only the title told. A note is not believed: anybody writes notes.
"""

from __future__ import annotations

import re

from sequela.evidence.works import Notice

_MARK = re.compile(r"\W{0,2}(RETRACTED|WITHDRAWN)(\s+(ARTICLE|PAPER|CHAPTER))?\W{0,2}[:\]]\s")


def told(title: str) -> tuple[str, tuple[Notice, ...]]:
    """Return the state that a title tells of, and the notice that says how it is known."""
    if _MARK.match(title):
        return "retracted", (Notice("retraction", "the title says so; no notice of it was read"),)
    return "current", ()
