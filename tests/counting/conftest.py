"""What the tests of counting share."""

# Here, because Ibis draws from the global random state as it is imported, and no test may.
import ibis  # noqa: F401
