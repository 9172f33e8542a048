"""What the verbs of moving in are called with when somebody of Globex tries them on what is Acme's."""

from __future__ import annotations

from typing import Any

from hub.chat.bringing import PastConversation
from hub.core.past import Past
from hub.crm.activities.fields import ActivityFields
from hub.crm.bringing import PastActivity, PastDeal, PastNote, PastProduct
from hub.crm.deals.fields import DealFields
from hub.crm.notes import NewCrmNote
from hub.moving.order import MoveOrder
from hub.people.bringing.companies import PastCompany
from hub.people.bringing.contacts import PastContact, PastMembers
from hub.people.bringing.events import PastEvent, PastEvents

_PAST = Past("globex.user.com", "1", 1_700_000_000_000)

MOVING_INPUTS: dict[str, Any] = {
    "people.bringing.contacts.bring_contact": lambda ids: PastContact(_PAST, "key_of_globex", {"city": "Sopot"}),
    "people.bringing.contacts.bring_members": lambda ids: PastMembers([ids["contact"]], 1),
    "people.bringing.companies.bring_company": lambda ids: PastCompany(_PAST, {"name": "Moved"}),
    "people.bringing.events.bring_events": lambda ids: PastEvents(
        ids["contact"], "globex.user.com", [PastEvent(_PAST, "order", {})]
    ),
    "chat.bringing.bring_conversation": lambda ids: PastConversation(_PAST, ids["contact"], "open", []),
    "crm.bringing.bring_deal": lambda ids: PastDeal(_PAST, DealFields(name="Moved", contact=ids["contact"])),
    "crm.bringing.bring_activity": lambda ids: PastActivity(
        _PAST, ActivityFields(name="Moved", due=1, contact=ids["contact"])
    ),
    "crm.bringing.bring_note": lambda ids: PastNote(_PAST, NewCrmNote("contact", ids["contact"], "Moved")),
    "crm.bringing.bring_product": lambda ids: PastProduct(_PAST, {"name": "Moved"}),
    "moving.running.move_in": lambda ids: MoveOrder("https://globex.example", "token"),
}
MOVING_HARMLESS = {"bring_contact", "bring_company", "bring_product", "move_in"}
MOVING_EMPTY = {"bring_members"}
