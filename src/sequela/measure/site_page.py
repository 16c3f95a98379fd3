"""A site's `incidence.json` as one page that a registry lead can send on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sequela.measure.pages import NOTHING, Drawing, Table, between, number, page, percent
from sequela.measure.plots import ForestRow, forest
from sequela.measure.site_plots import Line, courses, curves, flow

Content = Mapping[str, Any]
MOST_CURVES = 5
"""More lines in one panel cannot be told apart."""
LEVELS = {"warning": "warning", "note": "note", "fine": "fine", "not measured": "could not be measured"}


def site_page(content: Content) -> str:
    """Return the page of a site's answer: one file that fetches nothing."""
    name = content["site"] or "one site"
    outcomes: Mapping[str, Any] = content["outcomes"]
    titles = {definition["key"]: definition["title"] for definition in content["definitions"]}
    people = content["population"]
    return page(
        "site.html",
        {
            "title": f"After liver embolization or ablation: how often, at {name}",
            "lead": f"{people['episodes']:,} procedure{'s' * (people['episodes'] != 1)} in {people['persons']:,} "
            f"person{'s' * (people['persons'] != 1)}. "
            f"Criteria {content['criteria']['version']}, sequela {content['sequela']}.",
            "made_by": f"sequela {content['sequela']}, criteria {content['criteria']['hash']}. "
            "Decision support with its reasons open; not a medical device.",
            "headlines": [_headline(titles[key], answer) for key, answer in list(outcomes.items())[:4]],
            "empty": not outcomes,
            "quality": _quality(content["quality"]["checks"], ("warning", "note")),
            "quality_rest": _quality(content["quality"]["checks"], ("fine", "not measured")),
            "about": content["quality"]["about"],
            "flow": _flow(content),
            "kinds": _kinds(people["kinds"], content["minimum"]),
            "excluded": people["excluded"],
            "forest": _forest(outcomes, titles),
            "often": _often(outcomes, titles, content["minimum"], main=True),
            "each_way": _often(outcomes, titles, content["minimum"], main=False),
            "curves": _curves(outcomes, titles),
            "crossed": _crossed(outcomes, titles, content["minimum"]),
            "bounds": _bounds(outcomes, titles) if outcomes else None,
            "groups": [
                (titles[key], tables)
                for key, answer in outcomes.items()
                if (tables := _groups(answer))
            ],
            "course": _course(content),
            "ways": list(content["ways"].items()),
            "definitions": _definitions(content["definitions"]),
            "codes": _codes(content["definitions"]),
            "versions": _versions(content),
            "minimum": content["minimum"],
        },
    )  # fmt: skip


def main_way(answer: Content) -> str:
    """The way by which an outcome is told first: any of those it can be seen in."""
    return "any" if "any" in answer["by_way"] else str(answer["ways"][0])


def _headline(title: str, answer: Content) -> tuple[str, str]:
    """A number to remember, and what it is of."""
    block = answer["by_way"][main_way(answer)]
    until = f"within {answer['window_days']:g} days"
    if block["withheld"]:
        return "withheld", f"{title}, {until}: too few to tell"
    if not block["proportion"]:
        return NOTHING, f"{title}: nobody at risk"
    found, unknown = block["proportion"], answer["undetermined"]
    # Missing is never normal: who was never looked at is no negative.
    untold = f"; of {unknown:,} the course could not tell" if unknown else ""
    if not found["events"]:
        bound = f"at most {percent(found['one_sided']['upper'])}"
        return bound, f"{title}, {until}: none seen in {found['total']:,}{untold}"
    value, limits = _primary(block)
    return percent(value), f"{title}, {until}; {between(limits, share=True)}{untold}"


def _primary(block: Content) -> tuple[float, Sequence[float] | None]:
    """The estimate that answers the question, and its limits."""
    if block["primary"] == "proportion":
        return block["proportion"]["proportion"], block["clustered"]["intervals"]["korn-graubard"]
    found = block["cumulative_incidence"]["delta"]
    return found["incidence"], found["limits"]["log-log"] or block["clustered"]["intervals"]["korn-graubard"]


def _quality(checks: Sequence[Content], levels: Sequence[str]) -> Table:
    rows = [
        (
            check["title"],
            LEVELS[check["level"]],
            percent(check["share"]),
            _counted(check),
            f"{check['effect']} Here: {check['detail']}." if check["detail"] and check["total"] else check["effect"],
        )
        for check in checks
        if check["level"] in levels
    ]
    return Table("What was found", ("check", "", "share", "counted", "what it does to the answer"), rows,
                 frozenset({1, 3, 4}))  # fmt: skip


def _counted(check: Content) -> str:
    """How many of how many a check found, or why it is not told."""
    if check["withheld"]:
        return f"withheld: too few {check['of']}"
    return f"{number(check['count'])} of {number(check['total'])} {check['of']}" if check["total"] else check["detail"]


def _flow(content: Content) -> Drawing:
    people = content["population"]
    steps = [(step["step"], step["count"]) for step in people["flow"]]
    left_out = [(one["reason"], one["count"]) for one in people["excluded"]]
    return Drawing(
        flow(steps, left_out, content["minimum"]),
        "From records to procedures and persons.",
        "; ".join(f"{step}: {count}" for step, count in steps),
    )


def _kinds(kinds: Mapping[str, int | None], minimum: int) -> Table:
    rows = [(kind, f"under {minimum}, or withheld with one" if count is None else number(count))
            for kind, count in kinds.items()]  # fmt: skip
    return Table("Procedures by kind", ("kind", "procedures"), rows)


def _forest(outcomes: Content, titles: Mapping[str, str]) -> Drawing | None:
    rows = []
    for key, answer in outcomes.items():
        block = answer["by_way"][main_way(answer)]
        if block["withheld"] or not block["proportion"]:
            continue
        value, limits = _primary(block)
        low, high = limits or (0.0, 0.0)
        counts = f"{block['events']:,} / {block['episodes']:,}"
        rows.append(ForestRow(f"{titles[key]} ({answer['window_days']:g} d)", counts, value, low, high))
    if not rows:
        return None
    told = "; ".join(f"{row.name} {100 * row.value:.3g} per cent" for row in rows)
    return Drawing(forest(rows), "Each outcome, seen in any way, with limits that allow for repeated procedures.",
                   told, wide=True)  # fmt: skip


def _often(outcomes: Content, titles: Mapping[str, str], minimum: int, *, main: bool) -> Table:
    """The counts of the main way of each outcome, or of all."""
    rows = [
        _line(f"{titles[key]}, {answer['window_days']:g} d", way, block, minimum)
        for key, answer in outcomes.items()
        for way, block in answer["by_way"].items()
        if not main or way == main_way(answer)
    ]
    columns = ("outcome", "seen", "events / procedures", "per cent", "exact limits", "limits by person", "persons",
               "cumulative incidence", "limits", "per 100 person-years")  # fmt: skip
    return Table("Seen in any way" if main else "Each way in which it was seen", columns, rows, frozenset({1}))


def _line(name: str, way: str, block: Content, minimum: int) -> tuple[str, ...]:
    if block["withheld"]:
        return (name, way, f"under {minimum}, or withheld / {number(block['episodes'])}", *[NOTHING] * 7)
    if not block["proportion"]:
        return (name, way, "nobody at risk", *[NOTHING] * 7)
    found, reached = block["proportion"], block["cumulative_incidence"]["delta"]
    limits = found["intervals"]["clopper-pearson"]
    rate = block["rate"]
    return (
        name,
        way,
        f"{found['events']:,} / {found['total']:,}",
        percent(found["proportion"]),
        between(limits, share=True) if found["events"] else f"at most {percent(found['one_sided']['upper'])}",
        between(block["clustered"]["intervals"]["korn-graubard"], share=True),
        f"{block['patients']['events']:,} / {block['patients']['total']:,}",
        percent(reached["incidence"]),
        between(reached["limits"]["log-log"], share=True),
        f"{number(rate['rate'])} ({between(rate['intervals']['exact'])})" if rate else NOTHING,
    )


def _curves(outcomes: Content, titles: Mapping[str, str]) -> Drawing | None:
    """The curves of the outcomes that stand first, if anything happened."""
    lines = [
        Line(titles[key], block["curve"])
        for key, answer in outcomes.items()
        for block in [answer["by_way"][main_way(answer)]]
        if not block["withheld"] and block.get("events")
    ][:MOST_CURVES]
    if not lines:
        return None
    days = max(line.points[-1][0] or 0 for line in lines)
    told = "; ".join(f"{line.name}: {100 * (line.points[-1][1] or 0):.3g} per cent at day {line.points[-1][0]:g}"
                     for line in lines)  # fmt: skip
    words = "Cumulative incidence with death as competing risk, to the end of each window; bands are the limits."
    return Drawing(curves(lines, days), words, told, wide=True)


def _crossed(outcomes: Content, titles: Mapping[str, str], minimum: int) -> Table:
    """In which ways together the outcomes were seen."""
    rows = [
        (
            titles[key],
            " and ".join(way for way in answer["ways"] if cell[way]) or "in none of these ways",
            number(cell["episodes"]) if not cell["withheld"] else f"under {minimum}, or to protect such a one",
        )
        for key, answer in outcomes.items()
        for cell in answer["cross"]
    ]  # fmt: skip
    return Table("In which ways together", ("outcome", "seen", "procedures"), rows, frozenset({1}))


def _bounds(outcomes: Content, titles: Mapping[str, str]) -> Table:
    rows = []
    for key, answer in outcomes.items():
        bounds = answer["bounds"]
        if bounds is None:
            continue
        way = main_way(answer)
        found = bounds["by_way"][way] or {"unimaged_none": None, "unimaged_excluded": None}
        told = ["withheld" if bounds["withheld"] else f"{number(bounds['imaged'])} of {number(answer['episodes'])}"]
        told += [
            NOTHING
            if one is None
            else f"{percent(one['proportion'])} ({between(one['intervals']['clopper-pearson'], share=True)})"
            for one in (found["unimaged_none"], found["unimaged_excluded"])
        ]
        rows.append((titles[key], *told))
    return Table(
        "Between these two lies what full imaging would have shown, unless an image was done because of a suspicion",
        ("outcome", "imaged", "if the others had nothing", "if the others are left out"),
        rows,
    )


def _groups(answer: Content) -> list[Table]:
    """A table for each way of dividing the procedures, where something happened."""
    way = main_way(answer)
    block = answer["by_way"][way]
    if block["withheld"] or not block.get("events"):
        return []
    tables = []
    for name, division in block["strata"].items():
        if len(division["groups"]) < 2:
            continue
        rows = []
        for value, group in division["groups"].items():
            if group["withheld"]:
                rows.append((value, f"withheld / {number(group['episodes'])}", NOTHING, NOTHING))
                continue
            found = group["proportion"]
            counts = f"{group['events']:,} / {group['episodes']:,}"
            reached = group["cumulative_incidence"]["delta"]
            rows.append(
                (
                    value,
                    counts,
                    f"{percent(found['proportion'])} ({between(found['intervals']['clopper-pearson'], share=True)})",
                    f"{percent(reached['incidence'])} ({between(reached['limits']['log-log'], share=True)})",
                )
            )
        gray = division["gray"]
        test = f"; Gray's test p = {gray['p_value']:.2g}" if gray else ""
        label = name.replace("_", " ")
        columns = (label, "events / procedures", "proportion", "cumulative incidence")
        tables.append(Table(f"By {label}{test}", columns, rows))
    return tables


def _course(content: Content) -> Drawing | None:
    kinds = content["course"]
    if not kinds:
        return None
    words = (
        "Median, middle half, and 10th to 90th percentile of each day's highest value, over all procedures with one."
    )
    told = "; ".join(
        f"{kind}: highest median {max(row['p50'] for row in rows):.3g}" for kind, rows in kinds.items()
    )  # fmt: skip
    return Drawing(courses(kinds, content["course_titles"]), words, told, wide=True)


def _definitions(definitions: Sequence[Content]) -> Table:
    rows = [
        (
            one["title"],
            f"{one['window']['value']:g} {one['window']['unit']}",
            one["window"]["basis"],
            ", ".join(one["window"]["cites"]),
            one["condition"],
            ", ".join(sorted({code["vocabulary"] for code in one["codes"] if code["vocabulary"]}))
            or "no published code",
        )
        for one in definitions
    ]
    columns = ("outcome", "looked for", "basis of the window", "cites", "condition of the criteria", "codes of")
    return Table("What was counted", columns, rows, frozenset({2, 3, 4, 5}))


def _codes(definitions: Sequence[Content]) -> Table:
    rows = [
        (one["title"], code["vocabulary"], code["code"], code["display"], code["fate"])
        for one in definitions
        for code in one["codes"]
    ]
    columns = ("outcome", "vocabulary", "code", "which is", "at this site")
    return Table("Codes, and what became of each at this site", columns, rows, frozenset({1, 2, 3, 4}))


def _versions(content: Content) -> list[tuple[str, str]]:
    cdm = content["cdm"]
    return [
        ("Criteria", f"{content['criteria']['version']}, hash {content['criteria']['hash'][:16]}"),
        ("Software", f"sequela {content['sequela']}"),
        ("Code lists", "; ".join(f"{name} {version}" for name, version in content["codes"].items())),
        ("Database", f"CDM {cdm['version']}, released {cdm['released'] or 'not said'}, vocabulary "
                     f"{cdm['vocabulary'] or 'not said'}"),
        ("Limits", f"at {100 * content['level']:g} %"),
        ("Smallest count told", str(content["minimum"])),
    ]  # fmt: skip
