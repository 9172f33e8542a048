"""What an application has named: tags, lists, segments, attributes, events."""

from __future__ import annotations

from typing import Any, cast

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible, milliseconds
from hub.doors.api.usercom import bodies, companies, users
from hub.doors.api.usercom.paths import number_in
from hub.doors.api.usercom.shown import CODES, page
from hub.doors.api.usercom.versions import Version, version_of
from hub.people import attributes
from hub.people.labels import lists, tags
from hub.people.standard import Attribute, Subject, ValueType
from hub.people.tracking import custom_events
from hub.people.vocabulary import Named, vocabulary

_NAME = 32
_CONTENT: dict[str, Subject] = {
    "clientuser": "contact", "user": "contact", "company": "company", "deal": "deal", "activity": "activity",
    "product": "product", "ticket": "ticket",
}  # fmt: skip
"""What clients call the kinds of things that have attributes"""
_SUBJECT_CODES = {"1": "user", "2": "company", "3": "deal", "4": "product"}
_TYPE_OF = {str(code): type for type, code in CODES.items()}


async def _required(request: web.Request, *names: str) -> dict[str, Any]:
    body = await bodies.read_object(request)
    missing = [name for name in names if body.get(name) in (None, "", [])]
    if missing:
        raise FieldErrors(**dict.fromkeys(missing, "This field is required."))
    return body


def _text(body: dict[str, Any], name: str, longest: int) -> str:
    value = body.get(name)
    if value is None:
        return ""  # typed clients send fields that nobody set as null
    if not isinstance(value, str):
        raise FieldErrors(**{name: "Not a valid string."})
    if len(value) > longest:
        raise FieldErrors(**{name: f"Ensure this field has no more than {longest} characters."})
    return value


# ── tags ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@compatible()
async def list_tags(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All tags, by name."""
    found = sorted((await vocabulary(hub, actor.scope)).tags.items())
    return page([{"id": tag.id, "name": tag.name} for _, tag in found], len(found), None)


@compatible(201)
async def create_tag(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a tag, or answer with the one that has the name."""
    body = await _required(request, "name")
    made = await tags.create_tag(hub, actor, tags.TagName(_text(body, "name", 255)))
    return {"id": made.tag.id, "name": made.tag.name}


@compatible(single=True)
async def get_tag(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One tag."""
    tag = await _tag(hub, actor, request)
    return {"id": tag.id, "name": tag.name}


@compatible()
async def change_tag(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Rename a tag wherever it is."""
    tag = await _tag(hub, actor, request)
    body = await _required(request, "name")
    try:
        changed = await tags.rename_tag(hub, actor, tags.TagChange(tag.id, _text(body, "name", 255)))
    except Taken:
        raise FieldErrors(name="tag with this name already exists.") from None
    return {"id": changed.id, "name": changed.name}


@compatible(204)
async def delete_tag(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a tag; nobody carries it any more."""
    await tags.delete_tag(hub, actor, tags.TagRef((await _tag(hub, actor, request)).id))


@compatible()
async def tag_users(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The users that carry a tag."""
    return await users.many(hub, actor, request, tag=(await _tag(hub, actor, request)).id)


@compatible()
async def tag_companies(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The companies that carry a tag."""
    return await companies.many(hub, actor, request, tag=(await _tag(hub, actor, request)).id)


async def _tag(hub: Hub, actor: Actor, request: web.Request) -> Named:
    id = number_in(request)
    found = next((tag for tag in (await vocabulary(hub, actor.scope)).tags.values() if tag.id == id), None)
    if found is None:
        raise NotFound
    return found


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _list_of(each: Named) -> dict[str, Any]:
    return {"id": each.id, "name": each.name, "description": each.description}


@compatible()
async def list_lists(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All lists, in the order in which they were made."""
    found = sorted((await vocabulary(hub, actor.scope)).lists.items())
    return page([_list_of(each) for _, each in found], len(found), None)


@compatible(201)
async def create_list(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a list."""
    body = await _required(request, "name")
    new = lists.NewList(_text(body, "name", 128), _text(body, "description", 1000))
    try:
        return _list_of(await lists.create_list(hub, actor, new))
    except Taken:
        raise FieldErrors(name="list with this name already exists.") from None


@compatible(single=True)
async def get_list(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One list."""
    found = (await vocabulary(hub, actor.scope)).lists.get(number_in(request))
    if found is None:
        raise NotFound
    return _list_of(found)


@compatible()
async def change_list(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Rename or describe a list."""
    body = await bodies.read_object(request)
    given = {name: _text(body, name, 1000) for name in ("name", "description") if body.get(name) is not None}
    try:
        return _list_of(await lists.change_list(hub, actor, lists.ListChange(number_in(request), **given)))
    except Taken:
        raise FieldErrors(name="list with this name already exists.") from None


@compatible(204)
async def delete_list(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a list; its users stay."""
    await lists.delete_list(hub, actor, lists.ListRef(number_in(request)))


@compatible()
async def list_users(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The users on a list."""
    id = number_in(request)
    if id not in (await vocabulary(hub, actor.scope)).lists:
        raise NotFound
    return await users.many(hub, actor, request, where={"all": [{"type": "list", "list": id}]})


@compatible()
async def add_list_user(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Put a user on a list."""
    return await _member(hub, actor, request, lists.add_to_list)


@compatible()
async def remove_list_user(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Take a user from a list."""
    return await _member(hub, actor, request, lists.remove_from_list)


async def _member(hub: Hub, actor: Actor, request: web.Request, call: Any) -> dict[str, Any]:
    which = number_in(request)
    found = (await vocabulary(hub, actor.scope)).lists.get(which)
    if found is None:
        raise NotFound
    user = await users.named_in(hub, actor, await bodies.read_object(request), version_of(request))
    await call(hub, actor, lists.ListContact(user, which))
    return _list_of(found)


# ── segments ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@compatible()
async def list_segments(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All segments of users."""
    found = [
        each
        for _, each in sorted((await vocabulary(hub, actor.scope)).segments.items())
        if each["subject"] == "contact"
    ]
    return page([_segment_of(each) for each in found], len(found), None)


@compatible(single=True)
async def get_segment(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One segment."""
    return _segment_of(await _segment(hub, actor, request))


@compatible()
async def segment_users(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The users in a segment."""
    segment = await _segment(hub, actor, request)
    return await users.many(hub, actor, request, where={"all": [{"type": "segment", "segment": segment["id"]}]})


async def _segment(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    found = (await vocabulary(hub, actor.scope)).segments.get(number_in(request))
    if found is None or found["subject"] != "contact":
        raise NotFound
    return found


def _segment_of(each: dict[str, Any]) -> dict[str, Any]:
    return {"id": each["id"], "name": each["name"], "description": each["description"]}


# ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────────────


@compatible()
async def list_attributes(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The application's own attributes, of users or of what `content_type` names."""
    words, version = await vocabulary(hub, actor.scope), version_of(request)
    asked = request.query.get("content_type", "").strip("/")
    if asked and asked not in _CONTENT:
        raise FieldErrors(content_type=f'"{asked[:64]}" is not a valid choice.')
    subjects = [_CONTENT[asked]] if asked else list(dict.fromkeys(_CONTENT.values()))
    found = sorted((each for subject in subjects for each in words.own_attributes(subject)), key=lambda each: each.id)
    return page([_attribute_of(each, version) for each in found], len(found), None)


@compatible(201)
async def create_attribute(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make an attribute."""
    body = await _required(request, "value_type", "name", "content_type")
    type = _TYPE_OF.get(str(body["value_type"]), body["value_type"])
    content = _SUBJECT_CODES.get(str(body["content_type"]), body["content_type"])
    if not isinstance(type, str) or type not in CODES:
        raise FieldErrors(value_type=f'"{body["value_type"]}" is not a valid choice.')
    if not isinstance(content, str) or content not in _CONTENT:
        raise FieldErrors(content_type=f'"{body["content_type"]}" is not a valid choice.')
    choices = body.get("choices") or []
    if type == "fixed" and (
        not isinstance(choices, list) or not choices or not all(isinstance(each, str) for each in choices)
    ):
        raise FieldErrors(choices="This field is required.")
    new = attributes.NewAttribute(
        _text(body, "name", _NAME), cast(ValueType, type), _CONTENT[content], choices if type == "fixed" else [],
        body.get("allow_multiple_choices") is True,
    )  # fmt: skip
    try:
        return _attribute_of(await attributes.create_attribute(hub, actor, new), version_of(request))
    except Taken:
        raise FieldErrors(name="attribute with this name already exists.") from None


@compatible(single=True)
async def get_attribute(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One attribute."""
    return _attribute_of(await _attribute(hub, actor, request), version_of(request))


@compatible()
async def change_attribute(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Rename an attribute, or change its choices."""
    found = await _attribute(hub, actor, request)
    body = await bodies.read_object(request)
    given: dict[str, Any] = {"name": _text(body, "name", _NAME)} if "name" in body else {}
    choices = body.get("choices")
    if choices is not None:
        if not isinstance(choices, list) or not all(isinstance(each, str) for each in choices):
            raise FieldErrors(choices="A list of texts is required.")
        given["choices"] = choices
    changed = await attributes.change_attribute(hub, actor, attributes.AttributeChange(found.id, **given))
    return _attribute_of(changed, version_of(request))


@compatible(204)
async def delete_attribute(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete an attribute; values of it are not shown any more."""
    await attributes.delete_attribute(hub, actor, attributes.AttributeRef((await _attribute(hub, actor, request)).id))


@compatible()
async def attribute_type(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The type of an attribute of users or companies, by its name."""
    subject: Subject = "company" if "/companies" in request.path else "contact"
    found = (await vocabulary(hub, actor.scope)).attribute(subject, request.match_info["name"])
    if found is None:
        raise NotFound
    return {"value_type": found.type}


async def _attribute(hub: Hub, actor: Actor, request: web.Request) -> Attribute:
    id, words = number_in(request), await vocabulary(hub, actor.scope)
    for subject in dict.fromkeys(_CONTENT.values()):
        for each in words.own_attributes(subject):
            if each.id == id:
                return each
    raise NotFound


def _attribute_of(each: Attribute, version: Version) -> dict[str, Any]:
    content = ("user" if version == 1 else "clientuser") if each.subject == "contact" else each.subject
    fields: dict[str, Any] = {
        "id": each.id, "name": each.name, "name_std": each.std, "value_type": each.type, "content_type": content,
    }  # fmt: skip
    if each.type == "fixed":
        fields |= {"choices": list(each.choices), "allow_multiple_choices": each.multiple}
    return fields


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@compatible(201)
async def create_event(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Keep an event of a user, named in the body or in the path."""
    named_in_path = "user_id" in request.match_info or "custom_id" in request.match_info
    user = await users.id_of(hub, actor, request) if named_in_path else 0
    body = await _required(request, "name")
    data = body.get("data") or {}
    if not isinstance(data, dict):
        raise FieldErrors(data="Not a valid object.")
    at = _timestamp(body.get("timestamp"))
    user = user or users.only_id(body) or await users.named_in(hub, actor, body, version_of(request))
    try:
        kept = await custom_events.record_event(
            hub, actor, custom_events.ContactEvent(user, _text(body, "name", 128), data, at)
        )
    except InvalidPayload as error:
        field = "timestamp" if "`at`" in error.message else "data" if "data" in error.message else "name"
        raise FieldErrors(**{field: error.message}) from None
    return {"id": kept.id, "created": kept.is_new}


@compatible()
async def list_events(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The events that users have sent, by their names."""
    found = sorted((await vocabulary(hub, actor.scope)).events.values(), key=lambda each: each.id)
    return page([{"id": each.id, "name": each.name} for each in found], len(found), None)


@compatible(single=True)
async def get_event(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One name of events."""
    id = number_in(request)
    found = next((each for each in (await vocabulary(hub, actor.scope)).events.values() if each.id == id), None)
    if found is None:
        raise NotFound
    return {"id": found.id, "name": found.name}


def _timestamp(given: Any) -> int | None:
    """Return UNIX seconds as milliseconds; milliseconds, digits in a text and ISO 8601 do as well. Raises FieldErrors."""
    if given in (None, ""):
        return None
    if isinstance(given, str) and given.strip().replace(".", "", 1).isdecimal():
        given = float(given)
    if isinstance(given, str):
        return milliseconds(given, "timestamp")
    if given == 0 and given is not False:
        return None  # typed clients send a time that nobody set as zero
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 10**14:
        raise FieldErrors(timestamp="A UNIX time in seconds is required.")
    return int(given * 1000) if given < 10**11 else int(given)
