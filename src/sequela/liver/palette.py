"""Colours for light and dark, and hatches that tell grades apart without any colour.

Every text stands on a plate of paper; every line that carries meaning differs from what it lies on by at least 3:1. The
tests compute the contrasts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme: paper and ink, borders, vessels, the territory, and for each tint fill and hatch."""

    paper: str
    ink: str
    vessel: str
    closed: str
    casing: str
    treated: str
    tints: dict[str, tuple[str, str]]


LIGHT = Theme(
    paper="#ffffff",
    ink="#1b1f24",
    vessel="#1f5fa8",
    closed="#8f1414",
    casing="#ffffff",
    treated="#6b2fa0",
    tints={
        "red": ("#ffd9d4", "#b02318"),
        "orange": ("#ffe8cc", "#a04a00"),
        "yellow": ("#fff6cf", "#7a6200"),
        "blue": ("#dcecfb", "#245f96"),
        "grey": ("#f0f1f3", "#6a7079"),
        "green": ("#e9f6ec", "#2c7a45"),
    },
)
DARK = Theme(
    paper="#14171c",
    ink="#eceff3",
    vessel="#7db7f5",
    closed="#ff8b80",
    casing="#14171c",
    treated="#cda2f2",
    tints={
        "red": ("#4a1512", "#ff8b7d"),
        "orange": ("#462a0c", "#f2a65a"),
        "yellow": ("#3b3208", "#dcc14a"),
        "blue": ("#152f47", "#7db7f5"),
        "grey": ("#262b32", "#98a1ad"),
        "green": ("#12301d", "#6fcf8d"),
    },
)
THEMES = {"light": LIGHT, "dark": DARK}

HATCHES: dict[str, tuple[str, int, str]] = {
    "crossed": ("red", 10, "M0 0L10 10M10 0L0 10"),
    "crossed-wide": ("orange", 20, "M0 0L20 20M20 0L0 20"),
    "level": ("red", 7, "M0 3.5H7"),
    "slanting-broken": ("orange", 12, "M-3 15L3 9M6 6L10 2"),
    "slanting": ("yellow", 10, "M-2 2L2 -2M0 10L10 0M8 12L12 8"),
    "upright": ("blue", 10, "M5 0V10"),
    "dotted": ("grey", 14, "M3 4h.01M10 11h.01"),
    "plain": ("green", 10, ""),
}
"""By name: the tint, the side of the repeated square, and the lines in it."""
