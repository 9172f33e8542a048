"""Activities: the object in both versions, and what is done with one or with a page of them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.crm.activities import activities, finding
from hub.crm.activities.durations import duration_written, minutes_of
from hub.crm.activities.presenting import Activity
from hub.doors.api.compat import FieldErrors, compatible, timestamp
from hub.doors.api.usercom import bodies
from hub.doors.api.usercom.crm import asked, given
from hub.doors.api.usercom.crm.deals import agent_of, six
from hub.doors.api.usercom.paths import number_in, own_in
from hub.doors.api.usercom.shown import with_values
from hub.doors.api.usercom.versions import Version, version_of
from hub.people.vocabulary import Vocabulary, vocabulary

NAMES = {"assignee": "assigned_to", "type": "activity_type", "due": "due_date", "done_at": "done_date"}
"""our field → what clients call it"""


def shown(activity: Activity, words: Vocabulary, version: Version) -> dict[str, Any]:
    """Return an activity as the version has it: the second has its own names of what it is about beside the first's."""
    person, company, deal = (each and each.id for each in (activity.contact, activity.company, activity.deal))
    fields = {
        "id": activity.id, "activity_type": activity.type, "name": activity.name, "datetime": timestamp(activity.due),
        "duration": duration_written(activity.duration), "description": activity.description,
        "assigned_to": activity.assignee, "deal": deal, "person": person, "company": company, "done": activity.done,
        "done_date": six(activity.done_at), "created_by": agent_of(activity.created_by),
        "created_at": timestamp(activity.created), "updated_at": timestamp(activity.updated),
        "custom_id": activity.custom_id,
    }  # fmt: skip
    if version == 2:
        fields |= {"due_date": timestamp(activity.due), "deal_id": deal, "user_id": person, "company_id": company}
    return with_values(fields, activity.attributes, words, "activity", version)


def duration_in(value: Any, name: str) -> int:
    """Return minutes of a whole number of them, or of a duration as it came. Raises FieldErrors."""
    written = minutes_of(value)
    if written is not None:
        return written
    if value == 0 and type(value) is int:
        return 0
    return bodies.whole(value, name)


async def read(hub: Hub, actor: Actor, request: web.Request) -> Activity:
    """Return the activity in the path, by our id or by the client's own. Raises NotFound."""
    own = own_in(request)
    if own is None:
        return await activities.get_activity(hub, actor, activities.ActivityRef(number_in(request)))
    try:
        return await activities.get_activity_by_custom_id(hub, actor, activities.ActivityCustomId(own))
    except InvalidPayload:
        raise NotFound from None


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Plan an activity, or write one down as done."""
    values = await _given(hub, actor, request)
    if values.get("type") is None:
        raise FieldErrors(activity_type="This field is required.")
    new = given.as_struct(activities.NewActivity, values, NAMES)
    with given.in_words("activity", NAMES):
        made = await activities.create_activity(hub, actor, new)
    return await _shown(hub, actor, request, made)


@compatible()
async def update(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change what is named of an activity."""
    id = (await read(hub, actor, request)).id
    values = await _given(hub, actor, request)
    change = given.as_struct(activities.ActivityChange, values | {"activity": id}, NAMES)
    with given.in_words("activity", NAMES):
        changed = await activities.change_activity(hub, actor, change)
    return await _shown(hub, actor, request, changed)


@compatible(single=True)
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One activity."""
    return await _shown(hub, actor, request, await read(hub, actor, request))


@compatible()
async def list_all(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All activities, or those that the query asks for."""
    return await _page(hub, actor, request)


@compatible()
async def search(hub: Hub, actor: Actor, request: web.Request) -> Any:
    """One bare activity by the client's own id, an array with `many=true`, else a page."""
    own = asked.own_asked(request, "custom_id")
    if own is None:
        return await _page(hub, actor, request)

    async def one() -> dict[str, Any]:
        which = activities.ActivityCustomId(own)
        return await _shown(hub, actor, request, await activities.get_activity_by_custom_id(hub, actor, which))

    return await asked.bare(request, one)


@compatible(204)
async def delete(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete an activity."""
    which = activities.ActivityRef((await read(hub, actor, request)).id)
    await activities.delete_activity(hub, actor, which)


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_READS: asked.Reads = {
    "activity_type": ("type", bodies.whole), "assigned_to": ("assignee", bodies.whole), "done": ("done", given.flag),
    "user_id": ("contact", bodies.whole), "person": ("contact", bodies.whole), "company": ("company", bodies.whole),
    "company_id": ("company", bodies.whole), "deal": ("deal", bodies.whole), "deal_id": ("deal", bodies.whole),
}  # fmt: skip


async def _page(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    find = finding.FindActivities(**await asked.found_by(hub, actor, request, "activity", _READS))
    words, version = await vocabulary(hub, actor.scope), version_of(request)

    async def found() -> tuple[list[Any], str | None]:
        page = await finding.find_activities(hub, actor, find)
        return [shown(each, words, version) for each in page.activities], page.cursor

    async def count() -> int:
        return (await finding.count_activities(hub, actor, find)).count

    return await asked.page_of(hub, request, found, count)


async def _shown(hub: Hub, actor: Actor, request: web.Request, activity: Activity) -> dict[str, Any]:
    return shown(activity, await vocabulary(hub, actor.scope), version_of(request))


async def _given(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Return what the body says of an activity; what is no field of it is an attribute. Raises FieldErrors."""
    body, version = await bodies.read_object(request), version_of(request)
    values: dict[str, Any] = {}
    for name in ("name", "description"):
        given.take(body, values, name, as_=given.text)
    given.take(body, values, "type", "activity_type", as_=bodies.whole)
    given.take(body, values, "due", "due_date", "datetime", as_=given.moment)
    given.take(body, values, "duration", as_=duration_in)
    given.take(body, values, "done", as_=given.flag)
    given.take(body, values, "done_at", "done_date", as_=given.moment)
    given.take(body, values, "assignee", "assigned_to", as_=bodies.whole)
    given.take(body, values, "custom_id", as_=bodies.own_id)
    given.take_person(body, values, version)
    given.take_company(body, values)
    given.take_deal(body, values)
    if values.get("description", "") is None:
        values["description"] = ""
    for name in ("name", "type", "due", "done"):
        if name in values and values[name] is None:
            del values[name]  # a client sends back what it got
    values["attributes"] = bodies.values_of(body, await vocabulary(hub, actor.scope), "activity", create=True)
    return values
