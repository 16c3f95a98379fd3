"""How often, and how surely: proportions, rates, competing risks, pooling, backtest; it knows no medicine.

Purpose: estimates with their limits and methods, from counts, dates and spans; nothing here runs the engine.
May import: `evidence`, `course`, `logic`, `errors`; NumPy, SciPy, Polars, matplotlib and Jinja.
Door: the functions named here, each loaded when first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sequela.measure.backtest import backtest as backtest
    from sequela.measure.clusters import clustered_proportion as clustered_proportion
    from sequela.measure.cohorts import TimeAtRisk as TimeAtRisk
    from sequela.measure.cohorts import incidence as incidence
    from sequela.measure.competing import cumulative_incidence as cumulative_incidence
    from sequela.measure.competing import gray_test as gray_test
    from sequela.measure.disclosure import withheld as withheld
    from sequela.measure.pooling import Series as Series
    from sequela.measure.pooling import moderated as moderated
    from sequela.measure.pooling import pool as pool
    from sequela.measure.proportions import proportion as proportion
    from sequela.measure.rates import rate as rate

_HOMES = {
    "Series": "pooling",
    "TimeAtRisk": "cohorts",
    "backtest": "backtest",
    "clustered_proportion": "clusters",
    "cumulative_incidence": "competing",
    "gray_test": "competing",
    "incidence": "cohorts",
    "moderated": "pooling",
    "pool": "pooling",
    "proportion": "proportions",
    "rate": "rates",
    "withheld": "disclosure",
}
"""The module of each name; it is imported from there when first asked for."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'sequela.measure' has no attribute {name!r}")
    return getattr(import_module(f"sequela.measure.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
