"""Public data that nobody here wrote: all of it is read, the receipts add up, and the page in the docs is true."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sequela.sources import Receipt, read


@pytest.fixture(scope="module")
def generator(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("fhir_reading", root / "docs" / "generators" / "fhir_reading.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def measured(generator: ModuleType, shared: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = generator.measure(shared / "data" / "fhir")
    return found


def test_every_set_is_read_and_its_receipt_adds_up(measured: dict[str, dict[str, int]]) -> None:
    for name, receipt in measured.items():
        parts = ("used", "duplicate", "superseded", "irrelevant", "dropped", "rejected")
        assert receipt["read"] == sum(receipt[part] for part in parts) > 0, name
        assert receipt["rejected"] == 0, name


def test_the_page_says_what_is_measured(generator: ModuleType, measured: dict[str, object]) -> None:
    record = json.loads(generator.RECORD.read_text(encoding="utf-8"))
    assert record["sets"] == measured, "renew it: python docs/generators/fhir_reading.py DATA"


def names_in(value: object) -> Iterator[str]:
    """Every name, identifier and address of a Patient."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key in ("family", "value", "city") and isinstance(child, str) and len(child) > 4:
                yield child
            else:
                yield from names_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from names_in(child)


def test_no_name_of_a_patient_comes_out_in_a_receipt(shared: Path) -> None:
    folder = shared / "data" / "fhir" / "synthea-r4"
    receipt = Receipt()
    for _ in read([folder], receipt=receipt):
        pass
    said = json.dumps(receipt.as_json())
    names = {
        name
        for file in sorted(folder.glob("*.json"))
        for entry in json.loads(file.read_text(encoding="utf-8")).get("entry", [])
        if entry["resource"]["resourceType"] == "Patient"
        for name in names_in(entry["resource"])
    }
    assert len(names) > 20
    assert [name for name in names if name in said] == []
