"""Runs any sentence over a course: the same answer for one patient as for a million, and the reason why.

Purpose: `reference` defines what a sentence means, at one instant of one course; `trajectory` walks the change points.
May import: `logic`, `course`, `errors`; never `criteria` or `sources`.
Door: `reference.Evaluator`, `trajectory.Tracer`.
"""
