"""Where everything lies in the frontal schematic: borders, segments, portal vessels, labels; in units of the drawing.

The patient's right is at the viewer's left. Borders are curves between named corners; each segment goes around along
borders, so that neighbours share theirs exactly. Segment I lies behind the others and is drawn beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

WIDTH, HEIGHT = 480, 372
"""The room of the drawing, without its legend."""
CORNERS: dict[str, Point] = {
    "A": (134, 33),
    "B": (242, 35),
    "C": (310, 61),
    "D": (464, 130),
    "E": (318, 267),
    "F": (228, 300),
    "G": (128, 325),
    "H": (22, 186),
    "P": (132, 180),
    "Q": (234, 172),
    "R": (314, 167),
}
"""A to H lie on the edge of the liver, clockwise from where the right hepatic vein meets it; P, Q and R within."""
BORDERS: dict[str, tuple[Point, Point]] = {
    "HA": ((26, 105), (72, 42)),
    "AB": ((170, 20), (210, 20)),
    "BC": ((264, 42), (288, 51)),
    "CD": ((368, 70), (450, 84)),
    "DE": ((458, 186), (375, 244)),
    "EF": ((288, 279), (258, 288)),
    "FG": ((196, 313), (160, 326)),
    "GH": ((72, 325), (27, 269)),
    "AP": ((128, 79), (128, 130)),
    "PG": ((137, 228), (132, 279)),
    "BQ": ((238, 79), (234, 122)),
    "QF": ((234, 215), (231, 261)),
    "HP": ((57, 178), (95, 175)),
    "PQ": ((167, 181), (201, 177)),
    "CR": ((312, 93), (314, 130)),
    "RE": ((314, 200), (317, 235)),
    "RD": ((360, 158), (417, 139)),
}
"""The two handles of the curve from the first corner to the second."""
ROUND: dict[str, str] = {
    "II": "CDRC",
    "III": "RDER",
    "IV": "BCREFQB",
    "V": "PQFGP",
    "VI": "HPGH",
    "VII": "HAPH",
    "VIII": "ABQPA",
}
"""The corners of each segment, in order."""
OVAL = (398, 312, 70, 40)
"""Segment I: middle and radii."""
LABELS: dict[str, Point] = {
    "I": (398, 312),
    "II": (374, 107),
    "III": (392, 200),
    "IV": (274, 107),
    "V": (186, 276),
    "VI": (76, 274),
    "VII": (80, 112),
    "VIII": (186, 91),
}
"""The middle of each segment's label."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a portal vessel runs, how wide it is, and where a mark on it stands."""

    path: str
    width: float
    mark: Point


VESSELS: dict[str, Course] = {
    "portal-main": Course("M260 362C258 320 258 279 256 242", 9, (259, 320)),
    "portal-right": Course("M256 242C240 232 222 223 206 216", 8, (231, 228)),
    "portal-right-anterior": Course("M206 216C196 207 188 197 183 184", 6.5, (194, 202)),
    "portal-right-posterior": Course("M206 216C186 232 150 235 112 211", 6.5, (138, 224)),
    "portal-left": Course("M256 242C274 235 296 223 316 207", 8, (284, 230)),
    "portal-left-lateral": Course("M316 207C326 195 332 186 338 177", 6.5, (328, 192)),
    "portal-left-medial": Course("M316 207C306 193 298 186 290 184", 6.5, (304, 193)),
    "portal-I": Course("M257 262C286 293 306 304 334 309", 3.5, (304, 300)),
    "portal-II": Course("M338 177C346 165 352 156 360 142", 4.5, (350, 159)),
    "portal-III": Course("M338 177C346 186 350 193 352 214", 4.5, (349, 196)),
    "portal-IV": Course("M290 184C282 177 276 165 274 149", 4.5, (279, 168)),
    "portal-V": Course("M183 184C168 200 160 223 160 251", 4.5, (161, 242)),
    "portal-VI": Course("M112 211C102 218 92 230 86 244", 4.5, (95, 228)),
    "portal-VII": Course("M112 211C98 200 86 179 80 149", 4.5, (89, 177)),
    "portal-VIII": Course("M183 184C178 170 178 151 180 130", 4.5, (179, 151)),
}


def outline(segment: str) -> str:
    """Return the path of a segment's outline."""
    if segment == "I":
        x, y, across, down = OVAL
        return f"M{x - across} {y}a{across} {down} 0 1 0 {2 * across} 0a{across} {down} 0 1 0 {-2 * across} 0Z"
    corners = ROUND[segment]
    start = CORNERS[corners[0]]
    return f"M{_at(start)}" + "".join(_along(a, b) for a, b in pairwise(corners)) + "Z"


def _along(first: str, second: str) -> str:
    handles = BORDERS.get(first + second)
    if handles is None:
        # The border is named from its other end.
        after, before = BORDERS[second + first]
        handles = before, after
    return f"C{_at(handles[0])} {_at(handles[1])} {_at(CORNERS[second])}"


def _at(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"
