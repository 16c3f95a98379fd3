"""Of whom a FHIR text speaks, told by a glance at its bytes: many times as fast as parsing it.

A folder is looked through before it is read, to know which patients have more than one file. The glance may name more
than the parsed text would, never less; where it is not sure, it says so.
"""

from __future__ import annotations

import re

from sequela.sources.elements import local

_REFERENCE = re.compile(rb'"(?:subject|patient)"\s*:\s*\{\s*"reference"\s*:\s*"([^"\\]*)"')
_IDENTITY = re.compile(rb'"Patient"\s*,\s*"id"\s*:\s*"([^"\\/?#:]{1,128})"')
_SUBJECT, _ENDING, _TYPED = b'"subject"', b'atient"', b'"resourceType"'
"""What is looked for: the short second finds "patient" and "Patient" in one pass."""
ESCAPE, ESCAPED = b"\\", b"\\u00"
"""What any letter could be hidden behind."""
PATIENT, MEDICATION, BUNDLE = b'"Patient"', b'"Medication"', b'"Bundle"'
"""The types of resources that are known to others, or hold others."""
NEAR = 64
"""How many characters before its value the name of an element is looked for."""


def spoken_of(text: bytes) -> frozenset[str] | None:
    """The keys of all patients that a text holds or refers to, and perhaps more; None where only parsing can tell."""
    found = _found(text)
    if found is None:
        return None
    names = (local(name.decode(errors="replace")) for name in found)
    return frozenset(name.removeprefix("Patient/").removeprefix("urn:uuid:") for name in names)


def sole_subject(text: bytes) -> str | None:
    """The one reference by which a resource, if it is one, names whose it is; None where that takes a closer look.

    What others refer to, and what may hold others, is always looked at closely.
    """
    # Written out: it is asked of every line.
    if PATIENT in text or MEDICATION in text or BUNDLE in text:
        return None
    found = _found(text)
    if found is None or len(found) != 1:
        return None
    try:
        return found.pop().decode() or None
    except UnicodeDecodeError:
        return None


def _found(text: bytes) -> set[bytes] | None:
    """Every patient's id or address in a text, and perhaps more; None where only parsing can tell."""
    if ESCAPE in text and ESCAPED in text:
        return None
    found = _subjects(text)
    at = text.find(_ENDING) if found is not None else -1
    while at >= 0 and found is not None:
        if not _add_patient(text, at - 2, found):
            return None
        at = text.find(_ENDING, at + 1)
    return found


def _subjects(text: bytes) -> set[bytes] | None:
    """Every reference of a subject, if each is written as usual."""
    total = text.count(_SUBJECT)
    if not total:
        return set()
    first = _REFERENCE.match(text, text.find(_SUBJECT))
    if first is None:
        return None
    if text.count(first[0]) == total:
        return {first[1]}
    # The text speaks of several.
    every = [match[1] for match in _REFERENCE.finditer(text) if match[0].startswith(_SUBJECT)]
    return set(every) if len(every) == total else None


def _add_patient(text: bytes, at: int, found: set[bytes]) -> bool:
    """Add whom a word at a place leads to, if it is `"patient"` or `"Patient"`; False where that is not plain."""
    word = text[max(at, 0) : at + 9]
    if word == b'"patient"':
        match = _REFERENCE.match(text, at)
    elif word == b'"Patient"':
        before = text[max(0, at - NEAR) : at].rstrip()
        name = before.removesuffix(b":").rstrip()
        if name and not (before.endswith(b":") and name.endswith(_TYPED)):
            # A type of something else.
            return True
        match = _IDENTITY.match(text, at)
    else:
        return True
    if match is not None:
        found.add(match[1])
    return match is not None
