"""The pages of docs/reference, written from the code so that they cannot drift from it.

Each module in docs/generators has one function, `pages()`, which yields (path below docs/reference, text).
To add a page, add a module; there is nothing to register.

    python docs/generate.py           write every page, remove those that nothing writes any more
    python docs/generate.py --check   write nothing; exit 1 and name the pages that differ
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

DOCS = Path(__file__).resolve().parent
REFERENCE = DOCS / "reference"
NOTICE = "<!-- Written by `make docs` from the code; edit the code, not this page. -->\n\n"

Pages = Callable[[], Iterable[tuple[str, str]]]


def generators() -> dict[str, Pages]:
    """Every generator's `pages` function, by the name of its module."""
    return {path.stem: _load(path) for path in sorted((DOCS / "generators").glob("[a-z]*.py"))}


def written() -> dict[str, str]:
    """Every page the code asks for: path below docs/reference, and text."""
    pages: dict[str, str] = {}
    for name, generator in generators().items():
        for path, text in generator():
            if path in pages:
                raise ValueError(f"two generators write {path}; the second is {name}")
            pages[path] = NOTICE + text.strip() + "\n"
    pages["README.md"] = NOTICE + _index(pages)
    return pages


def standing() -> dict[str, str]:
    """Every page that stands in docs/reference now."""
    found = sorted(path for path in REFERENCE.rglob("*") if path.is_file())
    return {path.relative_to(REFERENCE).as_posix(): path.read_text(encoding="utf-8") for path in found}


def drift() -> list[str]:
    """The pages that are missing, changed, or written by nothing any more."""
    wanted, found = written(), standing()
    return sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))


def write() -> list[str]:
    """The pages that had to be written or removed."""
    wanted, changed = written(), drift()
    for path in changed:
        target = REFERENCE / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], encoding="utf-8")
        else:
            target.unlink()
    return changed


def main(arguments: list[str]) -> int:
    """The exit code: 1 when pages differ and were not to be written."""
    parser = argparse.ArgumentParser(description="Write docs/reference from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page differs")
    check = bool(parser.parse_args(arguments).check)
    changed = drift() if check else write()
    for path in changed:
        print(f"docs/reference/{path}: {'differs; run make docs' if check else 'written'}")
    return int(check and bool(changed))


def _load(path: Path) -> Pages:
    spec = importlib.util.spec_from_file_location(f"generators.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"docs/generators/{path.name} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Pages, module.pages)


def _index(pages: dict[str, str]) -> str:
    lines = [f"* [{_heading(text)}]({path})" for path, text in sorted(pages.items()) if path.endswith(".md")]
    return "# Reference\n\n" + "\n".join(lines) + "\n"


def _heading(text: str) -> str:
    return next(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
