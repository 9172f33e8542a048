"""Contacts as they stand in the list of who is on the website now: a short row of each, read many at a time."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.editing import name_of
from hub.people.tracking.touches import host_of
from hub.people.tracking.zones import spot_of_country, spot_of_zone
from storage.engine import Document, Scope


class Present(Struct, frozen=True):
    """A contact on the website. Times are UTC milliseconds; `estimated` says that the place follows from the time zone."""

    id: int
    name: str
    email: str | None
    known: bool
    url: str
    title: str
    page_at: int | None
    came_at: int | None
    pages: int
    visits: int
    referrer: str
    campaign: str
    country: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    estimated: bool
    device: str | None
    browser: str | None
    os: str | None
    segments: tuple[int, ...]
    tags: tuple[int, ...]


async def present_contacts(hub: Hub, scope: Scope, ids: Iterable[int]) -> dict[int, Present]:
    """Return the rows of those contacts that exist, in one read."""
    found = await hub.store.get_many(scope, CONTACTS, ids)
    return {id: present_row(document) for id, document in found.items()}


def present_row(contact: Document) -> Present:
    """Return a contact as a row of the list."""
    facts, page, visit = contact.get("facts") or {}, contact.get("page") or {}, contact.get("visit") or {}
    country = contact.get("country") or facts.get("country")
    zone = spot_of_zone(facts.get("time_zone"))
    # A zone of the same country says more precisely where; one of another country was set by hand, or there is a VPN.
    spot = zone if zone and country in (None, zone.country) else spot_of_country(country)
    utm = visit.get("utm") or {}
    return Present(
        id=contact["id"], name=name_of(contact), email=contact.get("email"),
        known=bool(contact.get("email") or contact.get("custom_id") or contact.get("first_name") or contact.get("name")),
        url=page.get("url", ""), title=page.get("title", ""), page_at=page.get("at"),
        came_at=visit.get("at") or page.get("at"), pages=visit.get("pages", 1 if page else 0),
        visits=contact.get("visits") or 1, referrer=_referrer(visit),
        campaign=" / ".join(utm[name] for name in ("source", "medium", "campaign") if utm.get(name)),
        country=country or (zone.country if zone else None), city=contact.get("city") or facts.get("city"),
        latitude=spot.latitude if spot else None, longitude=spot.longitude if spot else None,
        estimated=country is None and zone is not None, device=facts.get("device"), browser=facts.get("browser"),
        os=facts.get("os"), segments=tuple(contact.get("segments") or ()), tags=tuple(contact.get("tags") or ()),
    )  # fmt: skip


def _referrer(visit: Document) -> str:
    host = host_of(visit.get("referrer", ""))
    return "" if host == host_of(visit.get("url", "")) else host
