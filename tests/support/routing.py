"""What the other tenant calls the verbs of availability and routing with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.accounts import availability, group_hours
from hub.accounts.availability_rules import AvailabilityRules
from hub.chat import queue, routing_rules, sla_policies, sla_report
from hub.chat.ratings import answering, reporting, rules
from hub.chat.states import ConversationRef

ROUTING_INPUTS: dict[str, Any] = {
    "accounts.availability.get_availability": None,
    "accounts.availability.set_availability": lambda ids: availability.SetAvailability("available"),
    "accounts.availability.set_availability_rules": lambda ids: AvailabilityRules(idle=5),
    "accounts.availability.say_idle": lambda ids: availability.Idleness(False),
    "accounts.availability.list_availability": None,
    "accounts.availability.set_agent_availability": lambda ids: availability.SetAgentAvailability(ids["agent"], "away"),
    "accounts.group_hours.list_group_hours": None,
    "accounts.group_hours.set_group_hours": lambda ids: group_hours.GroupHours(ids["group"], group_hours.Hours()),
    "chat.routing_rules.get_routing": None,
    "chat.routing_rules.set_routing": lambda ids: routing_rules.RoutingRules(
        groups=(routing_rules.GroupRoute(ids["group"], routing_rules.RouteRule("round_robin")),)
    ),
    "chat.queue.read_queue": lambda ids: queue.QueueOf(),
    "chat.sla_policies.get_sla": None,
    "chat.sla_policies.set_sla": lambda ids: sla_policies.SlaPolicies(
        (sla_policies.SlaPolicy(0, "Theirs", first=5, groups=(ids["group"],)),)
    ),
    "chat.ratings.rules.get_rating_rules": None,
    "chat.ratings.rules.set_rating_rules": lambda ids: rules.RatingRules(
        True, except_labels=(ids["conversation_label"],)
    ),
    "chat.ratings.reporting.report_ratings": lambda ids: reporting.RatingsAsked(agent=ids["agent"]),
    "chat.ratings.reporting.list_ratings": lambda ids: reporting.RatingsPageOf(),
    "chat.ratings.answering.ratings_of_conversation": lambda ids: ConversationRef(ids["conversation"]),
    "chat.ratings.answering.open_rating": lambda ids: ConversationRef(ids["conversation"]),
    "chat.ratings.answering.answer_rating": lambda ids: answering.AnswerRating(ids["conversation"], 1, 5),
    "chat.sla_report.report_sla": lambda ids: sla_report.SlaReportOf(),
}
ROUTING_HARMLESS = {
    "get_availability", "set_availability", "set_availability_rules", "say_idle", "list_availability",
}  # fmt: skip
ROUTING_EMPTY: set[str] = {
    "list_group_hours",
    "get_routing",
    "read_queue",
    "get_sla",
    "report_sla",
    "get_rating_rules",
    "report_ratings",
    "list_ratings",
}
