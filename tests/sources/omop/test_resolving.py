"""Code lists at a site: what is found, mapped, known only from elsewhere or not at all, and which rows they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.course.catalogue import catalogue
from sequela.sources.omop.cdm import Database
from sequela.sources.omop.codes import VOCABULARIES, Group, lists, versions
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.resolving import FATES, Fate, Resolution, resolve
from tests.sources.omop import site

GROUPS: tuple[Group, ...] = ("procedures", "outcomes", "tumours", "measurements", "findings", "events")


def fate(resolution: Resolution, key: str, code: str) -> Fate:
    return next(each.fate for each in resolution.fates if (each.list, each.code) == (key, code))


def counted(database: Database, group: Group, table: str, prefix: str) -> dict[str, tuple[int, int]]:
    """Rows and persons that mean each list."""
    resolution = resolve(database, lists(group).values())
    rows = database.table(table)
    found = resolution.labelled(database.to_polars(resolution.matched(rows, prefix)), prefix)
    return {
        str(key[0]): (len(part), part["person_id"].n_unique())
        for key, part in found.group_by("list", maintain_order=True)
    }


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return connect(site.write(tmp_path_factory.mktemp("omop") / "site"))


def test_every_list_has_codes_with_a_source_and_every_file_a_version() -> None:
    assert all(code.source and code.display for g in GROUPS for each in lists(g).values() for code in each.codes)
    assert all(each.codes for g in GROUPS for each in lists(g).values())
    assert set(versions()) == {"concepts", "measurements", "outcomes", "tumours"}
    shelf = catalogue()
    assert set(lists("procedures")) <= {entry.key for entry in shelf.procedures}
    assert set(lists("measurements")) <= set(shelf.kinds)
    systems = {
        c.system for e in (*shelf.kinds.values(), *shelf.findings.values(), *shelf.events.values()) for c in e.codes
    }
    assert systems | {code.system for entry in shelf.procedures for code in entry.codes} <= set(VOCABULARIES)
    assert set(FATES) == set(Fate)


def test_a_code_is_found_mapped_unmapped_known_from_elsewhere_or_unknown(database: Database) -> None:
    outcomes = resolve(database, lists("outcomes").values())
    assert (outcomes.vocabulary, outcomes.ancestors) == (True, True)
    necrosis = "parenchymal-necrosis"
    assert fate(outcomes, necrosis, "87248009") is Fate.FOUND
    assert fate(outcomes, necrosis, "K76.3") in (Fate.MAPPED, Fate.UNKNOWN)
    assert [each.fate for each in outcomes.fates if each.vocabulary == "ICD10CM" and each.code == "K76.3"] == [
        Fate.MAPPED
    ]
    assert fate(outcomes, necrosis, "17890003") is Fate.UNMAPPED  # its one relationship is invalid
    assert fate(outcomes, "abscess", "572.0") is Fate.EXPLICIT
    assert fate(outcomes, "pancreatitis", "197456007") is Fate.UNKNOWN


def test_what_is_below_belongs_to_it_and_what_is_excluded_does_not(database: Database) -> None:
    meaning = resolve(database, lists("outcomes").values()).meanings["parenchymal-necrosis"]
    assert meaning.concepts == {4337543, 920}
    assert meaning.sources == {912, 940, 4337543}


def test_rows_are_meant_by_concept_source_concept_or_telling_source_value(database: Database) -> None:
    resolution = resolve(database, lists("outcomes").values())
    rows = database.table("condition_occurrence")
    found = database.to_polars(resolution.matched(rows, "condition", ["parenchymal-necrosis"]))
    # Not the chronic one, and not ICD-9's 570 although the site maps it to hepatic necrosis.
    assert sorted(found["condition_occurrence_id"].to_list()) == [3, 6]
    assert resolution.labelled(found, "condition")["list"].to_list() == ["parenchymal-necrosis"] * 2
    procedures = resolve(database, lists("procedures").values())
    assert procedures.means(0, 0, "04l33dz ") == ["other"]
    assert procedures.means(0, 0, "47383") == []
    assert procedures.means(None, None, None) == []


def test_what_the_query_keeps_is_what_python_says_it_means(database: Database) -> None:
    for group, table, prefix in (
        ("procedures", "procedure_occurrence", "procedure"),
        ("outcomes", "condition_occurrence", "condition"),
        ("tumours", "condition_occurrence", "condition"),
    ):
        resolution = resolve(database, lists(group).values())  # type: ignore[arg-type]
        rows = database.table(table)
        kept = database.to_polars(resolution.matched(rows, prefix))
        every = resolution.labelled(database.to_polars(rows), prefix)
        assert set(kept[f"{table}_id"]) == set(every[f"{table}_id"]) != set()


def test_without_vocabulary_the_known_concepts_stand_in_and_it_is_said(tmp_path: Path) -> None:
    without = ("concept", "concept_relationship", "concept_ancestor")
    resolution = resolve(connect(site.write(tmp_path / "bare", without)), lists("outcomes").values())
    assert (resolution.vocabulary, resolution.ancestors) == (False, False)
    assert {each.fate for each in resolution.fates} == {Fate.EXPLICIT, Fate.BY_VALUE}
    assert resolution.meanings["parenchymal-necrosis"].concepts == {4337543, 194417}
    assert resolution.meanings["parenchymal-necrosis"].beginnings == {"K763"}
    # Nobody can say what concept 912 is: the source value beside it counts, and 570 still does not.
    assert resolution.means(912, 0, "K76.3") == ["parenchymal-necrosis"]
    assert resolution.means(4337543, 0, "570") == []


def test_bare_numbers_are_believed_only_where_no_vocabulary_can_tell(tmp_path: Path, database: Database) -> None:
    bare = connect(site.write(tmp_path / "bare", ("concept", "concept_relationship", "concept_ancestor")))
    assert counted(bare, "procedures", "procedure_occurrence", "procedure") == {
        "cryoablation": (3, 2), "other": (2, 2), "TARE": (2, 1), "PVE": (3, 2),
    }  # fmt: skip
    assert counted(database, "procedures", "procedure_occurrence", "procedure") == {
        "cryoablation": (2, 1), "other": (2, 2), "TARE": (2, 1), "PVE": (3, 2),
    }  # fmt: skip
    assert resolve(bare, lists("events").values()).means(0, 0, "J0131") == []


def test_the_outcomes_of_mimic_are_those_counted_by_hand(shared: Path) -> None:
    """Counted by source code in the files; hepatic necrosis is there only as ICD-9's 570, which means failure."""
    found = counted(connect(shared / "data" / "mimic-iv-demo-omop"), "outcomes", "condition_occurrence", "condition")
    assert {key: persons for key, (_, persons) in found.items()} == {
        "abscess": 1, "portal-vein-thrombosis": 1, "liver-failure": 5, "hepatic-encephalopathy": 1,
        "sepsis": 17, "bacteraemia": 4, "pancreatitis": 1,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["gibleed-omop", "synthea27nj-omop"])
def test_sets_without_embolization_have_none(shared: Path, name: str) -> None:
    assert counted(connect(shared / "data" / name), "procedures", "procedure_occurrence", "procedure") == {}
