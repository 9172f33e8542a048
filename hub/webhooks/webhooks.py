"""The webhooks of an application: made with an address and kinds of event, changed, given a new secret, tried, deleted."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import WEBHOOKS_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.fetch import Fetch, FetchRefused
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.webhooks.collections import QUEUES, WEBHOOKS
from hub.webhooks.keeping import DAY, FORGET
from hub.webhooks.kinds import EVERYTHING, KINDS
from hub.webhooks.outbox import Outbox, webhooks_of
from hub.webhooks.sending import FAR
from hub.webhooks.signing import new_secret
from hub.webhooks.spreading import Bell
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

MOST = 50
"""Webhooks of one application."""
ROTATION = DAY
"""Milliseconds for which deliveries carry the signature of the old secret beside that of the new one."""
_NAME, _ADDRESS, _HEADERS = 100, 2_000, 10
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_OURS = ("host", "content-length", "content-type", "transfer-encoding", "connection", "user-agent")

Id = Annotated[int, Meta(ge=1, le=2**53)]
Form = Literal["standard", "usercom"]


class NewWebhook(Struct, frozen=True, forbid_unknown_fields=True):
    """A webhook to be made. `kinds` may be `*`; `form` is the body; `with_user` puts the user into User.com's form."""

    url: str
    kinds: list[str]
    name: str = ""
    form: Form = "standard"
    with_user: bool = True
    headers: dict[str, str] = {}


class WebhookChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a webhook. Switched on, it is tried anew."""

    webhook: Id
    url: str | UnsetType = UNSET
    kinds: list[str] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    form: Form | UnsetType = UNSET
    with_user: bool | UnsetType = UNSET
    headers: dict[str, str] | UnsetType = UNSET
    on: bool | UnsetType = UNSET


class WebhookRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which webhook."""

    webhook: Id


class Webhook(Struct, frozen=True):
    """A webhook.

    off       why it is off: `people` switched it off, its receiver is `gone` (410), or was `failing` for days
    failing   since when no delivery has come through, or null
    rotating  until when the old secret signs too, or null
    """

    id: int
    name: str
    url: str
    kinds: list[str]
    form: Form
    with_user: bool
    headers: dict[str, str]
    on: bool
    off: Literal["people", "gone", "failing"] | None
    failing: str | None
    rotating: str | None
    created: str
    by: str
    revision: int


class Webhooks(Struct, frozen=True):
    """All webhooks of the application, and the kinds that can be asked for with what they mean."""

    webhooks: list[Webhook]
    kinds: dict[str, str]


class MadeWebhook(Struct, frozen=True):
    """A webhook with a new secret, for the only time."""

    webhook: Webhook
    secret: str


@verb(WEBHOOKS_MANAGE)
async def list_webhooks(hub: Hub, actor: Actor) -> Webhooks:
    """Return the webhooks of the application."""
    hooks = await webhooks_of(hub, actor.scope)
    return Webhooks([await shown(hub, actor.scope, each) for each in hooks], KINDS)


@verb(WEBHOOKS_MANAGE)
async def get_webhook(hub: Hub, actor: Actor, which: WebhookRef) -> Webhook:
    """Return a webhook. Raises NotFound."""
    return await shown(hub, actor.scope, await stored_webhook(hub, actor.scope, which.webhook))


@verb(WEBHOOKS_MANAGE)
async def create_webhook(hub: Hub, actor: Actor, new: NewWebhook) -> MadeWebhook:
    """Make a webhook and return its secret, which nobody can see again. Raises InvalidPayload."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    fields = _checked(hub, WebhookChange(
        1, url=new.url, kinds=new.kinds, name=new.name, form=new.form, with_user=new.with_user, headers=new.headers,
    ))  # fmt: skip
    if len(await webhooks_of(hub, scope)) >= MOST:
        raise InvalidPayload(f"An application has at most {MOST} webhooks. Delete one that nobody needs.")
    secret, id = new_secret(), await hub.ids.next("webhook")
    hook: Document = {
        "id": id, **fields, "on": True, "off": None, "off_at": None, "secrets": [{"key": secret, "until": None}],
        "since": now, "created": now, "by": actor.name, "revision": 1,
    }  # fmt: skip
    batch = Batch(scope)
    batch.insert(WEBHOOKS, hook)
    batch.insert(QUEUES, {
        "id": id, "kind": "webhook", "app": scope.app, "due": FAR, "tries": 0, "owner": "", "news": 0, "rest": 0, "failures": 0,
        "failing": None,
    })  # fmt: skip
    await hub.jobs.add(batch, FORGET, {"app": scope.app, "webhook": id}, after=DAY)
    await hub.commit(batch)
    hub.part(Outbox).changed(scope.app)
    return MadeWebhook(await shown(hub, scope, hook), secret)


@verb(WEBHOOKS_MANAGE)
async def change_webhook(hub: Hub, actor: Actor, change: WebhookChange) -> Webhook:
    """Change a webhook; one that is switched on again goes on with what waits. Raises NotFound, InvalidPayload."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    hook = await stored_webhook(hub, scope, change.webhook)
    fields = _checked(hub, change)
    batch = Batch(scope)
    if change.on is not UNSET and change.on != hook["on"]:
        fields |= {"on": change.on, "off": None if change.on else "people", "off_at": None if change.on else now}
        if change.on:
            fields["since"] = now  # nobody is told of what happened while it was off
    batch.patch(QUEUES, hook["id"], set={"rest": 0, "failures": 0, "failing": None} if fields.get("on") else {})
    patch = batch.patch(WEBHOOKS, hook["id"], set=fields, inc={"revision": 1})
    try:
        after = (await hub.commit(batch))[patch]
    except Missing:
        raise NotFound("There is no webhook by that id.") from None
    hub.part(Outbox).changed(scope.app)
    if fields.get("on"):
        await wake(hub, scope, hook["id"])
    return await shown(hub, scope, after)


@verb(WEBHOOKS_MANAGE)
async def delete_webhook(hub: Hub, actor: Actor, which: WebhookRef) -> None:
    """Delete a webhook with its deliveries; what was not sent is not sent any more. Raises NotFound."""
    scope = Scope(actor.scope.app)
    await stored_webhook(hub, scope, which.webhook)
    batch = Batch(scope)
    batch.guard(WEBHOOKS, which.webhook)
    batch.delete(WEBHOOKS, which.webhook)
    batch.delete(QUEUES, which.webhook)
    await hub.jobs.add(batch, FORGET, {"app": scope.app, "webhook": which.webhook})
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise NotFound("There is no webhook by that id.") from None
    hub.part(Outbox).changed(scope.app)


@verb(WEBHOOKS_MANAGE)
async def rotate_webhook_secret(hub: Hub, actor: Actor, which: WebhookRef) -> MadeWebhook:
    """Give a webhook a new secret and return it; for a day the old one signs beside it. Raises NotFound."""
    scope, now, secret = Scope(actor.scope.app), hub.clock.now(), new_secret()
    while True:
        hook = await stored_webhook(hub, scope, which.webhook)
        old = [{"key": hook["secrets"][0]["key"], "until": now + ROTATION}]
        batch = Batch(scope)
        batch.guard(WEBHOOKS, hook["id"], Eq("revision", hook["revision"]))
        secrets = [{"key": secret, "until": None}, *old]
        patch = batch.patch(WEBHOOKS, hook["id"], set={"secrets": secrets}, inc={"revision": 1})
        try:
            return MadeWebhook(await shown(hub, scope, (await hub.commit(batch))[patch]), secret)
        except GuardFailed:
            continue


async def wake(hub: Hub, scope: Scope, id: int) -> None:
    """Let the queue of a webhook be looked at now, unless a node is at it."""
    batch = Batch(scope)
    batch.guard(QUEUES, id, Eq("owner", ""))
    batch.patch(QUEUES, id, set={"due": hub.clock.now()})
    try:
        await hub.commit(batch)
    except GuardFailed:
        return
    hub.part(Bell).ring()


async def stored_webhook(hub: Hub, scope: Scope, id: int) -> Document:
    """Return a webhook as it is stored. Raises NotFound."""
    hook = await hub.store.get(Scope(scope.app), WEBHOOKS, id)
    if hook is None:
        raise NotFound("There is no webhook by that id.")
    return hook


async def shown(hub: Hub, scope: Scope, hook: Document) -> Webhook:
    """Return a webhook as owners see it, without its secrets."""
    queue = await hub.store.get(Scope(scope.app), QUEUES, hook["id"])
    now = hub.clock.now()
    old = max((each["until"] for each in hook["secrets"] if each["until"]), default=0)
    same = {
        name: hook[name] for name in ("id", "name", "url", "kinds", "form", "with_user", "headers", "on", "off", "by")
    }
    return Webhook(
        **same, failing=rfc3339(queue["failing"]) if queue and queue["failing"] else None,
        rotating=rfc3339(old) if old > now else None, created=rfc3339(hook["created"]), revision=hook["revision"],
    )  # fmt: skip


def _checked(hub: Hub, given: WebhookChange) -> Document:
    """Return the fields that are given. Raises InvalidPayload."""
    fields: Document = {}
    if given.url is not UNSET:
        fields["url"] = _address(hub, given.url.strip())
    if given.kinds is not UNSET:
        fields["kinds"] = _kinds(given.kinds)
    if given.name is not UNSET:
        fields["name"] = check_text(given.name.strip(), "name")
        if len(fields["name"]) > _NAME:
            raise InvalidPayload(f"`name` has at most {_NAME} characters.")
    if given.form is not UNSET:
        fields["form"] = given.form
    if given.with_user is not UNSET:
        fields["with_user"] = given.with_user
    if given.headers is not UNSET:
        fields["headers"] = _headers(given.headers)
    return fields


def _address(hub: Hub, url: str) -> str:
    check_text(url, "url")
    if len(url) > _ADDRESS:
        raise InvalidPayload(f"`url` has at most {_ADDRESS} characters.")
    try:
        hub.part(Fetch).check(url)
    except FetchRefused as error:
        raise InvalidPayload(f"`url`: {error}", reason="webhook_url") from None
    return url


def _kinds(kinds: list[str]) -> list[str]:
    unknown = sorted(set(kinds) - KINDS.keys() - {EVERYTHING})
    if unknown:
        raise InvalidPayload(f"`kinds`: there is no kind `{unknown[0][:64]}`.")
    if not kinds:
        raise InvalidPayload("`kinds`: choose at least one kind of event, or `*` for all.")
    return [EVERYTHING] if EVERYTHING in kinds else [kind for kind in KINDS if kind in kinds]


def _headers(headers: dict[str, str]) -> dict[str, str]:
    if len(headers) > _HEADERS:
        raise InvalidPayload(f"At most {_HEADERS} `headers`.")
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("webhook-"):
            raise InvalidPayload(f"`headers`: `{name[:64]}` can't be the name of one.")
        if len(value) > 1_000 or not value.isascii() or not value.isprintable():
            raise InvalidPayload(f"`headers`: the value of `{name[:64]}` has up to 1000 printable ASCII characters.")
    return headers
