"""What one user has: tags, lists, single attributes, and what it did. Every call is there by our id and by the company's."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible, next_page
from hub.doors.api.usercom import bodies, users
from hub.doors.api.usercom.refusals import by_field
from hub.doors.api.usercom.shown import page
from hub.people import managing, records, timeline
from hub.people.labels import lists, tags
from hub.people.vocabulary import vocabulary

_PAGE = 100
_MOST_TAGS = 100

# ── tags and lists ───────────────────────────────────────────────────────────────────────────────────────────────────


@compatible()
async def add_tag(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Give the user a tag, making it where nobody has it."""
    id = await users.id_of(hub, actor, request)
    name = _name(await bodies.read_object(request))
    tagged = await tags.add_tag(hub, actor, tags.TagContact(id, name))
    return {"created": tagged.created, "tag": {"name": tagged.tag.name, "id": tagged.tag.id}}


@compatible()
async def add_many_tags(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Give the user several tags."""
    id = await users.id_of(hub, actor, request)
    names = (await bodies.read_object(request)).get("tag_names")
    if (
        not isinstance(names, list)
        or len(names) > _MOST_TAGS
        or not all(isinstance(each, str) and each for each in names)
    ):
        raise FieldErrors(tag_names="A list of names is required.")
    given = [await tags.add_tag(hub, actor, tags.TagContact(id, name)) for name in dict.fromkeys(names)]
    return {"tags": [{"name": each.tag.name, "id": each.tag.id} for each in given]}


@compatible()
async def remove_tag(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Take a tag from the user; one that it does not carry is no error."""
    id = await users.id_of(hub, actor, request)
    name = _name(await bodies.read_object(request))
    await tags.remove_tag(hub, actor, tags.TagContact(id, name))
    return {"success": True}


@compatible()
async def add_to_list(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Put the user on a list."""
    id = await users.id_of(hub, actor, request)
    which = await _list(hub, actor, request)
    await lists.add_to_list(hub, actor, lists.ListContact(id, which))
    found = (await vocabulary(hub, actor.scope)).lists[which]
    return {"id": found.id, "name": found.name, "description": found.description}


@compatible()
async def remove_from_list(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Take the user from a list; one that it is not on is no error."""
    id = await users.id_of(hub, actor, request)
    await lists.remove_from_list(hub, actor, lists.ListContact(id, await _list(hub, actor, request)))
    return {"success": True}


def _name(body: dict[str, Any]) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise FieldErrors(name="This field is required.")
    return name


async def _list(hub: Hub, actor: Actor, request: web.Request) -> int:
    """Return the id of the list that a body names, by its id or by its name. Raises FieldErrors."""
    given, known = (await bodies.read_object(request)).get("list"), (await vocabulary(hub, actor.scope)).lists
    if isinstance(given, str) and not given.strip().isdecimal():
        named = given.strip().casefold()
        given = next((id for id, each in known.items() if each.name.casefold() == named), given)
    id = bodies.whole(given, "list")
    if id not in known:
        raise FieldErrors(list=f'Invalid pk "{id}" - object does not exist.')
    return id


# ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────────────


@compatible()
async def set_attribute(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Set one attribute; the answer has no body."""
    id = await users.id_of(hub, actor, request)
    body = await bodies.read_object(request)
    name = body.get("attribute")
    if not isinstance(name, str) or not name:
        raise FieldErrors(attribute="This field is required.")
    await _set(hub, actor, id, {name: body.get("value")})


@compatible()
async def set_multiple_attributes(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Set many attributes; the answer has no body."""
    id = await users.id_of(hub, actor, request)
    await _set(hub, actor, id, await bodies.read_object(request))


@compatible()
async def remove_attribute(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Take away the value of an attribute."""
    id = await users.id_of(hub, actor, request)
    name = (await bodies.read_object(request)).get("attribute")
    if not isinstance(name, str) or not name:
        raise FieldErrors(attribute="This field is required.")
    if (await vocabulary(hub, actor.scope)).attribute("contact", name) is None:
        raise NotFound
    await _set(hub, actor, id, {name: None})


async def _set(hub: Hub, actor: Actor, id: int, given: dict[str, Any]) -> None:
    if "user_id" in given and "custom_id" not in given:
        given = {**given, "custom_id": given.pop("user_id")}
    values = bodies.values_of(given, await vocabulary(hub, actor.scope), "contact", create=True)
    with by_field("user", fields=tuple(values)):
        await managing.change_attributes(hub, actor, managing.ContactChange(id, values))


# ── what it did ──────────────────────────────────────────────────────────────────────────────────────────────────────


@compatible()
async def ping_hits(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The pages that the user visited, newest first."""
    id = await users.id_of(hub, actor, request)
    facts = (await records.read_record(hub, actor, records.RecordRef(id))).document.get("facts") or {}

    def shown(entry: timeline.Entry) -> dict[str, Any]:
        data = entry.data
        return {
            "id": entry.id, "client": id, "ip_address": None, "user_agent": None, "browser_family": facts.get("browser"),
            "browser_version": None, "os_type": facts.get("os"), "city": facts.get("city"), "country": facts.get("country"),
            "url": data.get("url"), "referer": data.get("referrer") or None, "timestamp": _six(entry.at),
            "extra_data": data.get("utm") or {}, "timezone": facts.get("time_zone"), "resolution": facts.get("screen"),
        }  # fmt: skip

    return await _doings(hub, actor, request, id, "page", shown)


@compatible()
async def events(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The events of the user, newest first."""
    id = await users.id_of(hub, actor, request)
    return await _doings(hub, actor, request, id, "event", lambda entry: event_of(id, entry))


@compatible()
async def whole_timeline(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Everything that happened to the user, newest first."""
    id = await users.id_of(hub, actor, request)

    def shown(entry: timeline.Entry) -> dict[str, Any]:
        content = {"url": entry.data.get("url"), "title": entry.data.get("title") or entry.data.get("name")}
        return {"id": entry.id, "datetime": _six(entry.at), "name": entry.kind, "content": content}

    return await _doings(hub, actor, request, id, "all", shown)


@compatible()
async def segments(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The segments that the user is in."""
    id = await users.id_of(hub, actor, request)
    document = (await records.read_record(hub, actor, records.RecordRef(id))).document
    words = await vocabulary(hub, actor.scope)
    found = [words.segments[each] for each in document.get("segments") or () if each in words.segments]
    return page(
        [{"id": each["id"], "name": each["name"], "description": each["description"]} for each in found],
        len(found),
        None,
    )


def event_of(user: int, entry: timeline.Entry) -> dict[str, Any]:
    """Return an event of a user as lists have it."""
    items = [{"key": key, "value": value} for key, value in (entry.data.get("data") or {}).items()]
    return {
        "id": entry.id, "client": user, "timestamp": _six(entry.at), "event": entry.data.get("name"),
        "event_id": entry.data.get("event"), "items": items,
    }  # fmt: skip


async def _doings(hub: Hub, actor: Actor, request: web.Request, id: int, kind: Any, shown: Any) -> dict[str, Any]:
    cursor = request.query.get("cursor", "").strip("/") or None
    kinds = None if kind == "all" else [kind]
    try:
        found = await timeline.read_timeline(hub, actor, timeline.TimelineOf(id, kinds, _PAGE, cursor))
    except InvalidPayload:
        raise NotFound from None
    count = await records.count_doings(hub, actor, records.DoingsOf(id, kind))
    return page([shown(each) for each in found.entries], count, next_page(hub, request, found.cursor))


def _six(rfc3339: str) -> str:
    return rfc3339[:-1] + "000Z"
