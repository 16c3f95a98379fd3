"""The manual of the criteria: every definition in prose, with its numbers, its worked patients and its sources."""

from __future__ import annotations

import importlib
import inspect
from collections import Counter
from collections.abc import Iterable, Iterator

from sequela.account.manual import ROLES
from sequela.account.outline import Outliner, own_parameters
from sequela.criteria import shelf
from sequela.criteria.assembly import TOPICS
from sequela.criteria.patients import WorkedPatient, patients
from sequela.evidence import base_rates, citation, works
from sequela.logic import display
from sequela.logic.nodes import Node, Parameter
from sequela.logic.shelf import Basis, ParameterValue
from sequela.logic.statements import Named

SHELF = shelf()
CONDITIONS = {"post_embolization_syndrome": ("post-embolization-syndrome",), "hepatic_necrosis": ("hepatic-necrosis",)}
SCORES = {"news2": ("NEWS2",), "post_embolization_syndrome": ("SWOG",)}
"""The chapter in which each condition and score stands; a test fails when one stands in none."""
HONESTY = """\
**These are starting points.** Of {count} numbers, {judgement} rest on expert judgement that no practising clinician has
yet confirmed for the days after a liver embolization or ablation; {study} were taken from studies and {guideline} from
guidelines, most of those from the NEWS2 chart. No consensus on when a post-embolization syndrome is *prolonged*, and no
day-by-day table of blood tests after embolization, was found in the literature. A number that rests on judgement cites
the work that comes nearest to it, which need not name the number: the basis says so. Where you know better, change it
([how](../how-to/change-a-parameter.md)) and tell us."""
READING = """\
How to read an entry. *Support* says whether a sign points at liver tissue (specific) or at anything that makes a
patient worse (non-specific: competing causes first). A sentence is true, false or unknown; missing is never normal, and
nothing is true of an empty course. *Numbers* are those that the sentence itself names; [all of them](parameters.md)
stand in one table. *Worked patients* are small courses beside each definition that run as tests: times count from the
start of the procedure, a fact is known at once unless `known` says when, and the patient is a woman of 60 after TACE
unless it says otherwise. Every number, moved by one step, changes what is said of at least one of them (for the lines
of the NEWS2 chart: of a second copy of it)."""


def pages() -> Iterator[tuple[str, str]]:
    """Two pages: the chapters, and every number in one table."""
    yield "criteria.md", "\n\n".join(_criteria())
    yield "parameters.md", "\n\n".join(_parameters_page())


def _criteria() -> Iterator[str]:
    bases = Counter(parameter.basis for parameter in SHELF.parameters.values())
    yield "# The criteria"
    yield f"Version {SHELF.version}, hash `{SHELF.hash[:16]}`."
    yield HONESTY.format(
        count=len(SHELF.parameters),
        judgement=bases[Basis.EXPERT_JUDGEMENT],
        study=bases[Basis.STUDY],
        guideline=bases[Basis.GUIDELINE],
    )
    yield READING
    cited: set[str] = set()
    for topic in TOPICS:
        yield from _chapter(topic, cited)
    cited |= {key for parameter in SHELF.parameters.values() for key in parameter.cites}
    yield "## Sources"
    yield "\n".join(f'* <a id="{key}"></a>`{key}`: {citation(works()[key])}' for key in sorted(cited))


def _chapter(topic: str, cited: set[str]) -> Iterator[str]:
    """One topic: what its module says of itself, then its entries."""
    module = importlib.import_module(f"sequela.criteria.{topic}.definition")
    yield f"## {_title(topic)}"
    yield inspect.cleandoc(module.__doc__ or "")
    for score in (score for score in SHELF.scores if score.key in SCORES.get(topic, ())):
        cited.update(score.cites)
        yield f"### {score.title} (`{score.key}`)"
        yield f"A score.{f' It does not apply: {score.excludes}.' if score.excludes else ''} {_cites(score.cites)}"
        yield _outlined("The score", score.score)
        if score.applies is not None:
            yield _outlined("Applies when", score.applies)
        yield from _numbers(sentence for sentence in (score.score, score.applies) if sentence is not None)
        yield from _worked(score.key)
    for condition in (condition for condition in SHELF.conditions if condition.key in CONDITIONS.get(topic, ())):
        cited.update(condition.cites)
        yield f"### {condition.title} (`{condition.key}`)"
        yield f"A condition. {condition.caution} {_cites(condition.cites)}"
        rates = base_rates(condition.complication)
        if rates:
            yield "Published rates:\n\n" + "\n".join(f"* {rate.text}" for rate in rates)
        roles = (
            ("Suspected when", condition.suspected),
            ("Confirmed when", condition.confirmed),
            ("Excluded when", condition.excluded),
            ("Lapses when", condition.lapsed),
            ("Can be judged when", condition.assessable),
        )
        held = [(role, sentence) for role, sentence in roles if sentence is not None]
        for role, sentence in held:
            yield _outlined(role, sentence)
        yield from _numbers(sentence for _, sentence in held)
        yield from _worked(condition.key)
    for definition in getattr(module, "DEFINITIONS", ()):
        cited.update(definition.cites)
        yield f"### {definition.title} (`{definition.key}`)"
        support = f" Support: {definition.support}." if definition.support else ""
        yield f"{ROLES[definition.role].capitalize()}.{support} {_cites(definition.cites)}"
        yield _outlined("True when", definition.sentence)
        yield from _numbers((definition.sentence,))
        yield from _worked(definition.key)
    if topic == "states":
        yield from _ladders()
    if topic == "steps":
        yield from _steps(cited)


def _ladders() -> Iterator[str]:
    yield "### The state (`state`)"
    yield "The first of these that holds; `expected` if none does, and `ended` once the episode is over."
    for state in SHELF.states:
        yield _outlined(f"`{state.key}` when", state.when)
    yield from _numbers(state.when for state in SHELF.states)
    yield from _worked("state")
    yield "### The trend (`trend`)"
    yield "The first of these that holds; `unknown` if none does. It goes on after necrosis is confirmed."
    for trend in SHELF.trends:
        yield _outlined(f"`{trend.key}` when", trend.when)
    yield from _numbers(trend.when for trend in SHELF.trends)
    yield from _worked("trend")


def _steps(cited: set[str]) -> Iterator[str]:
    for key in dict.fromkeys(step.key for step in SHELF.steps):
        same = [step for step in SHELF.steps if step.key == key]
        yield f"### {same[0].text} (`{key}`)"
        for step in same:
            cited.update(step.cites)
            due = display.amount(SHELF.parameters[step.due.key].number(""), step.due.unit)
            closers = " and ".join(" or ".join(f"`{closer}`" for closer in group) for group in step.closed_by)
            yield (
                f"{step.text} ({step.text_es}): due within {due}, {step.urgency}, closed by {closers}. "
                f"{step.because} {_cites(step.cites)}"
            )
            yield _outlined("Asked for when", step.when)
        yield from _numbers(node for step in same for node in (step.when, step.due))
        yield from _worked(key)


# -- the parts of an entry -------------------------------------------------------------------------------------------


def _title(topic: str) -> str:
    name = topic.replace("_", " ")
    return name.upper() if topic == "news2" else name.capitalize()


def _cites(keys: Iterable[str]) -> str:
    return "Cites " + ", ".join(f"[{key}](#{key})" for key in keys) + "."


def _outlined(head: str, sentence: Node) -> str:
    """A sentence as a nested list."""
    inside = sentence.of if isinstance(sentence, Named) else sentence
    by_role = {role: frozenset(d.key for d in SHELF.in_role(role)) for role in ("deteriorating", "prolonged")}
    groups = {keys: f"every definition under “{ROLES[role]}”" for role, keys in by_role.items()}
    groups[by_role["deteriorating"] | by_role["prolonged"]] = "every trigger (deteriorating or prolonged)"
    groups[frozenset(d.key for d in SHELF.in_role("minimum"))] = "the minimum set"
    lines = Outliner(SHELF.parameters, groups).lines(inside)
    return f"{head}:\n\n" + "\n".join(f"{'  ' * depth}* {text}" for depth, text in lines)


def _numbers(sentences: Iterable[Node]) -> Iterator[str]:
    """The table of the numbers that sentences name themselves."""
    keys = dict.fromkeys(key for sentence in sentences for key in own_parameters(_inside(sentence)))
    if keys:
        rows = "\n".join(_row(SHELF.parameters[key]) for key in keys)
        yield f"| number | value | from | basis | cites | note |\n|---|---|---|---|---|---|\n{rows}"


def _inside(sentence: Node) -> Node:
    return sentence.of if isinstance(sentence, Named) else sentence


def _row(parameter: ParameterValue, *more: str, sources: str = "") -> str:
    cites = ", ".join(f"[{key}]({sources}#{key})" for key in parameter.cites)
    cells = [f"`{parameter.key}`", _value(parameter), str(parameter.valid_from), str(parameter.basis), cites]
    return f"| {' | '.join([*cells, parameter.note, *more])} |"


def _value(parameter: ParameterValue) -> str:
    if parameter.value is None:
        return "<br>".join(
            f"{'above' if band.upto is None else 'up to ' + display.amount(band.upto, parameter.unit)}: {band.points}"
            for band in parameter.bands
        )
    own = [f"{kind} {display.amount(value, parameter.unit)}" for kind, value in parameter.by_procedure.items()]
    return "<br>".join([display.amount(parameter.value, parameter.unit), *own])


def _worked(key: str) -> Iterator[str]:
    """The table of worked patients of one entry."""
    worked = patients(key)
    if worked:
        head = "| | worked patient | facts | said | why |\n|---|---|---|---|---|\n"
        yield head + "\n".join(_patient(patient) for patient in worked)


def _patient(patient: WorkedPatient) -> str:
    facts = "<br>".join(f"`{row}`" for row in patient.rows)
    said = "<br>".join(f"{expected.told}: {expected.answer}" for expected in patient.expect)
    about = "" if patient.about == "TACE, woman" else f" ({patient.about})"
    return f"| {patient.kind} | {patient.name}{about} | {facts} | {said} | {patient.why} |"


def _parameters_page() -> Iterator[str]:
    yield "# Every number of the criteria"
    yield (
        "Each with its unit, the date from which it holds, what it rests on, and who reads it. Most rest on expert "
        "judgement: see [the criteria](criteria.md)."
    )
    readers: dict[str, list[str]] = {}
    for place, sentence in SHELF.sentences():
        entry = place.partition(" ")[2]
        for key in own_parameters(_inside(sentence)):
            if entry not in readers.setdefault(key, []):
                readers[key].append(entry)
        if isinstance(sentence, Parameter) and entry not in readers.setdefault(sentence.key, []):
            readers[sentence.key].append(entry)
    for topic in TOPICS:
        held = [parameter for parameter in SHELF.parameters.values() if parameter.topic == topic]
        if held:
            rows = "\n".join(
                _row(p, ", ".join(f"`{reader}`" for reader in readers.get(p.key, [])), sources="criteria.md")
                for p in held
            )
            yield f"## {_title(topic)}"
            yield f"| number | value | from | basis | cites | note | read by |\n|---|---|---|---|---|---|---|\n{rows}"
