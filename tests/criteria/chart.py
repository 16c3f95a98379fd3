"""The NEWS2 chart (Royal College of Physicians, 2017) typed a second time, by its boxes and not as bands.

Each row lists the values at both sides of every line of the chart with the points of their box.
"""

from __future__ import annotations

from collections.abc import Iterator

from sequela.criteria.patients import WorkedPatient, patient_of

CHART: dict[str, tuple[tuple[str, int], ...]] = {
    "respiratory-rate": (
        ("8", 3), ("9", 1), ("11", 1), ("12", 0), ("20", 0), ("21", 2), ("24", 2), ("25", 3),
    ),
    "spo2": (("91", 3), ("92", 2), ("93", 2), ("94", 1), ("95", 1), ("96", 0), ("100", 0)),
    "oxygen": (("no", 0), ("yes", 2)),
    "systolic-pressure": (
        ("90", 3), ("91", 2), ("100", 2), ("101", 1), ("110", 1), ("111", 0), ("219", 0), ("220", 3),
    ),
    "heart-rate": (
        ("40", 3), ("41", 1), ("50", 1), ("51", 0), ("90", 0), ("91", 1), ("110", 1), ("111", 2), ("130", 2),
        ("131", 3),
    ),
    "consciousness": (("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)),
    "gcs": (("15", 0), ("14", 3), ("3", 3)),
    "temperature": (
        ("35.0", 3), ("35.1", 1), ("36.0", 1), ("36.1", 0), ("38.0", 0), ("38.1", 1), ("39.0", 1), ("39.1", 2),
    ),
}  # fmt: skip
"""By part: a value as charted, and its points. Saturation is scale 1."""
SCALE_2_ON_AIR = (
    ("83", 3),
    ("84", 2),
    ("85", 2),
    ("86", 1),
    ("87", 1),
    ("88", 0),
    ("92", 0),
    ("93", 0),
    ("97", 0),
    ("100", 0),
)
SCALE_2_ON_OXYGEN = (
    ("83", 3), ("84", 2), ("85", 2), ("86", 1), ("87", 1), ("88", 0), ("92", 0), ("93", 1), ("94", 1), ("95", 2),
    ("96", 2), ("97", 3), ("100", 3),
)  # fmt: skip
"""Saturation where the target is 88 to 92 %."""
ORDINARY = {
    "respiratory-rate": "16",
    "spo2": "97",
    "oxygen": "no",
    "systolic-pressure": "124",
    "heart-rate": "76",
    "consciousness": "A",
    "temperature": "36.8",
}
"""A set that scores nothing."""


def charted() -> Iterator[WorkedPatient]:
    """One patient for each value of the chart: everything else ordinary, the points those of the box."""
    for kind, boxes in CHART.items():
        rest = {key: value for key, value in ORDINARY.items() if not (kind == "gcs" and key == "consciousness")}
        for value, points in boxes:
            yield _patient(f"{kind} {value}", {**rest, kind: value}, points)
    for oxygen, boxes in (("no", SCALE_2_ON_AIR), ("yes", SCALE_2_ON_OXYGEN)):
        for value, points in boxes:
            vitals = {**ORDINARY, "spo2": value, "oxygen": oxygen}
            total = points + (2 if oxygen == "yes" else 0)
            yield _patient(
                f"scale 2, oxygen {oxygen}, spo2 {value}", vitals, total, "background hypercapnic-respiratory-failure"
            )


def _patient(name: str, vitals: dict[str, str], points: int, *more: str) -> WorkedPatient:
    row = ", ".join(f"{kind} {value}" for kind, value in vitals.items())
    entry = {
        "name": name,
        "score": "NEWS2",
        "kind": "near miss",
        "facts": [*more, f"{row} @ 30h"],
        "expect": [f"30h {points}"],
    }
    return patient_of({**entry, "why": "The box of the chart."}, "news2", 0)
