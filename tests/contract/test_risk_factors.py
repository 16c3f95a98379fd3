"""A condition's risk factors in the JSON and in the readable account, as published and with their facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import Cli, Write, bundle, observation


def background(identifier: str, text: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identifier,
        "subject": {"reference": "Patient/p1"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"text": text},
        "onsetDateTime": "2025-06-01T10:00:00+01:00",
        "recordedDate": "2025-06-01T10:00:00+01:00",
    }


@pytest.fixture
def stented(write: Write) -> Path:
    """Fever on day 5 of somebody with a biliary stent and bile ducts that were wide before."""
    return write(
        bundle(
            background("stent", "Biliary stent"),
            background("ducts", "Known bile duct dilatation"),
            observation("t1", "2026-03-02T18:00:00+01:00", "temperature", 37.4, "Cel"),
            observation("t2", "2026-03-06T18:00:00+01:00", "temperature", 38.6, "Cel"),
        )
    )


def test_risk_factors_stand_beside_their_condition(
    cli: Cli, stented: Path, problems: Callable[[object], list[str]]
) -> None:
    told = cli("assess", stented, "--json").json()
    assert problems(told) == []
    conditions = told["episodes"][0]["conditions"]
    assert all("risk_factors" in condition for condition in conditions.values())
    necrosis = conditions["hepatic-necrosis"]["risk_factors"]
    assert [(risk["factors"], risk["ratio"], risk["interval"]) for risk in necrosis] == [
        (["earlier-bile-duct-dilatation"], 119.64, None)
    ]
    assert necrosis[0]["values"][0]["fact"] == "Condition/ducts"
    abscess = conditions["liver-abscess"]
    assert abscess["status"] == "suspected"
    assert [risk["factors"] for risk in abscess["risk_factors"]] == [["biliary-stent"]] * 2
    assert conditions["biloma"]["risk_factors"] == []


def test_the_schema_refuses_a_risk_factor_without_a_source(
    cli: Cli, stented: Path, problems: Callable[[object], list[str]]
) -> None:
    told = cli("assess", stented, "--json").json()
    told["episodes"][0]["conditions"]["hepatic-necrosis"]["risk_factors"][0]["cites"] = []
    assert problems(told) != []


def test_the_account_tells_them_with_their_source(cli: Cli, stented: Path) -> None:
    said = " ".join(cli("assess", stented).out.split())
    assert "Risk factor for liver abscess: biliary stent, odds ratio 133.69 (interval not seen)" in said
    assert "Risk factor for hepatic necrosis: earlier bile duct dilatation, odds ratio 119.64" in said
