"""What every test shares: where the shared data is, a fixed Hypothesis, and a watch on the global random state."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from sequela.engine.warming import warm

ROOT = Path(__file__).resolve().parents[1]
# In a plugin, because the process that starts pytest-xdist's workers loads no conftest further down.
pytest_plugins = ("tests.tally",)

# The same examples on every machine and every run; `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Throw away kernels compiled from older sources: numba does not see a change in what a kernel calls."""
    if not hasattr(session.config, "workerinput"):
        warm()


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of cases and public data sets that lies beside the repository, or where SEQUELA_SHARED says."""
    path = Path(os.environ.get("SEQUELA_SHARED") or ROOT.parent / "shared")
    if not path.is_dir():
        pytest.skip("the shared data is not on this machine; name its folder in SEQUELA_SHARED")
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that moves the global random state: a test that draws from it depends on its neighbours."""
    before = _random_state()
    result = yield
    after = _random_state()
    # Hypothesis loads NumPy's generator where NumPy is there: that one comes into being is no move of it.
    if after[0] != before[0] or (before[1] is not None and after[1] != before[1]):
        pytest.fail("this test moved the global random state; pass a seeded random.Random instead", pytrace=False)
    return result


def _random_state() -> tuple[object, ...]:
    """The state of every global generator that is loaded; NumPy's only if something imported it."""
    numpy = sys.modules.get("numpy.random")
    return (random.getstate(), repr(numpy.get_state()) if numpy else None)
