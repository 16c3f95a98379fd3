"""How often it happened in a database: episodes counted with the bedside's own definitions.

Purpose: lead what `sources.omop` takes out through the engine into rows that `measure` can count: an outcome, how it
was seen, after how many days, and how long each episode was followed.
Door: `counting.site.count`, `counting.outcomes.outcomes`.
"""
