"""The scores of the shelf: sums of points, and grades of which the worst that holds is given.

Each can say what it was before the procedure (`before`, made of the patient's own baselines), so that a change can be
told wherever embolization itself moves the score.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sequela.logic.nodes import Node, Parameter, Statement, require
from sequela.logic.quantities import Banded, Score


def plain(name: str) -> str:
    """Return a name without regard to capitals and to what stands between its words: `MELD 3.0` as `meld30`."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


@dataclass(frozen=True)
class ScoreDefinition:
    """A published score: its sum, when it applies, and the works it rests on.

    `classes` is a table whose points number the words in `labels` from 1 (Child-Pugh A, B, C). `also` are other names
    that people have for it, `note` is what a reader of its value must know.
    """

    key: str
    title: str
    score: Score
    cites: tuple[str, ...]
    applies: Statement | None = None
    excludes: str = ""
    inputs: tuple[str, ...] = ()
    before: Score | None = None
    classes: Parameter | None = None
    labels: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        require((self.classes is None) is not bool(self.labels), f"the classes of {self.key} need a table and words")

    @property
    def classed(self) -> Banded | None:
        """The class of the sum by its number, where the score has classes."""
        return None if self.classes is None else Banded(self.score, self.classes)

    def nodes(self) -> Iterator[Node]:
        """The sentences it is made of."""
        yield self.score
        yield from (node for node in (self.applies, self.before, self.classed) if node is not None)


@dataclass(frozen=True)
class Grade:
    """One grade: its number, the word people use for it (B, stage 2), and when it holds."""

    value: int
    label: str
    when: Statement


@dataclass(frozen=True)
class Grading:
    """A published grading: the highest grade that holds, else `least`.

    An unknown grade above the one that holds leaves the grading open upwards; where every grade is unknown it is
    missing, unless `looked` says that there is something to grade. `grades` begin with the highest.
    """

    key: str
    title: str
    grades: tuple[Grade, ...]
    cites: tuple[str, ...]
    least: int = 0
    least_label: str = "none"
    applies: Statement | None = None
    excludes: str = ""
    inputs: tuple[str, ...] = ()
    before: tuple[Grade, ...] = ()
    looked: Statement | None = None
    also: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        for grades in (self.grades, self.before or self.grades):
            values = [grade.value for grade in grades]
            require(values == sorted(set(values), reverse=True), f"the grades of {self.key} do not fall")
            require(bool(values) and values[-1] > self.least, f"a grade of {self.key} is not above its least")

    def nodes(self) -> Iterator[Node]:
        """The sentences it is made of."""
        yield from (grade.when for grade in (*self.grades, *self.before))
        yield from (node for node in (self.applies, self.looked) if node is not None)

    def label(self, value: int) -> str:
        """The word for a grade's number."""
        return next((grade.label for grade in self.grades if grade.value == value), self.least_label)
