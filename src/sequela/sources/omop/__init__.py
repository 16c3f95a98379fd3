"""Episodes and their facts out of a database in the OMOP common data model, through Ibis.

Purpose: open a CDM of 5.3 or 5.4 wherever it lies, resolve our codes to its concepts, and take out only the rows that
belong to an episode.
May import: `sequela.course`, `sequela.errors`; ibis, duckdb, pyarrow and polars, each where a function needs it.
Door: `connecting.connect`, `index.index_procedures`, and `resolving.resolve` with `codes.lists`.
"""
