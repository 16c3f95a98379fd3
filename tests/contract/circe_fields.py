"""The fields that Circe knows, object by object: those of OHDSI circe-be, `org.ohdsi.circe.cohortdefinition` and
`.vocabulary`, read 2026-11-23; Circepy 0.2.0 has the same. A field that stands nowhere here would be dropped unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_DATED = {
    "CodesetId",
    "First",
    "OccurrenceStartDate",
    "CorrelatedCriteria",
    "DateAdjustment",
    "Age",
    "Gender",
    "VisitType",
}
FIELDS: dict[str, set[str]] = {
    "CohortExpression": {
        "cdmVersionRange",
        "Title",
        "ConceptSets",
        "PrimaryCriteria",
        "AdditionalCriteria",
        "QualifiedLimit",
        "ExpressionLimit",
        "InclusionRules",
        "EndStrategy",
        "CensoringCriteria",
        "CollapseSettings",
        "CensorWindow",
    },
    "ConceptSet": {"id", "name", "expression"},
    "ConceptSetExpression": {"items"},
    "ConceptSetItem": {"concept", "isExcluded", "includeDescendants", "includeMapped"},
    "Concept": {
        "CONCEPT_ID",
        "CONCEPT_NAME",
        "STANDARD_CONCEPT",
        "STANDARD_CONCEPT_CAPTION",
        "INVALID_REASON",
        "INVALID_REASON_CAPTION",
        "CONCEPT_CODE",
        "DOMAIN_ID",
        "VOCABULARY_ID",
        "CONCEPT_CLASS_ID",
    },
    "PrimaryCriteria": {"CriteriaList", "ObservationWindow", "PrimaryCriteriaLimit"},
    "ObservationFilter": {"PriorDays", "PostDays"},
    "ResultLimit": {"Type"},
    "InclusionRule": {"name", "description", "expression"},
    "CriteriaGroup": {"Type", "Count", "CriteriaList", "DemographicCriteriaList", "Groups"},
    "CorelatedCriteria": {
        "Criteria",
        "StartWindow",
        "EndWindow",
        "RestrictVisit",
        "IgnoreObservationPeriod",
        "Occurrence",
    },
    "Occurrence": {"Type", "Count", "IsDistinct", "CountColumn"},
    "Window": {"Start", "End", "UseIndexEnd", "UseEventEnd"},
    "Endpoint": {"Days", "Coeff"},
    "NumericRange": {"Value", "Op", "Extent"},
    "DemographicCriteria": {"Age", "Gender", "Race", "Ethnicity", "OccurrenceStartDate", "OccurrenceEndDate"},
    "DateOffset": {"DateField", "Offset"},
    "CollapseSettings": {"CollapseType", "EraPad"},
    "ConditionOccurrence": _DATED | {"ConditionSourceConcept", "ConditionType", "ConditionStatus"},
    "ProcedureOccurrence": _DATED | {"ProcedureSourceConcept", "ProcedureType", "Quantity"},
    "Observation": _DATED | {"ObservationSourceConcept", "ValueAsNumber", "Unit"},
    "DrugExposure": _DATED | {"DrugSourceConcept", "DrugType", "Quantity"},
    "DeviceExposure": _DATED | {"DeviceSourceConcept", "DeviceType"},
    "Measurement": _DATED
    | {
        "MeasurementSourceConcept",
        "MeasurementType",
        "Operator",
        "ValueAsNumber",
        "ValueAsConcept",
        "Unit",
        "RangeLow",
        "RangeHigh",
        "RangeLowRatio",
        "RangeHighRatio",
        "Abnormal",
    },
}
DOMAINS = ("ConditionOccurrence", "ProcedureOccurrence", "Observation", "DrugExposure", "DeviceExposure", "Measurement")
WITHIN: dict[tuple[str, str], str] = {
    ("CohortExpression", "ConceptSets"): "ConceptSet",
    ("CohortExpression", "PrimaryCriteria"): "PrimaryCriteria",
    ("CohortExpression", "QualifiedLimit"): "ResultLimit",
    ("CohortExpression", "ExpressionLimit"): "ResultLimit",
    ("CohortExpression", "InclusionRules"): "InclusionRule",
    ("CohortExpression", "CollapseSettings"): "CollapseSettings",
    ("ConceptSet", "expression"): "ConceptSetExpression",
    ("ConceptSetExpression", "items"): "ConceptSetItem",
    ("ConceptSetItem", "concept"): "Concept",
    ("PrimaryCriteria", "CriteriaList"): "Criteria",
    ("PrimaryCriteria", "ObservationWindow"): "ObservationFilter",
    ("PrimaryCriteria", "PrimaryCriteriaLimit"): "ResultLimit",
    ("InclusionRule", "expression"): "CriteriaGroup",
    ("CriteriaGroup", "CriteriaList"): "CorelatedCriteria",
    ("CriteriaGroup", "DemographicCriteriaList"): "DemographicCriteria",
    ("CriteriaGroup", "Groups"): "CriteriaGroup",
    ("CorelatedCriteria", "Criteria"): "Criteria",
    ("CorelatedCriteria", "StartWindow"): "Window",
    ("CorelatedCriteria", "Occurrence"): "Occurrence",
    ("Window", "Start"): "Endpoint",
    ("Window", "End"): "Endpoint",
    ("DemographicCriteria", "Age"): "NumericRange",
    ("Measurement", "ValueAsNumber"): "NumericRange",
    ("Measurement", "RangeHighRatio"): "NumericRange",
    ("Measurement", "Unit"): "Concept",
    **{(domain, "CorrelatedCriteria"): "CriteriaGroup" for domain in DOMAINS},
}
"""What stands in a field that holds objects."""


def objects(value: Any, kind: str = "CohortExpression", where: str = "$") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every object of an expression: what it is, where it stands, and itself; criteria under their wrapper's name."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from objects(inner, kind, f"{where}[{place}]")
        return
    if kind == "Criteria":
        (name,) = value
        yield from objects(value[name], name, f"{where}.{name}")
        return
    yield kind, where, value
    for field, inner in value.items():
        if (kind, field) in WITHIN:
            yield from objects(inner, WITHIN[kind, field], f"{where}.{field}")
        elif (kind, field) == ("CohortExpression", "EndStrategy"):
            yield from objects(inner["DateOffset"], "DateOffset", f"{where}.{field}")


def problems(expression: dict[str, Any]) -> list[str]:
    """Everything in an expression that Circe would not read as it is meant."""
    found = []
    sets = [each["id"] for each in expression["ConceptSets"]]
    used = set()
    for kind, where, each in objects(expression):
        found += [f"{where}: {kind} has no field {field}" for field in each.keys() - FIELDS[kind]]
        used |= {each[field] for field in each if field == "CodesetId" or field.endswith("SourceConcept")}
        if kind in DOMAINS and not any(field == "CodesetId" or field.endswith("SourceConcept") for field in each):
            found.append(f"{where}: {kind} asks for no concept set")
        if kind == "NumericRange" and each["Op"] not in ("lt", "lte", "eq", "!eq", "gt", "gte", "bt", "!bt"):
            found.append(f"{where}: no operator {each['Op']}")
        if kind == "CriteriaGroup":
            found += _group(where, each)
        if kind == "Endpoint" and not (each["Coeff"] in (-1, 1) and (each["Days"] is None or each["Days"] >= 0)):
            found.append(f"{where}: no day {each}")
        if kind == "Occurrence" and each["Type"] not in (0, 1, 2):
            found.append(f"{where}: no occurrence {each['Type']}")
        if kind == "ConceptSet" and not any(not item["isExcluded"] for item in each["expression"]["items"]):
            found.append(f"{where}: an empty concept set")
    found += [f"concept set {number} is missing" for number in used - set(sets)]
    found += [f"concept set {number} is asked by nothing" for number in set(sets) - used]
    found += ["two concept sets have one number"] if len(set(sets)) < len(sets) else []
    return found


def _group(where: str, each: dict[str, Any]) -> Iterator[str]:
    members = sum(len(each[field]) for field in ("CriteriaList", "DemographicCriteriaList", "Groups"))
    if each["Type"] not in ("ALL", "ANY", "AT_LEAST", "AT_MOST"):
        yield f"{where}: no group {each['Type']}"
    if each["Type"].startswith("AT_") is not ("Count" in each):
        yield f"{where}: {each['Type']} with count {each.get('Count')}"
    if not members:
        yield f"{where}: an empty group holds of everybody"
    if each.get("Count", 0) > members:
        yield f"{where}: {each['Count']} of {members}"
