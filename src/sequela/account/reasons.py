"""Why: the conditions with their reasons and base rates, the syndrome's definition, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from sequela.account import words
from sequela.account.citing import Sources
from sequela.account.layout import item
from sequela.account.selecting import MOST_FACTS, SYNDROME, asked, held
from sequela.logic.display import joined

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment, Because, ConditionStatus, RiskFactor

MOST_REASONS, MOST_RATES, MOST_RISKS, MOST_CHANGES, MOST_TITLES, MOST_CLAUSES = 3, 2, 2, 3, 3, 5
"""How much is said of each; the rest is counted or named, and is in the JSON."""
NECROSIS = "hepatic necrosis"
AMONG_ALL = "Counted among all who were treated, not among those with such signs:"
VERBS = {"suspected": "Met", "confirmed": "Met, and over", "unknown": "Cannot be judged"}


def why(assessment: Assessment, sources: Sources) -> list[RenderableType]:
    """Return each condition in question with its reasons, then what else is true, then what cannot be judged."""
    parts: list[RenderableType] = []
    told: set[str] = set()
    named: set[str] = set()
    advised = False
    for condition in held(assessment):
        head = Text(f"{condition.title}: {condition.status}", style="bold")
        if condition.support == "non-specific":
            advice = "" if advised else " (consider other causes first)"
            head.append(f", on non-specific signs{advice}", style="not bold")
            advised = True
        elif condition.support:
            head.append(f", on {condition.support} signs", style="not bold")
        if condition.status == "confirmed" and condition.note:
            head.append(f", {condition.note} (in the words of a report only)", style="not bold")
        if condition.since is not None:
            head.append(f", since {words.clock(condition.since, assessment.course.zone_offset)}", style="not bold")
        parts.append(head)
        new = [b for b in condition.because if b.statement not in told]
        parts += _reasons(new, assessment, sources, condition.title, most=1 if named else MOST_REASONS)
        if not new and (again := _again(condition, assessment)):
            parts.append(item("- ", Text(again)))
        told |= {b.statement for b in new[: 1 if named else MOST_REASONS]}
        named |= {b.statement for b in condition.because}
    others = [because for because in assessment.reasons if because.statement not in named]
    if others:
        parts += [Text("Also true:"), *_reasons(others, assessment, sources)]
    aside = [c for c in assessment.conditions.values() if c.key != SYNDROME]
    parts += [Text(f"{c.title}: {c.note}") for c in aside if c.note and c.status != "confirmed"]
    clear = [
        words.inside(c.title) for c in aside if c.status == "not-suspected" and not c.note and asked(c, assessment)
    ]
    if clear and not parts:
        parts.append(Text(f"Nothing on record raises the suspicion of {_some(clear, 'or of')}."))
    open_ = [words.inside(c.title) for c in aside if c.status == "unknown" and not c.note]
    if open_:
        parts.append(Text(f"Cannot be judged: {_some(open_, 'and')}."))
    return parts


def _some(titles: list[str], word: str) -> str:
    """Hepatic necrosis first, then a few, and how many more there are: the JSON names them all."""
    titles = sorted(titles, key=lambda title: title != NECROSIS)
    few = titles if len(titles) <= MOST_TITLES else titles[: MOST_TITLES - 1]
    more = len(titles) - len(few)
    if not more:
        return joined(few, word)
    return f"{', '.join(few)} {word} {more} other conditions"


def _reasons(
    reasons: list[Because], assessment: Assessment, sources: Sources, title: str = "", most: int = MOST_REASONS
) -> list[RenderableType]:
    """Reasons with their values, so many; the rest by their names. The gravest condition is told in full, others in one
    line: at night nobody reads a page of what else it might be.
    """
    parts: list[RenderableType] = [item("- ", _reason(b, assessment, sources, title)) for b in reasons[:most]]
    rest = [words.spoken(because.statement) for because in reasons[most:]]
    if rest:
        parts.append(item("- ", Text(f"also {joined(rest, 'and')}")))
    return parts


def _again(condition: ConditionStatus, assessment: Assessment) -> str:
    """What a condition rests on that needs no new line: reasons told above, or signs that have passed."""
    if condition.because:
        titles = [words.inside(words.title(b.statement, assessment.shelf)) for b in condition.because]
        return f"as above: {joined(titles[:MOST_REASONS], 'and')}"
    return "the signs have passed; nothing yet has answered the suspicion" if condition.status == "suspected" else ""


def _reason(because: Because, assessment: Assessment, sources: Sources, above: str = "") -> Text:
    said = shortened(because, assessment, above)
    text = Text(said + sources.marks(because.cites) + words.basis(because))
    zone, start = assessment.course.zone_offset, assessment.course.start
    facts = sorted(because.facts, key=lambda fact: (fact.at, fact.known_from), reverse=True)
    if len(facts) <= MOST_FACTS:
        shown = [f"{words.amount(f)}, {words.day_and_clock(f.at, start, zone)}" for f in facts]
    else:
        shown = [f"{len(facts)} values, the last of {words.day_and_clock(facts[0].at, start, zone)}"]
    if shown:
        text.append(f"\n{'; '.join(shown)}", style="dim")
    return text


def shortened(because: Because, assessment: Assessment, above: str = "") -> str:
    """Return a reason with its first few values: a sentence that joins many others names them all in the JSON.

    The name of a condition that stands `above` is not said again.
    """
    title = words.title(because.statement, assessment.shelf) + ": "
    if not because.text.startswith(title):
        title = ""
    clauses = because.text.removeprefix(title).split("; ")
    if len(clauses) > MOST_CLAUSES:
        clauses = [*clauses[: MOST_CLAUSES - 1], f"and {len(clauses) - MOST_CLAUSES + 1} more"]
    said = "; ".join(clauses)
    return words.capital(said) if title == f"{above}: " else title + said


def likely(assessment: Assessment, sources: Sources) -> list[RenderableType]:
    """Return the published base rate of what is suspected, so that nobody reads "suspected" as "likely"; then the
    published risk factors that this patient has.
    """
    parts: list[RenderableType] = []
    for condition in held(assessment):
        if condition.status == "suspected" and condition.base_rates:
            rates = "; ".join(
                f"{rate.events:,} of {rate.total:,} {rate.unit} ({rate.percent}\u00a0%) of {rate.population}"
                + sources.marks(rate.cites)
                for rate in condition.base_rates[:MOST_RATES]
            )
            if not parts:
                # With specific signs it may well be likely: then the counts say nothing but how rare it is in all.
                warned = "" if condition.support == "specific" else "Suspected is not likely. "
                parts.append(Text(f"{warned}{AMONG_ALL}"))
            parts.append(Text(f"{condition.title} was found in {rates}."))
        if condition.status == "suspected":
            parts += [_raised(condition.title, risk, sources) for risk in condition.risk_factors[:MOST_RISKS]]
    return parts


def _raised(title: str, risk: RiskFactor, sources: Sources) -> Text:
    """A risk factor that this patient has, with the number on it as it was published."""
    factors = joined([words.inside(factor) for factor in risk.titles], "and")
    return Text(f"Risk factor for {words.inside(title)}: {factors}, {risk.odds.text}{sources.marks(risk.odds.cites)}.")


def syndrome(assessment: Assessment, sources: Sources) -> list[RenderableType]:
    """Return which definition of the syndrome is in use and whether it is met, and which of the others are."""
    found = assessment.conditions.get(SYNDROME)
    if found is None:
        return []
    definitions = {definition.key: definition for definition in assessment.shelf.in_role("pes-definition")}
    used = definitions.get(found.definition)
    others = [key for key in assessment.met_definitions if key != found.definition]
    if found.status == "not-suspected" and not others:
        return []
    verb = VERBS.get(found.status, "Not met")
    said = f"{verb}: {words.inside(used.title)} ({used.key}){sources.marks(used.cites)}. " if used else f"{verb}. "
    if others:
        said += f"Of the {len(definitions)} published definitions, also met so far: {joined(others, 'and')}. "
    return [Text(said + found.caution)]


def changes(assessment: Assessment) -> list[RenderableType]:
    """Return what readings would turn the reasons."""
    reasons = [because for condition in held(assessment) for because in condition.because]
    turns = list(dict.fromkeys(b.would_change for b in (*reasons, *assessment.reasons) if b.would_change))
    parts: list[RenderableType] = [item("- ", Text(words.capital(turn))) for turn in turns[:MOST_CHANGES]]
    if len(turns) > MOST_CHANGES:
        parts.append(item("- ", Text(f"and {len(turns) - MOST_CHANGES} more", style="dim")))
    return parts
