"""E-mail templates: a subject and HTML, both in Liquid, with what they said before."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.rendering import check_template
from hub.core.text import check_text
from hub.core.verb import verb
from hub.outreach.collections import TEMPLATE_VERSIONS, TEMPLATES
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import Eq

Id = Annotated[int, Meta(ge=1, le=2**53)]
_KEPT = 100
"""Versions that are kept of a template, the newest ones."""
_TRIES = 10
LONGEST = {"name": 254, "subject": 998, "content": 200_000}


class NewTemplate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template to be made."""

    name: str
    subject: str = ""
    content: str


class TemplateChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of a template; what is absent stays as it is."""

    template: Id
    name: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    content: str | UnsetType = UNSET


class TemplateRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which template, and which version of it; the newest without one."""

    template: Id
    version: int | None = None


class TemplateList(Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of the templates."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 100
    cursor: str | None = None


class Template(Struct, frozen=True):
    """A template in one of its versions; `updated` is when that version was written."""

    id: int
    name: str
    subject: str
    content: str
    version: int
    created: str
    updated: str


class Templates(Struct, frozen=True):
    """A page of templates by their names, and how many there are."""

    templates: list[Template]
    count: int
    cursor: str | None


@verb(EMAILS_SEND)
async def create_template(hub: Hub, actor: Actor, new: NewTemplate) -> Template:
    """Make a template. Raises InvalidPayload where it can't be read."""
    now = hub.clock.now()
    fields = {name: _checked(name, getattr(new, name)) for name in LONGEST}
    document: Document = {
        "id": await hub.ids.next("email_template"),
        **fields,
        "version": 1,
        "created": now,
        "updated": now,
    }
    batch = Batch(Scope(actor.scope.app))
    batch.insert(TEMPLATES, document)
    batch.insert(TEMPLATE_VERSIONS, await _version(hub, document))
    await hub.commit(batch)
    return _shown(document)


@verb(EMAILS_SEND)
async def change_template(hub: Hub, actor: Actor, change: TemplateChange) -> Template:
    """Write the next version of a template; nothing where nothing changes. Raises NotFound, InvalidPayload, Conflict."""
    given = {name: _checked(name, value) for name in LONGEST if (value := getattr(change, name)) is not UNSET}
    scope = Scope(actor.scope.app)
    for _ in range(_TRIES):
        before = await _stored(hub, scope, change.template)
        if all(before[name] == value for name, value in given.items()):
            return _shown(before)
        changes = given | {"version": before["version"] + 1, "updated": hub.clock.now()}
        batch = Batch(scope)
        batch.guard(TEMPLATES, change.template, Eq("version", before["version"]))
        batch.patch(TEMPLATES, change.template, set=changes)
        batch.insert(TEMPLATE_VERSIONS, await _version(hub, before | changes))
        old = await _versions(hub, scope, change.template)
        for document in old[: max(0, len(old) + 1 - _KEPT)]:
            batch.delete(TEMPLATE_VERSIONS, document["id"])
        try:
            await hub.commit(batch)
        except (GuardFailed, Missing):
            continue  # somebody was quicker
        return _shown(before | changes)
    raise Conflict


@verb(EMAILS_SEND)
async def delete_template(hub: Hub, actor: Actor, which: TemplateRef) -> None:
    """Delete a template with its versions; mails that were sent with it stay as they are. Raises NotFound, Conflict."""
    scope = Scope(actor.scope.app)
    for _ in range(_TRIES):
        document = await _stored(hub, scope, which.template)
        batch = Batch(scope)
        batch.guard(TEMPLATES, which.template, Eq("version", document["version"]))
        batch.delete(TEMPLATES, which.template)
        for version in await _versions(hub, scope, which.template):
            batch.delete(TEMPLATE_VERSIONS, version["id"])
        try:
            await hub.commit(batch)
        except (GuardFailed, Missing):
            continue
        return
    raise Conflict


@verb(EMAILS_SEND)
async def get_template(hub: Hub, actor: Actor, which: TemplateRef) -> Template:
    """Return a template as it is, or as a version was. Raises NotFound."""
    document = await _stored(hub, actor.scope, which.template)
    if which.version is not None:
        found = await _versions(hub, actor.scope, which.template, which.version)
        if not found:
            raise NotFound
        document = document | {name: found[0][name] for name in (*LONGEST, "version", "updated")}
    return _shown(document)


@verb(EMAILS_SEND)
async def list_templates(hub: Hub, actor: Actor, asked: TemplateList) -> Templates:
    """Return a page of the templates. Raises NotFound for another list's cursor."""
    try:
        page = await hub.store.find(
            actor.scope, TEMPLATES, sort=Sort("name"), limit=asked.limit, cursor=asked.cursor, scan=True
        )
    except ValueError:
        raise NotFound from None
    count = await hub.store.count(actor.scope, TEMPLATES, scan=True)
    return Templates([_shown(each) for each in page.items], count, page.cursor)


@verb(EMAILS_SEND)
async def list_versions(hub: Hub, actor: Actor, which: TemplateRef) -> list[Template]:
    """Return what a template said, the newest first. Raises NotFound."""
    document = await _stored(hub, actor.scope, which.template)
    versions = await _versions(hub, actor.scope, which.template)
    return [
        _shown(document | {name: each[name] for name in (*LONGEST, "version", "updated")})
        for each in reversed(versions)
    ]


async def _versions(hub: Hub, scope: Scope, template: int, version: int | None = None) -> list[Document]:
    mine = Eq("template", template)
    found = (await hub.store.find(scope, TEMPLATE_VERSIONS, mine, sort=Sort("version"), limit=_KEPT * 2)).items
    return [each for each in found if version in (None, each["version"])]


async def _version(hub: Hub, document: Document) -> Document:
    kept = {name: document[name] for name in (*LONGEST, "version", "updated")}
    return {"id": await hub.ids.next("email_template_version"), "template": document["id"], **kept}


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    document = await hub.store.get(scope, TEMPLATES, id)
    if document is None:
        raise NotFound
    return document


def _checked(name: str, text: str) -> str:
    text = check_text(text, name)
    if name != "content":
        text = " ".join(text.split())
    if name != "subject" and not text.strip():
        raise InvalidPayload(f"`{name}` may not be blank.")
    if len(text) > LONGEST[name]:
        raise InvalidPayload(f"`{name}` has no more than {LONGEST[name]} characters.")
    if name != "name":
        check_template(text, name)
    return text


def _shown(document: Document) -> Template:
    return Template(
        document["id"], document["name"], document["subject"], document["content"], document["version"],
        rfc3339(document["created"]), rfc3339(document["updated"]),
    )  # fmt: skip
