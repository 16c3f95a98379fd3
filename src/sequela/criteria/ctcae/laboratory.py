"""The laboratory grades of CTCAE v5.0: multiples of the upper limit, or of the patient's own where it was abnormal."""

from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.synthetic_function.definition import OFF_ANTICOAGULANTS
from sequela.logic.language import all_of, any_of, at_least, over
from sequela.logic.nodes import ONE, Parameter, Quantity, Statement
from sequela.logic.quantities import Baseline, Latest, Product, UpperLimit
from sequela.logic.scores import Grade, Grading
from sequela.logic.statements import Known, Not

CITES = ("ctcae-2017",)


def grades(*sentences: Statement, highest: int) -> tuple[Grade, ...]:
    """The grades of a term, the highest first, each with its sentence."""
    numbers = range(highest, highest - len(sentences), -1)
    return tuple(Grade(number, f"grade {number}", when) for number, when in zip(numbers, sentences, strict=True))


def names(key: str) -> tuple[str, ...]:
    """What else people call a term's grading."""
    return f"CTCAE v5 {key}", f"CTCAE v5.0 {key}"


LIMITS = "The upper limit is the shelf's own: the instrument grades by that of the laboratory."


def by_limit(key: str, kind: str, title: str, least: Statement, *factors: str) -> Grading:
    """A term graded by multiples of the upper limit, or of an own baseline above it; `least` is its first grade.

    A multiple of an abnormal baseline is more than the same multiple of the limit: without a baseline the limit gives
    the most that the grade can be.
    """
    reading, abnormal = Latest(kind, BLOODS_WINDOW), _abnormal(kind)

    def times(factor: str) -> Statement:
        number = Parameter(factor, ONE)
        return all_of(
            over(reading, Product(number, UpperLimit(kind))),
            any_of(Not(abnormal), over(reading, Product(number, Baseline(kind)))),
        )

    return Grading(
        key=f"CTCAE-{key}",
        title=f"CTCAE v5.0: {title}",
        grades=grades(*(times(factor) for factor in factors), least, highest=4),
        looked=Known(reading),
        cites=CITES,
        inputs=(kind, f"baseline-{kind}", "sex"),
        also=names(key),
        note=LIMITS,
    )


def first_grade(kind: str, own: Statement) -> Statement:
    """Above the upper limit; above an abnormal baseline only if `own` holds."""
    return all_of(over(Latest(kind, BLOODS_WINDOW), UpperLimit(kind)), any_of(Not(_abnormal(kind)), own))


def _abnormal(kind: str) -> Statement:
    return over(Baseline(kind), UpperLimit(kind))


def _enzyme(key: str, kind: str, title: str) -> Grading:
    own = Product(Parameter("ctcae-transaminase-1-own", ONE), Baseline(kind))
    least = first_grade(kind, at_least(Latest(kind, BLOODS_WINDOW), own))
    return by_limit(key, kind, title, least, *(f"ctcae-transaminase-{grade}" for grade in (4, 3, 2)))


ALT = _enzyme("ALT", "alt", "alanine aminotransferase increased")
AST = _enzyme("AST", "ast", "aspartate aminotransferase increased")
BILIRUBIN = by_limit(
    "bilirubin",
    "bilirubin",
    "blood bilirubin increased",
    first_grade("bilirubin", over(Latest("bilirubin", BLOODS_WINDOW), Baseline("bilirubin"))),
    *(f"ctcae-bilirubin-{grade}" for grade in (4, 3, 2)),
)


def _inr(reading: Quantity, grade: int) -> Statement:
    return over(reading, Parameter(f"ctcae-inr-{grade}", ONE))


def _inr_now(grade: int) -> Statement:
    """Off anticoagulants by the number itself; on them by the patient's own."""
    own = Baseline("inr") if grade == 1 else Product(Parameter(f"ctcae-inr-{grade}-own", ONE), Baseline("inr"))
    reading = Latest("inr", BLOODS_WINDOW)
    return any_of(all_of(OFF_ANTICOAGULANTS, _inr(reading, grade)), all_of(Not(OFF_ANTICOAGULANTS), over(reading, own)))


INR = Grading(
    key="CTCAE-INR",
    title="CTCAE v5.0: INR increased",
    grades=grades(*(_inr_now(grade) for grade in (3, 2, 1)), highest=3),
    before=grades(*(_inr(Baseline("inr"), grade) for grade in (3, 2, 1)), highest=3),
    cites=CITES,
    inputs=("inr", "baseline-inr", "anticoagulation", "anticoagulant"),
    also=names("INR"),
    note="With bleeding a raised INR is grade 3: whether it bleeds because of it is a person's to judge.",
)


def _creatinine(reading: Quantity, factor: str, limit: Quantity) -> Statement:
    return over(reading, Product(Parameter(f"ctcae-creatinine-{factor}", ONE), limit))


def _creatinine_grades(reading: Quantity, *own: Statement) -> tuple[Grade, ...]:
    """By the upper limit; `own` adds the grades 3 and 2 that the patient's own baseline gives."""
    limit = UpperLimit("creatinine")
    third, second = (_creatinine(reading, factor, limit) for factor in ("3", "2"))
    if own:
        third, second = any_of(third, own[0]), any_of(second, own[1])
    return grades(_creatinine(reading, "4", limit), third, second, over(reading, limit), highest=4)


_CREATININE = Latest("creatinine", BLOODS_WINDOW)
CREATININE = Grading(
    key="CTCAE-creatinine",
    title="CTCAE v5.0: creatinine increased",
    grades=_creatinine_grades(
        _CREATININE,
        *(_creatinine(_CREATININE, factor, Baseline("creatinine")) for factor in ("3-own", "2-own")),
    ),
    before=_creatinine_grades(Baseline("creatinine")),
    cites=CITES,
    inputs=("creatinine", "baseline-creatinine", "sex"),
    also=names("creatinine"),
    note=LIMITS,
)
