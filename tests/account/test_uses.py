"""What rests on each work: nothing that cites is missed, and a key that no work has is found."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sequela.account.uses import Use, cited, dangling, idle, uses
from sequela.criteria import shelf
from sequela.evidence import Work, works

NOT_RULES = ("evidence/shelf/", "evidence/claims/")
"""Files of the library itself: its records, and what is taken from them."""


def quoted(path: Path) -> Iterator[str]:
    """Every key under `cites` in a TOML file; every text of a Python file that is the key of a work."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        yield from keys_in(tomllib.loads(text))
    else:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in works():
                yield node.value


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("cites", ())
        for inner in value.values():
            yield from keys_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)


def test_everything_that_cites_a_work_is_among_its_uses(root: Path) -> None:
    found = uses(shelf())
    source = root / "src" / "sequela"
    seen = 0
    for path in sorted((*source.rglob("*.toml"), *source.rglob("*.py"))):
        place = path.relative_to(source).as_posix()
        for key in () if place.startswith(NOT_RULES) else quoted(path):
            seen += 1
            assert key in found, f"{place} cites {key}"
    assert seen > len(found) > 0


def test_every_number_of_the_shelf_is_among_the_uses_of_what_it_cites() -> None:
    whole = shelf()
    found = uses(whole)
    for parameter in whole.parameters.values():
        for key in parameter.cites:
            assert f"parameter:{parameter.key}" in {use.name for use in found[key]}


def test_a_use_reads_as_words_with_its_number_and_basis() -> None:
    found = uses(shelf())
    assert Use("parameter", "alf-easl-inr", "ALF EASL INR: 1.5 (guideline)") in found["easl-alf-2017"]
    assert Use("condition", "hepatic-necrosis", "Hepatic necrosis") in found["micallef-2020"]
    assert Use("limit", "ast", "Upper reference limit of AST: 45 U/L in men, 35 U/L in women") in found["rustad-2004"]
    assert "outcome:hepatic-necrosis" in {use.name for use in found["joskin-2015"]}
    assert "comparator:news2-urgent" in {use.name for use in found["rcp-2017"]}
    assert "supply:published-vii-viii" in {use.name for use in found["micallef-2020"]}


def test_every_use_has_a_text_on_one_line_and_a_name_of_its_kind_and_key() -> None:
    for use, _ in cited(shelf()):
        assert use.text and "\n" not in use.text
        assert use.name.startswith(f"{use.kind}:") and use.name.count(":") == 1


def test_the_shelf_cites_no_work_that_the_library_does_not_have() -> None:
    assert dangling(shelf()) == []


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ("kwon-2019", "parameter carcinoid-pulse"),
        ("micallef-2020", "step contrast-ct"),
        ("strasberg-2005", "anatomy segments"),
        ("rustad-2004", "limit ast"),
        ("smith-1998", "supply no-exclusion"),
        ("fujiwara-2004", "base-rate hepatic-necrosis"),
    ],
)
def test_a_work_that_is_taken_away_leaves_what_cites_it_dangling(gone: str, told: str) -> None:
    rest = {key: work for key, work in works().items() if key != gone}
    assert f"{told} cites {gone!r}, which the library does not have" in dangling(shelf(), rest)


def test_a_work_that_a_site_overlay_cites_is_used_by_its_parameter() -> None:
    whole = shelf()
    changed = replace(whole.parameters["fever"], cites=("ambe-2017",))
    site = replace(whole, parameters={**whole.parameters, "fever": changed})
    assert "ambe-2017" in idle(whole) and "ambe-2017" not in idle(site)
    assert [use.name for use in uses(site)["ambe-2017"]] == ["parameter:fever"]


def test_a_work_that_nothing_cites_is_idle() -> None:
    more = {**works(), "new-2026": Work("new-2026", "article-journal", "New")}
    assert "new-2026" in idle(shelf(), more)
    assert not set(idle(shelf())) & uses(shelf()).keys()
