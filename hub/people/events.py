"""Facts about people. Agents hear them; a contact learns about itself from its own commands."""

from __future__ import annotations

from typing import Any

from hub.core.event import Event, Room


def team(event: Event) -> tuple[Room]:
    """All agents of the application."""
    return (Room("agent", f"{event.app}:team"),)


class PageVisited(Event, frozen=True, kw_only=True):
    """A contact opened a page of the website."""

    audience = (team,)

    page: Any


class ContactChanged(Event, frozen=True, kw_only=True):
    """Something about a contact is known now that was not, or was different."""

    audience = (team,)

    contact: Any


class ContactTouched(Event, frozen=True, kw_only=True):
    """The document of a contact changed: the segments that look at these fields are to be asked again; None for all."""

    contact: int
    fields: frozenset[str] | None


class ContactsReplaced(Event, frozen=True, kw_only=True):
    """Contacts are part of another one from now on (`into`), or were erased (None): nothing may go on as if they were."""

    contacts: tuple[int, ...]
    into: int | None


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


class SegmentEntered(Event, frozen=True, kw_only=True):
    """A contact belongs to a segment from now on."""

    audience = (team,)

    contact: int
    segment: int


class SegmentLeft(Event, frozen=True, kw_only=True):
    """A contact does not belong to a segment any more."""

    audience = (team,)

    contact: int
    segment: int
