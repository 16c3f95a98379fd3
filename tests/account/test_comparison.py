"""What a site's numbers change is told in the order in which a reader wants it: what is said otherwise comes first."""

from sequela.account import comparison
from sequela.assessing.differing import Change, Difference, Turned
from sequela.criteria import shelf

DAY = 86_400


def _episode(name: str, what: str, was: str, becomes: str, turned: str) -> Difference:
    because = (Turned("fever-late", "false", turned, ("fever-late-after",)),)
    return Difference(name, 0, (Change(what, DAY, 2 * DAY, was, becomes, because),))


def test_what_is_decided_otherwise_comes_before_what_is_only_not_known() -> None:
    found = [
        _episode("a", "sepsis", "not-suspected", "unknown", "unknown"),
        _episode("b", "sepsis", "not-suspected", "unknown", "unknown"),
        _episode("c", "sepsis", "unknown", "suspected", "true"),
        _episode("d", "state", "expected", "prolonged", "true"),
    ]
    lines = comparison.text(found, 8, shelf(), shelf()).splitlines()
    place = {line.strip(): number for number, line in enumerate(lines)}
    assert "a state or a condition of 4 (50.0 %) does," in place
    assert "for 2 (25.0 %) of them not only from not-suspected to unknown or back." in place
    assert [name for name in ("d", "c", "a", "b") if name in place] == sorted("abcd", key=place.__getitem__)
    conditions = [line for line in lines if line.strip().startswith("sepsis: ")]
    assert [line.split("  ")[1].strip() for line in conditions] == [
        "sepsis: unknown → suspected",
        "sepsis: not-suspected → unknown",
    ]
    reasons = [line for line in lines if " instead of false (fever-late-after): " in line]
    assert [line.split()[1] for line in reasons] == ["true", "unknown"]
