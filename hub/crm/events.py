"""Facts of the CRM. Agents hear them; visitors never do."""

from __future__ import annotations

from typing import Any, ClassVar

from hub.accounts.events import crm_readers
from hub.core.event import Event


class PipelineChanged(Event, frozen=True, kw_only=True):
    """A pipeline or its stages were made, changed, put in order or deleted."""

    audience = (crm_readers,)

    pipeline: int


class OfDeal(Event, frozen=True, kw_only=True):
    """A fact of one deal, as it is stored then."""

    momentary: ClassVar[bool] = True
    audience = (crm_readers,)

    document: Any


class DealCreated(OfDeal, frozen=True, kw_only=True):
    """A deal was made."""


class DealChanged(OfDeal, frozen=True, kw_only=True):
    """Something about a deal is different; its stage and its status have events of their own beside this one."""

    fields: frozenset[str]


class DealStageChanged(OfDeal, frozen=True, kw_only=True):
    """A deal moved to another stage."""

    from_stage: int


class DealStatusChanged(OfDeal, frozen=True, kw_only=True):
    """A deal was won, lost, abandoned, archived or opened again."""

    from_status: str


class DealDeleted(OfDeal, frozen=True, kw_only=True):
    """A deal is gone; this is what it was."""


class OfActivity(Event, frozen=True, kw_only=True):
    """A fact of one activity, as it is stored then."""

    momentary: ClassVar[bool] = True
    audience = (crm_readers,)

    document: Any


class ActivityCreated(OfActivity, frozen=True, kw_only=True):
    """An activity was planned, or written down as done."""


class ActivityChanged(OfActivity, frozen=True, kw_only=True):
    """Something about an activity is different: its time, its name, whose it is, or that it is open again."""


class ActivityDone(OfActivity, frozen=True, kw_only=True):
    """An activity was done."""


class ActivityDue(OfActivity, frozen=True, kw_only=True):
    """The time has come to remind whoever is to do an activity."""


class ActivityDeleted(OfActivity, frozen=True, kw_only=True):
    """An activity is gone; this is what it was."""


class OfCrmNote(Event, frozen=True, kw_only=True):
    """A fact of one note about a contact, a company or a deal."""

    momentary: ClassVar[bool] = True
    audience = (crm_readers,)

    note: Any


class CrmNoteAdded(OfCrmNote, frozen=True, kw_only=True):
    """A note about a contact, a company or a deal was written."""


class CrmNoteChanged(OfCrmNote, frozen=True, kw_only=True):
    """A note about a contact, a company or a deal has another text, or was pinned."""


class CrmNoteDeleted(OfCrmNote, frozen=True, kw_only=True):
    """A note about a contact, a company or a deal is gone."""


class ProductEventRecorded(Event, frozen=True, kw_only=True):
    """A contact did something with a product: looked at it, bought it, gave it back."""

    audience = (crm_readers,)

    contact: int
    product: int
    event_type: str
    id: int


class OfTicket(Event, frozen=True, kw_only=True):
    """A fact of one ticket, as it is stored then."""

    audience = (crm_readers,)

    document: Any


class TicketCreated(OfTicket, frozen=True, kw_only=True):
    """A ticket was made."""


class TicketChanged(OfTicket, frozen=True, kw_only=True):
    """Something about a ticket is different."""


class TicketStatusChanged(OfTicket, frozen=True, kw_only=True):
    """A ticket is of another status."""

    from_status: str


class TicketDeleted(OfTicket, frozen=True, kw_only=True):
    """A ticket is gone; this is what it was."""
