"""What is kept of calls. (What programs call is `hub.core.collections.CALLS`.)"""

from __future__ import annotations

from storage.engine import Collection, Index

CALLS = Collection(
    "phone_calls",
    indexes=(
        Index(("began",)),
        Index(("contact",)),
        Index(("conversation",)),
        Index(("state", "agent")),
        Index(("agent", "began")),
        Index(("state", "began")),
    ),
)
"""Each call from its first ring on, with its history."""
CALL_RULES = Collection("call_rules")
"""Whether and how an application's calls ring, under the application's id."""
RECORDINGS = Collection("call_recordings", indexes=(Index(("call",)), Index(("contact",))))
"""What was recorded of calls. The sound lies with the other files."""

COLLECTIONS = (CALLS, CALL_RULES, RECORDINGS)
