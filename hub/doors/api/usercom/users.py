"""Users, which are our contacts: the object in both versions, and what is done with one or with a page of them."""

from __future__ import annotations

import re
from typing import Any, Literal

from aiohttp import web
from msgspec import Struct

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible, next_page
from hub.doors.api.usercom import bodies
from hub.doors.api.usercom.lookups import conditions_of
from hub.doors.api.usercom.mentioned import mentioned_company
from hub.doors.api.usercom.paths import number_in
from hub.doors.api.usercom.refusals import by_field
from hub.doors.api.usercom.shown import moment, page, with_attributes
from hub.doors.api.usercom.versions import Version, name_in, version_of
from hub.people import managing, records
from hub.people.companies import members
from hub.people.labels import tags
from hub.people.merging import merges
from hub.people.privacy import erasure
from hub.people.vocabulary import Vocabulary, vocabulary

_MOST_IDS, _MOST_TAGS = 1_000, 100
_VERSION = re.compile(r" [\d.]+$")


class Given(Struct, frozen=True):
    """What a body says of a user, all checked: values, tags to add, and its company by the client's own id of it."""

    values: dict[str, Any]
    tags: list[str]
    company: str | None


# ── the object ───────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(document: dict[str, Any], words: Vocabulary, names: dict[int, str], version: Version) -> dict[str, Any]:
    """Return a user as the version has it, its keys in the order in which they were recorded."""
    get, facts = document.get, document.get("facts") or {}
    first, last = get("first_name"), get("last_name")
    full = get("name") or (f"{first} {last}" if first and last else first or last)
    fields = {
        "id": document["id"], name_in(version, "user", "key"): document["key"],
        "name": full or get("email"), "email": get("email"),
        "gender": get("gender") or "unknown", "status": get("status") or "visitor", "phone_number": get("phone_number"),
        "first_seen": moment(get("first_seen")), "last_seen": moment(get("last_seen")),
        "page_views": get("page_views") or 0, "last_ip": None, "timezone": get("timezone") or facts.get("time_zone"),
        "city": get("city") or facts.get("city"), "region": get("region") or facts.get("region"),
        "country": get("country") or facts.get("country"), "unsubscribed": get("unsubscribed") or False,
        "browser_language": facts.get("language"), "score": get("score") or 0,
        "browser": _family(facts.get("browser")), "os_type": _family(facts.get("os")), "resolution": facts.get("screen"),
        "created_at": moment(document["created"]), "updated_at": moment(document["updated"]),
        "companies": [
            {"member_since": moment(each["since"]), "id": each["id"], "name": names[each["id"]]}
            for each in get("companies") or () if each["id"] in names
        ],
        "attributes": [], "gravatar_url": get("gravatar_url"),
        "lists": [
            {"id": each, "name": words.lists[each].name, "description": words.lists[each].description}
            for each in get("lists") or () if each in words.lists
        ],
        "tags": [{"name": each.name, "id": each.id} for each in words.tag_names(get("tags") or ())],
        "notifications": True if get("notifications") is None else get("notifications"),
        "facebook_url": get("facebook_url"), "linkedin_url": get("linkedin_url"), "twitter_url": get("twitter_url"),
        "google_url": get("google_url"), "last_contacted": moment(get("last_contacted")),
        name_in(version, "user", "custom_id"): get("custom_id"),
        "first_name": first, "last_name": last, "web_push_subscription": False,
        "assigned_to": get("assigned_to"),
    }  # fmt: skip
    return with_attributes(fields, document, words, "contact", version)


def _family(name: str | None) -> str | None:
    """Return a browser or a system without the number of its version, as User.com has it."""
    return None if name is None else _VERSION.sub("", name)


async def one(hub: Hub, actor: Actor, request: web.Request, id: int) -> dict[str, Any]:
    """Return the user of an id as the call's version has it. Raises NotFound."""
    return await _whole(hub, actor, request, await records.read_record(hub, actor, records.RecordRef(id)))


async def _whole(hub: Hub, actor: Actor, request: web.Request, found: records.Record) -> dict[str, Any]:
    return shown(found.document, await vocabulary(hub, actor.scope), found.companies, version_of(request))


async def many(
    hub: Hub, actor: Actor, request: web.Request, *, where: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Return a page of users as the call's version has it."""
    cursor = request.query.get("cursor", "").strip("/") or None
    found = await records.find_records(hub, actor, records.FindRecords("contact", where, cursor=cursor, **more))
    words, version = await vocabulary(hub, actor.scope), version_of(request)
    results = [shown(each, words, found.companies, version) for each in found.documents]
    return page(results, found.count, next_page(hub, request, found.cursor))


async def id_of(hub: Hub, actor: Actor, request: web.Request) -> int:
    """Return the id of the user in the path, by our id or by the company's own. Raises NotFound."""
    return int((await _record_of(hub, actor, request)).document["id"])


async def _record_of(hub: Hub, actor: Actor, request: web.Request) -> records.Record:
    custom_id = request.match_info.get("custom_id")
    if custom_id is not None:
        return await _record_by(hub, actor, "custom_id", custom_id)
    return await records.read_record(hub, actor, records.RecordRef(number_in(request, "user_id")))


async def id_by(hub: Hub, actor: Actor, by: Any, value: str) -> int:
    """Return the id of the user that has a unique value. Raises NotFound, for what could be nobody's value too."""
    return int((await _record_by(hub, actor, by, value)).document["id"])


async def _record_by(hub: Hub, actor: Actor, by: Any, value: str) -> records.Record:
    try:
        return await records.read_record(hub, actor, records.RecordRef(value, by=by))
    except InvalidPayload:
        raise NotFound from None


def only_id(body: dict[str, Any]) -> int | None:
    """Return the id of the user where a body names one by its id and by nothing else.

    It is not looked up: whatever is done with it finds out whether there is such a user.
    """
    given = [name for name in ("client", "user_id", "user_key", "user_custom_id") if body.get(name) not in (None, "")]
    if len(given) != 1 or given[0] not in ("client", "user_id") or type(body[given[0]]) is not int:
        return None
    return int(body[given[0]])


async def named_in(hub: Hub, actor: Actor, body: dict[str, Any], version: Version) -> int:
    """Return the user that a body names, in either version's words.

    Raises FieldErrors where it names none, and NotFound for one who is not there.
    """
    tries: list[tuple[Literal["id", "custom_id", "key"], Any]] = [
        ("id", body.get("client")), ("key", body.get("user_key")), ("custom_id", body.get("user_custom_id")),
    ]  # fmt: skip
    own = body.get("user_id")
    if version == 2 or (isinstance(own, int) and not isinstance(own, bool)):
        tries.insert(0, ("id", own))
    if isinstance(own, str):
        tries.append(("custom_id", own))
    asked = False
    for by, value in tries:
        if value in (None, ""):
            continue
        asked = True
        try:
            if by == "id":
                number = bodies.whole(value, name_in(version, "event", "contact"))
                return int((await records.read_record(hub, actor, records.RecordRef(number))).document["id"])
            return await id_by(hub, actor, by, bodies.own_id(value, by))
        except (NotFound, FieldErrors):
            continue
    if asked:
        raise NotFound
    raise FieldErrors(**{name_in(version, "event", "contact"): "This field is required."})


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a user."""
    given = await _given(hub, actor, request)
    with by_field("user", fields=tuple(given.values)):
        made = await managing.create_contact(hub, actor, managing.NewContact(given.values))
    await _add(hub, actor, made.id, given)
    return await one(hub, actor, request, made.id)


@compatible()
async def update(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change what is named of a user."""
    id = await id_of(hub, actor, request)
    given = await _given(hub, actor, request)
    with by_field("user", fields=tuple(given.values)):
        await managing.change_attributes(hub, actor, managing.ContactChange(id, given.values))
    await _add(hub, actor, id, given)
    return await one(hub, actor, request, id)


@compatible()
async def update_or_create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change the user of this own id, else of this address, or make it."""
    given = await _given(hub, actor, request)
    with by_field("user", fields=tuple(given.values)):
        done = await managing.upsert_contact(hub, actor, managing.NewContact(given.values))
    await _add(hub, actor, done.contact.id, given)
    return {"created": done.created, "id": done.contact.id}


@compatible(single=True)
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One user."""
    return await _whole(hub, actor, request, await _record_of(hub, actor, request))


@compatible()
async def list_all(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All users, or those that the query asks for."""
    return await many(hub, actor, request, where=conditions_of(request, await vocabulary(hub, actor.scope), "contact"))


@compatible()
async def search(hub: Hub, actor: Actor, request: web.Request) -> Any:
    """One bare user by address or key, an array with `many=true`, else a page."""
    query, version = request.query, version_of(request)
    for field in ("email", "key", "user_key"):
        if field in query:
            by = "email" if field == "email" else "key"
            found = await _by(hub, actor, by, query[field])
            if query.get("many", "").strip("/").lower() == "true" and field == "email":
                return [await one(hub, actor, request, found)] if found else []
            if not found:
                raise NotFound
            return await one(hub, actor, request, found)
    if "by-id" in request.path and ("user_id" in query or "custom_id" in query):
        own = query.get("user_id") or query.get("custom_id", "")
        return await one(hub, actor, request, await id_by(hub, actor, "custom_id", own.removesuffix("/")))
    where = conditions_of(request, await vocabulary(hub, actor.scope), "contact")
    found_page = await many(hub, actor, request, where=where)
    if version == 1 and set(query) - {"many"} == {"phone_number"}:
        if not found_page["results"]:
            raise NotFound
        return found_page["results"][0]
    return found_page


async def _by(hub: Hub, actor: Actor, by: str, text: str) -> int | None:
    """Return the id of the user with this address or key, or None; as clients write it, with a stray slash or a bare plus."""
    text = text.removesuffix("/").strip() if by == "key" else text.removesuffix("/")
    for value in dict.fromkeys((text.strip(), text.replace(" ", "+"))):
        try:
            return await id_by(hub, actor, by, value)
        except NotFound:
            continue
    return None


@compatible(204)
async def delete(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Erase a user, and everything that is kept of it."""
    await erasure.erase_contact(hub, actor, erasure.EraseContact(await id_of(hub, actor, request)))


@compatible()
async def merge(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make one user of several: values come from the parent first, then from the lowest id."""
    given = await bodies.read_object(request)
    parent = bodies.whole(given.get("parent"), "parent")
    others = given.get("users_list", given.get("user_list"))
    if not isinstance(others, list) or not others:
        raise FieldErrors(users_list="This field is required.")
    ids = [bodies.whole(each, "users_list") for each in others]
    await merges.merge_contacts(hub, actor, merges.Merge(parent, ids[: merges.MOST + 1]))
    return {"success": True}


@compatible()
async def update_many(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Set one attribute of many users, named by our ids, or under `users-by-id` by the client's own."""
    given = await bodies.read_object(request)
    ids, name = given.get("ids"), given.get("attribute")
    if not isinstance(ids, list) or not 0 < len(ids) <= _MOST_IDS:
        raise FieldErrors(ids=f"A list of 1 to {_MOST_IDS} ids is required.")
    if not isinstance(name, str) or not name:
        raise FieldErrors(attribute="This field is required.")
    words = await vocabulary(hub, actor.scope)
    values = bodies.values_of({name: given.get("value")}, words, "contact", create=True)
    if "by-id" in request.path:
        wanted = [await id_by(hub, actor, "custom_id", bodies.own_id(each, "ids")) for each in ids]
    else:
        wanted = [bodies.whole(each, "ids") for each in ids]
        for id in wanted:
            await records.read_record(hub, actor, records.RecordRef(id))  # all of them are there, or none is changed
    for id in wanted:
        await managing.change_attributes(hub, actor, managing.ContactChange(id, values))
    return {"status": "success"}


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _given(hub: Hub, actor: Actor, request: web.Request) -> Given:
    """Return what the body says, checked as a whole before anything is written. Raises FieldErrors."""
    body, version = await bodies.read_object(request), version_of(request)
    own = bodies.taken_of(body, "custom_id", "user_id")
    company = bodies.taken_of(body, "company_custom_id", "company_id")
    names = bodies.taken_of(body, "tags") or []
    body.pop("company", None)
    words = await vocabulary(hub, actor.scope)
    values = bodies.values_of(body, words, "contact", create=bodies.creates_attributes(version, "contact"))
    if own is not None:
        values["custom_id"] = bodies.own_id(own, name_in(version, "user", "custom_id"))
    if isinstance(names, str):
        names = [part.strip() for part in names.split(",") if part.strip()]
    if (
        not isinstance(names, list)
        or len(names) > _MOST_TAGS
        or not all(isinstance(each, str) and each for each in names)
    ):
        raise FieldErrors(tags="A list of names is required.")
    return Given(
        values, names, None if company is None else bodies.own_id(company, name_in(version, "user", "company"))
    )


async def _add(hub: Hub, actor: Actor, id: int, given: Given) -> None:
    """Put the user on its company and give it its tags; nothing is taken away."""
    for name in given.tags:
        await tags.add_tag(hub, actor, tags.TagContact(id, name))
    if given.company is not None:
        company = await mentioned_company(hub, actor, given.company)
        await members.add_member(hub, actor, members.Member(company, id))
