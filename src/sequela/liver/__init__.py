"""The liver as a picture: eight segments seen from the front, their portal tree, and what is known of each.

Purpose: draw plain values (a grade, a label and a hatch for each segment; a state for each portal vessel) as SVG that
can be read without colour, in the dark, and by a screen reader.
May import: `course`, `errors`. It knows no patients and no criteria.
Door: `liver_map(areas, ...)`, `in_words(areas, ...)`, and the values they take: `Area`.
"""

from sequela.liver.map import Area, in_words, liver_map

__all__ = ["Area", "in_words", "liver_map"]
