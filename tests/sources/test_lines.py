"""NDJSON read patient by patient: courses and receipt as when all is gathered, in the memory of one patient."""

from __future__ import annotations

import json
import os
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sequela.course.episodes import Course
from sequela.errors import InputError
from sequela.sources import Receipt, chart, fhir, gathering, read
from sequela.sources.receipt import ReceiptJson
from sequela.sources.speaking import sole_subject
from tests.sources.making import Json, bundle, coded, condition, finding, observation, patient, procedure

ADDRESSES = ("Patient/{}", "Patient/{}/_history/2", "https://ehr.example/fhir/Patient/{}", "urn:uuid:{}")


def take(*paths: Path) -> tuple[list[Course], ReceiptJson]:
    receipt = Receipt()
    courses = list(read(paths, receipt=receipt))
    return courses, receipt.as_json()


def odd_lines(seed: int, patients: int = 12) -> list[bytes]:
    """Lines of many patients in disorder: every way to say whose they are, versions, references, and what is none."""
    random = Random(seed)
    lines: list[Json | bytes] = [b"", b"   ", b"{broken", b"[1]", b'{"resourceType": 7}', b'{"no": "type"}']

    def about(name: str) -> Json:
        way = random.randrange(9)
        if way < 4:
            return {"subject": {"reference": random.choice(ADDRESSES).format(name)}}
        if way == 4 and int(name[1:]) % 5:
            return {"subject": {"identifier": {"system": "urn:mrn", "value": f"mrn-{name}"}}}
        if way == 5:
            return {"subject": {"type": "Patient", "reference": f"Patient/{name}", "display": "é \u2028"}}
        if way == 6:
            return {"patient": {"reference": f"Patient/{name}"}, "subject": None}
        return {"subject": {"reference": f"Patient/{name}", "type": "Patient"}}

    for number in range(patients):
        name = f"p{number}"
        if number % 5:
            lines.append(patient(id=name, identifier=[{"system": "urn:mrn", "value": f"mrn-{name}"}]))
        if number % 4:
            lines.append(procedure(id=f"tae-{name}", **about(name)))
        for place in range(random.randrange(12)):
            made = observation(f"o{place}-{name}", value=random.randrange(20, 99), **about(name))
            if random.random() < 0.2:
                del made["id"]
            if random.random() < 0.2:
                # Its time stands in a report, perhaps.
                del made["effectiveDateTime"], made["issued"]
            lines.append(made)
            if random.random() < 0.3:
                again = {"value": 100, "issued": "2026-03-03T10:00:00Z", "status": "corrected"}
                lines.append(observation(f"o{place}-{name}", meta={"versionId": "2"}, **again, **about(name)))
        listed = [{"reference": f"Observation/o{place}-{name}"} for place in range(0, 12, 2)]
        report = {"resourceType": "DiagnosticReport", "id": f"r{name}", "status": "final", "code": {"text": "CT liver"}}
        when = {"effectiveDateTime": f"2026-03-0{2 + number % 5}T08:00:00Z"}
        lines.append({**report, **when, "result": listed, **about(name)})
        given = {"resourceType": "MedicationAdministration", "id": f"m{name}", "status": "completed"}
        lines.append({**given, "medicationReference": {"reference": "Medication/drug"}, **when, **about(name)})
        inside = {"contained": [observation("in", value=30 + number)]}
        lines.append({**finding(f"f-{name}"), **inside, **about(name)})
        lines.append(condition(id=f"c{name}", **about(name)))
        lines.append({"resourceType": "Claim", "id": "claim", **about(name)})
    lines.append({"resourceType": "Medication", "id": "drug", "code": {"text": "Paracetamol 1 g"}})
    for number in range(3):
        nobody = observation(f"n{number}")
        lines.append({**nobody, "subject": {"reference": ("Group/g", "Patient/" + "x" * 200, "#c")[number]}})
    lines.append({**observation("unknown"), "subject": {"identifier": {"system": "urn:mrn", "value": "nobody"}}})
    lines.append({key: value for key, value in observation("unsaid").items() if key != "subject"})
    lines.append({key: value for key, value in patient(gender="male").items() if key != "id"})
    lines.append(bundle(patient(id="b1"), procedure(id="tae-b1", subject={"reference": "Patient/b1"})))
    page = bundle(observation("page", subject={"reference": "Patient/p1"}), type="searchset")
    page["entry"].append({"request": {"method": "DELETE", "url": "Observation/o1-p2"}})
    lines.append(page)
    lines += random.choices(lines, k=9)
    random.shuffle(lines)
    return [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]


@pytest.mark.parametrize("seed", range(8))
def test_lines_read_patient_by_patient_give_what_gathering_them_all_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    lines = odd_lines(seed)
    files = [tmp_path / f"{name}.ndjson" for name in "abc"[: 1 + seed % 3]]
    for place, file in enumerate(files):
        start = b"\xef\xbb\xbf" if seed % 2 else b""
        end = b"\r\n" if seed % 4 else b"\n"
        file.write_bytes(start + end.join(lines[place :: len(files)]) + (end if seed % 3 else b""))
    (tmp_path / "alone.json").write_text(json.dumps(observation("alone", subject={"reference": "Patient/p3"})))
    courses, receipt = take(tmp_path)
    monkeypatch.setattr(fhir, "seekable", lambda _: False)
    expected, counts = take(tmp_path)
    assert courses == expected
    assert receipt == counts
    assert len(courses) > 5
    assert sum(len(course.facts) for course in courses) > 40


def ward(file: Path, patients: int, each: int = 30) -> Path:
    """Patients whose observations stand patient after patient, twice over: after the morning comes the evening."""
    with file.open("w") as lines:
        for half in range(2):
            for number in range(patients):
                whose: dict[str, Any] = {"subject": {"reference": f"Patient/p{number}"}}
                if not half:
                    lines.write(json.dumps(patient(id=f"p{number}")) + "\n")
                    lines.write(json.dumps(procedure(id=f"t{number}", **whose)) + "\n")
                for place in range(each):
                    when = f"2026-03-0{2 + half}T08:{place:02}:00Z"
                    times = {"effectiveDateTime": when, "issued": when}
                    lines.write(json.dumps(observation(f"o{number}-{half}-{place}", **times, **whose)) + "\n")
    return file


def test_no_more_than_one_patients_readings_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    closed = chart.close

    def watched(whose: chart.Chart, receipt: Receipt) -> list[Course]:
        held.append(sum(len(other.readings) for other in pools[-1].charts.values()))
        return closed(whose, receipt)

    pools: list[gathering.Gathering] = []
    made = gathering.Gathering.__init__

    def known(self: gathering.Gathering, *given: Any) -> None:
        made(self, *given)
        pools.append(self)

    monkeypatch.setattr(gathering.Gathering, "__init__", known)
    monkeypatch.setattr(gathering, "close", watched)
    courses, _ = take(ward(tmp_path / "ward.ndjson", 20))
    assert [len(course.facts) for course in courses] == [60] * 20
    assert held == [0] * 20


def most(path: Path) -> int:
    """The most memory that reading takes at a time, while each course is dropped as soon as it is there."""
    for _ in read([path]):
        # What is remembered of codings and times is there before the measurement.
        break
    tracemalloc.start()
    try:
        for _ in read([path]):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_grows_by_little_for_each_further_patient(tmp_path: Path) -> None:
    """Where the lines stand and what the patient is called: no reading, of which one patient here has 60."""
    few, many = (most(ward(tmp_path / f"{number}.ndjson", number)) for number in (50, 250))
    assert (many - few) / 200 < 2_500


def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    expected, _ = take(ward(tmp_path / "ward.ndjson", 3))
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes((tmp_path / "ward.ndjson").read_bytes()))
    writer.start()
    assert take(pipe)[0] == expected
    writer.join()


def test_a_file_that_goes_away_is_said(tmp_path: Path) -> None:
    file = ward(tmp_path / "ward.ndjson", 3)

    def courses() -> Iterator[Course]:
        yield from read([file])

    reading = courses()
    next(reading)
    file.unlink()
    with pytest.raises(InputError, match=r"ward\.ndjson: a file that went away while it was read"):
        next(reading)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"resourceType":"Observation","subject":{"reference":"Patient/a"}}', "Patient/a"),
        ('{"resourceType":"Observation","subject" : { "reference" : "urn:uuid:a" }}', "urn:uuid:a"),
        ('{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/a"}}', "Patient/a"),
        ('{"subject":{"reference":"Patient/a"},"contained":[{"subject":{"reference":"Patient/a"}}]}', "Patient/a"),
        ('{"subject":{"reference":"Patient/a"},"contained":[{"subject":{"reference":"Patient/b"}}]}', None),
        ('{"subject":{"reference":"Patient/a"},"subject":{"reference":"Patient/b"}}', None),
        ('{"subject":{"identifier":{"value":"a"}},"patient":{"reference":"Patient/a"}}', None),
        ('{"subject":{"reference":"Patient\\/a"}}', None),
        ('{"s\\u0075bject":{"reference":"Patient/b"},"patient":{"reference":"Patient/a"}}', None),
        ('{"resourceType":"Patient","id":"a"}', None),
        ('{"resourceType":"Medication","subject":{"reference":"Patient/a"}}', None),
        ('{"resourceType":"Bundle","entry":[{"resource":{"subject":{"reference":"Patient/a"}}}]}', None),
        ('{"resourceType":"Observation"}', None),
        ('{"subject":{"reference":""}}', None),
        (json.dumps(coded("urn:sequela:kind", "subject")), None),
    ],
)
def test_whose_a_line_is_is_told_from_its_bytes_only_where_it_is_plain(text: str, said: str | None) -> None:
    assert sole_subject(text.encode()) == said
