"""Whose a canned answer or a macro is: its maker's, a group's or the whole team's."""

from __future__ import annotations

from typing import Any, Literal

from hub.accounts.grants import ANSWERS_SHARE
from hub.accounts.groups import Group
from hub.chat.attachments import forget_attachments
from hub.chat.collections import CANNED, INBOX_VIEWS, MACROS
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.people.vocabulary import everything, vocabulary
from storage.engine import Batch, Collection, Document, Scope
from storage.filters import Eq

LEFT = "chat.left"
_TOGETHER = 200
For = Literal["me", "group", "all"]


async def checked_for(hub: Hub, actor: Actor, whose: For, group: int | None) -> Document:
    """Return the fields that say whose it is. Raises Forbidden, InvalidPayload, and NotFound for a group of others."""
    if whose != "me":
        actor.require(ANSWERS_SHARE)
    if (whose == "group") != (group is not None):
        raise InvalidPayload("`group` goes with `for` being `group`, and only with it.")
    if group is not None and group not in (await vocabulary(hub, actor.scope)).groups:
        raise NotFound("There is no group by that id.")
    return {"for": whose, "group": group}


async def visible(hub: Hub, actor: Actor, collection: Collection) -> list[tuple[Document, bool]]:
    """Return what somebody may see, and of each whether it is offered to them: a group's is to its members."""
    groups = (await vocabulary(hub, actor.scope)).groups
    all = await everything(hub, actor.scope, collection)
    return [(each, _is_offered(actor, groups, each)) for each in all if _may_see(actor, groups, each)]


async def seen(hub: Hub, actor: Actor, collection: Collection, id: int) -> Document:
    """Return one that somebody may see. Raises NotFound."""
    document = await hub.store.get(actor.scope, collection, id)
    if document is None or not _may_see(actor, (await vocabulary(hub, actor.scope)).groups, document):
        raise NotFound
    return document


def _may_see(actor: Actor, groups: dict[int, Group], one: Document) -> bool:
    """Those who share see what every group has, also of groups that are gone: somebody has to tidy up."""
    return _is_offered(actor, groups, one) or (one["for"] == "group" and ANSWERS_SHARE in actor.grants)


def _is_offered(actor: Actor, groups: dict[int, Group], one: Document) -> bool:
    if one["for"] == "group":
        group = groups.get(one["group"])
        return group is not None and actor.kind == "agent" and actor.id in group.agents
    return bool(one["for"] == "all" or one["owner"] == actor.who)


async def changeable(hub: Hub, actor: Actor, collection: Collection, id: int) -> Document:
    """Return one that somebody may change. Raises NotFound, Forbidden."""
    document = await seen(hub, actor, collection, id)
    if document["for"] != "me":
        actor.require(ANSWERS_SHARE)
    return document


async def forget_agent(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Forget the answers, macros and views that a removed agent had for itself; what was shared is the team's (a job)."""
    scope, owner = Scope(payload["app"]), f"agent {payload['agent']}"
    for collection in (CANNED, MACROS, INBOX_VIEWS):
        found = [each for each in await everything(hub, scope, collection) if each["owner"] == owner and _is_own(each)]
        for start in range(0, len(found), _TOGETHER):
            batch = Batch(scope)
            for each in found[start : start + _TOGETHER]:
                batch.guard(collection, each["id"], Eq("owner", owner))
                batch.delete(collection, each["id"])
                await forget_attachments(hub, batch, each.get("attachments") or ())
            await hub.commit(batch)


def _is_own(one: Document) -> bool:
    return not one["shared"] if "shared" in one else bool(one["for"] == "me")
