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
CALL_SOUNDS = Collection("call_sounds")
"""The sounds that an application brought for its calls, by kind, under its id. Their bytes lie with the other files."""
PHONE_ACCOUNTS = Collection("phone_accounts")
"""An application's account at a phone provider, with its secrets and limits, under the application's id."""
PHONE_NUMBERS = Collection("phone_numbers")
"""The numbers that it has there, and what an incoming call does."""
PHONE_LEGS = Collection("phone_legs", indexes=(Index(("state", "began")),))
"""Calls over the provider as far as they cost: whom one talks with stands in the call, not here."""
PHONE_USAGE = Collection("phone_usage")
"""What was used and what it cost by month, under the application's id."""
PHONE_HOOKS = Collection("phone_hooks", indexes=(Index(("at",)),))
"""Which hooks of the provider were taken when, so that their keys can be forgotten one day."""

PHONE_LINES = Collection("phone_lines")
"""SIP trunks of an application, with the password, and how they are."""
PHONE_TURNS = Collection("phone_turns", tenant=False, indexes=(Index(("due",)),))
"""Which node has which trunk until when, under the trunk's id."""

COLLECTIONS = (
    CALLS, CALL_RULES, RECORDINGS, CALL_SOUNDS, PHONE_ACCOUNTS, PHONE_NUMBERS, PHONE_LEGS, PHONE_USAGE, PHONE_HOOKS, PHONE_LINES,
    PHONE_TURNS,
)  # fmt: skip
