"""Everything the catalogue and the anatomy cite is on the shelf of works."""

from sequela.course.anatomy import anatomy
from sequela.course.catalogue import catalogue
from sequela.evidence import works


def test_the_catalogue_cites_only_works_on_the_shelf() -> None:
    assert catalogue().cites() <= set(works())
    assert catalogue().cites()


def test_the_anatomy_cites_only_works_on_the_shelf() -> None:
    assert anatomy().cites
    assert set(anatomy().cites) <= set(works())
