"""One error tree: what the user can mend, and what only we can.

Room: the ground floor. May import: nothing of ours.

No message may carry a patient's data: name the place (file, resource index, field), never the value.
"""

from __future__ import annotations


class SequelaError(Exception):
    """The root of every error raised on purpose."""


class UserError(SequelaError):
    """Something the person at the keyboard can mend: printed as one line, exit code 2.

    `what` is wrong, `where` it was met, and what to try next.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        text = f"{where}: {what}" if where else what
        super().__init__(f"{text}. {hint}" if hint else text)


class InputError(UserError):
    """A file, folder or record that cannot be read at all."""


class UnitError(UserError):
    """A unit that the kind's table does not convert."""


class CriteriaError(UserError):
    """A shelf or a site overlay that does not hold together."""


class UnknownName(UserError):
    """A score, criterion, kind or work that is not on the shelf."""


class SentenceError(SequelaError):
    """A sentence of the grammar that was built wrong: a mistake in a definition, not in a patient."""
