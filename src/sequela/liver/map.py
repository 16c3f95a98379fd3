"""The schematic map of the liver as SVG: eight segments from the front, hatched by grade, with the portal tree.

Deterministic: the same values give the same bytes. The names of its parts begin with an identifier of its own, so that
several maps fit on one page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Literal

from sequela.course.anatomy import SEGMENTS, upstream
from sequela.liver.palette import HATCHES, THEMES, Theme
from sequela.liver.shapes import HEIGHT, LABELS, OVAL, VESSELS, WIDTH, outline

ThemeName = Literal["auto", "light", "dark"]
"""How it is coloured: by what the reader's device prefers, or one way always."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Supply of the liver segments",
        "segment": "Segment",
        "treated": "treated territory",
        "behind": "(behind)",
        "right": "patient's right",
        "left": "patient's left",
        "portal": "portal vein",
        "kept": "portal branch seen patent",
        "unknown": "portal branch not reported",
        "lost": "portal branch closed, X where it was seen",
        "none": "Nothing is known to be closed in the portal vein.",
        "closed": "Closed in the portal vein",
        "scheme": "Schematic, usual anatomy; seen from the front.",
    },
    "es": {
        "title": "Irrigación de los segmentos hepáticos",
        "segment": "Segmento",
        "treated": "territorio tratado",
        "behind": "(detrás)",
        "right": "derecha del paciente",
        "left": "izquierda del paciente",
        "portal": "vena porta",
        "kept": "rama portal permeable",
        "unknown": "rama portal sin informar",
        "lost": "rama portal cerrada, X donde se vio",
        "none": "No consta ningún cierre en la vena porta.",
        "closed": "Cerrado en la vena porta",
        "scheme": "Esquema, anatomía habitual; vista frontal.",
    },
}
LINE, LETTER = 17.0, 0.57
"""The height of a line of small text, and the width of a letter as a part of its size, with room to spare."""
NUMERAL, GRADE = 'font-size="21" font-weight="bold"', 'font-size="14.5"'


@dataclass(frozen=True, slots=True)
class Area:
    """What is shown of a segment: its grade, in a few words (one or two lines) and in full, its hatch, and a mark.

    `treated` draws the outline of the treated territory around it.
    """

    grade: str
    label: str
    short: tuple[str, ...]
    hatch: str
    treated: bool = False


def liver_map(
    areas: Mapping[str, Area],
    *,
    vessels: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    title: str = "",
    lang: str = "en",
    theme: ThemeName = "auto",
    ident: str | None = None,
) -> str:
    """Return the map as SVG.

    Parameters
    ----------
    areas : for each of the eight segments what is shown of it.
    vessels : for each portal vessel `kept` or `lost`; what is not there was not reported.
    names : portal vessels in words, for the description; default: their keys.
    title : its heading, shown and read aloud.
    lang : `en` or `es`.
    theme : `auto` follows what the reader's device prefers; `light` and `dark` hold everywhere.
    ident : what its identifiers begin with; default: a digest of what it shows.
    """
    lacking = [segment for segment in SEGMENTS if segment not in areas]
    if lacking:
        raise ValueError(f"nothing is said of segment {lacking[0]}")
    words, states = WORDS[lang], dict(vessels or {})
    heading = title or words["title"]
    entries = _legend_entries(areas, states, words)
    described = " ".join(in_words(areas, vessels=states, names=names, lang=lang))
    shown = repr((sorted(areas.items()), sorted(states.items()), heading, lang, theme))
    name = ident or f"liver-{sha256(shown.encode()).hexdigest()[:10]}"
    headed = _wrapped(heading, WIDTH - 24, 15)
    top = 14 + 19 * len(headed)
    legend_at = top + HEIGHT
    height = legend_at + 23 * len(entries) + 34
    used = sorted({area.hatch for area in areas.values()}, key=list(HATCHES).index)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img"'
        f' aria-labelledby="{name}-t {name}-d" lang="{lang}"'
        f' viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}"'
        f' style="max-width:100%;height:auto" font-family="sans-serif">',
        f'<title id="{name}-t">{escape(heading)}</title><desc id="{name}-d">{escape(described)}</desc>',
        f"<style>{_style(name, used, theme)}</style><defs>{''.join(_pattern(name, hatch) for hatch in used)}</defs>",
        f'<rect class="paper" width="{WIDTH}" height="{height:g}" rx="8"/>',
        *(
            f'<text class="ink" x="12" y="{22 + 19 * row}" font-size="15" font-weight="bold">{escape(line)}</text>'
            for row, line in enumerate(headed)
        ),
        f'<g transform="translate(0 {top})">',
        *(
            f'<path class="edge {areas[s].hatch}" d="{outline(s)}"/>'
            f'<path class="edge" fill="url(#{name}-{areas[s].hatch})" d="{outline(s)}"/>'
            for s in SEGMENTS
        ),
        *(f'<path class="territory" d="{outline(s)}"/>' for s in SEGMENTS if areas[s].treated),
        *_tree(states),
        *(_label(segment, areas[segment]) for segment in SEGMENTS),
        _text(WIDTH - 12, OVAL[1] + OVAL[3] + 16, words["behind"], "end"),
        _text(246, HEIGHT - 12, words["portal"], "end"),
        _text(12, 14, words["right"], "start"),
        _text(WIDTH - 12, 14, words["left"], "end"),
        "</g>",
        *(_legend(name, row, legend_at + 23 * index) for index, row in enumerate(entries)),
        _text(12, height - 12, words["scheme"], "start"),
        "</svg>",
    ]
    return "".join(parts)


def in_words(
    areas: Mapping[str, Area],
    *,
    vessels: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    lang: str = "en",
) -> list[str]:
    """Return the map in sentences, one for each segment and one for the portal vein: for those who do not see it."""
    words = WORDS[lang]
    said = [
        f"{words['segment']} {segment}: {areas[segment].label}"
        + (f", {words['treated']}." if areas[segment].treated else ".")
        for segment in SEGMENTS
    ]
    closed = [(names or {}).get(v, v) for v in VESSELS if (vessels or {}).get(v) == "lost"]
    return [*said, f"{words['closed']}: {'; '.join(closed)}." if closed else words["none"]]


# -- parts -------------------------------------------------------------------------------------------------------------


def _tree(states: Mapping[str, str]) -> Iterable[str]:
    """The portal tree: a casing that parts it from what lies below, the vessels, and a cross on each closed one."""
    yield from (f'<path class="casing" stroke-width="{v.width + 4:g}" d="{v.path}"/>' for v in VESSELS.values())
    for key, vessel in VESSELS.items():
        state = _state(key, states)
        width = vessel.width * (0.6 if state == "unreported" else 1)
        yield f'<path class="{state}" stroke-width="{width:g}" d="{vessel.path}"/>'
    yield from (_cross(*v.mark) for key, v in VESSELS.items() if states.get(key) == "lost")


def _state(vessel: str, states: Mapping[str, str]) -> str:
    """How a vessel is drawn: closed also where it hangs on a closed one."""
    if any(states.get(one) == "lost" for one in (vessel, *upstream(vessel))):
        return "closed"
    return "open" if states.get(vessel) == "kept" else "unreported"


def _cross(x: float, y: float) -> str:
    return (
        f'<circle class="mark" cx="{x:g}" cy="{y:g}" r="8"/>'
        f'<path class="cross" d="M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8"/>'
    )


def _label(segment: str, area: Area) -> str:
    """A segment's numeral and its grade, each line with a halo of paper under it."""
    x, y = LABELS[segment]
    lines = [segment, *area.short]
    first = y - LINE * len(area.short) / 2 + 6
    placed = [
        f'x="{x:g}" y="{first + LINE * row:g}" {GRADE if row else NUMERAL} text-anchor="middle">{escape(line)}</text>'
        for row, line in enumerate(lines)
    ]
    return "".join(f'<text class="halo" {line}' for line in placed) + "".join(
        f'<text class="ink" {line}' for line in placed
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="ink" x="{x:g}" y="{y:g}" font-size="12" text-anchor="{anchor}">{escape(text)}</text>'


def _legend_entries(
    areas: Mapping[str, Area], states: Mapping[str, str], words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What the map shows, each with its words: the grades in the order of their hatches, then the marks."""
    shown = {area.hatch: area.label for area in areas.values()}
    entries = [(hatch, shown[hatch]) for hatch in HATCHES if hatch in shown]
    marks = [("territory", words["treated"])] if any(area.treated for area in areas.values()) else []
    drawn = {_state(vessel, states) for vessel in VESSELS}
    lines = (("closed", "lost"), ("open", "kept"), ("unreported", "unknown"))
    return [*entries, *marks, *((line, words[name]) for line, name in lines if line in drawn)]


def _legend(name: str, row: tuple[str, str], y: float) -> str:
    """One line of the legend: a swatch, and what it means."""
    kind, text = row
    middle = y + 8
    if kind in HATCHES:
        box = f'x="12" y="{y:g}" width="34" height="16"'
        swatch = f'<rect class="edge {kind}" {box}/><rect class="edge" fill="url(#{name}-{kind})" {box}/>'
    elif kind == "territory":
        swatch = f'<rect class="territory" x="14" y="{y + 1:g}" width="30" height="14"/>'
    else:
        swatch = f'<path class="{kind}" stroke-width="{3.6 if kind == "unreported" else 5.5:g}" d="M12 {middle:g}H46"/>'
        swatch += _cross(29, middle) if kind == "closed" else ""
    return f'{swatch}<text class="ink" x="56" y="{y + 13:g}" font-size="14.5">{escape(text)}</text>'


def _pattern(name: str, hatch: str) -> str:
    _, side, lines = HATCHES[hatch]
    drawn = f'<path class="lines-{hatch}" d="{lines}"/>' if lines else ""
    return (
        f'<pattern id="{name}-{hatch}" width="{side}" height="{side}" patternUnits="userSpaceOnUse">{drawn}</pattern>'
    )


def _style(name: str, used: Collection[str], theme: ThemeName) -> str:
    """The rules, each held to this map by its identifier."""
    if theme != "auto":
        return _rules(name, used, THEMES[theme])
    dark = _rules(name, used, THEMES["dark"])
    return f"{_rules(name, used, THEMES['light'])}@media (prefers-color-scheme:dark){{{dark}}}"


def _rules(name: str, used: Collection[str], theme: Theme) -> str:
    line = "fill:none;stroke-linecap:round;stroke:"
    rules = {
        ".paper": f"fill:{theme.paper}",
        ".ink": f"fill:{theme.ink}",
        ".halo": f"fill:{theme.paper};stroke:{theme.paper};stroke-width:8;stroke-linejoin:round",
        ".edge": f"stroke:{theme.ink};stroke-width:1.2",
        ".territory": f"fill:none;stroke:{theme.treated};stroke-width:4;stroke-dasharray:9 4",
        ".casing": f"{line}{theme.casing}",
        ".open": f"{line}{theme.vessel}",
        ".unreported": f"{line}{theme.vessel};stroke-dasharray:1 7",
        ".closed": f"{line}{theme.closed}",
        ".mark": f"fill:{theme.paper};stroke:{theme.closed};stroke-width:1.6",
        ".cross": f"{line}{theme.closed};stroke-width:2.4",
    }
    for hatch in used:
        fill, lines = theme.tints[HATCHES[hatch][0]]
        rules[f".{hatch}"] = f"fill:{fill}"
        rules[f".lines-{hatch}"] = f"{line}{lines};stroke-width:{2.6 if hatch == 'dotted' else 1.6}"
    return "".join(f"#{name} {selector}{{{rule}}}" for selector, rule in rules.items())


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines that fit."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) * size * LETTER <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
