"""JSON texts: parsed whole, or, where they have the shape that nearly all FHIR has, read by type.

By type only what is asked for becomes an object. A text of another shape does not decode, and is parsed as any JSON is;
that takes several times as long, and is never wrong. Elements that would change the meaning of an Observation, and for
which `Plain` has no place, are `Never`.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

import msgspec
import orjson
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

Json = dict[str, Any]
"""A JSON object as parsed; its shape is not to be trusted."""

SICK_NUMBER = re.compile(rb"NaN|Infinity|\d[eE]\+?\d{3}")
"""What makes a text worth a second, tolerant reading."""
HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
LONGEST_ID = 128
"""FHIR allows 64 characters; beyond this an identifier is damage."""

Never = Annotated[str, Meta(min_length=1, max_length=0)] | UnsetType
"""What no JSON value is: an element that must not be there."""
Element = Raw | UnsetType
"""An element as it is written, if it is there."""


Text = bytes | Raw
"""JSON as it is written."""


class Reference(Struct, gc=False):
    """Of whom a resource speaks, by an address."""

    reference: Annotated[str, Meta(min_length=1)]


class Stamp(Struct, gc=False, rename="camel"):
    """The server's note on a version: its number, and when it was written."""

    version_id: str | None = None
    last_updated: str | None = None


class Plain(Struct, gc=False, kw_only=True, rename="camel"):
    """An Observation that stands, says when, and when it was issued: code, value and components as they are written.

    Its fields stand in the order in which FHIR has them, for so they are found soonest.
    """

    resource_type: Literal["Observation"]
    id: Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]
    meta: Stamp | None = None
    contained: Never = UNSET
    modifier_extension: Never = UNSET
    status: Literal["final", "preliminary", "amended", "corrected"]
    code: Raw
    subject: Reference
    effective_date_time: str
    issued: str
    value_quantity: Element = UNSET
    value_integer: Element = UNSET
    value_codeable_concept: Element = UNSET
    value_string: Never = UNSET
    value_boolean: Never = UNSET
    value_range: Never = UNSET
    value_ratio: Never = UNSET
    value_sampled_data: Never = UNSET
    value_time: Never = UNSET
    value_date_time: Never = UNSET
    value_period: Never = UNSET
    value_attachment: Never = UNSET
    value_reference: Never = UNSET
    component: list[Raw] | UnsetType = UNSET


VALUES = frozenset(each.encode_name for each in msgspec.structs.fields(Plain) if each.encode_name.startswith("value"))
"""What the value of an Observation may be called, in FHIR R4 and R5."""


class Entered(Struct, gc=False):
    """An entry of a Bundle."""

    resource: Plain


class Bundle(Struct, rename="camel"):
    """A Bundle with a list of entries, each as it is written."""

    resource_type: Literal["Bundle"]
    type: Any = None
    timestamp: Any = None
    entry: list[Raw] = []


_bundle = msgspec.json.Decoder(Bundle).decode
_plain = msgspec.json.Decoder(Plain).decode
_entered = msgspec.json.Decoder(Entered).decode
_OTHER = (msgspec.DecodeError, RecursionError)


def bundle_in(text: bytes) -> Bundle | None:
    """The Bundle of a text; None where it is another, or not to be read by type."""
    if not is_utf8(text):
        return None
    try:
        return _bundle(text)
    except _OTHER:
        return None


def plain_in(text: Text) -> Plain | None:
    """The Observation of a text known to be UTF-8; None where it is another, or not to be read by type."""
    try:
        return _plain(text)
    except _OTHER:
        return None


def entered_in(text: Text) -> Plain | None:
    """The Observation of a Bundle's entry known to be UTF-8; None where it is another, or not to be read by type."""
    try:
        return _entered(text).resource
    except _OTHER:
        return None


def is_utf8(text: bytes) -> bool:
    """Whether a text is UTF-8 throughout: the decoder does not look at what it skips."""
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def parse(data: bytes) -> object:
    """The value of a JSON text; a ValueError where it is none.

    A number out of range (NaN, 1e999) is no JSON, but one bad value must not sink a whole file: such a text is read a
    second time by the tolerant parser, and whoever meets that number rejects it there.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        # Half a surrogate pair cannot be written out again, and so may not come in.
        if not SICK_NUMBER.search(data) or HALF_CHARACTER.search(data):
            raise
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
