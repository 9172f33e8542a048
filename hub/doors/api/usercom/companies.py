"""Companies: the object in both versions, and what is done with one or with a page of them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible, next_page
from hub.doors.api.usercom import bodies, users
from hub.doors.api.usercom.lookups import conditions_of
from hub.doors.api.usercom.mentioned import company_by, is_only_mentioned
from hub.doors.api.usercom.paths import number_in
from hub.doors.api.usercom.refusals import by_field
from hub.doors.api.usercom.shown import moment, page, with_attributes
from hub.doors.api.usercom.versions import Version, version_of
from hub.people import records
from hub.people.companies import companies, members, tags
from hub.people.vocabulary import Vocabulary, vocabulary

_PHONES = "phone_numbers"
_DIGITS = 15


def shown(document: dict[str, Any], words: Vocabulary, employees: list[int], version: Version) -> dict[str, Any]:
    """Return a company as the version has it."""
    get = document.get
    tags = [{"name": each.name, "id": each.id} for each in words.tag_names(get("tags") or ())]
    if version == 1:
        fields = {
            "id": document["id"], "name": document["name"], "description": get("description"), "email": get("email"),
            "country": get("country"), "region": get("region"), "city": get("city"), "address": get("address"),
            "approx_employees": _count(get("size")), "created_at": moment(document["created"]),
            "updated_at": moment(document["updated"]), _PHONES: get(_PHONES) or [], "postal_code": get("postal_code"),
            "attributes": [], "tags": tags, "company_id": get("custom_id"), "extra_data": [], "member_since": None,
        }  # fmt: skip
    else:
        fields = {
            "id": document["id"], "custom_id": get("custom_id"), "name": document["name"], "email": get("email"),
            "address": get("address"), "city": get("city"), "region": get("region"), "country": get("country"),
            "postal_code": get("postal_code"), "category": get("category"), "size": get("size"),
            "description": get("description"), _PHONES: get(_PHONES), "employees": employees, "tags": tags,
            "created_at": moment(document["created"]), "updated_at": moment(document["updated"]),
        }  # fmt: skip
    return with_attributes(fields, document, words, "company", version)


def _count(size: str | None) -> int | str | None:
    """Return how many work there as the number that typed clients read; a range such as `11-50` stays a text."""
    return int(size) if size and size.isascii() and size.isdecimal() and len(size) <= _DIGITS else size


async def one(hub: Hub, actor: Actor, request: web.Request, id: int) -> dict[str, Any]:
    """Return the company of an id as the call's version has it. Raises NotFound."""
    found = await records.read_record(hub, actor, records.RecordRef(id, "company"))
    version = version_of(request)
    employees = await records.employees_of(hub, actor, id) if version == 2 else []
    return shown(found.document, await vocabulary(hub, actor.scope), employees, version)


async def many(
    hub: Hub, actor: Actor, request: web.Request, *, where: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Return a page of companies as the call's version has it."""
    cursor = request.query.get("cursor", "").strip("/") or None
    found = await records.find_records(hub, actor, records.FindRecords("company", where, cursor=cursor, **more))
    words, version = await vocabulary(hub, actor.scope), version_of(request)
    results = []
    for each in found.documents:
        employees = await records.employees_of(hub, actor, each["id"]) if version == 2 else []
        results.append(shown(each, words, employees, version))
    return page(results, found.count, next_page(hub, request, found.cursor))


async def id_of(hub: Hub, actor: Actor, request: web.Request) -> int:
    """Return the id of the company in the path, by our id or by the client's own. Raises NotFound."""
    custom_id = request.match_info.get("custom_id")
    if custom_id is not None:
        ref = records.RecordRef(custom_id, "company", "custom_id")
    else:
        ref = records.RecordRef(number_in(request), "company")
    try:
        return int((await records.read_record(hub, actor, ref)).document["id"])
    except InvalidPayload:
        raise NotFound from None


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a company."""
    values, names = await _given(hub, actor, request)
    if not values.get("name"):
        raise FieldErrors(name="This field is required.")
    known = await company_by(hub, actor, values["custom_id"]) if values.get("custom_id") else None
    with by_field("company", "name"):
        if known and is_only_mentioned(known):
            made = await companies.change_company(hub, actor, companies.CompanyChange(known["id"], values))
        else:
            made = await companies.create_company(hub, actor, companies.NewCompany(values))
    await _tag(hub, actor, made.id, names)
    return await one(hub, actor, request, made.id)


@compatible()
async def update(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change what is named of a company."""
    id = await id_of(hub, actor, request)
    values, names = await _given(hub, actor, request)
    with by_field("company", "name"):
        await companies.change_company(hub, actor, companies.CompanyChange(id, values))
    await _tag(hub, actor, id, names)
    return await one(hub, actor, request, id)


@compatible(single=True)
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One company."""
    return await one(hub, actor, request, await id_of(hub, actor, request))


@compatible()
async def list_all(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All companies, or those that the query asks for."""
    return await many(hub, actor, request, where=conditions_of(request, await vocabulary(hub, actor.scope), "company"))


@compatible()
async def search(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One bare company by the client's own id, else a page."""
    for name in ("company_id", "custom_id"):
        if name in request.query:
            ref = records.RecordRef(request.query[name].removesuffix("/"), "company", "custom_id")
            found = await records.read_record(hub, actor, ref)
            return await one(hub, actor, request, found.document["id"])
    return await many(hub, actor, request, where=conditions_of(request, await vocabulary(hub, actor.scope), "company"))


@compatible(204)
async def delete(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a company; its users stay."""
    await companies.delete_company(hub, actor, companies.CompanyOpen(await id_of(hub, actor, request)))


@compatible()
async def add_member(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Let a user belong to the company."""
    return await _member(hub, actor, request, members.add_member)


@compatible()
async def remove_member(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Let a user belong to the company no more."""
    return await _member(hub, actor, request, members.remove_member)


async def _member(hub: Hub, actor: Actor, request: web.Request, call: Any) -> dict[str, Any]:
    id = await id_of(hub, actor, request)
    user = await users.named_in(hub, actor, await bodies.read_object(request), version_of(request))
    await call(hub, actor, members.Member(id, user))
    return await one(hub, actor, request, id)


@compatible()
async def list_members(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The users of the company."""
    return await users.many(hub, actor, request, company=await id_of(hub, actor, request))


@compatible()
async def add_tag(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Give the company a tag, making it where nobody has it."""
    id = await id_of(hub, actor, request)
    tagged = await tags.add_company_tag(hub, actor, tags.CompanyTag(id, await _tag_name(request)))
    return {"created": tagged.created, "tag": {"name": tagged.tag.name, "id": tagged.tag.id}}


@compatible()
async def remove_tag(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Take a tag from the company; one that it does not carry is no error."""
    id = await id_of(hub, actor, request)
    await tags.remove_company_tag(hub, actor, tags.CompanyTag(id, await _tag_name(request)))
    return {"success": True}


@compatible()
async def set_attributes(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Set one attribute (`attribute`, `value`) or many; the answer has no body."""
    id = await id_of(hub, actor, request)
    body = await bodies.read_object(request)
    if request.path.rstrip("/").endswith("set_attribute"):
        name = body.get("attribute")
        if not isinstance(name, str) or not name:
            raise FieldErrors(attribute="This field is required.")
        body = {name: body.get("value")}
    words = await vocabulary(hub, actor.scope)
    values = bodies.values_of(_ours(body), words, "company", create=True)
    with by_field("company", "name"):
        await companies.change_company(hub, actor, companies.CompanyChange(id, values))


async def _tag_name(request: web.Request) -> str:
    name = (await bodies.read_object(request)).get("name")
    if not isinstance(name, str) or not name.strip():
        raise FieldErrors(name="This field is required.")
    return name


def _ours(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body in our names: both versions' words for the client's own id and for the number of employees."""
    own = bodies.taken_of(body, "custom_id", "company_id")
    size = bodies.taken_of(body, "approx_employees", "size")
    return (
        body
        | ({} if own is None else {"custom_id": bodies.own_id(own, "custom_id")})
        | ({} if size is None else {"size": size})
    )


async def _given(hub: Hub, actor: Actor, request: web.Request) -> tuple[dict[str, Any], list[str]]:
    body = await bodies.read_object(request)
    names = bodies.taken_of(body, "tags") or []
    if not isinstance(names, list) or not all(isinstance(each, str) and each for each in names):
        raise FieldErrors(tags="A list of names is required.")
    phones = body.pop(_PHONES, None)
    values = bodies.values_of(_ours(body), await vocabulary(hub, actor.scope), "company", create=True)
    if phones is not None:
        if not isinstance(phones, list) or len(phones) > 50 or not all(isinstance(each, str) for each in phones):
            raise FieldErrors(**{_PHONES: "A list of numbers is required."})
        values[_PHONES] = phones
    return values, names


async def _tag(hub: Hub, actor: Actor, id: int, names: list[str]) -> None:
    for name in names:
        await tags.add_company_tag(hub, actor, tags.CompanyTag(id, name))
