"""Facts about people. Agents hear them; a contact learns about itself from its own commands."""

from __future__ import annotations

from typing import Any

from hub.accounts.events import people_readers, team
from hub.core.event import Event


class PageVisited(Event, frozen=True, kw_only=True):
    """A contact opened a page of the website."""

    audience = (people_readers,)

    page: Any


class ContactChanged(Event, frozen=True, kw_only=True):
    """Something about a contact is known now that was not, or was different."""

    audience = (people_readers,)

    contact: Any


class ContactTouched(Event, frozen=True, kw_only=True):
    """The document of a contact changed: the segments that look at these fields are to be asked again; None for all."""

    contact: int
    fields: frozenset[str] | None


class ContactsReplaced(Event, frozen=True, kw_only=True):
    """Contacts are part of another one from now on (`into`), or were erased (None): nothing may go on as if they were."""

    audience = (team,)

    contacts: tuple[int, ...]
    into: int | None


class FormSubmitted(Event, frozen=True, kw_only=True):
    """A contact filled in a form."""

    audience = (people_readers,)

    submission: Any


class FormConfirmed(Event, frozen=True, kw_only=True):
    """A contact answered the mail that a form with a double opt-in sent."""

    audience = (people_readers,)

    submission: Any


class ConfirmationAsked(Event, frozen=True, kw_only=True):
    """Somebody filled in a form with a double opt-in: a mail is to ask whether it was them."""


class ContactGrouped(Event, frozen=True, kw_only=True):
    """A contact belongs to another group of agents from now on: its waiting conversations follow. No socket hears it."""

    contact: int


class ContactsGrouped(Event, frozen=True, kw_only=True):
    """Many contacts were put into groups at once: the waiting conversations of all of them follow."""


class CompanyTouched(Event, frozen=True, kw_only=True):
    """The document of a company changed, as `ContactTouched` says of a contact."""

    company: int
    fields: frozenset[str] | None


class CompanyDeleted(Event, frozen=True, kw_only=True):
    """A company is gone; what referred to it refers to nothing now."""

    company: int


class CompanyEnteredSegment(Event, frozen=True, kw_only=True):
    """A company belongs to a segment from now on."""

    company: int
    segment: int


class CompanyLeftSegment(Event, frozen=True, kw_only=True):
    """A company does not belong to a segment any more."""

    company: int
    segment: int


class SegmentsMoved(Event, frozen=True, kw_only=True):
    """So many entered or left segments that not all are told one by one: whoever shows sizes asks for them."""

    audience = (team,)


class ViewsChanged(Event, frozen=True, kw_only=True):
    """A view of the people table was made, changed, moved or deleted; whoever looks at views asks for those it may see."""

    audience = (team,)


class LabelsChanged(Event, frozen=True, kw_only=True):
    """A tag or a list was made, renamed, merged or deleted; whoever shows them asks for them again."""

    audience = (team,)


class ContactsRewritten(Event, frozen=True, kw_only=True):
    """Documents of contacts changed in bulk, in ways that segments need not hear of one by one."""

    contacts: tuple[int, ...]


class OperationMoved(Event, frozen=True, kw_only=True):
    """Something that is being done to many contacts has come further, or has ended."""

    audience = (people_readers,)

    operation: Any


class SegmentEntered(Event, frozen=True, kw_only=True):
    """A contact belongs to a segment from now on."""

    audience = (people_readers,)

    contact: int
    segment: int


class SegmentLeft(Event, frozen=True, kw_only=True):
    """A contact does not belong to a segment any more."""

    audience = (people_readers,)

    contact: int
    segment: int
