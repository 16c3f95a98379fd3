"""Synthetic episodes as FHIR R4: one Bundle (collection) for each patient, in folders of a thousand.

A Bundle that holds its own patient can be read and forgotten before the next one, which a bulk export by type cannot;
and it may hold a resource in several versions, as a correction needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from sequela.sources.synthetic import fhir_codes as codes
from sequela.sources.synthetic.fhir_events import events
from sequela.sources.synthetic.fhir_resources import (
    Json,
    Row,
    background,
    finding,
    index_procedure,
    observation,
    patient,
)
from sequela.sources.synthetic.layout import COLUMNS, METADATA, WORDS

BASE = "https://sequela.example/synthetic/"
"""Where the resources would stand on a server; the address leads nowhere."""
PATIENTS = "patients"
IN_A_FOLDER = 1000
Grouped = Mapping[str, Sequence[Row]]
"""A table's rows by episode."""


class FhirFolder:
    """The patients as Bundles; the truth as Parquet beside them."""

    def __init__(self, folder: Path, said: Mapping[str, str]) -> None:
        self.folder, self.said = folder, said
        self.written = 0
        self.truth: list[pl.DataFrame] = []

    def add(self, tables: Mapping[str, pl.DataFrame], truth: pl.DataFrame) -> None:
        """Write a chunk's patients."""
        grouped = {name: _grouped(frame, COLUMNS[name]) for name, frame in tables.items() if name != "episodes"}
        people: dict[str, list[Row]] = defaultdict(list)
        for episode in tables["episodes"].iter_rows(named=True):
            people[episode["patient"]].append(episode)
        for person, own in people.items():
            self._write(person, own, grouped)
        self.truth.append(truth)

    def close(self) -> None:
        """Write the truth: some columns for each episode, little enough to have been kept."""
        metadata = {f"{METADATA}synthetic": WORDS, **{METADATA + name: value for name, value in self.said.items()}}
        if self.truth:
            pl.concat(self.truth).write_parquet(self.folder / "truth.parquet", metadata=metadata)

    def _write(self, person: str, episodes: Sequence[Row], grouped: Mapping[str, Grouped]) -> None:
        folder = self.folder / PATIENTS / f"{self.written // IN_A_FOLDER:04}"
        if self.written % IN_A_FOLDER == 0:
            folder.mkdir(parents=True)
        self.written += 1
        # Never over another: a patient's episodes must come in one chunk.
        with (folder / f"{person}.json").open("xb") as file:
            file.write(bundle(person, episodes, grouped))


def bundle(person: str, episodes: Sequence[Row], grouped: Mapping[str, Grouped]) -> bytes:
    """The Bundle of one patient, one entry a line."""
    head = orjson.dumps(
        {"resourceType": "Bundle", "id": person, "meta": {"tag": [codes.TAG]}, "type": "collection", "entry": []}
    )
    seen: set[tuple[str, str, object]] = set()
    entries = []
    for resource, version in resources(person, episodes, grouped):
        name = f"{resource['resourceType']}/{resource['id']}"
        same = (resource["resourceType"], resource["id"], version)
        # The same version sent twice stands there twice; but an address may be given only once (FHIR, bdl-7).
        address = {} if same in seen else {"fullUrl": BASE + name}
        seen.add(same)
        entries.append(orjson.dumps({**address, "resource": resource}))
    return head.removesuffix(b"]}") + b"\n" + b",\n".join(entries) + b"\n]}\n"


def resources(person: str, episodes: Sequence[Row], grouped: Mapping[str, Grouped]) -> Iterator[tuple[Json, int]]:
    """Every resource of a patient, with its version."""
    happened = [row for episode in episodes for row in grouped["events"].get(episode["episode"], ())]
    yield patient(person, episodes, happened), 1
    subject = codes.raw({"reference": f"Patient/{person}"})
    for episode in episodes:
        key = episode["episode"]
        yield index_procedure(episode, subject), 1
        for row in grouped["background"].get(key, ()):
            yield background(row, episode, subject), 1
        yield from events(grouped["events"].get(key, ()), subject)
        for row in grouped["findings"].get(key, ()):
            yield finding(row, subject), row["version"]
        for row in grouped["observations"].get(key, ()):
            yield observation(row, subject), row["version"]


def _grouped(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of a table by episode, in their order."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for values in frame.select(columns).iter_rows():
        found[values[0]].append(dict(zip(columns, values, strict=True)))
    return dict(found)
