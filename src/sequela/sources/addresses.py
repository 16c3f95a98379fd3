"""What resources are called: the name of a fact, the key of a patient's chart, and every way to refer to a patient."""

from __future__ import annotations

from collections.abc import Iterator

from sequela.sources.documents import Entry
from sequela.sources.elements import Malformed, local, objects, string
from sequela.sources.shapes import LONGEST_ID, Json


def base_of(entry: Entry, resource: Json, kind: str) -> str:
    """A resource's fact id: `Type/id`, else its fullUrl, else its place in the file."""
    identity = checked(string(resource, "id"))
    if identity:
        return f"{kind}/{identity}"
    return checked(entry.full_url) or f"{kind}/{entry.place}"


def patient_key(entry: Entry, resource: Json) -> str:
    """The key of a Patient's chart: its id, else its fullUrl, else its place in the file."""
    written = resource.get("id")
    identity = written if type(written) is str and 0 < len(written) <= LONGEST_ID else None
    address = entry.full_url if entry.full_url and len(entry.full_url) <= LONGEST_ID else None
    return identity or (address or entry.place).removeprefix("urn:uuid:")


def addresses(entry: Entry, resource: Json) -> Iterator[str]:
    """Every way in which other resources may refer to a Patient."""
    if entry.full_url:
        yield entry.full_url
        if not entry.full_url.startswith("urn:"):
            yield local(entry.full_url)
    if type(resource.get("id")) is str:
        yield f"Patient/{resource['id']}"
    try:
        for identifier in objects(resource, "identifier"):
            number = string(identifier, "value")
            if number:
                yield f"identifier {string(identifier, 'system') or ''}|{number}"
    except Malformed:
        # Identifiers are only one more way to refer; without them the others still serve.
        return


def checked(identity: str | None) -> str | None:
    """An identifier of a length that one can be."""
    if identity is not None and len(identity) > LONGEST_ID:
        raise Malformed("malformed identifier")
    return identity
