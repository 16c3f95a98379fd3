"""What is committed is fit for anyone: no machine's paths, no index addresses, no secrets.

The patterns are written with brackets ([p]ypi) so that this file does not hold what it forbids.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FORBIDDEN = {
    "a path of one machine": r"(?<![\w.:/-])/(?:[h]ome|[r]oot|[o]pt|[w]ork|[t]mp|[U]sers|[m]nt|[p]rivate/var)/\w",
    "an address of a package index": r"(?:[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[f]ile:///|/[s]imple/)",
    "a pip setting of one machine": r"^\s*--(?:extra-)?(?:[i]ndex-url|[f]ind-links|[t]rusted-host)",
    "a tool of one workplace": r"\b(?:[f]arm(?:-\w+)?|[b]ash_jobs|[m]emserver)\b|\.[l]ibrary/",
    "a private key": r"BEGIN (?:[A-Z]+ )?[P]RIVATE KEY",
    "an access token": r"\b(?:[g]h[pousr]_\w{20,}|[A]KIA[0-9A-Z]{16}|[s]k-[A-Za-z0-9]{20,}|[x]ox[bp]-\w+)",
    "a password": r"(?i)\b(?:[p]assword|[s]ecret|[a]pi_key)\s*[=:]\s*[\"'][^\"'{]{6,}[\"']",
}
PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in FORBIDDEN.items()}


def mentions(text: str) -> list[str]:
    return [name for name, pattern in PATTERNS.items() if pattern.search(text)]


def test_no_committed_file_mentions_a_machine_an_index_or_a_secret(root: Path) -> None:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("not a git clone")
    # Files not yet committed count too, so that the test fails before the commit and not after it.
    listed = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=root, capture_output=True, text=True, check=True).stdout.split("\0")
    found = []
    for name in filter(None, names):
        path = root / name
        if path.is_file():
            found += [f"{name}: {what}" for what in mentions(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["see /", "work/main"], "a path of one machine"),
        (["open('/", "tmp/x')"], "a path of one machine"),
        (["https://py", "pi.org/project/rich"], "an address of a package index"),
        (["--find", "-links wheels"], "a pip setting of one machine"),
        (["the far", "m-bench tool"], "a tool of one workplace"),
        (["-----BEGIN RSA PRI", "VATE KEY-----"], "a private key"),
        (["pass", "word = 'correct horse'"], "a password"),
    ],
)
def test_each_pattern_finds_what_it_forbids(parts: list[str], expected: str) -> None:
    text = "\n".join(["a line before", "".join(parts)])
    # A pip option counts only at the start of a line, as in a requirements file.
    assert expected in mentions(text)


def test_ordinary_prose_and_addresses_pass() -> None:
    assert mentions("https://doi.org/10.12890/2020_001530, a liver work-up, 3 mmol/L, src/sequela/course, and/or") == []
