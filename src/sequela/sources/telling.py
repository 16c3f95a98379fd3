"""A report's text into rows, whatever table or resource it stood in: what it says is there, verified by nobody.

Report text alone never excludes a condition. So an absence, a doubt, and a reassurance (a patent portal vein, a culture
without growth) that only a text gives become no finding: each could only take back what somebody has verified. They are
counted with their reason. What the report gives by code as well is taken by code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sequela.course.anatomy import anatomy
from sequela.course.clock import Moment
from sequela.course.facts import Presence, Status
from sequela.sources.claims import ABSENCE, DOUBT, REASSURANCE, REASSURING
from sequela.sources.elements import named_events
from sequela.sources.readings import Row
from sequela.sources.receipt import Receipt
from sequela.sources.reports import Found, findings
from sequela.sources.reports.words import plain

IMAGING = frozenset(
    {"contrast-ct", "contrast-mr", "unenhanced-ct", "arterial-ct", "doppler", "ultrasound", "contrast-ultrasound"}
)
CULTURES = frozenset({"blood-culture", "blood-culture-set"})
"""Events whose reports are read; any other event's text is of something else."""
LONGEST = 200_000
"""Characters of a report that is read; a longer one is no report."""
PAST = "of the past, in the words of a report"
EXPECTED = "expected after the procedure, in the words of a report"
CODED = "said in words what the report says by code"
NAMES = {
    **dict.fromkeys(
        (
            *("ct", "mr", "us", "mri", "pet", "rad", "nmr", "rus", "vus", "cect", "ceus", "doppler"),
            *("tomography", "ultrasound", "sonography", "radiology", "imaging"),
            *("tc", "tac", "rm", "rmn", "eco", "tomografia", "resonancia", "ecografia", "radiologia", "imagen"),
        ),
        "imaging",
    ),
    **dict.fromkeys(("mb", "microbiology", "culture", "microbiologia", "cultivo", "hemocultivo"), "microbiology"),
}
"""What a word says of a report's sort: modalities, HL7's diagnostic services, names in words without accents."""


def sort_named(written: str) -> tuple[str | None, list[str]]:
    """What sort of report a title or a modality names (None where neither), and which examinations of the catalogue."""
    known = IMAGING | CULTURES
    events = [written] if written in known else [event for event in named_events({"text": written}) if event in known]
    sorts = [NAMES[word] for word in re.findall(r"[a-z]+", plain(written)) if word in NAMES]
    return sort_of_events(events) or next(iter(sorts), None), events


def sort_of_events(events: Sequence[str]) -> str | None:
    """What sort of report tells of some events: imaging, microbiology or neither."""
    if IMAGING.intersection(events):
        return "imaging"
    return "microbiology" if CULTURES.intersection(events) else None


def told_rows(
    text: str,
    lang: str | None,
    sort: str | None,
    base: str,
    moment: Moment | None,
    coded: Collection[str],
    receipt: Receipt,
) -> list[Row]:
    """A row for each finding that a report's text says is there; the rest is counted with its reason.

    Several statements about one finding make one row, with all the places of those that say so.

    Parameters
    ----------
    text, lang : the report as it was written, and its language where the source says it.
    sort : imaging or microbiology; None for any other report, which is not read.
    base : the name of the report, with which the name of each finding begins.
    moment : when it was so; a finding without a time is dropped.
    coded : findings that the report gives by code as well.
    """
    if len(text) > LONGEST:
        receipt.note("report texts too long to be read")
        return []
    if not text.strip():
        return []
    if sort is None:
        receipt.note("reports with a text, which is not read: neither imaging nor a culture")
        return []
    receipt.note("reports whose text was read")
    said: dict[str, list[Found]] = {}
    for one in findings(text, lang, "microbiology" if sort == "microbiology" else None):
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
