"""CDMs for the tests of this room, and a PostgreSQL of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Here, because Ibis draws from the global random state as it is imported, and no test may.
import ibis  # noqa: F401
import pytest


def _programs() -> Path | None:
    """The newest PostgreSQL's programs: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _as_nobody_special() -> tuple[list[str], str | None]:
    """What goes before a command so that root does not run it (PostgreSQL refuses root), and the user it runs as."""
    if os.getuid() != 0:
        return [], None
    user = next((name for name in ("postgres", "nobody") if any(entry.pw_name == name for entry in pwd.getpwall())), "")
    if not user or shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no other user to run it as")
    return ["runuser", "-u", user, "--"], user


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL on a loopback port, gone after the tests."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: `make postgres` installs Debian's package")
    before, user = _as_nobody_special()
    folder = Path(tempfile.mkdtemp(prefix="sequela-postgres-"))
    if user is not None:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [*before, str(programs / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    data, log = str(folder / "data"), str(folder / "log")
    run("initdb", "--pgdata", data, "--username", "tests", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    run("pg_ctl", "--pgdata", data, "--log", log, "--wait", "--options", settings, "start")
    try:
        yield f"postgres://tests@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop")
        shutil.rmtree(folder)
