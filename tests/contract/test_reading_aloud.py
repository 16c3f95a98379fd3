"""The commands that explain: score, criteria, version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sequela import account
from sequela.account import manual
from sequela.criteria import shelf
from sequela.criteria.patients import patients
from tests.contract.bundles import Cli

NEWS2 = ["respiratory-rate=22", "spo2=95%", "oxygen=no", "systolic-pressure=104", "heart-rate=112", "consciousness=A"]


def test_a_score_says_its_value_its_parts_and_its_source(cli: Cli) -> None:
    said = cli("score", "news2", *NEWS2, "temperature=38.6Cel")
    assert said.out.splitlines()[0] == "NEWS2  7"
    assert "  heart-rate               2" in said.out
    assert "missing" not in said.out
    assert "source: Royal College of Physicians" in said.out


def test_a_missing_value_leaves_the_score_open(cli: Cli) -> None:
    told = cli("score", "NEWS2", *NEWS2, "--json").json()
    assert told["name"] == "NEWS2"
    assert (told["value"], told["low"], told["high"]) == (None, 6, 9)
    assert told["missing"] == ["temperature"]
    assert not told["complete"]
    assert told["parts"]["temperature"] is None
    assert told["parts"]["heart-rate"] == 2


def test_units_are_converted_in_a_score(cli: Cli) -> None:
    celsius = cli("score", "NEWS2", "temperature=39.4Cel").out
    assert cli("score", "NEWS2", "temperature=103[degF]").out == celsius


def test_the_scores_are_listed(cli: Cli) -> None:
    assert [entry["name"] for entry in cli("score", "--json").json()] == [s.key for s in shelf().scores]
    assert "NEWS2  National Early Warning Score 2" in cli("score").out


def test_everything_on_the_shelf_can_be_asked_for(cli: Cli) -> None:
    bound = shelf()
    listed = cli("criteria").out
    for name in manual.names(bound):
        found = manual.find(bound, name)
        assert found is not None
        assert name in listed
        text = manual.entry(bound, found)
        assert all(len(line) <= 80 for line in text.splitlines() if "://" not in line), name
        told = manual.entry_json(bound, found)
        json.dumps(told)
        for parameter in told["parameters"]:
            assert parameter["unit"]
            assert parameter["cites"], f"{name}: {parameter['name']} cites nothing"
            assert f"  {parameter['name']}: " in text


def test_a_definition_ships_with_its_worked_patients(cli: Cli) -> None:
    worked = patients("pressure-very-low")
    assert worked
    text = " ".join(cli("criteria", "pressure-very-low").out.split())
    for patient in worked:
        assert f"{patient.kind}: {patient.name}" in text
        assert patient.why in text
    told = cli("criteria", "pressure-very-low", "--json").json()["patients"]
    assert [patient["name"] for patient in told] == [patient.name for patient in worked]


def test_a_parameter_is_shown_with_its_basis_date_and_source(cli: Cli) -> None:
    text = cli("criteria", "pes-fever").out
    assert "38 °C; study, valid from 2013-01-01 [1, 2]" in text
    assert "[1] Jun CH" in text


def test_a_sites_number_is_shown_as_the_sites(cli: Cli, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('[parameters.pes-fever]\nvalue = 38.3\nnote = "Ear thermometers."\n', encoding="utf-8")
    text = cli("criteria", "pes-fever", "--criteria", site).out
    assert "38.3 °C; site policy" in text
    assert "Ear thermometers." in " ".join(text.split())


def test_names_are_found_whatever_their_case(cli: Cli) -> None:
    assert cli("criteria", "news2").out == cli("criteria", "NEWS2").out


def test_the_version_names_the_criteria_and_their_hash(cli: Cli) -> None:
    program, criteria = cli("version").out.splitlines()
    assert program.startswith("sequela ")
    assert criteria == f"criteria {shelf().version} {shelf().hash}"


@pytest.mark.parametrize("name", account.__all__)
def test_the_door_of_the_account_has_what_it_says(name: str) -> None:
    assert callable(getattr(account, name))


def test_a_score_whose_name_has_a_blank_is_found_with_a_hyphen_as_well(cli: Cli) -> None:
    assert cli("score", "r-factor", "alt=400", "alp=200").out == cli("score", "R factor", "alt=400", "alp=200").out
