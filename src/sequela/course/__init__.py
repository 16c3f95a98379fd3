"""What is known of one patient after one procedure.

Purpose: facts and their versions, two clocks, exact intervals, episodes; the catalogue of kinds, findings, events and
procedures with their codes and units; the anatomy of liver segments and their supply.
May import: `sequela.errors` and the standard library only.
Door: `facts`, `interval`, `episodes`, `clock`, `catalogue` and `anatomy`, imported as modules; nothing is loaded here.
"""
