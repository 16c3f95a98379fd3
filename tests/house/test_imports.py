"""The staircase, and what start-up may load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {"jsonschema", "msgspec", "numpy", "orjson", "plotext", "polars", "pydantic", "rich", "typer"}
"""What `import sequela` loads none of."""
NOT_FOR_HELP = {"jsonschema", "numpy", "plotext", "polars"}
"""What `sequela --help` loads none of; Typer and what it stands on are the command line itself."""

IMPORT = "import json, sys; import sequela; print(json.dumps(sorted(sys.modules)))"
HELP = """
import contextlib, io, json, sys
import sequela.cli
sys.argv = ["sequela", "--help"]
said = io.StringIO()
with contextlib.redirect_stdout(said):
    try:
        sequela.cli.main()
    except SystemExit as stop:
        assert not stop.code, stop.code
assert "assess" in said.getvalue()
print(json.dumps(sorted(sys.modules)))
"""


def loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after the code; the code prints them last."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_imports_only_go_down(root: Path) -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_importing_sequela_loads_nothing_heavy_and_none_of_its_own_rooms() -> None:
    modules = loaded(IMPORT)
    assert modules & HEAVY == set()
    assert {name for name in modules if name.startswith("sequela.")} == set()


def test_help_loads_no_heavy_library() -> None:
    assert loaded(HELP) & NOT_FOR_HELP == set()


def test_importing_every_module_warns_of_nothing_and_says_nothing(root: Path) -> None:
    source = root / "src"
    names = sorted(
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        for path in (source / "sequela").rglob("*.py")
        if path.stem != "__main__"
    )
    code = f"import importlib\nfor name in {names!r}:\n    importlib.import_module(name)"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
