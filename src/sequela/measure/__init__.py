"""How often, and how surely: proportions, rates, competing risks, pooling, backtest; it knows no medicine.

Purpose: estimates with their limits and methods, from counts, dates and spans; nothing here runs the engine.
May import: `evidence`, `course`, `logic`, `errors`; NumPy, SciPy, Polars, matplotlib and Jinja.
Door: the functions named here, each loaded when first asked for.
"""
