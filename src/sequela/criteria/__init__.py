"""The shelf of clinical definitions: one topic per folder, each with its sentences, parameters and worked patients.

Purpose: what *prolonged*, *deteriorating*, each condition, score, state and step means, in the grammar of `logic`, with
every number in TOML beside its source.
May import: `logic`, `course`, `evidence`, `errors`; never `engine` or `sources`.
Door: `shelf(overlay=None)`.
"""

from sequela.criteria.assembly import PES_DEFINITIONS, shelf

__all__ = ["PES_DEFINITIONS", "shelf"]
