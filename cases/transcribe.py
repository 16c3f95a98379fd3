"""Return FHIR R4 bundles made from the course files in this folder.

A course is written by hand as `<id>.toml`; this script makes `<id>.json` beside it, one entry a line. The JSON is never
edited: `python cases/transcribe.py` writes every bundle, `--check` says which ones are stale. The conventions (what
day 0 is, how a fact known only by its day is dated, what the columns mean) are in README.md beside this file.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BASE = "https://sequela.example"
"""Where the resources pretend to live: a name that is reserved and can never resolve."""

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

# kind: LOINC code (none where we could not verify one), display, UCUM unit when the row gives none.
KINDS: dict[str, tuple[str, str, str]] = {
    "temperature": ("8310-5", "Body temperature", "Cel"),
    "heart-rate": ("8867-4", "Heart rate", "/min"),
    "respiratory-rate": ("9279-1", "Respiratory rate", "/min"),
    "systolic-pressure": ("8480-6", "Systolic blood pressure", "mm[Hg]"),
    "diastolic-pressure": ("8462-4", "Diastolic blood pressure", "mm[Hg]"),
    "spo2": ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%"),
    "oxygen-flow": ("3151-8", "Inhaled oxygen flow rate", "L/min"),
    "pain": ("72514-3", "Pain severity 0-10 verbal numeric rating", "{score}"),
    "alt": ("1742-6", "Alanine aminotransferase", "U/L"),
    "ast": ("1920-8", "Aspartate aminotransferase", "U/L"),
    "ldh": ("2532-0", "Lactate dehydrogenase", "U/L"),
    "alp": ("6768-6", "Alkaline phosphatase", "U/L"),
    "ggt": ("2324-2", "Gamma glutamyl transferase", "U/L"),
    "bilirubin": ("14631-6", "Bilirubin.total [Moles/volume]", "umol/L"),
    "bilirubin-mass": ("1975-2", "Bilirubin.total [Mass/volume]", "mg/dL"),
    "albumin": ("1751-7", "Albumin [Mass/volume]", "g/L"),
    "inr": ("6301-6", "INR in Platelet poor plasma by Coagulation assay", "{INR}"),
    "prothrombin-time": ("5902-2", "Prothrombin time (PT)", "s"),
    "creatinine": ("14682-9", "Creatinine [Moles/volume]", "umol/L"),
    "sodium": ("2951-2", "Sodium [Moles/volume]", "mmol/L"),
    "potassium": ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L"),
    "phosphate": ("14879-1", "Phosphate [Moles/volume] in Serum or Plasma", "mmol/L"),
    "magnesium": ("2601-3", "Magnesium [Moles/volume] in Serum or Plasma", "mmol/L"),
    "lactate": ("2524-7", "Lactate [Moles/volume]", "mmol/L"),
    "ammonia": ("", "Ammonia", "umol/L"),
    "platelets": ("777-3", "Platelets [#/volume]", "10*9/L"),
    "wbc": ("6690-2", "Leukocytes [#/volume]", "10*9/L"),
    "neutrophil-share": ("770-8", "Neutrophils/100 leukocytes", "%"),
    "haemoglobin": ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/L"),
    "crp": ("1988-5", "C reactive protein [Mass/volume]", "mg/L"),
    "lipase": ("3040-3", "Lipase [Enzymatic activity/volume]", "U/L"),
    "amylase": ("1798-8", "Amylase [Enzymatic activity/volume]", "U/L"),
    "pao2": ("2703-7", "Oxygen [Partial pressure] in Arterial blood", "mm[Hg]"),
    "paco2": ("2019-8", "Carbon dioxide [Partial pressure] in Arterial blood", "mm[Hg]"),
    "arterial-ph": ("2744-1", "pH of Arterial blood", "[pH]"),
}
OWN = {"oxygen-flow": "oxygen", "ammonia": "ammonia", "lactate": "lactate", "lipase": "lipase"}
"""Kinds whose LOINC code is not on our lists: they carry our own key too, or only that."""
CODED = ("consciousness", "oxygen")
"""Kinds whose value is a code: A C V P U, and no or yes."""
SCANS = ("contrast-ct", "contrast-mr", "unenhanced-ct", "arterial-ct", "doppler", "ultrasound", "contrast-ultrasound")
DRUGS = (
    *("antibiotic", "paracetamol", "nsaid", "prednisolone", "dexamethasone"),
    *("opioid", "antiemetic", "anticoagulant", "octreotide", "vasopressor"),
)

Row = dict[str, Any]
Resource = dict[str, Any]


class Course:
    """One course file on its way to a bundle: counts ids and turns days into instants."""

    def __init__(self, text: str) -> None:
        """Read the course; nothing is made yet."""
        self.data: dict[str, Any] = tomllib.loads(text)
        self.start: datetime = self.data["procedure"]["start"]
        self.slug: str = self.data["id"].replace("_", "-")
        self.synthetic: bool = self.data.get("synthetic", False)
        self.counts: dict[str, int] = {}

    def time(self, when: float | str | datetime) -> str:
        """The instant of a row: a day counts elapsed 24 h from the start, `"2 06:00"` is a clock on the second day."""
        if isinstance(when, datetime):
            return when.isoformat()
        if isinstance(when, str):
            day, clock = when.split()
            hour, minute = clock.split(":")
            midnight = self.start.replace(hour=0, minute=0, second=0)
            return (midnight + timedelta(days=int(day), hours=int(hour), minutes=int(minute))).isoformat()
        return (self.start + timedelta(seconds=round(when * 86_400))).isoformat()

    def later(self, when: float | str | datetime, minutes: float) -> str:
        """The instant so many minutes after a row's."""
        return (datetime.fromisoformat(self.time(when)) + timedelta(minutes=minutes)).isoformat()

    def made(self, kind: str, name: str, fields: Resource) -> Resource:
        """A resource with its number within the course."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return {"resourceType": kind, "id": f"{name}-{self.counts[name]:02d}", **fields}

    @property
    def subject(self) -> Resource:
        """The reference to the one patient."""
        return {"reference": f"Patient/{self.slug}"}

    def bundle(self) -> Resource:
        """The whole course as a collection."""
        resources = [self.patient(), self.procedure(), *self.background(), *self.stays()]
        course = self.data.get("course", {})
        for row in course.get("facts", []):
            resources.extend(self.fact(row))
        for series in course.get("series", []):
            for row in rows(series):
                resources.extend(self.fact(row))
        return {
            "resourceType": "Bundle",
            "id": self.slug,
            "meta": {"tag": [self.tag()]},
            "identifier": {"system": "urn:sequela:case", "value": self.data["id"]},
            "type": "collection",
            "entry": [
                {"fullUrl": f"{BASE}/{self.slug}/{r['resourceType']}/{r['id']}", "resource": r} for r in resources
            ],
        }

    def tag(self) -> Resource:
        """What the course is: transcribed from a citation, or synthetic."""
        if self.synthetic:
            return {"system": "urn:sequela:tag", "code": "synthetic", "display": self.data["label"]}
        return {
            "system": "urn:sequela:tag",
            "code": "transcribed",
            "display": f"transcribed from {self.data['source']}",
        }

    def patient(self) -> Resource:
        """The patient: a year of birth and a sex at most, never a name that could be somebody's."""
        who = self.data["patient"]
        family = "Synthetic" if self.synthetic else "Transcribed"
        resource: Resource = {
            "resourceType": "Patient",
            "id": self.slug,
            "meta": {"tag": [self.tag()]},
            "identifier": [{"system": "urn:sequela:case", "value": self.data["id"]}],
            "name": [{"text": f"{family} course {self.slug}", "family": family}],
        }
        if "sex" in who:
            resource["gender"] = {"F": "female", "M": "male"}[who["sex"]]
        if "age" in who:
            resource["birthDate"] = str(self.start.year - who["age"])
        if "died" in who:
            resource["deceasedDateTime"] = self.time(who["died"])
        return resource

    def procedure(self) -> Resource:
        """The index procedure on day 0."""
        done = self.data["procedure"]
        resource: Resource = {
            "resourceType": "Procedure",
            "id": "index",
            "status": "completed",
            "code": {"coding": [coding("procedure-kind", done["kind"])], "text": done["text"]},
            "subject": self.subject,
            "performedDateTime": self.start.isoformat(),
        }
        if done.get("territory"):
            resource["bodySite"] = [site(name) for name in done["territory"]]
        if done.get("intent"):
            resource["extension"] = [{"url": "urn:sequela:intent", "valueString": done["intent"]}]
        return resource

    def background(self) -> Iterator[Resource]:
        """What was so before: recorded a day before the procedure."""
        who = self.data["patient"]
        for text in [*who.get("background", []), *who.get("history", [])]:
            code: Resource = {"text": text.replace("-", " ") if text in who.get("background", []) else text}
            if text in who.get("background", []):
                code["coding"] = [coding("finding", text)]
            yield self.made(
                "Condition",
                "background",
                {
                    "clinicalStatus": {"coding": [{"system": f"{TERMINOLOGY}/condition-clinical", "code": "active"}]},
                    "code": code,
                    "subject": self.subject,
                    "recordedDate": self.time(-1),
                },
            )

    def stays(self) -> Iterator[Resource]:
        """The hospital stays whose begin or end is dated."""
        for stay in self.data.get("stays", []):
            period = {key: self.time(stay[name]) for key, name in (("start", "from"), ("end", "to")) if name in stay}
            yield self.made(
                "Encounter",
                "stay",
                {
                    "status": "finished" if "to" in stay else "in-progress",
                    "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "IMP", "display": "inpatient encounter"},
                    "subject": self.subject,
                    "period": period,
                },
            )

    def fact(self, row: Row) -> Iterator[Resource]:
        """One row as one resource, or as several versions of it."""
        if "event" in row:
            yield self.event(row)
            return
        first = self.observation(row)
        yield first
        for version, change in enumerate(row.get("versions", []), start=2):
            again = self.observation({**row, **change, "status": change["status"]}, known=change["known"])
            yield {**again, "id": first["id"], "meta": {"versionId": str(version)}}

    def observation(self, row: Row, known: float | str | None = None) -> Resource:
        """A number, a level without a number, a finding, or a remark that no key names."""
        fields: Resource = {"status": row.get("status", "final")}
        if known is not None:
            # A version of a fact already counted: it takes that fact's id from the caller, not a number of its own.
            fields["status"] = row["status"]
        elif row.get("versions"):
            fields["meta"] = {"versionId": "1"}
        name, content = self.content(row)
        told = row.get("known") if known is None else known
        issued = self.later(row["day"], row.get("minutes", 0)) if told is None else self.time(told)
        fields |= content | {"subject": self.subject, "effectiveDateTime": self.time(row["day"]), "issued": issued}
        if "site" in row:
            coded = [code for name in row["site"] for code in site(name).get("coding", [])]
            fields["bodySite"] = {**({"coding": coded} if coded else {}), "text": ", ".join(row["site"])}
        if "note" in row:
            fields["note"] = [{"text": row["note"]}]
        if known is not None:
            return {"resourceType": "Observation", "id": "", **fields}
        return self.made("Observation", name, fields)

    def content(self, row: Row) -> tuple[str, Resource]:
        """The name and the coded part of an observation."""
        if "finding" in row:
            present = row.get("presence", "present")
            said = {"coding": [coding("presence", present)], "text": present}
            code = {"coding": [coding("finding", row["finding"])], "text": row["finding"].replace("-", " ")}
            return row["finding"], {"code": code, "valueCodeableConcept": said}
        if "remark" in row:
            return "remark", {"code": {"text": row["remark"]}, "valueBoolean": True}
        kind = row["kind"]
        if kind == "blood-pressure":
            parts = [
                {"code": loinc(key), "valueQuantity": quantity(key, row[key])}
                for key in ("systolic-pressure", "diastolic-pressure")
            ]
            panel = {"system": LOINC, "code": "85354-9", "display": "Blood pressure panel with all children optional"}
            return kind, {"code": {"coding": [panel]}, "component": parts}
        if kind in CODED:
            said = {"coding": [coding(kind, row["value"])], "text": row["value"]}
            return kind, {"code": {"coding": [coding("kind", kind)], "text": kind}, "valueCodeableConcept": said}
        if "level" in row:
            word = {"H": "High", "L": "Low", "N": "Normal"}[row["level"]]
            judged = {"system": f"{TERMINOLOGY}/v3-ObservationInterpretation", "code": row["level"], "display": word}
            absent = {"system": f"{TERMINOLOGY}/data-absent-reason", "code": "unknown"}
            return kind, {
                "code": loinc(kind),
                "dataAbsentReason": {"coding": [absent], "text": "value not printed in the source"},
                "interpretation": [{"coding": [judged]}],
            }
        return kind, {"code": loinc(kind), "valueQuantity": quantity(kind, row["value"], row.get("unit"))}

    def event(self, row: Row) -> Resource:
        """Something done: a scan, a drug, a procedure that is not an index procedure."""
        event, text = row["event"], row.get("text", row["event"].replace("-", " "))
        code: Resource = {"coding": [coding("event", event)], "text": text}
        when = self.time(row["day"])
        if event in DRUGS:
            name, drug = "MedicationAdministration", {"status": "completed", "medicationCodeableConcept": code}
            return self.made(name, event, {**drug, "subject": self.subject, "effectiveDateTime": when})
        if event in SCANS or event == "scan":
            if event == "scan":
                code = {"text": text}
            fields: Resource = {"status": "final", "code": code, "subject": self.subject, "effectiveDateTime": when}
            fields["issued"] = self.later(row["day"], row.get("minutes", 0))
            if "conclusion" in row:
                fields["conclusion"] = row["conclusion"]
            return self.made("DiagnosticReport", event, fields)
        if event == "other":
            code = {"text": text}
        fields = {"status": row.get("status", "completed"), "code": code, "subject": self.subject}
        return self.made("Procedure", event, {**fields, "performedDateTime": when})


def rows(series: Row) -> Iterator[Row]:
    """The cells of a table: one row for each filled cell, blood pressure as one panel."""
    for when, *cells in series["rows"]:
        shared: Row = {"day": when, "minutes": series.get("minutes", 0)}
        given = {name: value for name, value in zip(series["columns"], cells, strict=True) if value != ""}
        if "systolic-pressure" in given:
            pressures = {name: given.pop(name) for name in ("systolic-pressure", "diastolic-pressure")}
            yield {**shared, "kind": "blood-pressure", **pressures}
        for kind, value in given.items():
            yield {**shared, "kind": kind, "value": value}


def coding(system: str, code: str) -> Resource:
    """A coding in one of our own systems."""
    return {"system": f"urn:sequela:{system}", "code": code}


def loinc(kind: str) -> Resource:
    """The code of a kind."""
    code, display, _ = KINDS[kind]
    codings = [{"system": LOINC, "code": code, "display": display}] if code else []
    codings += [coding("kind", OWN[kind])] if kind in OWN else []
    return {"coding": codings, "text": kind.replace("-", " ")}


def quantity(kind: str, value: float, unit: str | None = None) -> Resource:
    """A value in UCUM."""
    unit = unit or KINDS[kind][2]
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def site(name: str) -> Resource:
    """A body site: a segment or vessel we have a key for, or words."""
    if name.isupper() or name.startswith("portal-"):
        return {"coding": [coding("site", name)], "text": name}
    return {"text": name}


def transcribed(path: Path) -> str:
    """The text of the bundle that a course file stands for: one entry a line, so that a change shows as a line."""
    bundle = Course(path.read_text(encoding="utf-8")).bundle()
    entries = bundle.pop("entry")
    head = json.dumps(bundle, ensure_ascii=False)
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return f'{head[:-1]}, "entry": [\n{lines}\n]}}\n'


def course_files(folder: Path = HERE) -> list[Path]:
    """Every course file; `untranscribed.toml` lists cases and is not one."""
    found = sorted(folder.glob("published/*.toml")) + sorted(folder.glob("synthetic/*.toml"))
    return [path for path in found if path.stem != "untranscribed"]


def main(arguments: list[str]) -> int:
    """Write the bundles, or with `--check` say which are stale."""
    stale = 0
    for path in course_files():
        target, text = path.with_suffix(".json"), transcribed(path)
        if "--check" in arguments:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                print(f"stale: {target.name}; run python cases/transcribe.py", file=sys.stderr)
                stale += 1
        else:
            target.write_text(text, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
