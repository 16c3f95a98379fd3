"""The commands of the evidence library: records in, found, shown, cited and out again."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sequela.cli import printing
from sequela.cli.shelves import AsJson
from sequela.errors import UserError

if TYPE_CHECKING:
    from sequela.evidence.library import Library
    from sequela.evidence.works import Work

evidence = typer.Typer(
    name="evidence",
    help="The library behind the rules: search it, read and cite its records, add papers and their counts.",
    epilog="The works that sequela ships are always part of it. What you add stands in a file of yours: that of "
    "--library, else of SEQUELA_LIBRARY, else library.db among the data of your programs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

LibraryFile = Annotated[
    Path | None,
    typer.Option("--library", metavar="FILE", help="Your library's file; add makes it."),
]
Key = Annotated[str, typer.Argument(metavar="KEY", help="A work's key, DOI, PMID or PMCID.")]


class Language(StrEnum):
    """Languages of record pages."""

    EN = "en"
    ES = "es"


class Order(StrEnum):
    """Orders in which works are listed."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


@contextmanager
def opened(path: Path | None, *, to_write: bool = False) -> Iterator[Library]:
    """The library: the reader's file, or the shelf alone where there is none and nothing is to be written."""
    from sequela.evidence.library import Library, usual_file

    named = os.environ.get("SEQUELA_LIBRARY", "")
    file = path or (Path(named) if named else usual_file())
    if to_write:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise UserError(
                "the folder cannot be made", where=file.parent.name, hint="Name a file with --library"
            ) from None
    elif path is not None and not path.exists():
        raise UserError("there is no such library", where=path.name, hint="`sequela evidence add FILE` makes one")
    with Library(file if to_write or file.exists() else None) as library:
        yield library


@evidence.command(short_help="Add the records of files, of whatever format.")
def add(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Saved records; of a folder, every file in it.")
    ],
    library: LibraryFile = None,
    as_json: AsJson = False,
) -> None:
    """Add the records of files to your library, and say of each what became of it.

    Reads PubMed XML and text, Europe PMC, JATS, MARC and MARCXML, RIS, EndNote, BibTeX, CSL-JSON, and saved record
    pages; the format is told by what a file holds. Records of one work become one, known by DOI, else PMID, else PMCID,
    else title, year and first author, each field from the best source that has it. Nothing is fetched.

    \b
    sequela evidence add pubmed.xml catalogue.ris
    sequela evidence add downloads/ --library team.db --json
    """
    receipts, unread = [], []
    with opened(library, to_write=True) as held, printing.works_bar() as progress:
        for file in files_in(files):
            try:
                receipts.append(held.add(content(file), file.name, progress))
            except UserError as error:
                unread.append(error)
    if not receipts:
        raise unread[0] if unread else UserError("no file to read", where="add", hint="Name files or a folder")
    if as_json:
        totals = {name: sum(len(getattr(one, name)) for one in receipts) for name in ("added", "merged", "unchanged")}
        totals["refused"] = sum(len(one.refused) for one in receipts)
        printing.out(
            printing.dumps(
                {
                    "schema": "1",
                    "files": [one.as_json() for one in receipts],
                    "unread": [{"file": one.where, "why": one.what} for one in unread],
                    "read": sum(totals.values()),
                    **totals,
                }
            )
        )
        return
    from sequela.account.found import receipts_text

    printing.out(receipts_text(receipts, unread))


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file named, and every file of a folder named, in order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
        else:
            yield path


def content(path: Path) -> bytes:
    """Return what a file holds; one that cannot be read is the user's to mend."""
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise UserError(why[0].lower() + why[1:], where=path.name, hint="Check the path") from None


@evidence.command(short_help="Find works by words, fields and facets.")
def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD...]", help="What is looked for; without it, all works.")
    ] = None,
    facet: Annotated[
        list[str] | None, typer.Option("--facet", metavar="NAME=VALUE", help="Only works of a value; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many are listed.")] = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="How many are passed over first.")] = 0,
    order: Annotated[Order, typer.Option("--order", help="What stands first.")] = Order.RELEVANCE,
    library: LibraryFile = None,
    as_json: AsJson = False,
) -> None:
    """Find works, the best first, with the words in their place and how many of each year, language, procedure ...

    Words may be English or Spanish; hyphens, accents and spellings do not matter ("transarterial" finds
    "trans-arterial", "hígado" finds "liver"). "In quotes" words stand together, -word leaves out, word* goes on.
    Fields: title: author: year:2015-2021 journal: subject: language: procedure: complication: doi: pmid: status:

    \b
    sequela evidence search hepatic necrosis
    sequela evidence search 'author:micallef year:2020'
    sequela evidence search absceso hepático --facet procedure=TACE --order newest
    """
    from sequela.account.found import found_json, found_text

    question = " ".join(words or [])
    with opened(library) as held:
        answer = held.search(question, facets=_chosen(facet or []), limit=limit, offset=offset, order=order.value)
        works = [held.work(hit.key) for hit in answer.hits]
    if as_json:
        printing.out(printing.dumps({"schema": "1", "question": question, **found_json(answer, works)}))
    else:
        printing.out(found_text(question, answer, works, offset, printing.width(), colour=printing.colour()))


def _chosen(facets: Iterable[str]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for text in facets:
        name, sign, value = text.partition("=")
        if not (sign and name.strip() and value.strip()):
            raise UserError(
                "a facet is a name and a value",
                where="--facet",
                hint="Write --facet year=2020 or --facet procedure=TAE",
            )
        chosen.setdefault(name.strip(), []).append(value.strip())
    return chosen


@evidence.command(short_help="Show a work's record page.")
def show(
    key: Key,
    lang: Annotated[Language, typer.Option("--lang", help="The language of the labels.")] = Language.EN,
    sources: Annotated[bool, typer.Option("--sources", help="Show what each source said, too.")] = False,
    library: LibraryFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the record page of a work: who, what, where, what it says, which rules cite it, and what is like it.

    \b
    sequela evidence show micallef-2020
    sequela evidence show 10.12890/2020_001530 --lang es
    """
    from sequela.account.uses import uses
    from sequela.cli.shelves import shelf_of

    with opened(library) as held:
        work = held.work(key)
        near = [held.work(other) for other in held.similar(work.key)]
        read = held.sources(work.key)
        counts = held.counts().get(work.key, ())
    used = uses(shelf_of(None, None)).get(work.key, ())
    if as_json:
        from sequela.account.found import record_json

        printing.out(printing.dumps({"schema": "1", **record_json(work, used, near, counts, read)}))
        return
    from sequela.account.library import record_text

    told = read if sources else ()
    printing.out(record_text(work, used, near, counts, told, width=printing.width(), language=lang.value))


@evidence.command(short_help="Print references, ready to paste.")
def cite(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys, DOIs, PMIDs or PMCIDs.")],
    style: Annotated[str, typer.Option("--style", help="vancouver or apa.")] = "vancouver",
    library: LibraryFile = None,
) -> None:
    """Print the references of works, one a line, in the order given.

    \b
    sequela evidence cite micallef-2020
    sequela evidence cite micallef-2020 joskin-2015 --style apa
    """
    from sequela.cli.shelves import near
    from sequela.evidence.citing import STYLES

    if style not in STYLES:
        raise UserError(f"no style is called {style!r}", where="--style", hint=near(style, STYLES, "--help"))
    with opened(library) as held:
        works = [held.work(key) for key in keys]
    printing.out("\n".join(STYLES[style](work) for work in works))


@evidence.command(short_help="Write works as RIS, BibTeX, CSL-JSON, EndNote or MARCXML.")
def export(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY...]", help="Works; without them, all.")] = None,
    form: Annotated[str, typer.Option("--format", help="ris, bibtex, csl, endnote or marcxml.")] = "ris",
    question: Annotated[str | None, typer.Option("--search", metavar="WORDS", help="What this search finds.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to; else to the terminal.")] = None,
    library: LibraryFile = None,
) -> None:
    """Write works in a form that reference managers and catalogues read.

    \b
    sequela evidence export micallef-2020 --format bibtex
    sequela evidence export --search "liver abscess" --format ris --out abscess.ris
    """
    from sequela.evidence.formats import written

    if keys and question is not None:
        raise UserError("keys and --search exclude each other", where="export", hint="Give one of them")
    with opened(library) as held:
        works: list[Work]
        if question is not None:
            works = [held.work(key) for key in held.keys(question)]
        else:
            works = [held.work(key) for key in keys] if keys else list(held.works())
    text = written(works, form)
    if out is None:
        printing.out(text.removesuffix("\n"))
        return
    if out.exists():
        raise UserError("the file exists", where=out.name, hint="Name another, or remove it")
    out.write_text(text, encoding="utf-8")
    printing.note(f"Written: {len(works):,} work{'s' * (len(works) != 1)} to {out}")


@evidence.command(short_help="Is the library sound, and every citation in it?")
def check(library: LibraryFile = None, as_json: AsJson = False) -> None:
    """Look for what is wrong: citations of works that are not there, one work twice, retracted works that still
    support a rule or a pool, counts that do not add up. Exits 2 when there is something to mend.

    \b
    sequela evidence check
    """
    from sequela.account.checking import library_notes, library_problems
    from sequela.cli.shelves import shelf_of

    with opened(library) as held:
        works = {work.key: work for work in held.works()}
        shelf = shelf_of(None, None)
        problems = library_problems(shelf, works, series=held.series())
    notes = library_notes(shelf)
    if as_json:
        printing.out(printing.dumps({"schema": "1", "works": len(works), "problems": problems, "notes": notes}))
    elif problems:
        printing.out("\n".join(problems))
    else:
        sound = (
            f"{len(works):,} works, and nothing to mend: no dangling citation, no work twice, and none that supports a "
            "rule or a pool is known to be retracted. What became of a work since its record was read is not known "
            "here: `sequela evidence watch` reads a newer search."
        )
        said = [sound, *(f"Good to know: {note}." for note in notes)]
        printing.out("\n\n".join(textwrap.fill(one, printing.width(), break_on_hyphens=False) for one in said))
    if problems:
        raise typer.Exit(2)


@evidence.command(short_help="Write the library as web pages, in English and Spanish.")
def site(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder for the pages.")],
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Where the pages will stand, for canonical links.")
    ] = "",
    library: LibraryFile = None,
) -> None:
    """Write the library as plain pages that need no server: an index with facets, and a record page for each work.

    \b
    sequela evidence site --out pages
    """
    from sequela.account.library import site as write_site
    from sequela.account.uses import uses
    from sequela.cli.shelves import shelf_of

    with opened(library) as held, printing.works_bar() as progress:
        works = list(held.works())
        near = {work.key: held.similar(work.key) for work in works}
        write_site(
            works,
            out,
            cited_by=uses(shelf_of(None, None)),
            similar=near,
            series=held.counts(),
            address=address,
            progress=progress,
        )
    printing.note(f"Written: {len(works):,} works to {out}; open {out / 'index.html'}")
