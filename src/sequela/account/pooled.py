"""Pooled series as text: a forest of each set, what it amounts to, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from sequela.account.estimates import percent
from sequela.account.layout import printed

WIDE = 24
"""Characters of a row of the forest."""


def pooled_text(sets: Sequence[dict[str, Any]], said: dict[str, Any]) -> str:
    """Each set under its name, then the claims, the warnings and what was left out."""
    parts = [_set_text(one) for one in sets]
    if len(sets) > 1:
        parts.append("These answer different questions: there is no number over all of them.")
    for heading, lines in (
        ("Where the incidence is reported", said.get("claims", [])),
        ("Warnings", said["warnings"]),
        ("Left out", [f"{one['study']}: {one['why']}" for one in said["left_out"]]),
    ):
        if lines:
            parts.append("\n".join([heading, *(f"  {line}" for line in lines)]))
    return "\n\n".join(parts)


def _set_text(one: dict[str, Any]) -> str:
    name = ", ".join(one[key] for key in ("complication", "population", "unit") if key in one)
    top = max([study["ci"][1] for study in one["studies"]] + [one["ci"][1]])
    table = Table("study", box=None, pad_edge=False)
    for heading in ("events", "proportion", "exact limits"):
        table.add_column(heading, justify="right")
    table.add_column(f"0 to {percent(top)}", no_wrap=True)
    for study in one["studies"]:
        table.add_row(
            study["study"], f"{study['events']:,}/{study['total']:,}", percent(study["proportion"]),
            _span(study["ci"]), _bar(study["proportion"], study["ci"], top),
        )  # fmt: skip
    if one["k"] > 1:
        table.add_row(
            f"pooled ({one['method']})", f"{one['events']:,}/{one['total']:,}", percent(one["proportion"]),
            _span(one["ci"]), _bar(one["proportion"], one["ci"], top),
        )  # fmt: skip
    lines = [name, printed(table, 120)] if name else [printed(table, 120)]
    if one["method"] == "glmm":
        means = one["estimands"]
        lines.append(
            f"Median series {percent(means['median_series'])} (limits: {one['ci_convention']}); mean over series "
            f"{percent(means['marginal_mean'])}, beta-binomial {percent(means['beta_binomial_mean'])}"
        )
        lines.append(f"tau2 {one['tau2']:.3g}, p of no heterogeneity {one['heterogeneity']['p_tau2']:.2g}")
    if next_one := one["prediction_interval"]:
        span = _span([next_one["low"], next_one["high"]])
        lines.append(f"A new series would lie within {span} (prediction interval, {next_one['convention']})")
    for row in one.get("moderator", {}).get("coefficients", []):
        low, high = row["ci"]
        lines.append(f"{row['name']}: {row['beta']:.3f} ({low:.3f} to {high:.3f}) on the logit scale")
    return "\n".join([*lines, *one["notes"]])


def _span(limits: Sequence[float]) -> str:
    return f"{percent(limits[0])} to {percent(limits[1])}"


def _bar(value: float, limits: Sequence[float], top: float) -> str:
    low, middle, high = (round(one / top * (WIDE - 1)) for one in (limits[0], value, limits[1]))
    return "".join("o" if at == middle else "-" if low <= at <= high else " " for at in range(WIDE))
