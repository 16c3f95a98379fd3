"""The reader on the sentences that were written before its rules: what each critical finding reaches and must reach.

One person, no radiologist, wrote and labelled them from how published reports phrase things; they are no patient's.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import pytest

from sequela.sources.reports import Found, findings

HERE = Path(__file__).parent
CRITICAL = ("parenchymal-necrosis", "portal-vein-thrombosis", "abscess", "gas")
STATUSES = {"confirmed": "present", "absent": "absent", "uncertain": "uncertain", "historical": "historical"}
LEAST = 20
"""Sentences that have a critical finding, and sentences that only look so, for each finding and language."""
SITES = 0.97
"""Share of present findings whose segments and branches must be those that were written down."""


def rows(language: str) -> list[dict[str, str]]:
    with (HERE / f"development-{language}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def said_of(finding: str, found: list[Found]) -> set[str]:
    return {one.status for one in found if one.finding == finding}


def answers(row: dict[str, str], found: list[Found]) -> bool:
    """Whether the reader says of a row's finding what its label says."""
    finding, label = row["finding"], row["label"]
    said = said_of(finding, found)
    if label == "other":
        return not said
    if label == "tumour-intended":
        if finding == "parenchymal-necrosis":
            # The row may tell of an infarct beside the tumour: then another row asks for it.
            return said <= {"present"} and "present" in said_of("tumour-necrosis", found) | {
                {"expected": "present"}.get(status, status) for status in said_of("tumour-necrosis", found)
            }
        return said == {"expected"}
    return STATUSES[label] in said


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("finding", CRITICAL)
def test_there_are_enough_sentences_of_both_sorts(language: str, finding: str) -> None:
    labels = Counter(row["label"] == "confirmed" for row in rows(language) if row["finding"] == finding)
    assert labels[True] >= LEAST and labels[False] >= LEAST


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("finding", CRITICAL)
def test_every_sentence_is_answered(language: str, finding: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Sensitivity and precision of `present`, false negatives and false absences: none may be worse than it was."""
    positive = missed = alarms = false_absent = wrong = 0
    for row in rows(language):
        if row["finding"] != finding:
            continue
        found = findings(row["sentence"], language)
        said = said_of(finding, found)
        others = [other for other in rows(language) if other["sentence"] == row["sentence"]]
        if row["label"] == "confirmed":
            positive += 1
            missed += "present" not in said
        elif "present" in said and not any(o["label"] == "confirmed" and o["finding"] == finding for o in others):
            alarms += 1
        false_absent += "absent" in said and not any(o["label"] == "absent" and o["finding"] == finding for o in others)
        wrong += not answers(row, found)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{language} {finding}: sensitivity {positive - missed}/{positive}, "
            f"false alarms {alarms}, false absent {false_absent}, wrong {wrong}\n"
        )
    assert (missed, alarms, false_absent, wrong) == (0, 0, 0, 0)


@pytest.mark.parametrize("language", ["en", "es"])
def test_segments_and_branches_are_those_of_the_text(language: str) -> None:
    right = total = 0
    for row in rows(language):
        if row["label"] != "confirmed":
            continue
        mine = [one for one in findings(row["sentence"], language) if one.finding == row["finding"]]
        there = {
            site
            for one in mine
            if one.status == "present"
            for site in (*one.segments, *([one.branch] if one.branch else []))
        }
        total += 1
        right += there == set(row["sites"].split(";")) - {""}
    assert right / total >= SITES


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_language_is_told_where_it_is_not_given(language: str) -> None:
    from sequela.sources.reports import language as told

    wrong = [row for row in rows(language) if told(row["sentence"]) != language]
    assert len(wrong) <= len(rows(language)) // 100
