"""The one place where engine, shelf and courses meet: a course and an instant in, an assessment out.

Purpose: the state of an episode, why, what is missing, what to do next, and until when that holds.
May import: `engine`, `criteria`, `sources`, `measure`, `logic`, `course`, `evidence`, `errors`.
Door: `assess`, `assess_one`, `backtesting.backtest`, `cohort.spans`, `score`, `true_of_nothing`, `Assessment`.
"""

from sequela.assessing.assessment import Assessment, ScoreValue
from sequela.assessing.assessor import assess, assess_one
from sequela.assessing.by_hand import score
from sequela.assessing.emptiness import true_of_nothing

__all__ = ["Assessment", "ScoreValue", "assess", "assess_one", "score", "true_of_nothing"]
