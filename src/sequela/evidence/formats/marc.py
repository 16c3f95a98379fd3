"""MARC 21 as libraries exchange it (ISO 2709), in MARC-8 or UTF-8 as each record's leader says; and MARC-in-JSON."""

from __future__ import annotations

import itertools
import logging
import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from sequela.evidence.formats import Format, Refused, catalogue, tagged
from sequela.evidence.formats.catalogue import Field, Record
from sequela.evidence.works import Work

_LEADER = re.compile(rb"[\x00-\x20\x1d]*\d{5}.{5}22\d{5}.{3}45", re.DOTALL)

# Why pymarc could not read a record, by its error; it may quote the record, so its own words are not repeated.
_WHY = {
    "RecordLengthInvalid": "its leader gives no length, so that what follows cannot be found either",
    "TruncatedRecord": "it is shorter than its leader says",
    "EndOfRecordNotFound": "it does not end where its leader says",
    "RecordLeaderInvalid": "its leader is not whole",
    "RecordDirectoryInvalid": "its directory is broken",
    "NoFieldsFound": "it has no fields",
    "BaseAddressInvalid": "its data would begin beyond its end",
    "BaseAddressNotFound": "its leader does not say where its data begin",
    "UnicodeDecodeError": "it holds signs that are not of the encoding it names",
}


def recognises(head: bytes) -> bool:
    """Return whether a file begins with a MARC 21 leader, or is JSON with leaders and fields."""
    if _LEADER.match(head):
        return True
    text = tagged.head(head).lstrip()
    return text.startswith(("[", "{")) and re.search(r'"leader"\s*:\s*"[^"]{10,}"', text) is not None


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the works of a file, in order."""
    return catalogue.read(_binary(data) if _LEADER.match(data) else _json(data))


def _binary(data: bytes) -> Iterator[tuple[str, Record | str]]:
    from pymarc import MARCReader
    from pymarc.exceptions import BadSubfieldCodeWarning

    # What pymarc finds odd in a field it logs with the field's text: nobody's log is to hold that.
    logging.getLogger("pymarc").setLevel(logging.CRITICAL)
    reader = MARCReader(BytesIO(data.lstrip(b"\x00 \r\n\t")), to_unicode=True, permissive=True, hide_utf8_warnings=True)
    for number in itertools.count(1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BadSubfieldCodeWarning)  # it quotes the subfield
            try:
                found = next(reader)
            except StopIteration:
                return
        if found is None:
            why = _WHY.get(type(reader.current_exception).__name__, "it is not as ISO 2709 asks")
            yield f"record {number:,}", why
        else:
            yield f"record {number:,}", _record(found)


def _record(found: Any) -> Record:
    controls, fields = [], []
    for one in found.fields:
        if one.is_control_field():
            controls.append((one.tag, one.data or ""))
        else:
            subfields = tuple((sub.code, sub.value) for sub in one.subfields)
            fields.append(Field(one.tag, "".join(one.indicators or "  "), subfields))
    return Record(str(found.leader), tuple(controls), tuple(fields))


def _json(data: bytes) -> Iterator[tuple[str, Record | str]]:
    held = tagged.of_json(tagged.text(data))
    if held is None:
        yield "the file", "it is not whole JSON"
        return
    for number, one in enumerate(held if isinstance(held, list) else [held], 1):
        yield f"record {number:,}", _of_json(one) or "it is no record of MARC-in-JSON"


def _of_json(one: object) -> Record | None:
    if not isinstance(one, dict) or not isinstance(one.get("fields"), list):
        return None
    controls, fields = [], []
    for named in one["fields"]:
        for tag, value in named.items() if isinstance(named, dict) else ():
            if isinstance(value, str):
                controls.append((tag, value))
            elif isinstance(value, dict) and isinstance(value.get("subfields"), list):
                said = [part for part in value["subfields"] if isinstance(part, dict)]
                subfields = tuple((code, text) for part in said for code, text in part.items() if isinstance(text, str))
                fields.append(Field(tag, f"{value.get('ind1', ' ')}{value.get('ind2', ' ')}", subfields))
    return Record(str(one.get("leader", "")), tuple(controls), tuple(fields))


FORMAT = Format("marc", "MARC 21", ".mrc", "application/marc", recognises, read)
