"""The supply in the JSON, and the command that draws it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.contract.bundles import SENTINEL, Cli, Write

CASES = Path(__file__).resolve().parents[2] / "cases" / "synthetic"
INDEX = CASES / "index-shaped.json"
BEFORE = "2026-02-08T09:00:00+01:00"
NONE_YET = "no index procedure is known at that time"
SVG = "{http://www.w3.org/2000/svg}"


def supply_of(cli: Cli, *more: object) -> dict[str, Any]:
    found: dict[str, Any] = cli("assess", INDEX, "--json", *more).json()["episodes"][0]["supply"]
    return found


def grades(supply: dict[str, Any]) -> dict[str, str]:
    return {segment["segment"]: segment["grade"] for segment in supply["segments"]}


def test_the_index_shaped_course_gives_the_supply_of_all_eight_segments(cli: Cli) -> None:
    supply = supply_of(cli)
    assert list(grades(supply)) == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    by_name = {segment["segment"]: segment for segment in supply["segments"]}
    seven = by_name["VII"]
    assert (seven["grade"], seven["artery"], seven["portal"]) == ("both-lost", "lost", "lost")
    assert [(c["events"], c["total"]) for c in seven["counts"]] == [(4, 4), (0, 23)]
    assert seven["missing"] == ["collaterals"]
    assert {value["kind"] for value in seven["values"]} == {"portal-vein-thrombosis"}
    assert (by_name["V"]["grade"], by_name["V"]["counts"]) == ("portal-lost-only", [])
    assert supply["vessels"]["portal-right-posterior"] == "lost"
    (pattern,) = [found for found in supply["patterns"] if found["of"] == "Necrosis"]
    assert (pattern["segments"], pattern["causes"]) == (["VII", "VIII"], ["portal-VII", "portal-VIII"])
    assert (pattern["common"], pattern["spared"]) == ("portal-right", ["V", "VI"])


def test_what_was_not_yet_known_is_not_used(cli: Cli) -> None:
    before = supply_of(cli, "--as-of", BEFORE)
    assert {grades(before)[segment] for segment in ("VII", "VIII")} == {"artery-only-portal-unknown"}
    assert before["vessels"] == {} and before["patterns"] == []


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_map_is_drawn(cli: Cli, lang: str) -> None:
    said = cli("map", INDEX, "--lang", lang)
    assert (said.code, said.err) == (0, "")
    root = ElementTree.fromstring(said.out)
    assert root.tag == f"{SVG}svg"
    told = root.findtext(f"{SVG}desc") or ""
    wanted = {"en": "Segment VII: Artery and portal branch both lost, treated territory.",
              "es": "Segmento VII: Arteria y rama portal perdidas, territorio tratado."}  # fmt: skip
    assert wanted[lang] in told


def test_the_map_is_the_same_each_time_and_goes_into_a_file(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "map.svg"
    said = cli("map", INDEX, "--as-of", BEFORE, "--theme", "dark", "--out", file)
    assert (said.code, said.out, said.err) == (0, "", "The map is in map.svg\n")
    assert file.read_text(encoding="utf-8") == cli("map", INDEX, "--as-of", BEFORE, "--theme", "dark").out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--as-of", "2020-01-01T00:00:00Z"), f"sequela: map: {NONE_YET}. Look with `sequela assess`\n"),
        (("--episode", SENTINEL), "sequela: map --episode: no such episode. `sequela assess --json` lists their ids\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_in_one_line(cli: Cli, arguments: tuple[str, ...], error: str) -> None:
    said = cli("map", INDEX, *arguments)
    assert (said.code, said.out, said.err) == (2, "", error)


def test_of_several_patients_one_is_named(cli: Cli) -> None:
    said = cli("map", INDEX, CASES / "uneventful.json")
    assert (said.code, said.err) == (2, "sequela: map: several patients. Choose one with --episode ID\n")
    both = cli("assess", INDEX, CASES / "uneventful.json", "--json").json()["episodes"]
    named = cli("map", INDEX, CASES / "uneventful.json", "--episode", both[1]["id"])
    assert named.code == 0 and "TACE" in named.out


def test_a_file_is_not_written_over(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "map.svg").write_text("mine")
    said = cli("map", INDEX, "--out", tmp_path / "map.svg")
    assert (said.code, said.err) == (2, "sequela: map.svg: the file exists. Name another, or remove it\n")
    assert (tmp_path / "map.svg").read_text() == "mine"


def test_no_name_of_a_patient_is_drawn(cli: Cli, write: Write) -> None:
    record = json.loads(INDEX.read_text(encoding="utf-8"))
    text = json.dumps(record).replace("index-shaped", SENTINEL)
    assert SENTINEL not in cli("map", write(text)).out
