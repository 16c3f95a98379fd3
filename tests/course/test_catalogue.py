"""The catalogue: every kind of the contract, codes that are one thing only, limits with a source, what is plausible."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from sequela.course.anatomy import anatomy
from sequela.course.catalogue import OWN_SYSTEMS, catalogue
from sequela.course.episodes import ProcedureKind
from sequela.course.interval import Interval

CATALOGUE = catalogue()
KINDS = CATALOGUE.kinds
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"

CONTRACT = [
    "temperature", "heart-rate", "respiratory-rate", "systolic-pressure", "mean-pressure", "spo2", "oxygen",
    "consciousness", "gcs", "pain", "nausea", "urine-output", "alt", "ast", "ldh", "alp", "ggt", "bilirubin",
    "albumin", "inr", "creatinine", "sodium", "potassium", "phosphate", "magnesium", "lactate", "ammonia",
    "platelets", "wbc", "neutrophils", "haemoglobin", "crp", "procalcitonin", "lipase", "glucose", "pao2", "fio2",
]  # fmt: skip
FINDINGS = [
    "fever", "rigors", "abdominal-pain", "epigastric-pain", "sudden-abdominal-pain", "peritonism", "nausea",
    "vomiting", "anorexia", "malaise", "confusion", "drowsiness", "asterixis", "hepatic-encephalopathy", "jaundice",
    "ascites", "melaena",
    "haematemesis", "flushing", "hypotension", "shock", "hypoxia", "dyspnoea", "oliguria", "infection", "sepsis",
    "parenchymal-necrosis", "tumour-necrosis", "non-enhancement", "gas", "abscess", "biloma",
    "portal-vein-thrombosis", "portal-vein-patent", "arterioportal-shunt", "bile-duct-dilatation",
    "gallbladder-wall-thickening", "free-fluid", "active-bleeding", "hepatic-artery-occlusion", "culture-growth",
    "culture-no-growth", "acute-liver-failure", "cholecystitis", "pancreatitis", "acute-kidney-injury",
    "tumour-rupture", "unassessable-segment", "ablation-zone", "bronchospasm", "carcinoid-crisis", "haemoptysis",
    "pulmonary-oil-embolism", "pulmonary-embolism", "pneumonitis", "pleural-effusion",
    "haemoperitoneum", "gastroduodenal-ulcer", "splenic-infarction", "bowel-ischaemia", "skin-injury",
    "microspheres-outside-liver",
]  # fmt: skip
BACKGROUND = [
    "cirrhosis", "child-pugh-a", "child-pugh-b", "child-pugh-c", "functioning-net", "bilioenteric-anastomosis",
    "biliary-stent", "sphincterotomy", "earlier-portal-vein-thrombosis", "chronic-kidney-disease",
    "hypercapnic-respiratory-failure", "pregnancy", "anticoagulation", "diabetes",
    "dialysis-dependence", "lipiodol", "earlier-bile-duct-dilatation", "earlier-session-lesion", "earlier-hepatectomy",
    "large-beads", "gallbladder-embolic-material", "neuroendocrine-metastases", "recent-chemotherapy",
]  # fmt: skip
EVENTS = [
    "contrast-ct", "contrast-mr", "unenhanced-ct", "arterial-ct", "doppler", "ultrasound", "contrast-ultrasound",
    "blood-culture", "antibiotic", "paracetamol", "nsaid", "prednisolone", "dexamethasone", "opioid", "antiemetic",
    "octreotide", "vasopressor", "anticoagulant", "heparin", "drainage", "paracentesis", "endoscopy", "surgery",
    "embolization-repeat", "icu", "admission", "discharge", "death", "specialist-review", "renal-replacement",
    "transfusion",
]  # fmt: skip
ADDED = [
    "tumour-size",
    "fluid-bilirubin",
    "murphy-sign",
    "haemolysis",
    "haemoglobinuria",
    "clostridium-growth",
    "aspirate-growth",
    "purulent-aspirate",
    "bilious-aspirate",
    "gallbladder-necrosis",
    "pericholecystic-fluid",
    "calcium",
    "urate",
    "clinical-review",
    "interventional-radiology-review",
    "critical-care-review",
    "surgical-review",
    "hepatology-review",
    "blood-culture-set",
    "infection-advice",
    "infection-excluded",
    "drug-review",
    "anticoagulation-decision",
    "imaging-review",
    "lactulose",
    "monitored-bed",
    "contact",
    "urine-output-by-weight",
    "west-haven",
    "prothrombin-activity",
    "variceal-bleeding",
    "tumour-progression",
    "neutrophil-share",
    "haemolysed-sample",
    "metamizole",
    "hydrocortisone",
    "collaterals-good",
    "collaterals-poor",
    "hepatic-vein-thrombosis",
    "west-haven",
    "ascites-grade",
    "bands",
    "paco2",
    "noradrenaline",
    "adrenaline",
    "dopamine",
    "dobutamine",
    "opioid-dose-24h",
    "ventilation",
    "high-flow-oxygen",
    "extra-stay",
    "sequelae",
    "complication",
    "solved-in-procedure",
    "life-threatening-complication",
]
"""What the contract lets us add: kinds, findings and events that a sentence needs."""


def luhn(code: str) -> bool:
    """Whether a LOINC code's check digit is right."""
    body, check = code.split("-")
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return (10 - total % 10) % 10 == int(check)


def verhoeff(code: str) -> bool:
    """Whether a SNOMED CT identifier's check digit is right (the dihedral group of order ten)."""

    def product(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
        return 5 + (a - b) % 5 if b < 5 else (a - b) % 5

    turned, row = [], list(range(10))
    for _ in range(8):
        turned.append(row)
        row = [(1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit] for digit in row]
    total = 0
    for place, digit in enumerate(reversed(code)):
        total = product(total, turned[place % 8][int(digit)])
    return total == 0


def test_every_kind_finding_and_event_of_the_contract_is_there() -> None:
    catalogued = {*KINDS, *CATALOGUE.findings, *CATALOGUE.events}
    assert catalogued == {*CONTRACT, *FINDINGS, *BACKGROUND, *EVENTS, *ADDED}
    assert {entry.key for entry in CATALOGUE.procedures} == {kind.value for kind in ProcedureKind}


def test_background_is_marked_and_nothing_else() -> None:
    assert {key for key, entry in CATALOGUE.findings.items() if entry.background} == set(BACKGROUND)


def test_check_digits_are_right() -> None:
    # Both systems carry one, so a mistyped or invented number mostly shows.
    wrong = [code for system, code in CATALOGUE.by_code if system == LOINC and not luhn(code)]
    wrong += [code for system, code in CATALOGUE.by_code if system == SNOMED and not verhoeff(code)]
    wrong += [code for code in anatomy().codes if not verhoeff(code)]
    assert wrong == []


def test_a_wrong_check_digit_would_show() -> None:
    assert luhn("1742-6")
    assert not luhn("1742-5")
    assert not luhn("3150-6")
    assert verhoeff("87248009")
    assert not verhoeff("87248006")


def test_no_code_stands_for_two_things() -> None:
    seen: dict[tuple[str, str], str] = {}
    for entry in (*KINDS.values(), *CATALOGUE.findings.values(), *CATALOGUE.events.values(), *CATALOGUE.procedures):
        for code in entry.codes:
            assert seen.setdefault((code.system, code.code), entry.key) == entry.key


def test_every_code_says_where_it_was_seen() -> None:
    for entry in (*KINDS.values(), *CATALOGUE.findings.values(), *CATALOGUE.events.values(), *CATALOGUE.procedures):
        for code in entry.codes:
            assert code.source
            assert code.display


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (LOINC, "1742-6", ("kind", "alt")),
        (LOINC, "1975-2", ("kind", "bilirubin")),
        (LOINC, "14631-6", ("kind", "bilirubin")),
        ("urn:oid:2.16.840.1.113883.6.1", "1742-6", ("kind", "alt")),
        (LOINC, "2019-8", ("kind", "paco2")),  # carbon dioxide, not oxygen
        (LOINC, "1971-1", None),  # indirect bilirubin
        (LOINC, "1968-7", None),  # direct bilirubin
        (LOINC, "48065-7", None),  # D-dimer
        (LOINC, "8462-4", None),  # diastolic
        (LOINC, "2000-8", ("kind", "calcium")),
        (LOINC, "1995-0", None),  # ionized calcium
        (LOINC, "85354-9", None),  # the panel; its components count
        (SNOMED, "386661006", ("finding", "fever")),
        (SNOMED, "79922009", ("finding", "epigastric-pain")),
        ("http://hl7.org/fhir/sid/icd-10-cm", "R10.13", ("finding", "epigastric-pain")),
        ("http://hl7.org/fhir/sid/icd-10-cm", "R10.11", ("finding", "abdominal-pain")),
        (SNOMED, "18286008", None),  # catheter ablation of tissue of heart
        ("http://hl7.org/fhir/sid/icd-10-cm", "K76.3", ("finding", "parenchymal-necrosis")),
        ("http://hl7.org/fhir/sid/icd-10-cm", "K763", ("finding", "parenchymal-necrosis")),
        ("http://hl7.org/fhir/sid/icd-10-cm", "A41.51", ("finding", "sepsis")),
        ("http://hl7.org/fhir/sid/icd-10", "A41.9", ("finding", "sepsis")),
        ("http://hl7.org/fhir/sid/icd-10-cm", "K76.2", None),
        ("http://hl7.org/fhir/sid/icd-10-cm", "K72.10", None),  # chronic
        ("http://hl7.org/fhir/sid/icd-10-cm", "E11.65", ("finding", "diabetes")),
        ("http://www.whocc.no/atc", "J01CR05", ("event", "antibiotic")),
        ("http://www.whocc.no/atc", "L01DC03", None),  # mitomycin
        ("http://www.ama-assn.org/go/cpt", "37243", ("procedure", "other")),
        ("http://www.cms.gov/Medicare/Coding/ICD10", "06L83DZ", ("procedure", "PVE")),
        ("http://www.cms.gov/Medicare/Coding/ICD10", "04L23DZ", None),  # gastric artery
        ("urn:sequela:kind", "inr", ("kind", "inr")),
        ("urn:sequela:finding", "gas", ("finding", "gas")),
        ("urn:sequela:procedure-kind", "DEB-TACE", ("procedure", "DEB-TACE")),
        (None, "1742-6", None),
        (LOINC, None, None),
    ],
)
def test_code_leads_to_what_it_stands_for(
    system: str | None, code: str | None, expected: tuple[str, str] | None
) -> None:
    assert CATALOGUE.find(system, code) == expected


def test_own_systems_know_every_key() -> None:
    for system, role in OWN_SYSTEMS.items():
        keys = [code for known, code in CATALOGUE.by_code if known == system]
        assert all(CATALOGUE.find(system, key) == (role, key) for key in keys)
        assert keys


@pytest.mark.parametrize(
    ("kind", "value", "unit", "expected"),
    [
        ("bilirubin", "34", "umol/L", True),
        ("bilirubin", "35.9", "mg/dL", True),  # the highest of the MIMIC-IV demonstration: a liver that has failed
        ("bilirubin", "61", "mg/dL", False),
        ("bilirubin", "2", "mg/dL", True),
        ("creatinine", "80", "mg/dL", False),
        ("creatinine", "0.9", "umol/L", False),
        ("albumin", "4.0", "g/L", False),
        ("albumin", "40", "g/dL", False),
        ("haemoglobin", "12", "g/L", False),
        ("haemoglobin", "12", "g/dL", True),
        ("temperature", "98.6", "Cel", False),
        ("temperature", "98.6", "[degF]", True),
        ("temperature", "37", "[degF]", False),
        ("platelets", "150", "/uL", False),
        ("platelets", "150000", "10*9/L", False),
        ("wbc", "7000", "10*9/L", False),
        ("wbc", "7", "/uL", False),
        ("glucose", "5.5", "mg/dL", False),
        ("glucose", "99", "mmol/L", False),
        ("spo2", "0.97", "%", False),
        ("spo2", "97", "%", True),
        ("spo2", "101", "%", False),
        ("gcs", "2", None, False),
        ("creatinine", "26.5", "mmol/L", False),
        ("alt", "12000", "U/L", True),
        ("alt", "-5", "U/L", False),
        ("calcium", "9.2", "mmol/L", False),
        ("calcium", "9.2", "mg/dL", True),
        ("urate", "8", "umol/L", False),
        ("urate", "8", "mg/dL", True),
    ],
)
def test_implausible_values_are_told(kind: str, value: str, unit: str | None, expected: bool) -> None:
    converted = KINDS[kind].convert(Decimal(value), unit)
    assert KINDS[kind].plausible_in(converted, Decimal(value), unit) is expected


def test_limit_depends_on_sex_where_it_does() -> None:
    creatinine = KINDS["creatinine"]
    assert creatinine.limit("male") == Interval.exactly(100)
    assert creatinine.limit("female") == Interval.exactly(90)
    for unknown in (None, "unknown", "other"):
        assert creatinine.limit(unknown) == Interval(Fraction(90), Fraction(100))
    assert KINDS["bilirubin"].limit(None) == Interval.exactly(25)
    assert KINDS["ldh"].limit("male") == Interval(Fraction(205), Fraction(255))
    assert KINDS["crp"].limit("male") is None


def test_every_limit_has_a_basis_and_a_source() -> None:
    for kind in KINDS.values():
        if kind.reference is not None:
            assert kind.reference.basis in {"guideline", "study", "expert judgement"}
            assert kind.reference.cites
            assert kind.low < kind.reference.male.low < kind.high
    assert CATALOGUE.cites() == {"ceriotti-2010", "lipase-limits-2021", "nordin-2004", "rustad-2004"}


def test_store_rounds_once_half_to_even() -> None:
    inr = KINDS["inr"]
    assert [inr.store(Fraction(text)) for text in ("1.495", "1.505", "1.506", "1.5")] == [150, 150, 151, 150]


@pytest.mark.parametrize(
    ("answer", "system", "expected"),
    [
        ("Alert", None, 0),
        ("A", None, 0),
        ("new confusion", None, 1),
        ("Voice", None, 2),
        ("responde al dolor", None, 3),
        ("U", None, 4),
        ("248234008", SNOMED, 0),
        ("130987000", SNOMED, 1),
        ("422768004", SNOMED, 4),
        ("comfortable", None, None),
    ],
)
def test_consciousness_is_read_from_its_answers(answer: str, system: str | None, expected: int | None) -> None:
    assert KINDS["consciousness"].coded(answer, system) == expected


def test_inspired_oxygen_says_that_oxygen_is_given() -> None:
    kind, above = CATALOGUE.implied["fio2"]
    assert (kind, above) == ("oxygen", 21)


def test_values_are_shown_as_a_clinician_writes_them() -> None:
    assert KINDS["bilirubin"].show(Fraction("34.208")) == "34"
    assert KINDS["inr"].show(Fraction("1.5")) == "1.50"
    assert KINDS["temperature"].show(Fraction("38.56")) == "38.6"
    assert KINDS["consciousness"].show(Fraction(2)) == "V"
