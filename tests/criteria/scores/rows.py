"""Tables of values and the score that an independent source gives them, typed apart from the shelf's own numbers.

A row is `kind=value kind=value -> result`, as by hand: a number, bounds (`3..4`), `missing`, or a sum with its class
(`9 (B)`), then `was` and what it was before the procedure where a baseline is given. The nudges use the same rows, so
that every line of every table of bands is stood on from both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sequela.assessing import score
from sequela.assessing.assessment import ScoreValue
from sequela.assessing.by_hand import NOW, course_by_hand
from sequela.criteria.patients import START, Expectation, WorkedPatient
from tests.criteria.running import told

LEAST = 20
"""How many value sets each score is tried on, at least."""


@dataclass(frozen=True)
class Row:
    """One set of values and what the source makes of it."""

    inputs: dict[str, str]
    expected: str


@dataclass(frozen=True)
class Table:
    """The rows of one score and where their results come from."""

    score: str
    source: str
    rows: tuple[Row, ...]

    def worked(self) -> Iterator[WorkedPatient]:
        """Each row as a worked patient."""
        for number, row in enumerate(self.rows, 1):
            yield WorkedPatient(
                topic="",
                name=f"row {number} of {self.source}",
                kind="near miss",
                subject="score",
                key=self.score,
                course=course_by_hand(row.inputs),
                rows=(),
                expect=(Expectation(NOW - START, row.expected, "now"),),
                why=self.source,
            )

    def quarrels(self) -> list[str]:
        """The rows of which something else is said."""
        said = ((row, told(score(self.score, row.inputs))) for row in self.rows)
        return [f"{row.inputs}: {got}, not {row.expected}" for row, got in said if got != row.expected]


def table(score_key: str, source: str, text: str, given: str = "") -> Table:
    """Return a table from its rows as text; `given` is put before each of them and may be overruled."""
    rows = []
    for line in text.strip().splitlines():
        inputs, _, expected = line.partition("->")
        rows.append(Row({**by_hand(given), **by_hand(inputs)}, expected.strip()))
    return Table(score_key, source, tuple(rows))


def by_hand(text: str) -> dict[str, str]:
    """Return the values of a line; `-` leaves one out that stands in every other row."""
    pairs = (pair.partition("=") for pair in text.split())
    return {kind: value for kind, _, value in pairs}


def compact(score_key: str, source: str, kinds: str, text: str, given: str = "") -> Table:
    """Return a table whose rows are values in the order of the kinds, split by commas; `-` is a value nobody took.

    A kind may carry the unit of its column: `bilirubin:mg/dL`.
    """
    columns = [column.partition(":") for column in kinds.split()]
    lines = []
    for row in text.replace("·", "\n").strip().splitlines():
        values, _, expected = row.partition("->")
        pairs = zip(columns, values.strip().split(","), strict=True)
        told_values = [f"{kind}={value}{unit}" for (kind, _, unit), value in pairs if value != "-"]
        lines.append(f"{' '.join(told_values)} -> {expected}")
    return table(score_key, source, "\n".join(lines), given)


def tables() -> Iterator[Table]:
    """Every table of the tests beside this file."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        yield from getattr(import_module(f"tests.criteria.scores.{path.stem}"), "TABLES", ())


def by_words(inputs: str, name: str) -> ScoreValue:
    """Return a score by hand from values in one line."""
    return score(name, by_hand(inputs))
