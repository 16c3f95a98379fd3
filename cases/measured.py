"""Return what the assessment says of each published course, and when, beside three simple comparators.

The page docs/reference/published-courses.md and the tests read the same numbers from here. A course is walked: it is
assessed at every instant at which a fact becomes known, and at every instant the assessment itself says it may change
(`valid_until`). Only the public interface is used.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sequela

HERE = Path(__file__).resolve().parent
FLAG = "hepatic-necrosis"
"""The condition that any deterioration or prolonged symptom raises (the index paper's lesson): our alarm."""
CAUGHT = ("suspected", "confirmed")
ALARMING = ("necrosis-confirmed", "deteriorating", "prolonged")

# The comparators are the ones this project set itself to be measured against, not clinical parameters of an assessment.
NEWS2_ALARM = 5
FEVER_CEL = 38.0
FEVER_AFTER_DAY = 3

SEEN_BY_OTHERS = frozenset(
    {
        *("parenchymal-necrosis", "tumour-necrosis", "non-enhancement", "gas", "abscess", "biloma", "free-fluid"),
        *("portal-vein-thrombosis", "portal-vein-patent", "arterioportal-shunt", "bile-duct-dilatation"),
        *("gallbladder-wall-thickening", "active-bleeding", "hepatic-artery-occlusion", "culture-growth"),
        *("gallbladder-necrosis", "gastroduodenal-ulcer", "bowel-ischaemia", "pleural-effusion"),
        *("acute-liver-failure", "cholecystitis", "pancreatitis", "tumour-rupture", "sepsis"),
    }
)
"""Findings that are the diagnosis itself: withheld to see whether the bedside alone raises the suspicion."""
SYNDROME = "post-embolization-syndrome"
"""Of the expected course: told apart from the conditions that are suspected beside the authors' diagnosis."""
MOST_STEPS = 400
"""More instants than any course here has: a walk that does not end is a mistake, not a long course."""


@dataclass(frozen=True)
class Moment:
    """What the assessment said from one instant on."""

    at: datetime
    state: str
    trend: str
    conditions: dict[str, tuple[str, str]]
    news2: int | None
    """The least that NEWS2 can be: parts that are not known count 0, as on a ward chart."""


@dataclass(frozen=True)
class Concordant:
    """A condition that the authors' diagnosis names, and the day on which they recognised it."""

    condition: str
    day: float | None
    silent: str
    """Why it is not raised by then, where it is not: written after looking."""


@dataclass(frozen=True)
class Held:
    """A condition that was suspected or confirmed, from when, how long in all, and whether to the last dated fact."""

    condition: str
    first: datetime
    lasted: timedelta
    to_the_end: bool
    confirmed: bool


@dataclass(frozen=True)
class Measured:
    """One published course, walked."""

    id: str
    group: str
    cites: list[str]
    diagnosis: str
    decidable: bool
    reason: str
    concordant: list[Concordant]
    start: datetime
    moments: list[Moment]
    bedside: list[Moment]
    fever: datetime | None
    receipt: dict[str, Any] = field(default_factory=dict)

    def recognised(self, day: float) -> datetime:
        """The instant the authors' day stands for."""
        return self.start + timedelta(days=day)

    def first(
        self, condition: str, moments: list[Moment] | None = None, statuses: tuple[str, ...] = CAUGHT
    ) -> datetime | None:
        """When the condition was first suspected or confirmed, or first of other statuses."""
        walk = self.moments if moments is None else moments
        return next((m.at for m in walk if m.conditions[condition][0] in statuses), None)

    def held(self) -> list[Held]:
        """Every condition that was ever suspected or confirmed, with how long in all."""
        found = []
        for key in self.moments[0].conditions:
            first = self.first(key)
            if first is not None:
                pairs = zip(self.moments, self.moments[1:], strict=False)
                spans = [after.at - m.at for m, after in pairs if m.conditions[key][0] in CAUGHT]
                last = self.moments[-1].conditions[key][0] in CAUGHT
                seen = self.first(key, statuses=("confirmed",)) is not None
                found.append(Held(key, first, sum(spans, timedelta()), last, seen))
        return found

    def beside(self) -> list[Held]:
        """What was suspected or confirmed that the authors' diagnosis does not name; flag and syndrome aside."""
        named = {entry.condition for entry in self.concordant} | {FLAG, SYNDROME}
        return [held for held in self.held() if held.condition not in named]

    def first_news2(self) -> datetime | None:
        """When NEWS2, as far as it could be scored, first reached the alarm."""
        return next((m.at for m in self.moments if m.news2 is not None and m.news2 >= NEWS2_ALARM), None)

    def at(self, instant: datetime) -> Moment | None:
        """What stood at an instant."""
        return next((m for m in reversed(self.moments) if m.at <= instant), None)

    @property
    def states(self) -> set[str]:
        """Every state the course passed through."""
        return {m.state for m in self.moments}


@cache
def measured(folder: Path = HERE / "published") -> list[Measured]:
    """Every transcribed course, walked, in order of name."""
    return [walked(path) for path in sorted(folder.glob("*.toml")) if path.stem != "untranscribed"]


def untranscribed(folder: Path = HERE / "published") -> list[dict[str, Any]]:
    """The courses without a dated fact."""
    cases: list[dict[str, Any]] = tomllib.loads((folder / "untranscribed.toml").read_text(encoding="utf-8"))["case"]
    return cases


def walked(path: Path) -> Measured:
    """One course, assessed at every instant at which its assessment may change."""
    course = tomllib.loads(path.read_text(encoding="utf-8"))
    bundle = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    start = course["procedure"]["start"]
    with tempfile.TemporaryDirectory() as folder:
        bedside = Path(folder) / "bedside.json"
        bedside.write_text(json.dumps(without_diagnosis(bundle)), encoding="utf-8")
        withheld = moments(bedside, start)
    return Measured(
        id=course["id"],
        group=course["group"],
        cites=course["cites"],
        diagnosis=course["diagnosis"],
        decidable=course["decidable"],
        reason=course["reason"],
        concordant=[
            Concordant(entry["condition"], entry.get("day"), entry.get("silent", ""))
            for entry in course.get("concordant", [])
        ],
        start=start,
        moments=moments(path.with_suffix(".json"), start),
        bedside=withheld,
        fever=late_fever(bundle, start),
    )


def moments(path: Path, start: datetime) -> list[Moment]:
    """What the assessment says from each instant on, from the start to the last fact."""
    instants = known_instants(json.loads(path.read_text(encoding="utf-8")), start)
    courses, _ = sequela.read(path)
    found: list[Moment] = []
    while instants:
        instant = instants.pop(0)
        for assessment in sequela.assess(courses, as_of=instant):
            said = assessment.as_json()
            conditions = {key: (c["status"], c.get("support") or "") for key, c in said["conditions"].items()}
            news2 = said["scores"].get("NEWS2", {}).get("low")
            found.append(Moment(instant, said["state"], said["trend"], conditions, news2))
            again = datetime.fromisoformat(said["valid_until"]) if said["valid_until"] else None
            if again is not None and instants and instant < again < instants[0]:
                instants.insert(0, again)
        if len(found) > MOST_STEPS:
            raise RuntimeError("the walk through this course does not end")
    return found


def known_instants(bundle: dict[str, Any], start: datetime) -> list[datetime]:
    """The start, and every later instant at which a fact of the bundle becomes known."""
    found = {start}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        period = resource.get("period", {})
        fields = ("issued", "effectiveDateTime", "performedDateTime", "recordedDate", "deceasedDateTime")
        times = [resource[name] for name in fields if name in resource] + list(period.values())
        found |= {datetime.fromisoformat(time) for time in times}
    return sorted(instant for instant in found if instant >= start)


def without_diagnosis(bundle: dict[str, Any]) -> dict[str, Any]:
    """The bundle as the bedside knew it: without what a scan, an operation or the authors' own diagnosis said."""
    kept = []
    for entry in bundle["entry"]:
        code = entry["resource"].get("code", {})
        names = {coding["code"] for coding in code.get("coding", []) if coding["system"] == "urn:sequela:finding"}
        if not names & SEEN_BY_OTHERS and entry["resource"]["resourceType"] != "DiagnosticReport":
            kept.append(entry)
    return {**bundle, "entry": kept}


def late_fever(bundle: dict[str, Any], start: datetime) -> datetime | None:
    """The first fever, measured or said, after day 3: the simplest alarm there is."""
    times = []
    for entry in bundle["entry"]:
        resource = entry["resource"]
        codes = {coding["code"] for coding in resource.get("code", {}).get("coding", [])}
        measured_hot = "8310-5" in codes and resource.get("valueQuantity", {}).get("value", 0) >= FEVER_CEL
        said_hot = "fever" in codes and resource.get("valueCodeableConcept", {}).get("text") == "present"
        if measured_hot or said_hot:
            times.append(datetime.fromisoformat(resource["effectiveDateTime"]))
    return min((time for time in times if time > start + timedelta(days=FEVER_AFTER_DAY)), default=None)


def lead(recognised: datetime, first: datetime | None) -> str:
    """Hours before (+) or after (-) the recognition, or `never`."""
    if first is None:
        return "never"
    hours = (recognised - first) / timedelta(hours=1)
    return f"{hours:+.0f} h" if round(hours) else "0 h"
