"""What every node of the grammar is: a frozen value that is checked when it is built, and can list its children."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import ClassVar

from sequela.course.catalogue import catalogue
from sequela.errors import SentenceError

TIME_UNITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
"""Seconds in each unit that a duration parameter may have (UCUM)."""
SCORE_UNIT = "{score}"
"""UCUM annotation for points."""
ONE = "1"
"""UCUM for a pure number: ratios and counts."""

REGISTRY: dict[str, type[Node]] = {}
"""Every node class by name: the closed grammar, as `wire` and the meta-tests see it."""
_FIELD_NAMES: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Node:
    """A node of the grammar. `abstract` classes are not part of the closed set."""

    abstract: ClassVar[bool] = True

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        super().__init_subclass__()
        cls.abstract = abstract
        # Set before @dataclass looks, so that it keeps it: sentences are deep and are keys of every cache.
        setattr(cls, "__hash__", Node._cached_hash)  # noqa: B010 - the type checker knows only the assignment
        if not abstract:
            REGISTRY[cls.__name__] = cls

    def _field_names(self) -> tuple[str, ...]:
        name = type(self).__name__
        if name not in _FIELD_NAMES:
            _FIELD_NAMES[name] = tuple(field.name for field in fields(self))
        return _FIELD_NAMES[name]

    def _cached_hash(self) -> int:
        known: int | None = self.__dict__.get("_hash")
        if known is None:
            known = hash((type(self).__name__, *(getattr(self, name) for name in self._field_names())))
            object.__setattr__(self, "_hash", known)
        return known

    def children(self) -> Iterator[Node]:
        """The nodes directly inside this one."""
        for name in self._field_names():
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Node))

    def walk(self) -> Iterator[Node]:
        """Yield the node itself and every node inside it, depth first."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True)
class Quantity(Node, abstract=True):
    """A number with a unit, defined (or missing) at every instant of a course."""

    @property
    def unit(self) -> str:
        """The UCUM unit of the value."""
        raise NotImplementedError


@dataclass(frozen=True)
class Statement(Node, abstract=True):
    """A three-valued truth, defined at every instant of a course: true, false or unknown."""


@dataclass(frozen=True)
class Parameter(Quantity):
    """A clinical number by its key on the shelf, with the unit the sentence expects of it."""

    key: str
    of_unit: str

    def __post_init__(self) -> None:
        require(bool(self.key), "a parameter needs a key")

    @property
    def unit(self) -> str:
        """The unit the sentence expects."""
        return self.of_unit

    @property
    def is_duration(self) -> bool:
        """Whether the parameter is a length of time."""
        return self.of_unit in TIME_UNITS


def require(condition: bool, complaint: str) -> None:
    """Raise a SentenceError that says what is wrong with the sentence unless the condition holds."""
    if not condition:
        raise SentenceError(complaint)


def require_duration(parameter: Parameter | None, role: str) -> None:
    """Raise unless the parameter is absent or a length of time."""
    require(parameter is None or parameter.is_duration, f"{role} must be a Parameter in s, min, h or d")


def require_unit(parameter: Parameter, unit: str, role: str) -> None:
    """Raise unless the parameter has the unit."""
    require(parameter.unit == unit, f"{role} is in {parameter.unit}, not in {unit}")


def series_unit(series: str | Quantity) -> str:
    """Return the unit of a kind of the catalogue, or of a quantity followed over time; refuse anything else."""
    if isinstance(series, Quantity):
        return series.unit
    require(series in catalogue().kinds, f"no kind {series!r} in the catalogue")
    return catalogue().kinds[series].unit
