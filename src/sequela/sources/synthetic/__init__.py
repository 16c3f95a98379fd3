"""Patients who do not exist: whole episodes with their truth, for tests, benchmarks and demonstrations.

Purpose: make synthetic courses from the kinetics in `data/*.toml`, seeded, and put them into course folders, FHIR
and CDMs.
May import: `sequela.course`, `sequela.evidence`, `sequela.errors`; of `sequela.sources.omop` code lists, units and the
columns of a CDM; numpy, and polars where frames are made.
Door: `generate(episodes, seed, ...)`, which yields a `Chunk` of frames at a time.

Nothing made here is clinical evidence: the courses are as good as the numbers in the TOML, most of which are judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sequela.sources.synthetic.chunks import Chunk

__all__ = ["CHUNK", "generate"]

CHUNK = 500
"""Episodes made together, each from one stream of random numbers; part of the format: another size, other patients."""


def generate(
    episodes: int,
    seed: int,
    *,
    scenarios: Mapping[str, float] | None = None,
    procedures: Mapping[str, float] | None = None,
    dense: bool = False,
    chunk: int = CHUNK,
) -> Iterator[Chunk]:
    """Yield the episodes in chunks; the same arguments give the same frames, and fewer episodes a prefix of more.

    Parameters
    ----------
    episodes
        How many in all.
    seed
        Where the random numbers start.
    scenarios, procedures
        Weights by key (`data/patients.toml` lists them); those left out never happen. None: the weights of the file.
    dense
        Whether the ward measures as often as intensive wards do: about 650 observations an episode.
    chunk
        Episodes made at a time.

    Raises
    ------
    UnknownName
        When a scenario or a procedure is none of ours.
    InputError
        When a weight is negative, all are zero, or `episodes` or `chunk` cannot be.
    """
    from sequela.sources.synthetic import chunks

    return chunks.generate(episodes, seed, scenarios, procedures, dense, chunk)
