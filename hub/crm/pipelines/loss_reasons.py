"""Why deals are lost: a short list of the application's own words."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from hub.accounts.grants import CRM_MANAGE, CRM_READ
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.crm.collections import LOSS_REASONS
from hub.crm.pipelines.pipelines import Description
from hub.crm.records import Id, Name, change_record, checked_title, stored
from hub.crm.releasing import order_release
from storage.engine import Batch, Document, Scope

MOST = 200


class NewLossReason(Struct, frozen=True, forbid_unknown_fields=True):
    """A reason to be made."""

    name: Name
    description: Description = ""


class LossReasonChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a reason."""

    loss_reason: Id
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class LossReasonRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which reason."""

    loss_reason: Id


class LossReason(Struct, frozen=True):
    """Why a deal was lost."""

    id: int
    name: str
    description: str


class LossReasons(Struct, frozen=True):
    """All reasons, in the order in which they were made."""

    loss_reasons: list[LossReason]


@verb(CRM_READ)
async def list_loss_reasons(hub: Hub, actor: Actor) -> LossReasons:
    """Return all reasons why deals are lost."""
    return LossReasons([_shown(each) for each in await _all(hub, actor.scope)])


@verb(CRM_READ)
async def get_loss_reason(hub: Hub, actor: Actor, which: LossReasonRef) -> LossReason:
    """Return a reason. Raises NotFound."""
    return _shown(await stored(hub, actor.scope, LOSS_REASONS, which.loss_reason, "loss reason"))


@verb(CRM_MANAGE)
async def create_loss_reason(hub: Hub, actor: Actor, new: NewLossReason) -> LossReason:
    """Make a reason why deals are lost. Raises InvalidPayload."""
    if len(await _all(hub, actor.scope)) >= MOST:
        raise InvalidPayload(f"There are at most {MOST} loss reasons.")
    now = hub.clock.now()
    document: Document = {
        "id": await hub.ids.next("loss_reason"), "name": checked_title(new.name),
        "description": check_text(new.description, "description"), "created": now, "updated": now, "revision": 1,
    }  # fmt: skip
    batch = Batch(Scope(actor.scope.app))
    batch.insert(LOSS_REASONS, document)
    await hub.commit(batch)
    return _shown(document)


@verb(CRM_MANAGE)
async def change_loss_reason(hub: Hub, actor: Actor, change: LossReasonChange) -> LossReason:
    """Rename or describe a reason, also for the deals that were lost for it. Raises NotFound, InvalidPayload."""

    async def turn(reason: Document, batch: Batch) -> Document:
        fields: Document = {}
        if change.name is not UNSET:
            fields["name"] = checked_title(change.name)
        if change.description is not UNSET:
            fields["description"] = check_text(change.description, "description")
        return fields

    return _shown(await change_record(hub, actor.scope, LOSS_REASONS, change.loss_reason, "loss reason", turn))


@verb(CRM_MANAGE)
async def delete_loss_reason(hub: Hub, actor: Actor, which: LossReasonRef) -> None:
    """Delete a reason; deals that were lost for it stay lost, for none. Raises NotFound."""
    await stored(hub, actor.scope, LOSS_REASONS, which.loss_reason, "loss reason")
    batch = Batch(Scope(actor.scope.app))
    batch.delete(LOSS_REASONS, which.loss_reason)
    await order_release(hub, batch, "loss reason", which.loss_reason)
    await hub.commit(batch)


async def _all(hub: Hub, scope: Scope) -> list[Document]:
    return [each async for chunk in hub.store.export(scope, LOSS_REASONS) for each in chunk]


def _shown(document: Document) -> LossReason:
    return LossReason(document["id"], document["name"], document["description"])
