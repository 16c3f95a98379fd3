"""What the title of a record says of its work's own retraction, whatever format the record came in.

Files of reference managers and most pages have no field for it. Publishers mark the title instead ("RETRACTED: ..."),
and that mark is believed, for a retracted paper that passes as sound would be pooled, and one that is wrongly set aside
is seen at once: its record says so, and a notice says that only the title told. A note is not believed: anybody writes
notes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sequela.evidence.works import Notice, Work, gravest

_MARK = re.compile(r"\W{0,2}(RETRACTED|WITHDRAWN)(\s+(ARTICLE|PAPER|CHAPTER))?\W{0,2}[:\]]\s")


def marked(work: Work) -> Work:
    """Return a work as retracted where its title says so, with a notice of how that is known; any other as it is.

    The notice of a retraction may bear the title of what it retracts.
    """
    kinds = {one.kind for one in work.notices}
    if not _MARK.match(work.title) or "notice-of-retraction" in kinds:
        return work
    told = () if "retraction" in kinds else (Notice("retraction", "the title says so; no notice of it was read"),)
    return replace(work, status=gravest([work.status, "retracted"]), notices=(*work.notices, *told))
