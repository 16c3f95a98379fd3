"""Identifiers as they stand in files and addresses, brought into the one form that a record keeps."""

from __future__ import annotations

import re
from urllib.parse import unquote

DOI = re.compile(r"10\.\d{4,9}/\S+")
ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
PMCID = re.compile(r"PMC\d+")

_PMC_ADDRESS = re.compile(r"(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc|europepmc\.org)\S*?(PMC\d+)", re.I)
_PUBMED_ADDRESS = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed|europepmc\.org/(?:article|abstract)/med)/(\d+)",
    re.I,
)
_DOI_ADDRESS = re.compile(r"(?:dx\.)?doi\.org/(10\.\d{4,9}/\S+)", re.I)


def doi(text: str) -> str:
    """Return the DOI in a text, lower case (DOIs differ by more than case), without resolver; empty where none is."""
    found = DOI.search(unquote(text) if "%2f" in text.lower() else text)
    return found[0].rstrip(".,;").removesuffix("[doi]").lower() if found else ""


def pmid(text: str) -> str:
    """Return a PMID, given as a number, "PMID: 1" or an address; empty where it is none."""
    if found := _PUBMED_ADDRESS.search(text):
        return found[1].lstrip("0")
    found = re.fullmatch(r"\s*(?:pmid\s*:?\s*)?0*([1-9]\d{0,8})\s*", text, re.I)
    return found[1] if found else ""


def pmcid(text: str) -> str:
    """Return a PMCID, "PMC" and a number, from itself, "PMCID: PMC1.1" or an address; a bare number is none."""
    found = PMCID.search(text.upper())
    return found[0] if found else ""


def orcid(text: str) -> str:
    """Return an ORCID with its hyphens, from an address or sixteen signs; empty where its check sign is wrong."""
    signs = re.sub(r"[^\dX]", "", text.upper().rsplit("ORCID.ORG/", 1)[-1])
    if not re.fullmatch(r"\d{15}[\dX]", signs):
        return ""
    total = 0
    for sign in signs[:15]:
        total = (total + int(sign)) * 2
    check = (12 - total % 11) % 11
    return (
        "-".join(signs[i : i + 4] for i in range(0, 16, 4)) if signs[15] == ("X" if check == 10 else str(check)) else ""
    )


def from_address(address: str) -> dict[str, str]:
    """Return the identifier that an address is made of, as {"doi" | "pmid" | "pmcid": value}; else nothing."""
    if found := _PMC_ADDRESS.search(address):
        return {"pmcid": found[1].upper()}
    if found := _PUBMED_ADDRESS.search(address):
        return {"pmid": found[1].lstrip("0")}
    if found := _DOI_ADDRESS.search(address):
        return {"doi": doi(found[1])}
    return {}


def from_addresses(addresses: list[str] | tuple[str, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the identifiers that addresses are made of, the first of each kind, and the addresses that made none."""
    found: dict[str, str] = {}
    others = []
    for address in dict.fromkeys(text.strip() for text in addresses if text.strip()):
        told = from_address(address)
        if told and all(found.get(name, value) == value for name, value in told.items()):
            found |= told
        else:
            others.append(address)
    return found, tuple(others)
