"""What the queries of the public API's calls may ask for."""

from __future__ import annotations

from hub.doors.api.usercom import belongings, companies, emails, named, tickets, users
from hub.doors.api.usercom.crm import activities, deals, notes, pipelines, product_events, products, stage_changes
from hub.doors.api.usercom.rows import Handler

PAGE = {"cursor": "from `next`", "page": "a number, for clients that count pages"}
_TIME = {
    "search": "a time to filter by: `first_seen`, `last_seen`, `last_contacted`, `updated_at` or `created_at`",
    "min": "UNIX seconds, with `search`", "max": "UNIX seconds, with `search`",
}  # fmt: skip
LOOKUPS = "*"
"""Stands for any attribute, with or without a suffix such as `__gte`."""
_FOUND = {**PAGE, LOOKUPS: "attributes with a value, and with a suffix such as `__icontains` or `__gte`", **_TIME}
_OWN = {"custom_id": "the client's own id", "many": "`true` answers with an array"}
_MOVE = {"move_to": "where what is in it goes"}

QUERIES: dict[Handler, dict[str, str]] = {
    users.list_all: {**_FOUND, "with_email": "`true` gives only those with an address"},
    users.search: {
        "email": "gives one user", "key": "gives one user", "phone_number": "gives one user in the first version",
        "user_id": "under `users-by-id`, the client's own id", "many": "`true` answers with an array", **_FOUND,
    },
    belongings.ping_hits: PAGE, belongings.whole_timeline: PAGE, belongings.events: PAGE,
    companies.list_all: _FOUND, companies.search: {**_FOUND, "custom_id": "gives one company"},
    companies.list_members: PAGE, named.tag_users: PAGE, named.tag_companies: PAGE, named.list_users: PAGE,
    named.segment_users: PAGE,
    named.list_attributes: {"content_type": "`clientuser`, `company`, `deal`, `activity`, `product` or `ticket`"},
    tickets.list_all: {
        **PAGE, "status": "`draft`, `active`, `closed` or `archived`", "assigned_to": "id of an agent",
        "user_id": "id of a user", "company_id": "id of a company", "custom_id": "the client's own id",
    },
    emails.list_templates: PAGE, emails.list_emails: PAGE, emails.get_template: {"version": "number of a version"},
    deals.list_all: {**_FOUND, "pipeline": "an id", "stage": "an id", "status": "a code", "user_id": "an id"},
    stage_changes.list_all: {"count_from": "ISO 8601: came into it then or later", "count_to": "then or earlier"},
    deals.search: {**_FOUND, **_OWN}, activities.search: {**_FOUND, **_OWN}, products.search: {**_FOUND, **_OWN},
    activities.list_all: {**_FOUND, "activity_type": "an id", "done": "`true` or `false`", "deal_id": "an id"},
    products.list_all: _FOUND, product_events.list_of: PAGE, notes.list_of: PAGE, pipelines.list_stages: {"pipeline": "an id"},
    pipelines.delete_pipeline: _MOVE, pipelines.delete_stage: _MOVE, pipelines.delete_type: _MOVE,
}  # fmt: skip
