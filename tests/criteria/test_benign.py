"""What the criteria must not do: call an ordinary course deteriorating for fever, gas or moderate enzymes."""

from __future__ import annotations

from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sequela.assessing import assess
from sequela.course.episodes import Course
from sequela.criteria import shelf
from sequela.criteria.patients import patient_of
from sequela.engine.history import History
from sequela.engine.program import compiled
from sequela.sources import read

SHELF = shelf()
ALARMS = {state.key: state.when for state in SHELF.states if state.key in ("deteriorating", "necrosis-confirmed")}
DAYS = 6


def tenths(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(round(low * 10), round(high * 10)).map(lambda tenth: tenth / 10)


@st.composite
def enzymes(draw: st.DrawFn, kind: str, slowest: int) -> list[str]:
    """Up to at most 1,000 U/L within three days, then down by a share of what is left each day, or never measured."""
    if draw(st.booleans()) and draw(st.booleans()):
        return []
    peak_day, peak = draw(st.integers(1, 3)), draw(st.integers(60, 1000))
    rows, value = [f"{kind} {draw(st.integers(10, 60))} @ -1d"], float(peak)
    # The way up goes up: a fall and a second rise is what the rebound rule is for.
    climb = sorted(draw(st.lists(st.integers(30, 95), min_size=peak_day, max_size=peak_day)))
    for day in range(1, DAYS + 1):
        if day < peak_day:
            reading = peak * climb[day] / 100
        elif day == peak_day:
            reading = value
        else:
            value *= draw(st.integers(35, slowest)) / 100
            reading = value
        rows.append(f"{kind} {max(round(reading), 10)} @ {day}d")
    return rows


@st.composite
def benign_courses(draw: st.DrawFn) -> Course:
    """Fever, pain, nausea, gas and moderate enzymes of the first days; everything else ordinary."""
    rows = ["respiratory-rate 14, spo2 97, oxygen no, systolic-pressure 128, heart-rate 70, consciousness A @ -12h"]
    rows += ["temperature 36.7 @ -12h", "inr 1.1, bilirubin 14, crp 5, ldh 190, lactate 1.0 @ -1d"]
    for hour in range(4, 24 * DAYS, draw(st.sampled_from([4, 6, 8, 12]))):
        temperature = draw(tenths(36.2, 40.0 if hour < 96 else 38.4))
        pulse, systolic, pain = draw(st.integers(60, 110)), draw(st.integers(111, 160)), draw(st.integers(0, 8))
        rows.append(
            f"temperature {temperature}, respiratory-rate {draw(st.integers(12, 20))}, spo2 97, oxygen no, "
            f"systolic-pressure {systolic}, heart-rate {pulse}, consciousness A, pain {pain} @ {hour}h"
        )
    # The share of a day's value that is left the next day: slower falls are what the wash-out rule is for.
    rows += draw(enzymes("alt", 80)) + draw(enzymes("ast", 60)) + draw(enzymes("ldh", 80))
    bilirubin, crp = 14, 30
    for day in range(1, DAYS + 1):
        bilirubin += draw(st.integers(0, 12)) if day < 5 else -draw(st.integers(1, 5))
        crp = crp + draw(st.integers(0, 60)) if day < 4 else round(crp * draw(st.integers(50, 95)) / 100)
        inr = 1.1 + draw(st.integers(0, 2)) / 10
        rows.append(f"bilirubin {bilirubin}, crp {crp}, inr {inr:.1f}, lactate {draw(tenths(0.6, 1.8))} @ {day}d")
    for finding in draw(st.lists(st.sampled_from(["gas", "nausea", "vomiting", "abdominal-pain", "fever", "malaise"]))):
        rows.append(f"finding {finding} present @ {draw(st.integers(2, 24 * DAYS))}h")
    entry = {
        "name": "benign",
        "ladder": "state",
        "kind": "out",
        "procedure": draw(st.sampled_from(["TAE", "TACE", "DEB-TACE", "RFA", "MWA", "cryoablation"])),
        "sex": draw(st.sampled_from(["female", "male", "unknown"])),
        "facts": rows,
        "expect": ["0h expected"],
        "why": "Ordinary.",
    }
    return patient_of(entry, "benign", 1).course


# Each course is walked through all its change points, so a failing one is told as found: shrinking takes minutes.
@settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(benign_courses())
def test_fever_gas_and_moderate_enzymes_are_not_deterioration(course: Course) -> None:
    history = History(course, compiled(SHELF), course.start + DAYS * 86_400)
    for state, when in ALARMS.items():
        assert not any(truth is True for _, truth in history.trace(when)), state


def test_the_uneventful_course_ends_recovered_and_never_alarmed(root: Path) -> None:
    (assessment,) = assess(read([root / "cases" / "synthetic" / "uneventful.json"]), SHELF)
    assert assessment.state == "recovered"
    assert {state for _, state in assessment.trajectory} <= {"unknown", "expected", "recovered"}
    assert assessment.conditions["post-embolization-syndrome"].status == "confirmed"
    assert assessment.conditions["hepatic-necrosis"].status == "not-suspected"


def test_the_index_shaped_course_turns_on_day_5(root: Path) -> None:
    (assessment,) = assess(read([root / "cases" / "synthetic" / "index-shaped.json"]), SHELF)
    turned = next(start for start, state in assessment.trajectory if state == "deteriorating")
    assert 5 <= (turned - assessment.course.start) / 86_400 < 6
    assert assessment.state == "necrosis-confirmed"
    assert assessment.conditions["post-embolization-syndrome"].status == "not-suspected"
