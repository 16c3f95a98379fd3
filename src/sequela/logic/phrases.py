"""One phrase for every node of the grammar: quantities as nouns, statements as clauses, in plain British English.

Over 400 lines because the grammar is one table: every node has its phrase here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from itertools import groupby

from sequela.errors import SentenceError
from sequela.logic import display
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import Node, Parameter, Quantity, Statement
from sequela.logic.shelf import ParameterValue

IS = {"<": "is under", "<=": "is at most", ">": "is over", ">=": "is at least", "==": "is"}
THAN = {"<": "under", "<=": "of at most", ">": "over", ">=": "of at least", "==": "of"}
"""The comparisons after `is` and after a noun."""


@dataclass(frozen=True)
class Words:
    """What a phrase needs beside its node: the shelf's numbers, if it is to print them, and the kind of procedure."""

    parameters: Mapping[str, ParameterValue] | None = None
    procedure_kind: str = ""

    def of(self, parameter: Parameter, kind: str | None = None) -> str:
        """A parameter's value with its unit, or its key where the numbers are not given."""
        held = (self.parameters or {}).get(parameter.key)
        if held is None:
            return f"[{parameter.key}]"
        if held.bands:
            return f"the table [{parameter.key}]"
        value = held.number(self.procedure_kind)
        answer = display.coded(kind, value) if kind is not None else None
        return answer or display.amount(value, parameter.unit)

    def share(self, parameter: Parameter) -> str:
        """A parameter between 0 and 1 as a percentage."""
        held = (self.parameters or {}).get(parameter.key)
        return f"[{parameter.key}]" if held is None else f"{display.number(100 * held.number(self.procedure_kind))}%"


@singledispatch
def phrase(node: Node, words: Words) -> str:
    """Return a node as it stands inside a sentence."""
    raise SentenceError(f"no prose for {type(node).__name__}")


# -- quantities ------------------------------------------------------------------------------------------------------


def series_name(series: q.Series) -> str:
    """Return what is followed over time: a kind's name, a score's name, or the quantity in words."""
    if isinstance(series, str):
        return display.kind_name(series)
    if isinstance(series, q.Score | q.Called):
        return series.name
    return phrase(series, Words()).removeprefix("the ")


def kind_of(node: Node) -> str | None:
    """Return the kind of the catalogue whose values a quantity has, if it is one."""
    if isinstance(node, q.Latest | q.Peak | q.Lowest | q.Baseline | q.Nadir | q.WashOut | q.UpperLimit):
        return node.series if isinstance(node.series, str) else None
    if isinstance(node, q.Higher | q.Lower | q.Sum | q.Difference):
        return kind_of(node.left)
    if isinstance(node, q.Called):
        return kind_of(node.of)
    return None


def sooner(after: Parameter | None, words: Words) -> str:
    """Return ` (from 48 h after the procedure on)`, or nothing."""
    return "" if after is None else f" (from {words.of(after)} after the procedure on)"


def look_back(within: Parameter | None, words: Words) -> str:
    """Return ` in the last 48 h`, or nothing without a look-back."""
    return "" if within is None else f" in the last {words.of(within)}"


@phrase.register
def _(node: Parameter, words: Words) -> str:
    return words.of(node)


@phrase.register
def _(node: q.Latest, words: Words) -> str:
    return f"the last {series_name(node.series)}" + _aged(node, words)


@phrase.register
def _(node: q.Peak, words: Words) -> str:
    return f"the highest {series_name(node.series)}" + (_aged(node, words) or " since the procedure")


@phrase.register
def _(node: q.Lowest, words: Words) -> str:
    return f"the lowest {series_name(node.series)}" + (_aged(node, words) or " since the procedure")


def _aged(node: q._Windowed, words: Words) -> str:
    if node.until is None:
        return look_back(node.within, words)
    if node.within is None:
        return f" of those at least {words.of(node.until)} old"
    return f" between {words.of(node.until)} and {words.of(node.within)} ago"


@phrase.register
def _(node: q.Baseline, words: Words) -> str:
    return f"the patient's own baseline {series_name(node.series)}"


@phrase.register
def _(node: q.Nadir, words: Words) -> str:
    return f"the lowest {series_name(node.series)} after a fall of at least {words.share(node.fall)}"


@phrase.register
def _(node: q.Rate, words: Words) -> str:
    per = "day" if node.per == "d" else "hour"
    return f"the rise of {series_name(node.series)} per {per}{look_back(node.within, words)}"


def counted_reading(node: q.Count, words: Words) -> str:
    """Return what each reading that a count counts is like: `temperature of at least 38.5 °C`."""
    kind = node.series if isinstance(node.series, str) else None
    return f"{series_name(node.series)} {THAN[node.comparator]} {_against(node.threshold, kind, words)}"


def counted_over(node: q.Count, words: Words) -> str:
    """Return the look-back of a count."""
    return look_back(node.within, words) or " since the procedure"


def readings(node: q.Count, words: Words) -> str:
    """Return what a count counts."""
    kind = node.series if isinstance(node.series, str) else None
    apart = "" if node.apart is None else f", each at least {words.of(node.apart)} after the one before"
    than = f"{THAN[node.comparator]} {_against(node.threshold, kind, words)}"
    return f"{series_name(node.series)} readings {than}{counted_over(node, words)}{apart}"


@phrase.register
def _(node: q.Count, words: Words) -> str:
    return f"the number of {readings(node, words)}"


@phrase.register
def _(node: q.DurationAbove, words: Words) -> str:
    kind = node.series if isinstance(node.series, str) else None
    than = f"{THAN[node.comparator].removeprefix('of').strip()} {_against(node.threshold, kind, words)}".strip()
    return f"the time over which every {series_name(node.series)} up to the last was {than}"


def since(node: q.TimeSince) -> str:
    """Return what a time since counts from."""
    match node.what:
        case "procedure":
            return "the procedure"
        case "event":
            return f"the last {display.event_name(node.key)}"
        case "finding":
            return f"{display.finding_name(node.key)} was last present"
        case "peak":
            return f"the {display.kind_name(node.key)} peak"
        case _:
            return f"the last {display.kind_name(node.key)}"


@phrase.register
def _(node: q.TimeSince, words: Words) -> str:
    return f"the time since {since(node)}"


@phrase.register
def _(node: q.WashOut, words: Words) -> str:
    return (
        f"what wash-out from the patient's own {series_name(node.series)} peak predicts"
        f" (halving every {words.of(node.half_life)}, not below {phrase(node.floor, words)})"
    )


@phrase.register
def _(node: q.UpperLimit, words: Words) -> str:
    return f"the upper reference limit of {series_name(node.series)}"


@phrase.register
def _(node: q.Age, words: Words) -> str:
    return "the patient's age"


@phrase.register
def _(node: q.Sum, words: Words) -> str:
    return f"{phrase(node.left, words)} plus {phrase(node.right, words)}"


@phrase.register
def _(node: q.Difference, words: Words) -> str:
    left, right = node.left, node.right
    if isinstance(left, q.Latest) and isinstance(right, q.Baseline) and left.series == right.series:
        return f"the rise of {series_name(left.series)} above the patient's own baseline{_aged(left, words)}"
    return f"{phrase(left, words)} less {phrase(right, words)}"


@phrase.register
def _(node: q.Higher, words: Words) -> str:
    return f"the higher of {phrase(node.left, words)} and {phrase(node.right, words)}"


@phrase.register
def _(node: q.Lower, words: Words) -> str:
    return f"the lower of {phrase(node.left, words)} and {phrase(node.right, words)}"


@phrase.register
def _(node: q.Ratio, words: Words) -> str:
    return f"{phrase(node.left, words)} as a multiple of {phrase(node.right, words)}"


@phrase.register
def _(node: q.Product, words: Words) -> str:
    return f"{phrase(node.left, words)} times {phrase(node.right, words)}"


@phrase.register
def _(node: q.Banded, words: Words) -> str:
    held = (words.parameters or {}).get(node.table.key)
    if held is None or not held.bands:
        return f"the points that [{node.table.key}] gives for {phrase(node.of, words)}"
    kind = kind_of(node.of)
    bands = []
    for band in held.bands:
        if band.upto is None:
            bands.append(f"above that {band.points}")
        else:
            answer = display.coded(kind, band.upto) if kind is not None else None
            bands.append(f"up to {answer or display.amount(band.upto, node.of.unit)} {band.points}")
    return f"the points for {phrase(node.of, words)} ({', '.join(bands)})"


@phrase.register
def _(node: q.Choice, words: Words) -> str:
    return f"({phrase(node.then, words)} if {phrase(node.when, words)}, otherwise {phrase(node.otherwise, words)})"


@phrase.register
def _(node: q.Called, words: Words) -> str:
    return node.name


@phrase.register
def _(node: q.Called, words: Words) -> str:
    return node.name


@phrase.register
def _(node: q.Part, words: Words) -> str:
    return f"{node.label}, {phrase(node.of, words)}"


@phrase.register
def _(node: q.Score, words: Words) -> str:
    return f"the {node.name} score"


# -- statements ------------------------------------------------------------------------------------------------------


def _against(node: Quantity, kind: str | None, words: Words) -> str:
    return words.of(node, kind) if isinstance(node, Parameter) else phrase(node, words)


@phrase.register
def _(node: s.Compare, words: Words) -> str:
    return _compared(node, words, negated=False)


def _compared(node: s.Compare, words: Words, *, negated: bool) -> str:
    left, right = node.left, node.right
    if isinstance(left, q.TimeSince) and isinstance(right, Parameter):
        return elapsed(left, words.of(right), right.unit, inside=(node.comparator == "<") is not negated)
    verb = IS[node.comparator]
    if negated:
        verb = verb.replace("is", "is not", 1)
    if isinstance(left, q.Count) and node.comparator == ">=" and isinstance(right, Parameter):
        return f"there are {'fewer than' if negated else 'at least'} {words.of(right)} {readings(left, words)}"
    return f"{phrase(left, words)} {verb} {_against(right, kind_of(left), words)}"


def elapsed(node: q.TimeSince, duration: str, unit: str, *, inside: bool) -> str:
    """Return whether a moment is still inside or already past a duration, never how long it has been."""
    if node.what == "procedure":
        if unit == "d" and duration.split()[0].isdigit():
            return f"it is {'before ' if inside else ''}day {duration.split()[0]}{'' if inside else ' or later'}"
        return f"it is {'less than ' if inside else ''}{duration}{'' if inside else ' or more'} after the procedure"
    if inside:
        return f"it is less than {duration} since {since(node)}"
    return f"it is {duration} or more since {since(node)}"


def _definite(node: Node) -> Statement | None:
    """The statement inside `definitely`, if this is one."""
    if isinstance(node, s.And) and len(node.parts) == 2:
        first, second = node.parts
        if isinstance(first, s.Known) and first.of == second:
            return second
    return None


def _bracketed(node: Statement, words: Words) -> str:
    text = phrase(node, words)
    return f"({text})" if isinstance(node, s.And | s.Or) and _definite(node) is None else text


def _flat(node: s.And | s.Or) -> list[Statement]:
    """The parts of a connective, with those of the same connective inside it drawn up."""
    parts: list[Statement] = []
    for part in node.parts:
        same = isinstance(part, s.And | s.Or) and type(part) is type(node) and _definite(part) is None
        parts += _flat(part) if same else [part]  # type: ignore[arg-type]
    return parts


def _gathered(node: s.And | s.Or, words: Words) -> list[str]:
    """The parts of a connective; neighbours that say the same of several named statements say it of them together."""
    told: list[str] = []
    for frame, run in groupby(_flat(node), key=lambda part: _frame(part, words)):
        parts = list(run)
        denied = "not established" in frame
        if frame and len(parts) > 1 and not (denied and isinstance(node, s.Or)):
            names = display.joined([_quoted(name) for part in parts for name in _names(part)], "and")
            told.append(frame.format(f"{'each' if isinstance(node, s.And) and not denied else 'any'} of {names}"))
        else:
            told += [_bracketed(part, words) for part in parts]
    return told


def _frame(part: Statement, words: Words) -> str:
    """What a part says of the one named statement in it, with a gap for its name; empty where there is not one."""
    names = _names(part)
    return phrase(part, words).replace(_quoted(names[0]), "{}") if len(names) == 1 else ""


def _names(part: Statement) -> list[s.Named]:
    """The named statement that a part is about, through any operators; none where it is about anything else."""
    inner = _definite(part) or getattr(part, "of", None)
    if isinstance(part, s.Named):
        return [part]
    return _names(inner) if isinstance(inner, Statement) else []


@phrase.register
def _(node: s.And, words: Words) -> str:
    inner = _definite(node)
    if isinstance(inner, s.Seen):
        return _found(inner, words, "is known to be present")
    if isinstance(inner, s.Named):
        return f"{_quoted(inner)} is established"
    if inner is not None:
        return f"it is established that {_bracketed(inner, words)}"
    return display.joined(_gathered(node, words), "and")


@phrase.register
def _(node: s.Or, words: Words) -> str:
    return display.joined(_gathered(node, words), "or")


@phrase.register
def _(node: s.Not, words: Words) -> str:
    match node.of:
        case s.Compare():
            return _compared(node.of, words, negated=True)
        case s.Seen():
            return _found(node.of, words, "is not present")
        case s.Absent():
            return _found(node.of, words, "is not absent")
        case s.Happened():
            return f"no {phrase(node.of, words)}"
        case s.ProcedureIs():
            return phrase(node.of, words).replace(" was ", " was not ", 1)
        case s.Known() if isinstance(node.of.of, Quantity):
            return f"{phrase(node.of.of, words)} is not known"
    inner = _definite(node.of)
    if isinstance(inner, s.Seen):
        return _found(inner, words, "is not known to be present")
    if isinstance(inner, s.Named):
        return f"{_quoted(inner)} is not established"
    if inner is not None:
        return f"it is not established that {_bracketed(inner, words)}"
    return f"it is not so that {_bracketed(node.of, words)}"


@phrase.register
def _(node: s.AtLeast, words: Words) -> str:
    return f"at least {words.of(node.number)} of these hold: {'; '.join(phrase(part, words) for part in node.parts)}"


def finding(node: s.Seen | s.Absent) -> str:
    """Return what is looked for, and where."""
    where = f" at {display.joined([place(site) for site in node.site], 'or')}" if node.site else ""
    return f"{display.finding_name(node.finding)}{where}"


def place(site: str) -> str:
    """Return a site in words: a segment by its numeral, a vessel by its name."""
    return f"segment {site}" if site.isupper() and set(site) <= set("IVab") else site.replace("-", " ")


@phrase.register
def _(node: s.Seen, words: Words) -> str:
    return _found(node, words, "is present")


@phrase.register
def _(node: s.Absent, words: Words) -> str:
    return _found(node, words, "is absent")


def _found(node: s.Seen | s.Absent, words: Words, verb: str) -> str:
    return f"{finding(node)} {verb}{look_back(node.within, words)}{sooner(node.after, words)}"


def event(node: s.Happened) -> str:
    """Return what is asked to have happened."""
    return display.event_name(node.event) + (f" ({node.detail})" if node.detail else "")


@phrase.register
def _(node: s.Happened, words: Words) -> str:
    when = look_back(node.within, words) or ("" if node.after is not None else " since the procedure")
    return f"{event(node)} has been recorded{when}{sooner(node.after, words)}"


@phrase.register
def _(node: s.Followed, words: Words) -> str:
    by = display.with_article(display.event_name(node.by))
    return f"the last {display.event_name(node.event)} has been followed by {by}"


@phrase.register
def _(node: s.TurnedSince, words: Words) -> str:
    events = display.joined([display.event_name(key) for key in node.events], "or")
    if isinstance(node.of, s.Named):
        return f"{_quoted(node.of)} has turned true since the last {events}"
    return f"since the last {events} it has turned true that {_bracketed(node.of, words)}"


@phrase.register
def _(node: s.Known, words: Words) -> str:
    if isinstance(node.of, Quantity):
        return f"{phrase(node.of, words)} is known"
    return f"it is known whether {_bracketed(node.of, words)}"


@phrase.register
def _(node: s.Became, words: Words) -> str:
    when = look_back(node.within, words)
    if isinstance(node.of, s.Named):
        return f"{_quoted(node.of)} has begun{when}"
    return f"it has become true{when} that {_bracketed(node.of, words)}"


@phrase.register
def _(node: s.WasTrue, words: Words) -> str:
    when = look_back(node.within, words) or " since the procedure"
    if isinstance(node.of, s.Named):
        return f"{_quoted(node.of)} held at some time{when}"
    return f"at some time{when} it held that {_bracketed(node.of, words)}"


@phrase.register
def _(node: s.HoldsFor, words: Words) -> str:
    so_long = f"has held without a break for the last {words.of(node.duration)}"
    if isinstance(node.of, s.Named):
        return f"{_quoted(node.of)} {so_long}"
    return f"it {so_long} that {_bracketed(node.of, words)}"


@phrase.register
def _(node: s.ProcedureIs, words: Words) -> str:
    return f"the procedure was {display.joined([str(kind) for kind in node.kinds], 'or')}"


@phrase.register
def _(node: s.Named, words: Words) -> str:
    return f"{_quoted(node)} holds"


def _quoted(node: s.Named) -> str:
    return f"“{display.definition_name(node.name)}”"
