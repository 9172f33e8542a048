"""Pages that contacts visit, as they happen."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_SELF
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS, PAGES
from hub.people.contacts import Page, page_of
from hub.people.events import PageVisited
from storage.engine import Batch, Missing

_URL, _TITLE = 2048, 300


class PageView(Struct, frozen=True, forbid_unknown_fields=True):
    """The page a visitor is on."""

    url: Annotated[str, Meta(min_length=1)]
    title: str = ""
    referrer: str = ""


@verb(CONTACTS_SELF)
async def visit_page(hub: Hub, actor: Actor, view: PageView) -> Page:
    """Keep that the contact opened a page, and show it to the agents. Over-long fields are cut."""
    assert actor.scope.contact is not None
    now = hub.clock.now()
    record = {
        "id": await hub.ids.next("page"), "url": check_text(view.url, "url")[:_URL],
        "title": check_text(view.title, "title")[:_TITLE], "referrer": check_text(view.referrer, "referrer")[:_URL], "at": now,
    }  # fmt: skip
    batch = Batch(actor.scope)
    batch.append(PAGES, actor.scope.contact, record)
    batch.patch(CONTACTS, actor.scope.contact, set={"page": record, "last_seen": now}, inc={"page_views": 1})
    try:
        await hub.commit(batch)
    except Missing:
        raise NotFound from None
    page = page_of(actor.scope.contact, record)
    hub.publish(PageVisited(app=actor.scope.app, page=page))
    return page
