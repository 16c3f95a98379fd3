"""`sequela proportion`: every method, and one line for what is no proportion."""

from __future__ import annotations

import json

import pytest

from sequela.measure.proportions import METHODS
from tests.contract.bundles import Cli


def test_json_holds_every_method(cli: Cli) -> None:
    said = json.loads(cli("proportion", 23, 374, "--json").out)
    assert (said["events"], said["total"], said["schema"]) == (23, 374, "1")
    assert set(said["intervals"]) == set(METHODS)
    assert said["proportion"] == 23 / 374


def test_text_names_the_bound_that_may_be_quoted(cli: Cli) -> None:
    said = cli("proportion", 0, 60)
    assert "at most 4.87 %" in said.out
    assert "at least" not in said.out.splitlines()[-1]
    assert all(method in said.out for method in METHODS)


@pytest.mark.parametrize("arguments", [(7, 3), (0, 0), (1, 2, "--level", 2), ("x", 3), (1.5, 3)])
def test_what_is_no_proportion_is_refused_in_one_line(cli: Cli, arguments: tuple[object, ...]) -> None:
    said = cli("proportion", *arguments)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert said.err.strip()
