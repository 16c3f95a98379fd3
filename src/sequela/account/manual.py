"""The shelf to read: every definition in prose, with its numbers, their basis and their sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sequela.account import formulas, words
from sequela.account.outline import Outliner, own_parameters
from sequela.criteria.patients import patients
from sequela.evidence import base_rates, citation, claims_of, risk_factors, works
from sequela.logic import display
from sequela.logic.formulas import Formula, Measured
from sequela.logic.nodes import Node
from sequela.logic.scores import Grading, ScoreDefinition, plain
from sequela.logic.shelf import Condition, Definition, ParameterValue, Shelf, State, Step
from sequela.logic.statements import Named
from sequela.logic.wire import to_wire

WIDTH = 80
ACRONYMS = frozenset(("albi", "ctcae", "kdigo", "meld", "news2", "qsofa", "reild", "sirs", "sofa", "sofa_2"))
"""Topics whose name is read letter by letter, or is written so."""
ROLES = {
    "deteriorating": "what makes a course deteriorating",
    "prolonged": "what makes a course prolonged",
    "recheck": "what is checked again before anything follows from it",
    "minimum": "what must be current before the state is judged",
    "pes-definition": "published definitions of the post-embolization syndrome",
    "masking": "what makes the absence of a sign prove nothing",
    "condition": "what raises the suspicion of one condition",
    "support": "what other definitions are made of",
}


@dataclass(frozen=True)
class Entry:
    """One thing on the shelf under its name: what sort of thing, its sentences, and the works it rests on."""

    key: str
    title: str
    sort: str
    sentences: tuple[tuple[str, Node], ...]
    cites: tuple[str, ...]
    notes: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    formula: Formula | None = None


def names(shelf: Shelf) -> list[str]:
    """Return every name that `find` knows."""
    return [entry.key for entry in entries(shelf)] + list(shelf.parameters)


def find(shelf: Shelf, name: str) -> Entry | None:
    """Return the entry of a name, whatever its case; of a score by any name; a parameter's is the parameter alone."""
    wanted = name.casefold()
    for found in entries(shelf):
        if found.key.casefold() == wanted:
            return found
    score = shelf.scores_by_name.get(plain(name))
    if score is not None:
        return _score(score)
    for key, parameter in shelf.parameters.items():
        if key.casefold() == wanted:
            return Entry(key, key.replace("-", " "), "parameter", (), parameter.cites, parameters=(key,))
    return None


def entries(shelf: Shelf) -> list[Entry]:
    """Return everything on the shelf that has a sentence, in the order of the manual."""
    return [
        *(_condition(condition) for condition in shelf.conditions),
        *(_definition(definition) for definition in shelf.definitions),
        *(_score(score) for score in shelf.scores),
        *(_ladder("state", rung) for rung in shelf.states),
        *(_ladder("trend", rung) for rung in shelf.trends),
        *_steps(shelf.steps),
    ]


def listing(shelf: Shelf, width: int = WIDTH) -> str:
    """Return everything on the shelf by sort, one line each."""
    lines = [f"Criteria {shelf.version}{f', overlay {shelf.overlay}' if shelf.overlay else ''}", f"hash {shelf.hash}"]
    everything = entries(shelf)
    for sort in dict.fromkeys(entry.sort for entry in everything):
        group = [entry for entry in everything if entry.sort == sort]
        column = max(len(entry.key) for entry in group) + 2
        lines += ["", words.capital(sort)]
        for entry in group:
            lines += hanging(f"  {entry.key:<{column}}", entry.title, width)
    lines += ["", "Parameters"]
    lines += hanging("  ", ", ".join(shelf.parameters), width)
    lines += ["", "`sequela criteria NAME` shows one of them whole."]
    return "\n".join(lines)


def listing_json(shelf: Shelf) -> dict[str, Any]:
    """Return the same for a program."""
    return {
        "version": shelf.version,
        "hash": shelf.hash,
        "overlay": shelf.overlay or None,
        "choices": dict(shelf.choices),
        "entries": [{"name": e.key, "title": e.title, "sort": e.sort} for e in entries(shelf)],
        "parameters": [_parameter_json(parameter) for parameter in shelf.parameters.values()],
    }


def entry(shelf: Shelf, found: Entry, width: int = WIDTH) -> str:
    """Return one entry whole: its sentences, its numbers, and the works it rests on, in full."""
    lines = textwrap.wrap(f"{found.title} ({found.sort}: {found.key})", width, break_on_hyphens=False)
    for note in found.notes:
        lines += textwrap.wrap(note, width)
    if found.formula is not None:
        lines += ["", "Formula"]
        for depth, text in formulas.lines(found.formula, shelf.parameters):
            lines += hanging("  " * (depth + 1), text, width, indent=2 * depth + 4)
    for role, sentence in found.sentences:
        lines += ["", words.capital(role)]
        for depth, text in _outliner(shelf).whole(sentence):
            lines += hanging("  " * (depth + 1), text, width, indent=2 * depth + 4)
    numbers = [shelf.parameters[key] for key in _parameters(found)]
    cites = list(dict.fromkeys([*found.cites, *(key for parameter in numbers for key in parameter.cites)]))
    if numbers:
        lines += ["", "Numbers"]
        for parameter in numbers:
            lines += _parameter(parameter, cites, width)
    lines += _patients(found, width)
    if cites:
        lines += ["", "Sources"]
        for index, key in enumerate(cites, 1):
            said = citation(works()[key]) if key in works() else key
            lines += hanging(f"  [{index}] ", said, width)
            for taken in _taken(key, found):
                lines += hanging("      Takes: ", taken, width, indent=8)
    return "\n".join(lines)


def _taken(work: str, found: Entry) -> Iterator[str]:
    """What an entry, or a number that it names, takes from a work."""
    sort = found.sort if found.sort in ("condition", "score", "parameter") else "definition"
    names = [f"{'step' if found.sort == 'next step' else sort}:{found.key}"]
    names += [f"parameter:{key}" for key in _parameters(found)]
    yield from (claim.told for claim in claims_of(work) if any(claim.covers(name) for name in names))


def entry_json(shelf: Shelf, found: Entry) -> dict[str, Any]:
    """Return the same for a program, the sentences both in words and as the grammar writes them."""
    return {
        "name": found.key,
        "title": found.title,
        "sort": found.sort,
        "criteria": {"version": shelf.version, "hash": shelf.hash},
        "notes": list(found.notes),
        "formula": []
        if found.formula is None
        else [text for _, text in formulas.lines(found.formula, shelf.parameters)],
        "sentences": [
            {"role": role, "prose": _prose(sentence, shelf), "sentence": to_wire(sentence)}
            for role, sentence in found.sentences
        ],
        "parameters": [_parameter_json(shelf.parameters[key]) for key in _parameters(found)],
        "cites": list(found.cites),
        "patients": [
            {
                "name": patient.name,
                "kind": patient.kind,
                "about": patient.about,
                "facts": list(patient.rows),
                "expect": [{"at": expected.told, "answer": expected.answer} for expected in patient.expect],
                "why": patient.why,
            }
            for patient in patients(found.key)
        ],
    }


# -- how each sort becomes an entry ----------------------------------------------------------------------------------


def _condition(condition: Condition) -> Entry:
    sentences = []
    for role, sentence in (
        ("suspected when", condition.suspected),
        ("confirmed when", condition.confirmed),
        ("excluded when", condition.excluded),
        ("lapses when", condition.lapsed),
    ):
        if sentence is not None:
            sentences.append((role, sentence))
    sentences.append(("can be judged when", condition.assessable))
    notes = [condition.caution] if condition.caution else []
    notes += [f"Base rate: {rate.text}." for rate in base_rates(condition.complication)]
    notes += [
        f"Risk factor: {words.inside(display.joined([words.factor(key) for key in odds.factors], 'or'))}, {odds.text}."
        for odds in risk_factors(condition.complication)
    ]
    return Entry(condition.key, condition.title, "condition", tuple(sentences), condition.cites, tuple(notes))


def _definition(definition: Definition) -> Entry:
    notes = [f"Support: {definition.support}."] if definition.support else []
    notes += [definition.because] if definition.because else []
    sort = ROLES[definition.role]
    sentence = definition.sentence.of if isinstance(definition.sentence, Named) else definition.sentence
    return Entry(definition.key, definition.title, sort, (("true when", sentence),), definition.cites, tuple(notes))


def _score(score: ScoreDefinition | Grading | Formula) -> Entry:
    sentences: list[tuple[str, Node]] = []
    if isinstance(score, Formula):
        applies = (("applies when", score.applies),) if score.applies is not None else ()
        numbers = tuple(parameter.key for parameter in score.parameters())
        inputs = (one.now for one in score.reads() if isinstance(one, Measured))
        numbers += tuple(key for node in inputs for key in own_parameters(node))
        notes = tuple(note for note in (score.excludes, score.note) if note)
        return Entry(score.key, score.title, "score", applies, score.cites, notes, numbers, score)
    if isinstance(score, Grading):
        sentences += [(f"{grade.label} when", grade.when) for grade in score.grades]
    else:
        sentences.append(("score", score.score))
        if score.classed is not None:
            sentences.append((f"class ({', '.join(score.labels)})", score.classed))
    if score.applies is not None:
        sentences.append(("applies when", score.applies))
    notes = tuple(note for note in (score.excludes, score.note) if note)
    return Entry(score.key, score.title, "score", tuple(sentences), score.cites, notes)


def _ladder(sort: str, rung: State) -> Entry:
    """States and trends share words, so a trend is found as `trend-improving`."""
    key = rung.key if sort == "state" else f"trend-{rung.key}"
    note = "The first state that holds is the state." if sort == "state" else ""
    return Entry(key, rung.key, sort, (("holds when", rung.when),), (), (note,) if note else ())


def _steps(steps: Iterable[Step]) -> list[Entry]:
    """Steps that share a key are one entry with several triggers."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.key, []).append(step)
    return [
        Entry(
            key,
            same[0].text,
            "next step",
            tuple((f"due ({step.urgency}) when", step.when) for step in same),
            tuple(dict.fromkeys(cite for step in same for cite in step.cites)),
            tuple(dict.fromkeys(note for step in same for note in _told(step))),
            tuple(dict.fromkeys(step.due.key for step in same if step.due is not None)),
        )
        for key, same in found.items()
    ]


def _told(step: Step) -> Iterator[str]:
    """What is said of a step beside its sentence: why, in Spanish, and what closes it."""
    if step.because:
        yield step.because
    yield f"Spanish: {step.text_es}."
    closers = " and ".join(" or ".join(_closers(group)) for group in step.closed_by)
    yield f"Closed by {closers}." if closers else "A note: it stands while its trigger holds."


def _closers(group: tuple[str, ...]) -> Iterator[str]:
    """The words of alternatives that close a step, each once."""
    for closer in dict.fromkeys(group):
        yield closer.replace("-", " ") + (" (two)" if group.count(closer) > 1 else "")


# -- numbers ---------------------------------------------------------------------------------------------------------


def _parameters(found: Entry) -> list[str]:
    inside = [key for _, sentence in found.sentences for key in own_parameters(sentence)]
    return list(dict.fromkeys([*found.parameters, *inside]))


def _parameter(parameter: ParameterValue, cites: list[str], width: int) -> list[str]:
    marks = ", ".join(str(cites.index(key) + 1) for key in parameter.cites)
    told = f"{number(parameter)}; {parameter.basis}, valid from {parameter.valid_from}"
    told += f" [{marks}]" if marks else ""
    told += f". {parameter.note}" if parameter.note else ""
    return hanging(f"  {parameter.key}: ", told, width, indent=6)


def number(parameter: ParameterValue) -> str:
    """Return a parameter's number, or the points of its table, with what is otherwise for some procedures."""
    if parameter.value is None:
        bands = [
            f"{'above' if band.upto is None else f'up to {display.amount(band.upto, parameter.unit)}'} {band.points}"
            for band in parameter.bands
        ]
        return "points " + ", ".join(bands)
    told = display.amount(parameter.value, parameter.unit)
    others = [f"{display.amount(value, parameter.unit)} after {kind}" for kind, value in parameter.by_procedure.items()]
    return f"{told} ({', '.join(others)})" if others else told


def _parameter_json(parameter: ParameterValue) -> dict[str, Any]:
    from sequela.assessing.assessment import plain

    return {
        "name": parameter.key,
        "value": plain(parameter.value),
        "bands": [{"upto": plain(band.upto), "points": band.points} for band in parameter.bands],
        "by_procedure": {kind: plain(value) for kind, value in parameter.by_procedure.items()},
        "unit": parameter.unit,
        "from": parameter.valid_from.isoformat(),
        "basis": str(parameter.basis),
        "cites": list(parameter.cites),
        "note": parameter.note or None,
        "topic": parameter.topic,
    }


def _patients(found: Entry, width: int) -> list[str]:
    """The worked patients of an entry: what is said of small courses, and why, with the numbers as shipped."""
    worked = patients(found.key)
    if not worked:
        return []
    lines = ["", "Worked patients (numbers as shipped; times count from the procedure)"]
    for patient in worked:
        for line in patient.lines():
            lines += (
                hanging("  ", line, width, indent=6)
                if not line.startswith(" ")
                else hanging("      ", line.strip(), width, indent=8)
            )
    return lines


def groups(shelf: Shelf) -> dict[frozenset[str], str]:
    """Return what to call whole sets of definitions, so that their names need not be listed each time."""
    by_role = {role: frozenset(d.key for d in shelf.in_role(role)) for role in ("deteriorating", "prolonged")}
    named = {keys: f"every definition under “{ROLES[role]}”" for role, keys in by_role.items()}
    named[by_role["deteriorating"] | by_role["prolonged"]] = "every definition that makes it deteriorating or prolonged"
    return named


def _outliner(shelf: Shelf) -> Outliner:
    return Outliner(shelf.parameters, groups(shelf))


def _prose(sentence: Node, shelf: Shelf) -> str:
    return "\n".join("  " * depth + text for depth, text in _outliner(shelf).whole(sentence))


def hanging(head: str, text: str, width: int, indent: int | None = None) -> list[str]:
    """Return a text in lines, those after the first as far in as its head is long."""
    return textwrap.wrap(
        head + text, width, subsequent_indent=" " * (len(head) if indent is None else indent), break_on_hyphens=False
    )
