"""Instants as they are written on the command line."""

from __future__ import annotations

from sequela.errors import InputError


def at_instant(text: str | None, timezone: str, option: str) -> int | None:
    """Return the instant that a text names, in seconds; None for none, the machine's clock for `now`."""
    from sequela.course.clock import parse, zone

    if text is None:
        return None
    if text == "now":
        import time

        return int(time.time())
    try:
        return parse(text, zone(timezone)).at
    except InputError as error:
        raise InputError("not a time", where=option, hint=f"{error.hint}, or `now`") from None
