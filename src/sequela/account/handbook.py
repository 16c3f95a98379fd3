"""The reference manual of the criteria as Markdown pages: what `sequela criteria --all` and the documentation print.

One page a topic, made of the same entries that `sequela criteria NAME` shows, one page of every number, one of the
sources, and a first page that says what all of it rests on.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Iterator

from sequela.account import formulas, manual
from sequela.account.manual import Entry
from sequela.account.outline import Outliner, own_parameters
from sequela.criteria.assembly import TOPICS, contents, topic_module
from sequela.criteria.patients import WorkedPatient, patients
from sequela.evidence import citation, works
from sequela.logic import display
from sequela.logic.nodes import Node, Parameter
from sequela.logic.shelf import Basis, ParameterValue, Shelf
from sequela.logic.statements import Named

HONESTY = """\
**These are starting points.** Of {count} numbers, {judgement} rest on expert judgement that no practising clinician has
yet confirmed for the days after a liver embolization or ablation; {study} were taken from studies and {guideline} from
guidelines{site}. No consensus on when a post-embolization syndrome is *prolonged*, and no day-by-day table of blood
tests after embolization, was found in the literature. A number that rests on judgement cites the work that comes
nearest to it, which need not name the number: the basis says so. Where you know better, change it by an overlay
(`sequela criteria --criteria site.toml`), see whose state that changes (`--diff`), and tell us."""
READING = """\
How to read an entry. *Support* says whether a sign points at liver tissue (specific) or at anything that makes a
patient worse (non-specific: competing causes first). A sentence is true, false or unknown; missing is never normal, and
nothing is true of an empty course. *Numbers* are those that the sentence itself names; [all of them](parameters.md)
stand in one table, and so do the [sources](criteria/sources.md). *Worked patients* are small courses beside each
definition that run as tests: times count from the start of the procedure, a fact is known at once unless `known` says
when, and the patient is a woman of 60 after TACE unless it says otherwise. Every number, moved by one step, changes
what is said of at least one of them (for the lines of a score's chart: of a second copy of it)."""
_OTHERWISE = {
    "state": "`expected` if none does, and `ended` once the episode is over",
    "trend": "`unknown` if none does. It goes on after necrosis is confirmed",
}
Page = tuple[str, str]
"""A path below the manual's folder, and its text."""


def pages(shelf: Shelf) -> Iterator[Page]:
    """Yield the pages of the manual: the first page, one a topic, the numbers, the sources."""
    entries = manual.entries(shelf)
    topics = {topic: _of_topic(topic, entries) for topic in TOPICS}
    yield "criteria.md", "\n\n".join(_first(shelf, topics))
    for topic, held in topics.items():
        yield f"criteria/{topic}.md", "\n\n".join(_chapter(shelf, topic, held))
    yield "parameters.md", "\n\n".join(_numbers_page(shelf))
    yield "criteria/sources.md", "\n\n".join(_sources(shelf, entries))


def _of_topic(topic: str, entries: list[Entry]) -> list[Entry]:
    """The entries of one topic, in the order of the shelf."""
    keys = contents(topic)
    return [entry for entry in entries if (entry.sort if entry.sort in ("state", "trend") else "", entry.key) in keys]


def _first(shelf: Shelf, topics: dict[str, list[Entry]]) -> Iterator[str]:
    bases = Counter(parameter.basis for parameter in shelf.parameters.values())
    site = bases[Basis.SITE]
    yield "# The criteria"
    yield f"Version {shelf.version}{f', overlay {shelf.overlay}' if shelf.overlay else ''}, hash `{shelf.hash[:16]}`."
    yield HONESTY.format(
        count=len(shelf.parameters),
        judgement=bases[Basis.EXPERT_JUDGEMENT],
        study=bases[Basis.STUDY],
        guideline=bases[Basis.GUIDELINE],
        site=f", {site} were set by the site" if site else "",
    )
    yield READING
    for topic, held in topics.items():
        yield f"## [{_title(topic)}](criteria/{topic}.md)"
        yield "\n".join(f"* [{entry.title}](criteria/{topic}.md#{entry.key}): {entry.sort}" for entry in held)


def _chapter(shelf: Shelf, topic: str, held: list[Entry]) -> Iterator[str]:
    """One topic: what its module says of itself, then its entries."""
    yield f"# {_title(topic)}"
    yield inspect.cleandoc(topic_module(topic).__doc__ or "")
    for entry in held:
        yield f'<a id="{entry.key}"></a>\n\n## {entry.title} (`{entry.key}`)'
        cites = f" {_cites(entry.cites)}" if entry.cites else ""
        yield f"{entry.sort.capitalize()}.{cites}"
        if entry.notes:
            yield "\n".join(f"* {note}" for note in entry.notes)
        if entry.formula is not None:
            said = formulas.lines(entry.formula, shelf.parameters)
            yield "\n".join(["```text", *(f"{'  ' * depth}{text}" for depth, text in said), "```"])
        for role, sentence in entry.sentences:
            yield _outlined(shelf, f"{role[:1].upper()}{role[1:]}", sentence)
        inside = (key for _, sentence in entry.sentences for key in own_parameters(_unnamed(sentence)))
        yield from _numbers(shelf, dict.fromkeys([*entry.parameters, *inside]))
        yield from _worked(entry.key)
    for ladder in sorted({entry.sort for entry in held} & {"state", "trend"}):
        yield f"## Which {ladder} is said (`{ladder}`)"
        yield f"The first {ladder} that holds, in the order above; {_OTHERWISE[ladder]}."
        yield from _worked(ladder)


def _sources(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[str]:
    cited = {key for entry in entries for key in entry.cites}
    cited |= {key for parameter in shelf.parameters.values() for key in parameter.cites}
    yield "# Sources of the criteria"
    yield "\n".join(f'* <a id="{key}"></a>`{key}`: {citation(works()[key])}' for key in sorted(cited))


def _numbers_page(shelf: Shelf) -> Iterator[str]:
    yield "# Every number of the criteria"
    yield (
        "Each with its unit, the date from which it holds, what it rests on, and who reads it. Most rest on expert "
        "judgement: see [the criteria](criteria.md)."
    )
    readers: dict[str, dict[str, None]] = {}
    for place, sentence in shelf.sentences():
        own = [sentence.key] if isinstance(sentence, Parameter) else own_parameters(_unnamed(sentence))
        for key in own:
            readers.setdefault(key, {})[place.partition(" ")[2]] = None
    for topic in TOPICS:
        held = [parameter for parameter in shelf.parameters.values() if parameter.topic == topic]
        if held:
            rows = (
                _row(
                    parameter, ", ".join(f"`{reader}`" for reader in readers.get(parameter.key, ())), place="criteria/"
                )
                for parameter in held
            )
            yield f"## {_title(topic)}"
            yield (
                "| number | value | from | basis | cites | note | read by |\n|---|---|---|---|---|---|---|\n"
                + "\n".join(rows)
            )


# -- the parts of an entry -------------------------------------------------------------------------------------------


def _title(topic: str) -> str:
    name = topic.replace("_", " ")
    return name.upper() if topic in manual.ACRONYMS else name.capitalize()


def _cites(keys: Iterable[str]) -> str:
    return "Cites " + ", ".join(f"[{key}](sources.md#{key})" for key in keys) + "."


def _outlined(shelf: Shelf, head: str, sentence: Node) -> str:
    """A sentence as a nested list."""
    groups = {**manual.groups(shelf), frozenset(d.key for d in shelf.in_role("minimum")): "the minimum set"}
    lines = Outliner(shelf.parameters, groups).whole(_unnamed(sentence))
    return f"{head}:\n\n" + "\n".join(f"{'  ' * depth}* {text}" for depth, text in lines)


def _unnamed(sentence: Node) -> Node:
    return sentence.of if isinstance(sentence, Named) else sentence


def _numbers(shelf: Shelf, keys: Iterable[str]) -> Iterator[str]:
    """The table of the numbers that an entry names itself."""
    rows = "\n".join(_row(shelf.parameters[key]) for key in keys)
    if rows:
        yield f"| number | value | from | basis | cites | note |\n|---|---|---|---|---|---|\n{rows}"


def _row(parameter: ParameterValue, *more: str, place: str = "") -> str:
    cites = ", ".join(f"[{key}]({place}sources.md#{key})" for key in parameter.cites)
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
