"""A site's answer, and the quality of its data, as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from sequela.account.estimates import percent
from sequela.account.layout import printed

MARKS = {"warning": "!!", "note": "!", "fine": "", "not measured": "?"}
WIDTH = 140


def quality_text(found: Mapping[str, Any]) -> str:
    """The checks, the worst first; what each does to the answer where it is worth a note, and why one is missing."""
    table = Table("", "what was found", "share", "counted", "what it does to the answer", box=None, pad_edge=False)
    for check in found["checks"]:
        here = f"Here: {check['detail']}." if check["detail"] else ""
        effect = {"fine": "", "not measured": here}.get(check["level"], f"{check['effect']} {here}".rstrip())
        share = "" if check["share"] is None else percent(check["share"])
        counted = f"{check['count']:,} of {check['total']:,}" if check["total"] else "not measured"
        table.add_row(MARKS[check["level"]], check["title"], share, counted, effect)
    return f"Data quality of {found['about']}\n\n{printed(table, WIDTH)}"


def site_text(content: Mapping[str, Any]) -> str:
    """What hinders, then a line for each outcome seen in any way."""
    people = content["population"]
    episodes, persons = people["episodes"], people["persons"]
    said = [f"{episodes:,} procedure{'s' * (episodes != 1)} in {persons:,} person{'s' * (persons != 1)}"]
    warnings = [check for check in content["quality"]["checks"] if check["level"] == "warning"]
    for check in warnings:
        share = "" if check["share"] is None else f" {percent(check['share'])}"
        said.append(f"!! {check['title']}:{share}")
    if not content["outcomes"]:
        return "\n".join([*said, "", "No index procedures: there is nothing to count."])
    table = Table(
        "outcome",
        "days",
        "events / procedures",
        "per cent",
        "limits",
        "cumulative",
        "could not tell",
        box=None,
        pad_edge=False,
    )
    titles = {one["key"]: one["title"] for one in content["definitions"]}
    for key, answer in content["outcomes"].items():
        way = "any" if "any" in answer["by_way"] else answer["ways"][0]
        block = answer["by_way"][way]
        head = (titles[key], f"{answer['window_days']:g}")
        if block["withheld"] or not block["proportion"]:
            told = f"under {content['minimum']} / {block['episodes']:,}" if block["withheld"] else "nobody at risk"
            table.add_row(*head, told, "", "", "", "")
            continue
        found = block["proportion"]
        low, high = block["clustered"]["intervals"]["korn-graubard"]
        reached = block["cumulative_incidence"]["delta"]["incidence"]
        table.add_row(
            *head,
            f"{found['events']:,} / {found['total']:,}",
            percent(found["proportion"]),
            f"{percent(low)} to {percent(high)}"
            if found["events"]
            else f"at most {percent(found['one_sided']['upper'])}",
            percent(reached),
            "" if answer["undetermined"] is None else f"{answer['undetermined']:,}",
        )
    return "\n".join([*said, "", printed(table, WIDTH)])
