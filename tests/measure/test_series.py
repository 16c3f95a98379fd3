"""Series from a file: what is read, what is left out and why, and what may not stand together."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.errors import InputError, UserError
from sequela.measure.series import choose, disagreement, read

WIDE = (
    "study,population,procedure,patients,procedures,complication,"
    "events_patient,events_procedure,unit_reported,status,note"
)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "series.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_plain_form(tmp_path: Path) -> None:
    rows, left_out = read(written(tmp_path, "Study,Events,Total", "One,3,100", '"Two, and more",0,"1,000"'))
    assert [(row.series.study, row.series.events, row.series.total) for row in rows] == [
        ("One", 3, 100),
        ("Two, and more", 0, 1000),
    ]
    assert left_out == []
    assert list(choose(rows).sets) == [("", "", "")]


def test_the_wide_form_gives_a_row_for_each_unit_that_has_counts(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        WIDE,
        "Both,tumours,TACE,100,300,abscess,2,3,both,verified-abstract,",
        "Procedures only,tumours,TACE,,300,abscess,,3,n,verified-abstract,",
        "Percent only,tumours,TACE,,,abscess,,,20% of patients,percent-only,",
    )
    rows, left_out = read(path)
    assert [(row.series.study, row.unit, row.series.total) for row in rows] == [
        ("Both", "patients", 100),
        ("Both", "procedures", 300),
        ("Procedures only", "procedures", 300),
    ]
    assert left_out == [("Percent only", "no counts: a percentage alone cannot be pooled")]
    assert set(choose(rows).sets) == {("abscess", "tumours", "patients"), ("abscess", "tumours", "procedures")}


def test_what_may_not_be_pooled_is_left_out_with_its_reason(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        WIDE,
        "Good,tumours,TACE,100,,abscess,2,,both,verified-abstract,",
        "Case,tumours,TAE,1,1,abscess,1,1,case report,verified-abstract,",
        "Overlap,tumours,TACE,90,,abscess,2,,both,verified-abstract,overlapping cohort",
        "Star,tumours,TACE,137,,abscess,12*,,percent,verified-abstract,",
        "Second hand,tumours,TACE,50,,abscess,1,,both,secondary-source,",
    )
    chosen = choose(read(path)[0])
    assert [row.series.study for members in chosen.sets.values() for row in members] == ["Good"]
    reasons = dict(chosen.left_out)
    assert reasons["Case"] == "a case report has no denominator"
    assert reasons["Overlap"].startswith("counts some of the same people")
    assert "--unverified" in reasons["Star"] and "--unverified" in reasons["Second hand"]
    more = choose(read(path)[0], unverified=True)
    assert {row.series.study for members in more.sets.values() for row in members} == {"Good", "Star", "Second hand"}


def test_patients_and_procedures_are_never_mixed(tmp_path: Path) -> None:
    path = written(tmp_path, "study,events,total,unit", "One,3,100,patients", "Two,4,200,sessions")
    rows, _ = read(path)
    with pytest.raises(UserError, match="patients and procedures"):
        choose(rows)
    [members] = choose(rows, unit="procedures").sets.values()
    assert [row.series.study for row in members] == ["Two"]


def test_a_printed_percentage_that_its_counts_do_not_give_is_flagged(tmp_path: Path) -> None:
    # Song 2001 prints 1/49 as 1.8 %; Lv 2016 prints 21/11,054 as 0.19 %.
    path = written(tmp_path, "study,events,total,percent", "Song,1,49,1.8", "Lv,21,11054,0.19%")
    chosen = choose(read(path)[0])
    assert chosen.flagged == ["Song: prints 1.8 %, its counts 1/49 give 2.0 %"]
    assert all(disagreement(row) == "" for row in read(path)[0] if row.series.study == "Lv")


def test_arms_of_a_study_are_told_apart_by_procedure(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        WIDE,
        "Arms,tumours,TAE,17,,fever,0,,patients,verified-abstract,",
        "Arms,tumours,TACE,13,,fever,0,,patients,verified-abstract,",
    )
    [members] = choose(read(path)[0]).sets.values()
    assert [row.series.study for row in members] == ["Arms, TAE", "Arms, TACE"]


@pytest.mark.parametrize(
    "line", ["One,x,100", "One,101,100", "One,0,0", ",1,100", "One,1.5,100", "One,-1,100", "One,,100"]
)
def test_counts_that_cannot_be_are_refused_with_their_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match="line 2"):
        read(written(tmp_path, "study,events,total", line))


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="study, events, total"):
        read(written(tmp_path, "a,b", "1,2"))
    with pytest.raises(UserError, match="no series"):
        choose([])
