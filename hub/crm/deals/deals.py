"""What agents, API keys and automations do with deals."""

from __future__ import annotations

from msgspec import UNSET, Struct

from hub.accounts.grants import CRM_READ, CRM_WRITE
from hub.core.actor import Actor
from hub.core.errors import Conflict, Taken
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.collections import DEALS
from hub.crm.deals.changing import change_deal_fields, insert_deal, remove_deal
from hub.crm.deals.fields import DealFields, Moment
from hub.crm.deals.presenting import Deal, present_deal
from hub.crm.records import CustomId, Id, Name, named, stored


class NewDeal(DealFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A deal to be made. Without a stage it begins in the first one of its pipeline, and without that of the first pipeline.

    `conversation` is the one that it comes from.
    """

    name: Name
    conversation: Id | None = None


class DealChange(DealFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of a deal."""

    deal: Id


class DealOfYours(DealFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A deal by your own id: what changes of it, or what it is where there is none yet (then with a name)."""

    custom_id: CustomId


class DealRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which deal."""

    deal: Id


class DealCustomId(Struct, frozen=True, forbid_unknown_fields=True):
    """Which deal, by your own id."""

    custom_id: CustomId


class UpsertedDeal(Struct, frozen=True):
    """A deal that was made, or was there."""

    deal: Deal
    created: bool


class MoveDeal(Struct, frozen=True, forbid_unknown_fields=True):
    """A deal and its new stage."""

    deal: Id
    stage: Id


class WinDeal(Struct, frozen=True, forbid_unknown_fields=True):
    """Which deal was won, and when (now where it is absent)."""

    deal: Id
    at: Moment | None = None


class LoseDeal(Struct, frozen=True, forbid_unknown_fields=True):
    """Which deal was lost, why, and when (now where it is absent)."""

    deal: Id
    loss_reason: Id | None = None
    description: str = ""
    at: Moment | None = None


@verb(CRM_READ)
async def get_deal(hub: Hub, actor: Actor, which: DealRef) -> Deal:
    """Return a deal. Raises NotFound."""
    return await present_deal(hub, actor.scope, await stored(hub, actor.scope, DEALS, which.deal, "deal"))


@verb(CRM_READ)
async def get_deal_by_custom_id(hub: Hub, actor: Actor, which: DealCustomId) -> Deal:
    """Return the deal of your own id. Raises NotFound."""
    found = await named(hub, actor.scope, DEALS, "deal.custom_id", which.custom_id, "deal")
    return await present_deal(hub, actor.scope, found)


@verb(CRM_WRITE)
async def create_deal(hub: Hub, actor: Actor, new: NewDeal) -> Deal:
    """Make a deal. Raises InvalidPayload, Taken; NotFound for what it refers to and is not there."""
    return await present_deal(hub, actor.scope, await insert_deal(hub, actor, new, conversation=new.conversation))


@verb(CRM_WRITE)
async def change_deal(hub: Hub, actor: Actor, change: DealChange) -> Deal:
    """Change a deal. Raises NotFound, InvalidPayload, Taken."""
    return await present_deal(hub, actor.scope, await change_deal_fields(hub, actor, change.deal, change))


@verb(CRM_WRITE)
async def upsert_deal(hub: Hub, actor: Actor, given: DealOfYours) -> UpsertedDeal:
    """Change the deal of your own id, or make it where there is none. Raises NotFound, InvalidPayload."""
    for _ in range(3):  # another one may make or delete it at the same moment
        id = await hub.store.key(actor.scope, "deal.custom_id", given.custom_id)
        try:
            if id is not None:
                found = await change_deal_fields(hub, actor, id, given)
            else:
                found = await insert_deal(hub, actor, given)
        except Taken:
            continue
        return UpsertedDeal(await present_deal(hub, actor.scope, found), id is None)
    raise Conflict


@verb(CRM_WRITE)
async def delete_deal(hub: Hub, actor: Actor, which: DealRef) -> None:
    """Delete a deal with its notes; its activities stay, and belong to none. Raises NotFound."""
    await remove_deal(hub, actor, which.deal)


@verb(CRM_WRITE)
async def move_deal(hub: Hub, actor: Actor, given: MoveDeal) -> Deal:
    """Move a deal to a stage, also of another pipeline. Raises NotFound, InvalidPayload."""
    return await _turned(hub, actor, given.deal, DealFields(stage=given.stage))


@verb(CRM_WRITE)
async def win_deal(hub: Hub, actor: Actor, given: WinDeal) -> Deal:
    """Say that a deal was won. Raises NotFound, InvalidPayload."""
    return await _turned(hub, actor, given.deal, DealFields(status="won", won_at=_given(given.at)))


@verb(CRM_WRITE)
async def lose_deal(hub: Hub, actor: Actor, given: LoseDeal) -> Deal:
    """Say that a deal was lost, and why. Raises NotFound, InvalidPayload."""
    fields = DealFields(
        status="lost",
        lost_at=_given(given.at),
        loss_reason=given.loss_reason,
        loss_reason_description=given.description,
    )
    return await _turned(hub, actor, given.deal, fields)


@verb(CRM_WRITE)
async def reopen_deal(hub: Hub, actor: Actor, which: DealRef) -> Deal:
    """Let a deal that was won, lost, abandoned or archived go on, where it was. Raises NotFound."""
    return await _turned(hub, actor, which.deal, DealFields(status="in_progress"))


async def _turned(hub: Hub, actor: Actor, deal: int, fields: DealFields) -> Deal:
    return await present_deal(hub, actor.scope, await change_deal_fields(hub, actor, deal, fields))


def _given(at: Moment | None) -> Moment:
    return UNSET if at is None else at  # type: ignore[return-value]
