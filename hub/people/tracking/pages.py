"""Pages that contacts visit, as they happen."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_TRACK
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import PAGES
from hub.people.contacts import Page, page_of
from hub.people.events import PageVisited
from hub.people.segments.needs import Needs
from hub.people.tracking.occurrences import Occurrence, occur
from hub.people.tracking.touches import campaign_of, touch_of
from storage.engine import Batch, Document

_URL, _TITLE = 2048, 300
_PAUSE = 30 * 60_000
"""Milliseconds without a page after which somebody has come again."""


class PageView(Struct, frozen=True, forbid_unknown_fields=True):
    """The page a visitor is on."""

    url: Annotated[str, Meta(min_length=1)]
    title: str = ""
    referrer: str = ""


@verb(CONTACTS_TRACK)
async def visit_page(hub: Hub, actor: Actor, view: PageView) -> Page:
    """Keep that the contact opened a page, and show it to the agents. Over-long fields are cut.

    The first and the last touch are kept on the contact: how it found the site, and what brought it back.
    """
    assert actor.scope.contact is not None
    contact, now = actor.scope.contact, hub.clock.now()
    url, referrer = check_text(view.url, "url")[:_URL], check_text(view.referrer, "referrer")[:_URL]
    record: Document = {
        "id": await hub.ids.next("page"), "url": url, "title": check_text(view.title, "title")[:_TITLE], "referrer": referrer,
        "at": now,
    }  # fmt: skip
    campaign = campaign_of(view.url)
    if campaign:
        record["utm"] = campaign
    touch = touch_of(campaign, url, referrer, now)

    def occurrences(needs: Needs) -> list[Occurrence]:
        return [(key, now) for key in needs.keys_of_page(url)]

    def also(batch: Batch, document: Document) -> Document:
        batch.append(PAGES, document["id"], record)
        seen = {"first_seen": document.get("first_seen") or now, "last_seen": now}
        views = document.get("page_views", 0) + 1
        return {
            "page": record,
            "page_views": views,
            **seen,
            **_visit(document, record),
            **_touches(document, touch, record),
        }

    await occur(hub, actor.scope, contact, occurrences, also)
    page = page_of(contact, record)
    hub.publish(PageVisited(app=actor.scope.app, page=page))
    return page


def _visit(document: Document, record: Document) -> Document:
    """Return the visit that a page belongs to: after a pause of half an hour it is a new one, and counts."""
    before, visit = document.get("page") or {}, document.get("visit")
    if visit is not None and before and record["at"] - before["at"] < _PAUSE:
        return {"visit": {**visit, "pages": visit["pages"] + 1}}
    begun = {"at": record["at"], "url": record["url"], "referrer": record["referrer"], "pages": 1}
    utm = {"utm": record["utm"]} if "utm" in record else {}
    return {"visit": begun | utm, "visits": document.get("visits", 0) + 1}


def _touches(document: Document, touch: Document | None, record: Document) -> Document:
    """Return what changes of the touches. Whoever comes back by a bookmark was still brought by what came before."""
    first = (document.get("facts") or {}).get("first_touch")
    if touch is None and first is not None:
        return {}
    touch = touch or {"url": record["url"], "at": record["at"]}
    return {"facts.last_touch": touch} | ({} if first else {"facts.first_touch": touch})
