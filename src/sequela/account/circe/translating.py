"""A sentence of the shelf as Circe criteria around the procedure, and every part of it that Circe cannot say.

A sentence is asked at every instant; a cohort asks once, of some days after the procedure: was there ever a row that
says so? A disjunction keeps the branches that can be said and is the narrower for those that cannot. A conjunction is
dropped whole with a part that cannot be said, unless that part also holds where nothing is recorded ("no
anticoagulant"): such a part only takes people away, and without it the criteria are the wider. A denial is said whole
or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sequela.account.circe import leaves, shapes
from sequela.account.circe.leaves import Context, Effect, Lost, Said, Span
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import Node, Parameter, Quantity, Statement

_NEEDED = "all of it is needed, and not all can be said: "
_USUAL = "the usual case of it cannot be said: "
_TOO_FEW = "too few of its parts can be said: "
_DENIAL = "a denial is said whole or not at all: "
_BEGINNINGS = (_NEEDED, _USUAL, _TOO_FEW, _DENIAL)


def holds_of_nothing(node: Statement) -> bool:
    """Whether a sentence holds of somebody of whom nothing is recorded."""
    match node:
        case s.Not():
            return not holds_of_nothing(node.of)
        case s.And():
            return all(holds_of_nothing(part) for part in node.parts)
        case s.Or():
            return any(holds_of_nothing(part) for part in node.parts)
        case s.Named() | s.WasTrue():
            return holds_of_nothing(node.of)
        case _:
            return False


@dataclass(slots=True)
class Translator:
    """Translates the sentences of one shelf; what has been translated is kept."""

    context: Context
    _kept: dict[tuple[Statement, Span], Said] = field(default_factory=dict)
    _names: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._names = frozenset(definition.key for definition in self.context.shelf.definitions)

    def translate(self, sentence: Statement, span: Span) -> Said:
        """The sentence on the days of the span; a definition inside it is referred to for what it loses."""
        while isinstance(sentence, s.Named):
            sentence = sentence.of
        return self._said(sentence, span)

    def _said(self, node: Statement, span: Span) -> Said:
        if (node, span) not in self._kept:
            self._kept[node, span] = self._new(node, span)
        return self._kept[node, span]

    def _new(self, node: Statement, span: Span) -> Said:
        match node:
            case s.And():
                return self._and(node, span)
            case s.Or():
                return self._or(node, span)
            case s.AtLeast():
                return self._at_least(node, span)
            case s.Not():
                return self._not(node, span)
            case s.Named():
                return self._named(node, span)
            case s.WasTrue():
                return self._said(node.of, span)
            case s.Compare(left=q.TimeSince(what="procedure")):
                # A time alone is no row; beside others it sets their days.
                return self._refused(node, "a time since the procedure that limits no other part")
            case s.Compare():
                return leaves.compared(self.context, node, span)
            case s.Seen():
                return leaves.seen(self.context, node, span)
            case s.Happened():
                return leaves.happened(self.context, node, span)
            case s.ProcedureIs():
                return leaves.procedure(self.context, node, span)
            case s.Known() if isinstance(node.of, Quantity):
                return leaves.known(self.context, node.of, span) or self._refused(node)
            case _:
                return self._refused(node)

    def _refused(self, node: Node, why: str = "") -> Said:
        return Said(None, (Lost(self.context.prose(node), why or leaves.reason(node)),))

    def _named(self, node: s.Named, span: Span) -> Said:
        said = self._said(node.of, span)
        if node.name not in self._names or not said.lost:
            return said
        effects = {lost.effect for lost in said.lost}
        effect: Effect = effects.pop() if len(effects) == 1 else "other"
        how = "said in part only" if said.item else "not said"
        return replace(said, lost=(Lost(f"“{node.name}”", f"{how}: see definition {node.name}", effect),))

    # -- connectives -------------------------------------------------------------------------------------------------

    def _and(self, node: s.And, span: Span) -> Said:
        parts = list(_conjuncts(node))
        lost, failed, timed = list[Lost](), list[Lost](), list[Statement]()
        for part in parts:
            bound = _bound(part)
            if bound is None:
                continue
            timed.append(part)
            days, more = self.context.days(bound[1])
            lost += more
            if days.denominator != 1:
                why = "hours after the procedure"
                (lost if bound[0] == ">=" else failed).append(Lost(self.context.prose(part), why, "wider"))
            elif bound[0] == ">=":
                span = replace(span, start=max(span.start, int(days)))
            else:
                span = replace(span, end=min(span.end, int(days)))
        if span.start > span.end:
            failed.append(Lost("", f"it begins after day {span.end}, until which it is looked for"))
        parts = [part for part in parts if part not in timed and not _implied(part, parts)]
        if len(parts) == 1 and not timed:
            return self._said(parts[0], span)
        items, told, positive = [], list[str](), False
        for part in parts:
            said = self._said(part, span) if span.start <= span.end else Said(None)
            if said.item is not None:
                items.append(said.item)
                told += said.told
                lost += said.lost
                positive |= not holds_of_nothing(part)
            elif holds_of_nothing(part):
                lost += [replace(each, effect="wider") for each in said.lost]
            else:
                failed += said.lost
        if failed:
            return self._refused(node, _NEEDED + _reasons(failed))
        if not positive:
            return self._refused(node, "nothing is left of it for which a row could be found")
        return Said(shapes.joined("ALL", items), tuple(dict.fromkeys(lost)), tuple(dict.fromkeys(told)))

    def _or(self, node: s.Or, span: Span) -> Said:
        branches = [(part, self._said(part, span)) for part in node.parts]
        lost = tuple(dict.fromkeys(each for _, said in branches for each in said.lost))
        items = [said.item for _, said in branches if said.item is not None]
        if not items:
            return Said(None, lost)
        if any(said.item is None and holds_of_nothing(part) for part, said in branches):
            # What holds of nearly everybody is lost: the other branches alone would say something else.
            return self._refused(node, _USUAL + _reasons(lost))
        told = (words for _, said in branches if said.item is not None for words in said.told)
        return Said(shapes.joined("ANY", items), lost, tuple(dict.fromkeys(told)))

    def _at_least(self, node: s.AtLeast, span: Span) -> Said:
        number, lost = self.context.number(node.number)
        branches = [self._said(part, span) for part in node.parts]
        items = [said.item for said in branches if said.item is not None]
        lost += tuple(each for said in branches for each in said.lost)
        if len(items) < number:
            return self._refused(node, _TOO_FEW + _reasons(lost))
        told = (words for said in branches if said.item is not None for words in said.told)
        return Said(shapes.group("AT_LEAST", items, int(number)), lost, tuple(dict.fromkeys(told)))

    def _not(self, node: s.Not, span: Span) -> Said:
        said = self._said(node.of, span)
        if said.item is None or said.lost:
            return self._refused(node, _DENIAL + _reasons(said.lost))
        return Said(shapes.negated(said.item), (), tuple(f"none of: {words}" for words in said.told))


def _conjuncts(node: s.And) -> Iterator[Statement]:
    """The parts of a conjunction, those of a conjunction inside it included."""
    for part in node.parts:
        if isinstance(part, s.And):
            yield from _conjuncts(part)
        else:
            yield part


def _bound(part: Statement) -> tuple[str, Parameter] | None:
    """`>=` or `<` and a duration, where a part only says how long after the procedure it is."""
    denied = isinstance(part, s.Not)
    inner = part.of if isinstance(part, s.Not) else part
    if not isinstance(inner, s.Compare) or inner.left != q.TimeSince("procedure"):
        return None
    assert isinstance(inner.right, Parameter)
    return (">=" if (inner.comparator == ">=") is not denied else "<"), inner.right


def _implied(part: Statement, parts: Iterable[Statement]) -> bool:
    """Whether a part asks only if something is known without which another part cannot hold."""
    if not isinstance(part, s.Known):
        return False
    others = [other for other in parts if other is not part]
    if part.of in others:
        return True
    return isinstance(part.of, Quantity) and any(
        isinstance(other, s.Compare) and part.of in tuple(other.walk()) for other in others
    )


def _reasons(lost: Iterable[Lost]) -> str:
    """The reasons of several losses, each once and without what only leads up to them."""
    found: list[str] = []
    for each in lost:
        reason = each.reason
        while begun := next((words for words in _BEGINNINGS if reason.startswith(words)), ""):
            reason = reason.removeprefix(begun)
        found += reason.split("; ")
    return "; ".join(dict.fromkeys(found))
