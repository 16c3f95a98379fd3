"""Words and figures for people: times as a ward writes them, values with their unit, the name behind each key."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING

from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Procedure
from sequela.course.facts import Event, Fact, Finding, Observation
from sequela.course.interval import Interval
from sequela.logic import display
from sequela.logic.phrases import place

if TYPE_CHECKING:
    from sequela.assessing.assessment import Because, Missing, ScoreValue
    from sequela.logic.shelf import Shelf
    from sequela.sources.receipt import ReceiptJson

STATES = {
    "ended": "This follow-up is over.",
    "necrosis-confirmed": "Necrosis of liver outside the target has been shown.",
    "deteriorating": "Something is getting worse in a way that the expected course does not explain.",
    "prolonged": "Symptoms outlast the expected course; this is not the time to call it harmless.",
    "unknown": "It cannot be judged: what it takes to judge is missing or too old.",
    "recovered": "The expected course is over. Late complications are still possible.",
    "expected": "As expected so far; that rules out neither necrosis nor infection.",
}
"""Each state in one plain sentence."""

NO_DEVICE = "Decision support with its reasons open; not a medical device."
MINUTE = 60
STANDING = "Nothing is getting worse just now; {open} all the same."
"""Of a course that would be called expected or recovered while a complication is suspected or confirmed."""
PROCEDURES = {
    "TAE": "TAE (bland embolization)",
    "TACE": "TACE",
    "DEB-TACE": "DEB-TACE",
    "TARE": "TARE (radioembolization)",
    "RFA": "RFA (radiofrequency ablation)",
    "MWA": "MWA (microwave ablation)",
    "cryoablation": "Cryoablation",
    "PVE": "PVE (portal vein embolization)",
    "other": "Liver procedure of another kind",
}
ASCII = str.maketrans(
    {
        "°": " ", "µ": "u", "×": "x", "⁹": "^9", "–": "-", "—": "-", "…": "...", "→": "->", "≥": ">=", "≤": "<=",
        "·": "-", "•": "*", "●": "*", "○": "o", "\u2019": "'", "“": '"', "”": '"',
        "┤": "|", "│": "|", "└": "+", "─": "-",
        "┬": "-", "┴": "-", "┘": "+", "┐": "+", "┌": "+", "├": "|", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip
"""The nearest sign of ASCII for each of ours."""


def procedure(done: Procedure) -> str:
    """Return what was done, and where."""
    segments = [site for site in done.territory if place(site).startswith("segment ")]
    others = [tidy(place(site), 40) for site in done.territory if site not in segments]
    where = [f"segment{'s' if len(segments) > 1 else ''} {display.joined(segments, 'and')}"] if segments else []
    name = PROCEDURES.get(done.kind, done.kind)
    return f"{name} of {display.joined(where + others, 'and')}" if where or others else name


def clock(time: int, offset: int) -> str:
    """A time as a ward writes it: `Sat 7 Mar 16:40`."""
    local = _local(time, offset)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def date_and_clock(time: int, offset: int) -> str:
    """A time with its year and zone: `Sat 7 Mar 2026, 16:40 (+01:00)`."""
    local = _local(time, offset)
    zone = "UTC" if offset == 0 else local.isoformat()[-6:]
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({zone})"


def day(time: int, start: int) -> str:
    """Elapsed days since the procedure, to one decimal, rounded down: `6.2`, `-0.4` before it."""
    tenths = (time - start) * 10 // DAY
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def day_and_clock(time: int, start: int, offset: int) -> str:
    """A time inside the course: `day 5.8 (Sun 06:30)`."""
    return f"day {day(time, start)} ({_local(time, offset):%a %H:%M})"


def span(seconds: int) -> str:
    """A length of time in the two units that matter: `40 min`, `3 h`, `2 d 5 h`."""
    minutes = abs(seconds) // 60
    hours = minutes // 60
    if hours == 0:
        return f"{minutes} min"
    if hours < 2:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    if hours < 48:
        return f"{hours} h"
    return f"{hours // 24} d {hours % 24} h" if hours % 24 and hours < 240 else f"{hours // 24} d"


def ago(seconds: int) -> str:
    """How long ago something was: `3 h ago`, `just now`."""
    return f"{span(seconds)} ago" if seconds >= MINUTE else "just now"


def amount(fact: Fact) -> str:
    """A fact as a reason gives it: `ALT 2,340 U/L`, `fever present`, `contrast CT`."""
    match fact:
        case Observation():
            entry = catalogue().kinds[fact.kind]
            value = fact.value(entry.resolution)
            answer = display.coded(fact.kind, value.low) if value.is_exact and value.low is not None else None
            return f"{entry.title} {answer or display.span(value, entry.unit, entry.decimals)}"
        case Finding():
            where = f" ({display.joined(sorted(place(site) for site in fact.site), 'and')})" if fact.site else ""
            return f"{catalogue().findings[fact.finding].title} {fact.presence}{where}"
        case Event():
            return title(fact.event)
        case _:
            return title(fact.key)


def title(key: str, shelf: Shelf | None = None) -> str:
    """The name behind a key of the catalogue or the shelf: `inr` is INR; a key that nobody knows reads as itself."""
    known = catalogue()
    if key in known.kinds:
        return known.kinds[key].title
    if key in known.findings:
        return known.findings[key].title
    if key in known.events:
        return known.events[key].title
    named: dict[str, str] = {}
    if shelf is not None:
        named = {score.key: score.title for score in shelf.scores}
        named |= {definition.key: definition.title for definition in shelf.definitions}
        named |= {condition.key: condition.title for condition in shelf.conditions}
    return named.get(key, key.replace("-", " "))


def spoken(key: str) -> str:
    """A key of the shelf as words, its abbreviations as they are written: `inr-risen` is INR risen."""
    return " ".join(_written().get(word, word) for word in key.split("-"))


@cache
def _written() -> dict[str, str]:
    """The abbreviations of the catalogue, and a few more, by how a key writes them."""
    titles = (kind.title for kind in catalogue().kinds.values())
    short = [title for title in titles if " " not in title and not title[1:].islower()]
    return {name.lower(): name for name in (*short, "NEWS2", "qSOFA", "SIRS", "CT", "GGT", "ALF", "PES", "IR", "EASL")}


def factor(key: str) -> str:
    """The name of a risk factor: a finding's title, or a kind of procedure as it is."""
    known = catalogue().findings
    return known[key].title if key in known else key


def inside(name: str) -> str:
    """A name as it stands inside a sentence: its first letter small, unless it begins an abbreviation or a name."""
    first = name.split(" ", 1)[0]
    plain = first[1:].replace("-", "").islower() and first not in ("Doppler", "Child-Pugh", "Glasgow")
    return name[:1].lower() + name[1:] if plain else name


def capital(text: str) -> str:
    """A clause as the beginning of a line."""
    return text[:1].upper() + text[1:]


def tidy(text: str, most: int = 60) -> str:
    """Foreign text fit for a terminal: only printing signs, and not too many of them."""
    plain = "".join(sign if sign.isprintable() else "�" for sign in text[: most + 1])
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def lack(missing: Missing) -> str:
    """What is missing: `INR`, `INR before the procedure`."""
    return f"{title(missing.kind)} before the procedure" if missing.baseline else title(missing.kind)


def score_line(score: ScoreValue) -> str:
    """A score's value, the parts that count, and what it lacks."""
    if score.not_applicable:
        return f"not applicable: {score.not_applicable}"
    if score.interval is None:
        return "cannot be worked out"
    said = score_value(score)
    if score.change is not None and _moved(score.change):
        said += f", {display.span(score.change, '{score}', score.places)} from before"
    known = {label: part for label, part in score.parts.items() if part is not None}
    counting = [f"{_part(label)} {display.span(part, '{score}')}" for label, part in known.items() if part.high != 0]
    if counting:
        said += f": {', '.join(counting)}" + (", the rest 0" if len(counting) < len(known) else "")
    if score.missing:
        said += f"; not known: {', '.join(_part(label) for label in score.missing)}"
    return f"{said}; {score.caution}" if score.caution else said


def score_value(score: ScoreValue) -> str:
    """A score's value or bounds, with the word for it: `-2.60 (grade 2)`, `40 (uncapped 58)`."""
    if score.interval is None:
        return ""
    said = display.span(score.interval, "{score}", score.places)
    if score.uncapped is not None and score.uncapped.is_exact:
        said += f" (uncapped {display.span(score.uncapped, '{score}')})"
    if score.label == f"grade {said}":
        return score.label
    return said + (f" ({score.label})" if score.label else "")


def _moved(change: Interval) -> bool:
    """Whether a change goes one way for certain; what may go either way says nothing."""
    return (change.low is not None and change.low > 0) or (change.high is not None and change.high < 0)


def _part(label: str) -> str:
    return inside(title(label))


def receipt_line(receipt: ReceiptJson, width: int) -> str:
    """What became of the candidate facts of a reading."""
    others = [
        f"{receipt[name]:,} {name}"
        for name in ("duplicate", "superseded", "irrelevant", "dropped", "rejected")
        if receipt[name]
    ]
    became = ", ".join([f"{receipt['used']:,} used", *others])
    lines = [f"Read {receipt['read']:,} candidate facts: {became}."]
    lost = [f"{r['count']:,} {r['category']}: {r['reason']}" for r in receipt["reasons"] if r["category"] in _LOST]
    if lost:
        lines.append("; ".join(lost[:3]) + (f"; {len(lost) - 3} more reasons" if len(lost) > 3 else "") + ".")
    if receipt["rejected_files"]:
        first = receipt["rejected_files"][0]
        more = len(receipt["rejected_files"]) - 1
        lines.append(f"Not read: {tidy(first['file'])} ({first['reason']})" + (f" and {more} more." if more else "."))
    return "\n".join(wrapped for line in lines for wrapped in textwrap.wrap(line, width))


_LOST = ("dropped", "rejected")


def _local(time: int, offset: int) -> datetime:
    return datetime.fromtimestamp(time, UTC).astimezone(timezone(timedelta(seconds=offset)))


def basis(because: Because) -> str:
    """Return a warning where the limits of a reason rest on expert judgement: its sources are background then."""
    return " (limits: expert judgement)" if because.judged else ""
