"""A sentence in English, one deciding leaf with its values, and what reading would change it.

Nothing here varies with the clock: "time since" is told as the fixed length it is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sequela.course.catalogue import catalogue
from sequela.course.interval import Interval
from sequela.logic import display
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.compared import NOTHING, Compared, Turning
from sequela.logic.nodes import Node, Quantity, Statement
from sequela.logic.phrases import (
    Words,
    event,
    finding,
    phrase,
    series_name,
)
from sequela.logic.shelf import ParameterValue

NOT_FOUND = "looked for and not found"
Values = Iterable[tuple[Quantity, Interval | None]]
"""What the quantities inside a comparison were when it was decided."""


def say(node: Node, parameters: Mapping[str, ParameterValue] | None = None, procedure_kind: str = "") -> str:
    """Return any sentence as plain English; with the shelf's numbers if they are given, else with their keys."""
    words = Words(parameters, procedure_kind)
    match node:
        case s.Named():
            return say(node.of, parameters, procedure_kind)
        case q.Called(of=of):
            return f"{phrase(node, words)}: {phrase(of, words)}"
        case q.Score():
            return f"{phrase(node, words)}: the sum of {'; '.join(phrase(part, words) for part in node.parts)}"
        case _:
            return phrase(node, words)


def ground(
    node: Statement,
    left: Interval | None = None,
    right: Interval | None = None,
    parameters: Mapping[str, ParameterValue] | None = None,
    procedure_kind: str = "",
    *,
    truth: bool | None = True,
    values: Values = (),
) -> str:
    """Return one deciding leaf with its values: `ALT 2,340 U/L (limit 2,000 U/L)`, `fever: present`."""
    words = Words(parameters, procedure_kind)
    match node:
        case s.Compare():
            return Compared(node, left, right, words, dict(values)).told(truth)
        case s.Seen():
            return f"{finding(node)}: {_word(truth, 'present', 'absent', 'not known')}"
        case s.Absent():
            return f"{finding(node)}: {_word(truth, 'absent', 'present', 'not known')}"
        case s.Happened():
            return f"{event(node)}: {_word(truth, 'recorded', 'not recorded', 'not known')}"
        case s.Followed():
            by = display.event_name(node.by)
            word = _word(truth, "recorded", "not recorded", "not known")
            return f"{by} after the last {display.event_name(node.event)}: {word}"
        case s.TurnedSince():
            events = display.joined([display.event_name(key) for key in node.events], "or")
            return f"since the last {events}: {_word(truth, 'turned', 'nothing new', 'not known')}"
        case s.Known():
            what = (
                phrase(node.of, words).removeprefix("the ")
                if isinstance(node.of, Quantity)
                else f"whether {phrase(node.of, words)}"
            )
            return f"{what}: {_word(truth, 'known', 'not known', 'not known')}"
        case s.ProcedureIs():
            kinds = display.joined([str(kind) for kind in node.kinds], "or")
            return f"procedure: {procedure_kind or _word(truth, kinds, f'not {kinds}', kinds)}"
        case _:
            return phrase(node, words)


def would_change(
    node: Statement,
    left: Interval | None = None,
    right: Interval | None = None,
    parameters: Mapping[str, ParameterValue] | None = None,
    procedure_kind: str = "",
    *,
    truth: bool | None = True,
    values: Values = (),
) -> Turning:
    """Return what would turn one deciding leaf: `an ALT of 2,000 U/L or less`; no words where no new fact could."""
    words = Words(parameters, procedure_kind)
    match node:
        case s.Compare():
            return Compared(node, left, right, words, dict(values)).turned(truth)
        case s.Seen() | s.Absent():
            present = (truth is True) is isinstance(node, s.Seen)
            if present and catalogue().findings[node.finding].background:
                # Nobody's cirrhosis is looked for and not found.
                return NOTHING
            return Turning(f"{finding(node)} {NOT_FOUND}" if present else f"{finding(node)} found")
        case s.Happened() | s.Followed():
            # An event is not something to wait for in order to think otherwise of the patient.
            return NOTHING
        case s.Known(of=q.Latest(series=series)) if not truth:
            return Turning(display.with_article(series_name(series)))
        case _:
            return NOTHING


def _word(truth: bool | None, true: str, false: str, unknown: str) -> str:
    return unknown if truth is None else true if truth else false
