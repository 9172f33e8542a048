"""What the events of the CRM carry on the wire: the shapes, and how each is made. Agents alone hear them."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from hub.core.event import Face
from hub.core.hub import Hub
from hub.crm import events as crm
from hub.crm.activities.presenting import Activity, present_activity
from hub.crm.deals.presenting import Deal, present_deal
from hub.crm.notes import CrmNote
from hub.crm.tickets import Ticket, present_ticket
from storage.engine import Scope


class PipelineNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A pipeline or its stages changed, or it is gone: ask for it again."""

    pipeline: int


class DealNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened to a deal, and what it is now; of a move and of a new status, where it comes from (`was`)."""

    what: Literal["created", "changed", "moved", "status", "deleted"]
    deal: Deal
    was: int | str | None


class ActivityNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened to an activity, and what it is now. `due` is for its agent: the time has come to be reminded."""

    what: Literal["created", "changed", "done", "due", "deleted"]
    activity: Activity


class CrmNoteNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A note about a contact, a company or a deal was written, changed or deleted."""

    what: Literal["added", "changed", "deleted"]
    note: CrmNote


class ProductEventNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact did something with a product."""

    id: int
    contact: int
    product: int
    event_type: str


class TicketNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened to a ticket, and what it is now; of a new status, which it had before (`was`)."""

    what: Literal["created", "changed", "status", "deleted"]
    ticket: Ticket
    was: str | None


PAYLOADS: dict[str, type[Struct]] = {
    "pipeline": PipelineNotice, "deal": DealNotice, "activity": ActivityNotice, "crm.note": CrmNoteNotice,
    "product.event": ProductEventNotice, "ticket": TicketNotice,
}  # fmt: skip
"""event on the wire → its shape"""

_DEAL: dict[type[crm.OfDeal], Literal["created", "changed", "moved", "status", "deleted"]] = {
    crm.DealCreated: "created", crm.DealChanged: "changed", crm.DealStageChanged: "moved", crm.DealStatusChanged: "status",
    crm.DealDeleted: "deleted",
}  # fmt: skip
_ACTIVITY: dict[type[crm.OfActivity], Literal["created", "changed", "done", "due", "deleted"]] = {
    crm.ActivityCreated: "created", crm.ActivityChanged: "changed", crm.ActivityDone: "done", crm.ActivityDue: "due",
    crm.ActivityDeleted: "deleted",
}  # fmt: skip
_NOTE: dict[type[crm.OfCrmNote], Literal["added", "changed", "deleted"]] = {
    crm.CrmNoteAdded: "added", crm.CrmNoteChanged: "changed", crm.CrmNoteDeleted: "deleted",
}  # fmt: skip
_TICKET: dict[type[crm.OfTicket], Literal["created", "changed", "status", "deleted"]] = {
    crm.TicketCreated: "created", crm.TicketChanged: "changed", crm.TicketStatusChanged: "status",
    crm.TicketDeleted: "deleted",
}  # fmt: skip


async def _pipeline(hub: Hub, event: crm.PipelineChanged, face: Face) -> Any:
    return PipelineNotice(event.pipeline)


async def _deal(hub: Hub, event: crm.OfDeal, face: Face) -> Any:
    was = getattr(event, "from_stage", getattr(event, "from_status", None))
    return DealNotice(_DEAL[type(event)], await present_deal(hub, Scope(event.app), event.document), was)


async def _activity(hub: Hub, event: crm.OfActivity, face: Face) -> Any:
    return ActivityNotice(_ACTIVITY[type(event)], await present_activity(hub, Scope(event.app), event.document))


async def _note(hub: Hub, event: crm.OfCrmNote, face: Face) -> Any:
    return CrmNoteNotice(_NOTE[type(event)], event.note)


async def _product_event(hub: Hub, event: crm.ProductEventRecorded, face: Face) -> Any:
    return ProductEventNotice(event.id, event.contact, event.product, event.event_type)


async def _ticket(hub: Hub, event: crm.OfTicket, face: Face) -> Any:
    shown = await present_ticket(hub, Scope(event.app), event.document)
    return TicketNotice(_TICKET[type(event)], shown, getattr(event, "from_status", None))


EVENTS: dict[Any, tuple[str, Any]] = {
    crm.PipelineChanged: ("pipeline", _pipeline),
    crm.ProductEventRecorded: ("product.event", _product_event),
    **dict.fromkeys(_DEAL, ("deal", _deal)),
    **dict.fromkeys(_ACTIVITY, ("activity", _activity)),
    **dict.fromkeys(_NOTE, ("crm.note", _note)),
    **dict.fromkeys(_TICKET, ("ticket", _ticket)),
}
"""event → its name on the wire, and what makes its shape"""
