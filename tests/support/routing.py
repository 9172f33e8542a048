"""What the other tenant calls the verbs of availability and routing with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.accounts import availability
from hub.accounts.availability_rules import AvailabilityRules

ROUTING_INPUTS: dict[str, Any] = {
    "accounts.availability.get_availability": None,
    "accounts.availability.set_availability": lambda ids: availability.SetAvailability("available"),
    "accounts.availability.set_availability_rules": lambda ids: AvailabilityRules(idle=5),
    "accounts.availability.say_idle": lambda ids: availability.Idleness(False),
    "accounts.availability.list_availability": None,
    "accounts.availability.set_agent_availability": lambda ids: availability.SetAgentAvailability(ids["agent"], "away"),
}
ROUTING_HARMLESS = {
    "get_availability", "set_availability", "set_availability_rules", "say_idle", "list_availability",
}  # fmt: skip
ROUTING_EMPTY: set[str] = set()
