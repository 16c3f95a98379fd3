"""A published course and a synthetic one, assessed: run by `make demo`, ends by itself."""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import sequela

CASES = Path(__file__).resolve().parents[1] / "cases"
PUBLISHED = CASES / "published" / "rfa_alf_icc_pmc6452817.json"
SYNTHETIC = CASES / "synthetic" / "index-shaped.json"
RECOGNISED = "2020-03-03T10:00:00+00:00"
"""When the authors of the published course recognised the necrosis: day 1, in the transcription's own calendar."""
ROUND = time(9, 0)
"""When the ward round would look: after the morning's results."""
TURNED = {"deteriorating", "prolonged", "necrosis-confirmed"}
WIDTH = 118


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'=' * min(len(text), WIDTH)}")


def cut(text: str, width: int) -> str:
    """The text, cut to a column."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def leading_reason(said: dict[str, Any]) -> str:
    """The first reason for the state, or what keeps the state unknown."""
    if said["state"] in TURNED:
        condition = said["conditions"]["hepatic-necrosis"]
        if condition["status"] in {"suspected", "confirmed"}:
            said_first = condition["because"][0]["text"].removeprefix("Hepatic necrosis: ")
            return f"necrosis {condition['status']}: {said_first.split(':')[0]}"
        return "prolonged or deteriorating"
    if said["state"] == "unknown":
        return "not measured lately: " + ", ".join(dict.fromkeys(gap["kind"] for gap in said["missing"]))
    if said["conditions"]["post-embolization-syndrome"]["status"] == "suspected":
        return "post-embolization syndrome, nothing beyond it"
    return "nothing beyond the expected course"


def next_step(said: dict[str, Any]) -> str:
    """The step that is due first; a note, which is due at no time, only where nothing else is."""
    open_steps = [step for step in said["steps"] if step["status"] in {"overdue", "due"}]
    timed = [step for step in open_steps if step["due"]]
    first = min(timed, key=lambda step: (step["status"] != "overdue", step["due"]), default=None)
    if first is None:
        return f"{open_steps[0]['id']} (note)" if open_steps else "-"
    return f"{first['id']} ({first['status']})"


def day_by_day(courses: list[Any]) -> datetime | None:
    """Print one line for each morning, and return the first morning on which the state had turned."""
    start, last, zone = span(courses)
    print(f"{'day':>4}  {'state':<19} {'trend':<14} {'NEWS2':>5}  {'leading reason':<60} next step")
    turned = None
    morning = datetime.combine(start.date() + timedelta(days=1), ROUND, zone)
    while morning <= last:
        for assessment in sequela.assess(courses, as_of=morning):
            said = assessment.as_json()
            news2 = said["scores"].get("NEWS2", {}).get("value")
            print(
                f"{said['day']:>4.1f}  {said['state']:<19} {said['trend']:<14} {'-' if news2 is None else news2:>5}"
                f"  {cut(leading_reason(said), 60):<60} {next_step(said)}"
            )
            if turned is None and said["state"] in TURNED:
                turned = morning
        morning += timedelta(days=1)
    return turned


def span(courses: list[Any]) -> tuple[datetime, datetime, Any]:
    """When the course starts and is last heard of, and the zone it is told in."""
    (assessment,) = sequela.assess(courses)
    said = assessment.as_json()
    start = datetime.fromisoformat(said["procedure"]["started"])
    return start, datetime.fromisoformat(said["as_of"]), start.tzinfo


def main() -> int:
    """Show both courses."""
    title("1. A published course (facts of PMC6452817, retyped as FHIR), on the day after a radiofrequency ablation")
    published, _ = sequela.read(PUBLISHED)
    for assessment in sequela.assess(published, as_of=RECOGNISED):
        print(sequela.render(assessment))

    title("2. A SYNTHETIC course, shaped like the index paper's patient (no real patient), at 09:00 each morning")
    courses, _ = sequela.read(SYNTHETIC)
    turned = day_by_day(courses)
    if turned is None:
        print("the state never turned: this demo expects it to", file=sys.stderr)
        return 1

    print(
        "\nOn day 2 a creatinine from a mislabelled tube asked for a drug review, until it was corrected at noon."
        "\nOn day 4 another patient's 38.4 was charted here and taken back: for half an hour the state was `prolonged`."
    )

    title(f"3. The SYNTHETIC course on the morning it has turned, {turned:%Y-%m-%d %H:%M}")
    for assessment in sequela.assess(courses, as_of=turned):
        print(sequela.render(assessment))
    return 0


if __name__ == "__main__":
    sys.exit(main())
