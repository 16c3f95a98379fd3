"""Statements: sentences that are true, false or unknown (Kleene) at every instant of a course."""

from __future__ import annotations

from dataclasses import dataclass

from sequela.course.catalogue import catalogue
from sequela.course.episodes import ProcedureKind
from sequela.logic.nodes import (
    ONE,
    TIME_UNITS,
    Parameter,
    Quantity,
    Statement,
    require,
    require_duration,
    require_unit,
)
from sequela.logic.quantities import COMPARATORS, Comparator, TimeSince


@dataclass(frozen=True)
class Compare(Statement):
    """One quantity against another of the same unit; unknown when either is missing or an interval leaves it open."""

    left: Quantity
    comparator: Comparator
    right: Quantity

    def __post_init__(self) -> None:
        require(self.comparator in COMPARATORS, f"no comparator {self.comparator!r}")
        for side in (self.left, self.right):
            require(isinstance(side, Quantity), "a comparison needs two quantities")
        require(not isinstance(self.right, TimeSince), "put the time since on the left of the comparison")
        if isinstance(self.left, TimeSince):
            require(
                isinstance(self.right, Parameter) and self.right.is_duration,
                "time since may only be compared with a duration parameter",
            )
            require(self.comparator in ("<", ">="), "time since is < (still inside) or >= (past) a duration")
        elif self.left.unit in TIME_UNITS and self.right.unit in TIME_UNITS:
            require(isinstance(self.right, Parameter), "a duration is compared with a duration parameter")
        else:
            require(self.left.unit == self.right.unit, f"{self.left.unit} is compared with {self.right.unit}")


@dataclass(frozen=True)
class And(Statement):
    """True when all are; false when any is; otherwise unknown."""

    parts: tuple[Statement, ...]

    def __post_init__(self) -> None:
        _require_statements(self.parts)


@dataclass(frozen=True)
class Or(Statement):
    """True when any is; false when all are; otherwise unknown."""

    parts: tuple[Statement, ...]

    def __post_init__(self) -> None:
        _require_statements(self.parts)


@dataclass(frozen=True)
class Not(Statement):
    """The opposite; unknown stays unknown."""

    of: Statement

    def __post_init__(self) -> None:
        _require_statements((self.of,))


@dataclass(frozen=True)
class AtLeast(Statement):
    """At least so many of several statements."""

    number: Parameter
    parts: tuple[Statement, ...]

    def __post_init__(self) -> None:
        _require_statements(self.parts)
        require_unit(self.number, ONE, "the number")


@dataclass(frozen=True)
class Seen(Statement):
    """The last word on a finding (at a site, in a look-back) is that it is present; not looked for is unknown.

    Without a look-back: since the procedure, or at any time for what the catalogue calls background. `after` leaves out
    what was seen sooner than that after the procedure.
    """

    finding: str
    site: tuple[str, ...] = ()
    within: Parameter | None = None
    after: Parameter | None = None

    def __post_init__(self) -> None:
        require(self.finding in catalogue().findings, f"no finding {self.finding!r} in the catalogue")
        require_duration(self.within, "within")
        require_duration(self.after, "after")


@dataclass(frozen=True)
class Absent(Statement):
    """The last word on a finding (at a site, in a look-back) is that it is absent; not looked for is unknown.

    An absence somewhere answers only for there: "none in II" leaves the rest of the liver unknown.
    """

    finding: str
    site: tuple[str, ...] = ()
    within: Parameter | None = None
    after: Parameter | None = None

    def __post_init__(self) -> None:
        require(self.finding in catalogue().findings, f"no finding {self.finding!r} in the catalogue")
        require_duration(self.within, "within")
        require_duration(self.after, "after")


@dataclass(frozen=True)
class Happened(Statement):
    """An event (with this detail, in a look-back) is recorded since the procedure; not recorded is false.

    An event differs from a finding: what nobody recorded doing was, as far as is known, not done.
    """

    event: str
    within: Parameter | None = None
    detail: str = ""
    after: Parameter | None = None

    def __post_init__(self) -> None:
        require(self.event in catalogue().events, f"no event {self.event!r} in the catalogue")
        require_duration(self.within, "within")
        require_duration(self.after, "after")


@dataclass(frozen=True)
class Followed(Statement):
    """The last `event` since the procedure was followed by another (a discharge by a readmission); else false."""

    event: str
    by: str

    def __post_init__(self) -> None:
        for event in (self.event, self.by):
            require(event in catalogue().events, f"no event {event!r} in the catalogue")


@dataclass(frozen=True)
class TurnedSince(Statement):
    """A statement has turned true after the last of these events, as believed now; false without such an event."""

    of: Statement
    events: tuple[str, ...]

    def __post_init__(self) -> None:
        _require_statements((self.of,))
        require(bool(self.events), "name at least one event")
        for event in self.events:
            require(event in catalogue().events, f"no event {event!r} in the catalogue")


@dataclass(frozen=True)
class Known(Statement):
    """Whether a quantity has a value, or a statement is not unknown: itself never unknown."""

    of: Quantity | Statement

    def __post_init__(self) -> None:
        require(isinstance(self.of, Quantity | Statement), "known asks about a quantity or a statement")


@dataclass(frozen=True)
class Became(Statement):
    """A statement is true now and turned so within the look-back, as believed now."""

    of: Statement
    within: Parameter

    def __post_init__(self) -> None:
        _require_statements((self.of,))
        require_duration(self.within, "within")


@dataclass(frozen=True)
class WasTrue(Statement):
    """A statement was true at some moment of the look-back (since the procedure without one), as believed now."""

    of: Statement
    within: Parameter | None = None

    def __post_init__(self) -> None:
        _require_statements((self.of,))
        require_duration(self.within, "within")


@dataclass(frozen=True)
class HoldsFor(Statement):
    """A statement has been true at every moment of the last so long, as believed now; false before so much passed."""

    of: Statement
    duration: Parameter

    def __post_init__(self) -> None:
        _require_statements((self.of,))
        require_duration(self.duration, "duration")


@dataclass(frozen=True)
class ProcedureIs(Statement):
    """The index procedure is one of these kinds: never unknown."""

    kinds: tuple[ProcedureKind, ...]

    def __post_init__(self) -> None:
        require(bool(self.kinds), "name at least one kind of procedure")
        require(all(isinstance(kind, ProcedureKind) for kind in self.kinds), "not a kind of procedure")


@dataclass(frozen=True)
class Named(Statement):
    """A statement under the name by which reasons, traces and sites speak of it."""

    name: str
    of: Statement

    def __post_init__(self) -> None:
        require(bool(self.name), "a named statement needs a name")
        _require_statements((self.of,))


def _require_statements(parts: tuple[Statement, ...]) -> None:
    require(type(parts) is tuple, "a connective takes a tuple")
    require(bool(parts), "a connective needs statements")
    for part in parts:
        require(isinstance(part, Statement), f"{type(part).__name__} is not a statement")
