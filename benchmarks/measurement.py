"""One measured number, and the limit it must keep."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Measurement:
    """One number: what, how much, of what; the limit it must keep, if there is one, and what stands beside it.

    `limit` is what it must stay under, `least` what it must reach; a measurement has at most one of them.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""
    least: float | None = None

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if self.least is not None:
            return self.value >= self.least
        return None if self.limit is None else self.value < self.limit

    @property
    def bound(self) -> str:
        """The limit in words; nothing where there is none."""
        if self.least is None and self.limit is None:
            return ""
        said = f"< {self.limit:,g} {self.unit}" if self.least is None else f">= {self.least:,.9g} {self.unit}"
        return said if self.kept else f"{said}  NOT KEPT"

    def as_json(self) -> dict[str, object]:
        """The measurement as it is stored."""
        return {**asdict(self), "value": float(f"{self.value:.4g}"), "kept": self.kept}
