"""What agents, API keys and automations do with activities."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.grants import CRM_READ, CRM_WRITE
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, Taken
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.activities.changing import change_activity_fields, insert_activity, remove_activity
from hub.crm.activities.fields import ActivityFields, Moment
from hub.crm.activities.presenting import Activity, present_activity
from hub.crm.collections import ACTIVITIES
from hub.crm.records import CustomId, Id, Name, named, stored


class NewActivity(ActivityFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An activity to be planned, or written down as done; `conversation` is the one that it comes from."""

    name: Name
    due: Moment
    conversation: Id | None = None


class ActivityChange(ActivityFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of an activity."""

    activity: Id


class ActivityOfYours(ActivityFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An activity by your own id: what changes of it, or what it is where there is none yet (then with name and `due`)."""

    custom_id: CustomId


class ActivityRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which activity."""

    activity: Id


class ActivityCustomId(Struct, frozen=True, forbid_unknown_fields=True):
    """Which activity, by your own id."""

    custom_id: CustomId


class FinishActivity(Struct, frozen=True, forbid_unknown_fields=True):
    """Which activity was done, and when (now where it is absent)."""

    activity: Id
    at: Moment | None = None


class UpsertedActivity(Struct, frozen=True):
    """An activity that was made, or was there."""

    activity: Activity
    created: bool


@verb(CRM_READ)
async def get_activity(hub: Hub, actor: Actor, which: ActivityRef) -> Activity:
    """Return an activity. Raises NotFound."""
    found = await stored(hub, actor.scope, ACTIVITIES, which.activity, "activity")
    return await present_activity(hub, actor.scope, found)


@verb(CRM_READ)
async def get_activity_by_custom_id(hub: Hub, actor: Actor, which: ActivityCustomId) -> Activity:
    """Return the activity of your own id. Raises NotFound."""
    found = await named(hub, actor.scope, ACTIVITIES, "activity.custom_id", which.custom_id, "activity")
    return await present_activity(hub, actor.scope, found)


@verb(CRM_WRITE)
async def create_activity(hub: Hub, actor: Actor, new: NewActivity) -> Activity:
    """Plan an activity, or write one down. Raises InvalidPayload, Taken; NotFound for what it refers to and is not there."""
    made = await insert_activity(hub, actor, new, conversation=new.conversation)
    return await present_activity(hub, actor.scope, made)


@verb(CRM_WRITE)
async def change_activity(hub: Hub, actor: Actor, change: ActivityChange) -> Activity:
    """Change an activity; a reminder moves with its time. Raises NotFound, InvalidPayload, Taken."""
    return await present_activity(hub, actor.scope, await change_activity_fields(hub, actor, change.activity, change))


@verb(CRM_WRITE)
async def upsert_activity(hub: Hub, actor: Actor, given: ActivityOfYours) -> UpsertedActivity:
    """Change the activity of your own id, or make it where there is none. Raises NotFound, InvalidPayload."""
    for _ in range(3):  # another one may make or delete it at the same moment
        id = await hub.store.key(actor.scope, "activity.custom_id", given.custom_id)
        try:
            if id is not None:
                found = await change_activity_fields(hub, actor, id, given)
            elif not given.due:
                raise InvalidPayload("An activity is due at a time: `due`.")
            else:
                found = await insert_activity(hub, actor, given)
        except Taken:
            continue
        return UpsertedActivity(await present_activity(hub, actor.scope, found), id is None)
    raise Conflict


@verb(CRM_WRITE)
async def finish_activity(hub: Hub, actor: Actor, given: FinishActivity) -> Activity:
    """Say that an activity was done; one that is done already stays so. Raises NotFound, InvalidPayload."""
    fields = ActivityFields(done=True) if given.at is None else ActivityFields(done=True, done_at=given.at)
    return await present_activity(hub, actor.scope, await change_activity_fields(hub, actor, given.activity, fields))


@verb(CRM_WRITE)
async def reopen_activity(hub: Hub, actor: Actor, which: ActivityRef) -> Activity:
    """Say that an activity is not done after all. Raises NotFound."""
    after = await change_activity_fields(hub, actor, which.activity, ActivityFields(done=False))
    return await present_activity(hub, actor.scope, after)


@verb(CRM_WRITE)
async def delete_activity(hub: Hub, actor: Actor, which: ActivityRef) -> None:
    """Delete an activity. Raises NotFound."""
    await remove_activity(hub, actor, which.activity)
