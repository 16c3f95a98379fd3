"""A DiagnosticReport's text into rows: what it says is there, as findings that nobody has verified.

Report text alone never excludes a condition. So an absence, a doubt, and a reassurance (a patent portal vein, a culture
without growth) that only a text gives become no finding: each could only take back what somebody has verified. They are
counted with their reason. What the report gives by code as well is taken by code.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Collection, Sequence

from sequela.course.anatomy import anatomy
from sequela.course.clock import Moment
from sequela.course.facts import Presence, Status
from sequela.sources.elements import Malformed, mapping, objects, string
from sequela.sources.readings import Row
from sequela.sources.receipt import Receipt
from sequela.sources.reports import Found, findings
from sequela.sources.shapes import Json

IMAGING = frozenset(
    {"contrast-ct", "contrast-mr", "unenhanced-ct", "arterial-ct", "doppler", "ultrasound", "contrast-ultrasound"}
)
CULTURES = frozenset({"blood-culture"})
"""Events whose reports are read; any other event's text is of something else."""
SERVICES = {
    ("http://loinc.org", "LP29684-5"): "imaging",
    ("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD"): "imaging",
    ("http://terminology.hl7.org/CodeSystem/v2-0074", "CT"): "imaging",
    ("http://terminology.hl7.org/CodeSystem/v2-0074", "NMR"): "imaging",
    ("http://terminology.hl7.org/CodeSystem/v2-0074", "RUS"): "imaging",
    ("http://terminology.hl7.org/CodeSystem/v2-0074", "VUS"): "imaging",
    ("http://terminology.hl7.org/CodeSystem/v2-0074", "MB"): "microbiology",
}
"""Categories that say what sort of report it is: US Core's radiology, and HL7's diagnostic services."""
LONGEST = 200_000
"""Characters of a report that is read; a longer one is no report."""
REASSURING = frozenset({"portal-vein-patent", "culture-no-growth"})
"""Findings whose presence is good news: from a text alone they are worth as little as an absence."""
ABSENCE = "an absence that only a text gives: it excludes nothing"
REASSURANCE = "a reassurance that only a text gives: it excludes nothing"
DOUBT = "a doubt that only a text gives: it takes nothing back"
PAST = "of the past, in the words of a report"
EXPECTED = "expected after the procedure, in the words of a report"
CODED = "said in words what the report says by code"
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|h[1-6]|ul|ol|table)\b[^<>]*>", re.IGNORECASE)


def sort_of(resource: Json, events: Sequence[str]) -> str | None:
    """What sort of report it is whose text is read: imaging or microbiology; None where it is neither."""
    if IMAGING.intersection(events):
        return "imaging"
    if CULTURES.intersection(events):
        return "microbiology"
    categories = resource.get("category")
    for category in objects(resource, "category") if type(categories) is list else [mapping(resource, "category")]:
        for coding in objects(category, "coding"):
            system, code = coding.get("system"), coding.get("code")
            if type(system) is str and type(code) is str and (system, code) in SERVICES:
                return SERVICES[system, code]
    return None


def text_of(resource: Json, receipt: Receipt) -> str:
    """The text of a report: its attached plain text and its conclusion, else its narrative."""
    attached = [text for form in objects(resource, "presentedForm") if (text := _attached(form, receipt))]
    conclusion = string(resource, "conclusion") or ""
    said = "\n\n".join(attached)
    if conclusion.strip() and conclusion.strip() not in said:
        # "Conclusion" is a heading in both languages.
        said = f"{said}\n\nConclusion: {conclusion}" if said else conclusion
    if not said.strip():
        narrative = string(mapping(resource, "text"), "div") or ""
        said = html.unescape(_TAG.sub(" ", _BREAK.sub("\n", narrative)))
    if len(said) > LONGEST:
        receipt.note("report texts too long to be read")
        return ""
    return said


def _attached(form: Json, receipt: Receipt) -> str:
    """The plain text of an attachment; nothing of any other type."""
    kind, data = string(form, "contentType") or "", string(form, "data")
    if kind.partition(";")[0].strip().casefold() != "text/plain" or not data:
        if data or form.get("url"):
            receipt.note("reports attached in a form that is not read")
        return ""
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("malformed presentedForm") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def told_rows(
    resource: Json, base: str, events: Sequence[str], moment: Moment | None, coded: Collection[str], receipt: Receipt
) -> list[Row]:
    """A row for each finding that a report's text says is there; the rest is counted with its reason.

    Several statements about one finding make one row, with all the places of those that say so.
    """
    sort = sort_of(resource, events)
    text = text_of(resource, receipt)
    if not text.strip():
        return []
    if sort is None:
        receipt.note("reports with a text, which is not read: neither imaging nor a culture")
        return []
    receipt.note("reports whose text was read")
    said: dict[str, list[Found]] = {}
    for one in findings(text, string(resource, "language"), "microbiology" if sort == "microbiology" else None):
        said.setdefault(one.finding, []).append(one)
    rows: list[Row] = []
    for finding, statements in sorted(said.items()):
        statuses = {one.status for one in statements}
        if finding in coded:
            receipt.count("duplicate", CODED)
        elif "present" not in statuses:
            _count(statuses, receipt)
        elif finding in REASSURING:
            receipt.count("dropped", REASSURANCE)
        elif moment is None:
            receipt.count("dropped", "no time")
        else:
            where = frozenset(site for one in statements if one.status == "present" for site in sites_of(one))
            content = (Presence.PRESENT, where)
            rows.append(
                Row(
                    f"{base}#{finding}",
                    "finding",
                    finding,
                    content,
                    moment.at,
                    moment.precision,
                    status=Status.UNVERIFIED,
                )
            )
    return rows


def _count(statuses: set[str], receipt: Receipt) -> None:
    """Count a finding that is not said to be there."""
    if "uncertain" in statuses:
        receipt.count("dropped", DOUBT)
    elif "absent" in statuses:
        receipt.count("dropped", ABSENCE)
    else:
        receipt.count("irrelevant", EXPECTED if "expected" in statuses else PAST)


def sites_of(found: Found) -> frozenset[str]:
    """The places of a finding as the course names them: segments, regions, branches of the portal vein or artery."""
    vessel = "portal" if found.finding.startswith("portal-vein") else ""
    if found.finding == "hepatic-artery-occlusion":
        vessel = "hepatic-artery"
    sites = {f"portal-{segment}" if vessel == "portal" else segment for segment in found.segments}
    if found.branch is not None:
        written = found.branch.replace(" ", "-")
        sites.add(f"{vessel}-{written}" if vessel else f"{written}-{'section' if '-' in written else 'lobe'}")
    return frozenset(site for site in sites if site in anatomy())
