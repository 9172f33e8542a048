"""Which process runs which test, where several run them side by side."""

from __future__ import annotations

from xdist.scheduler.loadscope import LoadScopeScheduling

CROWDS = (
    "tests/core/test_bench.py", "tests/drain/", "tests/journey/test_journey.py", "tests/nodes/test_cluster.py",
    "tests/workers/",
)  # fmt: skip
"""Tests that bring a crowd of clients with several servers: two such crowds at once leave no processor time for either."""


class OneCrowdAtATime(LoadScopeScheduling):
    """Gives tests to whichever process is free, and all crowds to one, which begins with them.

    xdist's own groups have no effect with this version of pytest: the name of a test, which they are written into, can't be
    set any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "crowds" if nodeid.startswith(CROWDS) else nodeid
