"""How much supply each segment of the liver has left: artery, portal branch and collaterals, graded.

Purpose: say what is lost, what is kept, what nobody knows, and which portal branch explains a pattern of segments.
Door: `supply(course, instant)`, `pattern(segments)`, `grades()`, and the frozen values they return.
Never an exclusion: an artery alone, or a hepatic vein, has been published as the cause of infarcts.
"""

from sequela.criteria.supply.evaluation import supply
from sequela.criteria.supply.patterns import Pattern, pattern
from sequela.criteria.supply.values import Collaterals, Flow, Grade, SegmentSupply, Supply, grades

__all__ = ["Collaterals", "Flow", "Grade", "Pattern", "SegmentSupply", "Supply", "grades", "pattern", "supply"]
