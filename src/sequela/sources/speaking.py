"""Of whom a FHIR text speaks, told by a glance at its bytes: many times as fast as parsing it.

A folder is looked through before it is read, to know which patients have more than one file. The glance may name more
than the parsed text would, never less; where it is not sure, it says so.
"""

from __future__ import annotations

import re

from sequela.sources.elements import local

_KEYS = (b'"subject"', b'"patient"')
_REFERENCE = re.compile(rb'"(?:subject|patient)"\s*:\s*\{\s*"reference"\s*:\s*"([^"\\]*)"')
_TYPE, _TYPED = b'"Patient"', b'"resourceType"'
_IDENTITY = re.compile(rb'"Patient"\s*,\s*"id"\s*:\s*"([^"\\]{1,128})"')
ESCAPED = b"\\u00"
"""What any letter could be hidden behind."""
NEAR = 64
"""How many characters before its value the name of an element is looked for."""


def spoken_of(text: bytes) -> frozenset[str] | None:
    """The keys of all patients that a text holds or refers to, and perhaps more; None where only parsing can tell."""
    found = None if ESCAPED in text else _referred(text)
    held = None if found is None else _held(text)
    if found is None or held is None:
        return None
    names = {name.decode(errors="replace") for name in found}
    names = {local(name).removeprefix("Patient/").removeprefix("urn:uuid:") for name in names}
    return frozenset(names | {name.decode(errors="replace") for name in held})


def _referred(text: bytes) -> set[bytes] | None:
    """Every reference to a patient, if each is written as usual."""
    found: set[bytes] = set()
    for key in _KEYS:
        total = text.count(key)
        if not total:
            continue
        first = _REFERENCE.match(text, text.find(key))
        if first is None:
            return None
        found.add(first[1])
        if text.count(first[0]) < total:
            # The text speaks of several.
            every = [match[1] for match in _REFERENCE.finditer(text) if match[0].startswith(key)]
            if len(every) < total:
                return None
            found.update(every)
    return found


def _held(text: bytes) -> set[bytes] | None:
    """The identifiers of the Patients in a text, if each stands right behind its type."""
    found: set[bytes] = set()
    at = text.find(_TYPE)
    while at >= 0:
        before = text[max(0, at - NEAR) : at].rstrip()
        name = before.removesuffix(b":").rstrip()
        if not name:
            return None
        if before.endswith(b":") and name.endswith(_TYPED):
            identity = _IDENTITY.match(text, at)
            if identity is None:
                return None
            found.add(identity[1])
        at = text.find(_TYPE, at + 1)
    return found
