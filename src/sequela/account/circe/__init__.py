"""The codeable part of the phenotype as OHDSI cohort definitions (Circe, as Atlas reads them), and what is lost.

Purpose: index procedures as a target cohort, and one cohort for each outcome, condition and statement of which
something can be said in codes, days and single values; whatever cannot be is in the manifest with its reason.
May import: what `account` may. It stands here because it is an account of the shelf for another reader, and because it
needs the shelf's sentences, the code lists of `sources.omop` and the risk windows of `assessing` at once: `account` is
the lowest room that sees all three.
Door: `export.export(shelf, vocabulary)`; `concepts.read(path)` reads a site's own concept table.
"""
