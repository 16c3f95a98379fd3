"""What is known of one patient after one procedure.

Purpose: facts and their versions, two clocks, exact intervals, episodes; the catalogue of kinds, findings, events and
procedures with their codes, units and the words that name them; the anatomy of liver segments and their supply.
May import: `sequela.errors` and the standard library only.
Door: `facts`, `interval`, `episodes`, `clock`, `catalogue`, `naming` and `anatomy`, imported as modules.
"""
