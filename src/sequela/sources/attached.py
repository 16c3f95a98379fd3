"""The text of a FHIR DiagnosticReport, and what sort of report it is; what the text says is for `telling` to tell."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Sequence

from sequela.sources.elements import Malformed, mapping, objects, string
from sequela.sources.receipt import Receipt
from sequela.sources.shapes import Json
from sequela.sources.telling import sort_of_events

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
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|h[1-6]|ul|ol|table)\b[^<>]*>", re.IGNORECASE)


def sort_of(resource: Json, events: Sequence[str]) -> str | None:
    """What sort of report it is whose text is read: imaging or microbiology; None where it is neither."""
    sort = sort_of_events(events)
    if sort is not None:
        return sort
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
