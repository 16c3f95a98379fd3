"""The receipt: its parts are its whole, and it says why."""

from __future__ import annotations

import pytest

from sequela.sources import Receipt


def test_the_receipt_adds_up_and_writes_its_reasons_in_the_words_of_the_contract() -> None:
    receipt = Receipt()
    receipt.candidates(3)
    receipt.settle("used", number=2)
    receipt.settle("dropped", "unknown unit")
    receipt.count("rejected", "malformed time", 2)
    receipt.check()
    said = receipt.as_json()
    assert (said["read"], said["used"], said["dropped"], said["rejected"]) == (5, 2, 1, 2)
    assert said["reasons"] == [
        {"reason": "unknown unit", "category": "dropped", "count": 1},
        {"reason": "malformed time", "category": "rejected", "count": 2},
    ]


def test_a_candidate_of_which_nothing_is_said_fails_the_check() -> None:
    receipt = Receipt()
    receipt.candidates()
    with pytest.raises(AssertionError, match="does not add up"):
        receipt.check()
