"""Who takes which conversation, how soon it is answered, and how it was: in our own API, one line each."""

from __future__ import annotations

from hub.accounts import availability, group_hours
from hub.chat import queue, routing_rules, sla_policies, sla_report
from hub.chat.ratings import answering, reporting, rules
from hub.doors.api.route import panel_row as _panel

ROUTING = [
    _panel("GET",    "me/availability",                    availability.get_availability),
    _panel("PUT",    "me/availability",                    availability.set_availability),
    _panel("PUT",    "me/availability/rules",              availability.set_availability_rules),
    _panel("PUT",    "me/availability/idle",               availability.say_idle),
    _panel("GET",    "agents/availability",                availability.list_availability),
    _panel("PUT",    "agents/{agent}/availability",        availability.set_agent_availability),
    _panel("GET",    "hours/groups",                       group_hours.list_group_hours),
    _panel("PUT",    "hours/groups/{group}",               group_hours.set_group_hours),
    _panel("GET",    "routing",                            routing_rules.get_routing),
    _panel("PUT",    "routing",                            routing_rules.set_routing),
    _panel("GET",    "queue",                              queue.read_queue),
    _panel("GET",    "sla",                                sla_policies.get_sla),
    _panel("PUT",    "sla",                                sla_policies.set_sla),
    _panel("GET",    "sla/report",                         sla_report.report_sla),
    _panel("GET",    "ratings",                            reporting.list_ratings),
    _panel("GET",    "ratings/rules",                      rules.get_rating_rules),
    _panel("PUT",    "ratings/rules",                      rules.set_rating_rules),
    _panel("GET",    "ratings/report",                     reporting.report_ratings),
    _panel("GET",    "conversations/{conversation}/ratings", answering.ratings_of_conversation),
]  # fmt: skip
