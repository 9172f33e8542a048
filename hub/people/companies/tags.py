"""Tags of companies, given and taken."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import COMPANY_HISTORY
from hub.people.companies.keeping import commit_company, patch_company, stored_company
from hub.people.labels.tags import Tagged, tag_named
from hub.people.vocabulary import Named, vocabulary
from storage.engine import Batch
from storage.filters import fold

Id = Annotated[int, Meta(ge=1, le=2**53)]


class CompanyTag(Struct, frozen=True, forbid_unknown_fields=True):
    """Which company, and the tag by its name."""

    company: Id
    tag: str


@verb(CONTACTS_WRITE)
async def add_company_tag(hub: Hub, actor: Actor, given: CompanyTag) -> Tagged:
    """Put a tag on a company, making it where nobody has it. Raises NotFound, InvalidPayload."""
    company = await stored_company(hub, actor.scope, given.company)
    tagged = await tag_named(hub, actor.scope, given.tag)
    if tagged.tag.id not in company["tags"]:
        batch = Batch(actor.scope)
        patch_company(hub, batch, company["id"], add={"tags": tagged.tag.id})
        await _note_tag(hub, batch, actor, company["id"], "added", tagged.tag)
        await commit_company(hub, batch, company["id"], ("tags",))
    return tagged


@verb(CONTACTS_WRITE)
async def remove_company_tag(hub: Hub, actor: Actor, given: CompanyTag) -> None:
    """Take a tag from a company; one that it does not carry is no error. Raises NotFound."""
    company = await stored_company(hub, actor.scope, given.company)
    tag = (await vocabulary(hub, actor.scope)).tags.get(fold(given.tag.strip()))
    if tag is not None and tag.id in company["tags"]:
        batch = Batch(actor.scope)
        patch_company(hub, batch, company["id"], remove={"tags": tag.id})
        await _note_tag(hub, batch, actor, company["id"], "removed", tag)
        await commit_company(hub, batch, company["id"], ("tags",))


async def _note_tag(hub: Hub, batch: Batch, actor: Actor, company: int, word: str, tag: Named) -> None:
    by = {"kind": actor.kind, "id": actor.id, "name": actor.name}
    record = {"kind": "tag", "word": word, "tag": tag.id, "name": tag.name, "by": by, "at": hub.clock.now()}
    batch.append(COMPANY_HISTORY, company, {"id": await hub.ids.next("history"), **record})
