"""Runs any sentence over a course: the same answer for one patient as for a million, and the reason why.

Purpose: `reference` defines what a sentence means, at one instant of one course; `program` compiles sentences for the
`kernels`, which keep every node's change points; `history` tells of one course, `explaining` why, `spans` of many.
May import: `logic`, `course`, `errors`; never `criteria` or `sources`.
Door: `reference.Evaluator`, `program.compiled`, `history.History`, `explaining.explain`, `spans.spans`.
"""
