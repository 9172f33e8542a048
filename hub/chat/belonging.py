"""Whose a canned answer or a macro is: its maker's, a group's or the whole team's."""

from __future__ import annotations

from typing import Literal

from hub.accounts.grants import ANSWERS_SHARE
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.people.vocabulary import everything, vocabulary
from storage.engine import Collection, Document

For = Literal["me", "group", "all"]


def who(actor: Actor) -> str:
    """Return how a maker is remembered."""
    return f"{actor.kind} {actor.id}"


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
    """Return what somebody may see, and of each whether it is offered to them: a group's is to its members.

    Those who share see what every group has, also of groups that are gone: somebody has to tidy up.
    """
    groups = (await vocabulary(hub, actor.scope)).groups
    found = []
    for each in await everything(hub, actor.scope, collection):
        group = groups.get(each["group"]) if each["for"] == "group" else None
        offered = (
            each["for"] == "all"
            or (each["for"] == "me" and each["owner"] == who(actor))
            or (group is not None and actor.kind == "agent" and actor.id in group.agents)
        )
        if offered or (each["for"] == "group" and ANSWERS_SHARE in actor.grants):
            found.append((each, offered))
    return found


async def seen(hub: Hub, actor: Actor, collection: Collection, id: int) -> Document:
    """Return one that somebody may see. Raises NotFound."""
    for each, _ in await visible(hub, actor, collection):
        if each["id"] == id:
            return each
    raise NotFound


async def changeable(hub: Hub, actor: Actor, collection: Collection, id: int) -> Document:
    """Return one that somebody may change. Raises NotFound, Forbidden."""
    document = await seen(hub, actor, collection, id)
    if document["for"] != "me":
        actor.require(ANSWERS_SHARE)
    return document
