"""CDMs for the tests of this room."""

from __future__ import annotations

# Here, because Ibis draws from the global random state as it is imported, and no test may.
import ibis  # noqa: F401
