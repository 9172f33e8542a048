"""The rules by which contacts belong to groups of agents: an ordered list, changed as a whole."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE, GROUPS_MANAGE
from hub.accounts.groups import expect_group
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import GROUP_RULES, SEGMENTS
from hub.people.grouping.applying import order_apply
from hub.people.segments.members import asks_for_group
from hub.people.vocabulary import GroupRule, Vocabularies, vocabulary
from storage.engine import Batch, Document, Duplicate, GuardFailed
from storage.filters import Eq

MOST = 100


class GroupRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Contacts of a segment belong to a group; of several rules that fit, the first one counts.

    `otherwise` is the group of new conversations whose contact no rule concerns; null for none.
    """

    rules: Annotated[list[GroupRule], Meta(max_length=MOST)]
    otherwise: int | None = None


@verb(CONVERSATIONS_MANAGE)
async def get_group_rules(hub: Hub, actor: Actor) -> GroupRules:
    """Return the rules by which contacts belong to groups, in their order."""
    words = await vocabulary(hub, actor.scope)
    return GroupRules(list(words.rules), words.otherwise)


@verb(GROUPS_MANAGE)
async def set_group_rules(hub: Hub, actor: Actor, given: GroupRules) -> GroupRules:
    """Say by which rules contacts belong to groups; all contacts are looked at anew, and their waiting conversations.

    Raises NotFound, InvalidPayload, and Conflict where somebody else changed them at the same moment.
    """
    app = actor.scope.app
    await _check(hub, actor, given)
    rules = [{"segment": rule.segment, "group": rule.group} for rule in given.rules]
    changes: Document = {"rules": rules, "otherwise": given.otherwise}
    before = await hub.store.get(actor.scope, GROUP_RULES, app)
    generation = 1 if before is None else before["generation"] + 1
    batch = Batch(actor.scope)
    named = {rule.group for rule in given.rules}
    for group in named if given.otherwise is None else named | {given.otherwise}:
        expect_group(batch, app, group)
    for segment in {rule.segment for rule in given.rules}:
        batch.guard(SEGMENTS, segment)
    if before is None:
        batch.insert(GROUP_RULES, {"id": app, "generation": generation, **changes})
    else:
        batch.guard(GROUP_RULES, app, Eq("generation", before["generation"]))
        batch.patch(GROUP_RULES, app, set={"generation": generation, **changes})
    await order_apply(hub, batch, generation)
    try:
        await hub.commit(batch)
    except (GuardFailed, Duplicate):
        raise Conflict("Somebody else changed the rules, a group or a segment just now. Look again.") from None
    hub.part(Vocabularies).changed(app)
    return given


async def _check(hub: Hub, actor: Actor, given: GroupRules) -> None:
    """Return when all that the rules name is there and fits. Raises NotFound, InvalidPayload."""
    hub.part(Vocabularies).forget(actor.scope.app)  # another node may have made a group or a segment just now
    words = await vocabulary(hub, actor.scope)
    segments = [rule.segment for rule in given.rules]
    for segment in segments:
        found = words.segments.get(segment)
        if found is None:
            raise NotFound(f"There is no segment {segment} in this application.")
        if found["subject"] != "contact":
            raise InvalidPayload(f"The segment {found['name']} is one of companies; only contacts belong to groups.")
        if segments.count(segment) > 1:
            raise InvalidPayload(f"The segment {found['name']} stands in two rules; the second one would never count.")
        if asks_for_group(words, [segment]):
            raise InvalidPayload(f"The segment {found['name']} asks for the group, so it can't say who belongs to one.")
    for group in [*(rule.group for rule in given.rules), given.otherwise]:
        if group is not None and group not in words.groups:
            raise NotFound(f"There is no group {group} in this application.")
