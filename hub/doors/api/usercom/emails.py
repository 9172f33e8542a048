"""E-mails: templates with their versions, sending, and what a user was sent."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from aiohttp import web

from hub.accounts.applications import members
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible, next_page, timestamp
from hub.doors.api.usercom import bodies, users
from hub.doors.api.usercom.paths import number_in
from hub.doors.api.usercom.refusals import by_field
from hub.doors.api.usercom.shown import page
from hub.outreach import emails, templates

_FIELDS = ("name", "subject", "content")


def shown(template: templates.Template) -> dict[str, Any]:
    """Return a template, the same in both versions of the API."""
    return {
        "id": template.id, "name": template.name, "subject": template.subject, "content": template.content,
        "version": template.version, "created_at": timestamp(template.created), "updated_at": timestamp(template.updated),
    }  # fmt: skip


@compatible(201)
async def create_template(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a template."""
    given = _texts(await bodies.read_object(request))
    missing = [name for name in ("name", "content") if not given.get(name)]
    if missing:
        raise FieldErrors(**dict.fromkeys(missing, "This field is required."))
    with by_field("template", fields=_FIELDS):
        return shown(await templates.create_template(hub, actor, templates.NewTemplate(**given)))


@compatible()
async def change_template(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Write the next version of a template."""
    id = number_in(request)
    await templates.get_template(hub, actor, templates.TemplateRef(id))
    given = _texts(await bodies.read_object(request))
    with by_field("template", fields=_FIELDS):
        return shown(await templates.change_template(hub, actor, templates.TemplateChange(template=id, **given)))


@compatible(204)
async def delete_template(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a template."""
    await templates.delete_template(hub, actor, templates.TemplateRef(number_in(request)))


@compatible(single=True)
async def get_template(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One template, or with `?version=` as it was."""
    text = request.query.get("version", "").strip("/")
    version = bodies.whole(text, "version") if text else None
    return shown(await templates.get_template(hub, actor, templates.TemplateRef(number_in(request), version)))


@compatible()
async def list_templates(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All templates, by their names."""
    found = await templates.list_templates(hub, actor, templates.TemplateList(cursor=_cursor(request)))
    return page([shown(each) for each in found.templates], found.count, next_page(hub, request, found.cursor))


@compatible()
async def list_versions(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """What a template said, the newest first."""
    found = await templates.list_versions(hub, actor, templates.TemplateRef(number_in(request)))
    return page([shown(each) for each in found], len(found), None)


@compatible()
async def render_template(hub: Hub, actor: Actor, request: web.Request) -> emails.Rendered:
    """A template as a user would read it."""
    id = number_in(request)
    user = (await bodies.read_object(request)).get("user_id")
    contact = None if user in (None, "") else bodies.whole(user, "user_id")
    with by_field("template", fields=_FIELDS):
        return await emails.preview_template(hub, actor, emails.Preview(id, contact))


@compatible()
async def send(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Write an e-mail to users."""
    body = await bodies.read_object(request)
    receivers = _receivers(body.get("receivers"))
    template = body.get("template")
    given = _texts({name: body[name] for name in ("subject", "content") if name in body})
    if template in (None, ""):
        missing = [name for name in ("subject", "content") if not given.get(name)]
        if missing:
            raise FieldErrors(**dict.fromkeys(missing, "This field is required."))
    for id in receivers:
        with _named("receivers", id):
            await emails.list_emails(hub, actor, emails.EmailsOf(id, 1))
    which = None if template in (None, "") else bodies.whole(template, "template")
    if which is not None:
        with _named("template", which):
            await templates.get_template(hub, actor, templates.TemplateRef(which))
    mail = emails.SendEmail(
        contacts=receivers, template=which, agent=await _author(hub, actor, body.get("author")), sender=_sender(body),
        **given,
    )  # fmt: skip
    with by_field("email", fields=_FIELDS):
        return {"campaign": (await emails.send_email(hub, actor, mail)).id}


@compatible()
async def list_emails(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The e-mails that a user was sent."""
    id = await users.id_of(hub, actor, request)
    found = await emails.list_emails(hub, actor, emails.EmailsOf(id, cursor=_cursor(request)))
    results = [
        {"id": each.id, "status": each.status, "created_at": timestamp(each.created),
         "sent_at": each.sent and timestamp(each.sent), "opened_at": None, "clicked_at": None, "subject": each.subject}
        for each in found.emails
    ]  # fmt: skip
    return page(results, found.count, next_page(hub, request, found.cursor))


class _named:
    """Names the field whose id is not there."""

    def __init__(self, field: str, id: int) -> None:
        self._field, self._id = field, id

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, NotFound | InvalidPayload):
            raise FieldErrors(**{self._field: f'Invalid pk "{self._id}" - object does not exist.'}) from None


def _receivers(given: Any) -> list[int]:
    """Return ids of users: separated by commas as User.com has them, or a list. Raises FieldErrors."""
    parts = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else [given]
    ids = [bodies.whole(each, "receivers") for each in parts if each not in (None, "") and str(each).strip()]
    if not ids:
        raise FieldErrors(receivers="This field is required.")
    if len(ids) > emails.MOST:
        raise FieldErrors(receivers=f"At most {emails.MOST} users can be written to at once.")
    return list(dict.fromkeys(ids))


async def _author(hub: Hub, actor: Actor, given: Any) -> int | None:
    """Return the agent of an address or an id, or None for the company itself. Raises FieldErrors."""
    if given in (None, ""):
        return None
    for agent in await members(hub, actor.scope.app):
        if str(given).strip().lower() in (str(agent.id), agent.email.lower()):
            return agent.id
    raise FieldErrors(author=f'Invalid pk "{str(given)[:64]}" - object does not exist.')


def _sender(body: dict[str, Any]) -> str:
    given = body.get("custom_sender") or ""
    if not isinstance(given, str):
        raise FieldErrors(custom_sender="Not a valid string.")
    return parseaddr(given)[0]


def _texts(body: dict[str, Any]) -> dict[str, str]:
    found = {}
    for name in _FIELDS:
        if name in body:
            if not isinstance(body[name], str):
                raise FieldErrors(**{name: "Not a valid string."})
            found[name] = body[name]
    return found


def _cursor(request: web.Request) -> str | None:
    return request.query.get("cursor", "").strip("/") or None
