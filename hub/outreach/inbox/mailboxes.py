"""The mailboxes of an application: added, changed, deleted. What they hold is read by `reading`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.applications import check_email
from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.outreach.collections import MAILBOX_TURNS, MAILBOXES, MAILS
from hub.outreach.inbox.reading import Reader
from hub.outreach.inbox.session import Login, Security, Step
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import Eq

MOST = 20
"""Mailboxes of one application."""
PORTS: dict[Security, int] = {"tls": 993, "starttls": 143, "none": 143}
FAR = 2**53
_LONGEST = {"host": 253, "user": 320, "password": 1_000, "folder": 200, "checker": 253}

Id = Annotated[int, Meta(ge=1, le=2**53)]
Port = Annotated[int, Meta(ge=1, le=65_535)]


class NewMailbox(Struct, frozen=True, forbid_unknown_fields=True):
    """A mailbox to be read.

    address   the address to which mail for it is sent; answers go to it with a mark behind a plus
    begins    whether a mail that answers nothing begins a conversation, for `group` (else as others do)
    checker   the mail server whose Authentication-Results are believed: the name at the beginning of the header
    """

    address: str
    host: str
    user: str
    password: str
    security: Security = "tls"
    port: Port | None = None
    folder: str = "INBOX"
    begins: bool = True
    group: Id | None = None
    checker: str = ""


class MailboxChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a mailbox. Another host, port, security or user needs the password anew."""

    mailbox: Id
    address: str | UnsetType = UNSET
    host: str | UnsetType = UNSET
    user: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    security: Security | UnsetType = UNSET
    port: Port | UnsetType = UNSET
    folder: str | UnsetType = UNSET
    begins: bool | UnsetType = UNSET
    group: Id | UnsetType | None = UNSET
    checker: str | UnsetType = UNSET
    on: bool | UnsetType = UNSET


class MailboxRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which mailbox."""

    mailbox: Id


class MailboxState(Struct, frozen=True):
    """Whether it is read: `connected`, `failed` at a step with what was said, `waiting` for its turn, or `off`.

    `idle` tells whether the server says by itself when a mail comes; else it is asked every quarter of a minute.
    """

    phase: Literal["connected", "failed", "waiting", "off"]
    since: str
    step: Step | None
    said: str
    idle: bool


class Mailbox(Struct, frozen=True):
    """A mailbox, without its password."""

    id: int
    address: str
    host: str
    port: int
    security: Security
    user: str
    folder: str
    begins: bool
    group: int | None
    checker: str
    on: bool
    state: MailboxState
    created: str
    revision: int


class Mailboxes(Struct, frozen=True):
    """All mailboxes of the application."""

    mailboxes: list[Mailbox]


class TakenMail(Struct, frozen=True):
    """A mail that was read: it `became` a message, a bounce or a complaint, or was kept out, and `why`."""

    id: int
    sender: str
    subject: str
    at: str
    became: Literal["message", "bounce", "complaint", "kept_out"]
    why: str
    conversation: int | None


class TakenMails(Struct, frozen=True):
    """The newest mails of a mailbox, the newest first."""

    mails: list[TakenMail]


@verb(EMAILS_SEND)
async def list_mailboxes(hub: Hub, actor: Actor) -> Mailboxes:
    """Return the mailboxes of the application, the first one is that to which answers go."""
    return Mailboxes([shown(each) for each in await mailboxes_of(hub, actor.scope)])


@verb(EMAILS_SEND)
async def create_mailbox(hub: Hub, actor: Actor, new: NewMailbox) -> Mailbox:
    """Add a mailbox. It is read from now on, and what lies in it already stays there. Raises InvalidPayload."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    port = new.port or PORTS[new.security]
    fields = await _checked(hub, scope, MailboxChange(
        1, new.address, new.host, new.user, new.password, new.security, port, new.folder, new.begins, new.group, new.checker,
    ))  # fmt: skip
    if len(await mailboxes_of(hub, scope)) >= MOST:
        raise InvalidPayload(f"An application has at most {MOST} mailboxes. Delete one that nobody needs.")
    id = await hub.ids.next("mailbox")
    state = {"phase": "waiting", "since": now, "step": "", "said": "", "tries": 0, "idle": False}
    mailbox: Document = {
        "id": id, **fields, "on": True, "reading": None, "state": state, "created": now, "by": actor.name, "revision": 1,
    }  # fmt: skip
    batch = Batch(scope)
    batch.claim("mailbox.address", fields["address"], id)
    batch.insert(MAILBOXES, mailbox)
    batch.insert(MAILBOX_TURNS, {"id": id, "kind": "mailbox", "app": scope.app, "due": now, "tries": 0, "owner": ""})
    if (await hub.commit(batch)).existing:
        raise InvalidPayload("`address` is that of another mailbox here.", reason="mailbox_known")
    hub.part(Reader).changed(id)
    return shown(mailbox)


@verb(EMAILS_SEND)
async def change_mailbox(hub: Hub, actor: Actor, change: MailboxChange) -> Mailbox:
    """Change a mailbox; it is connected to anew. Raises NotFound, InvalidPayload."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    before = await stored_mailbox(hub, scope, change.mailbox)
    fields = await _checked(hub, scope, change)
    moved = [name for name in ("host", "port", "security", "user") if fields.get(name, before[name]) != before[name]]
    if moved and not fields.get("password"):
        raise InvalidPayload(f"`password` is needed again, as `{moved[0]}` changes.", reason="password_again")
    on = before["on"] if change.on is UNSET else change.on
    state = {"phase": "waiting" if on else "off", "since": now, "step": "", "said": "", "tries": 0, "idle": False}
    fields |= {"on": on, "state": state}
    if any(fields.get(name, before[name]) != before[name] for name in ("host", "user", "folder")):
        fields |= {"reading": None, "created": now}  # another mailbox: what lies in it stays there
    batch = Batch(scope)
    if fields.get("address", before["address"]) != before["address"]:
        batch.claim("mailbox.address", fields["address"], before["id"])
        batch.release("mailbox.address", before["address"])
    batch.guard(MAILBOXES, before["id"], Eq("revision", before["revision"]))
    patched = batch.patch(MAILBOXES, before["id"], set=fields, inc={"revision": 1})
    batch.patch(MAILBOX_TURNS, before["id"], set={"due": now if on else FAR, "owner": ""})
    try:
        outcome = await hub.commit(batch)
    except (Missing, GuardFailed):
        raise NotFound("The mailbox was changed or deleted just now.") from None
    if outcome.existing:
        raise InvalidPayload("`address` is that of another mailbox here.", reason="mailbox_known")
    hub.part(Reader).changed(before["id"])
    return shown(outcome[patched])


@verb(EMAILS_SEND)
async def delete_mailbox(hub: Hub, actor: Actor, which: MailboxRef) -> None:
    """Read a mailbox no more. What came from it stays. Raises NotFound."""
    scope = Scope(actor.scope.app)
    mailbox = await stored_mailbox(hub, scope, which.mailbox)
    batch = Batch(scope)
    batch.guard(MAILBOXES, mailbox["id"])
    batch.release("mailbox.address", mailbox["address"])
    batch.delete(MAILBOXES, mailbox["id"])
    batch.delete(MAILBOX_TURNS, mailbox["id"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise NotFound("There is no mailbox by that id.") from None
    hub.part(Reader).changed(mailbox["id"])


@verb(EMAILS_SEND)
async def list_taken(hub: Hub, actor: Actor, which: MailboxRef) -> TakenMails:
    """Return the newest fifty mails that were read from a mailbox, and what became of each. Raises NotFound."""
    await stored_mailbox(hub, actor.scope, which.mailbox)
    mine = Eq("mailbox", which.mailbox)
    page = await hub.store.find(actor.scope, MAILS, mine, sort=Sort(descending=True), limit=50)
    return TakenMails([
        TakenMail(each["id"], each["sender"], each["subject"], rfc3339(each["at"]), each["became"], each["why"],
                  each["conversation"])
        for each in page.items
    ])  # fmt: skip


async def mailboxes_of(hub: Hub, scope: Scope) -> list[Document]:
    """Return the mailboxes of an application as they are stored."""
    return (await hub.store.find(Scope(scope.app), MAILBOXES, limit=1_000)).items


async def stored_mailbox(hub: Hub, scope: Scope, id: int) -> Document:
    """Return a mailbox as it is stored. Raises NotFound."""
    mailbox = await hub.store.get(Scope(scope.app), MAILBOXES, id)
    if mailbox is None:
        raise NotFound("There is no mailbox by that id.")
    return mailbox


def login_of(mailbox: Document) -> Login:
    """Return where a mailbox is and who reads it."""
    return Login(*(mailbox[name] for name in Login.__struct_fields__))


def shown(mailbox: Document) -> Mailbox:
    """Return a mailbox as agents see it: never with its password."""
    state = mailbox["state"]
    return Mailbox(
        state=MailboxState(state["phase"], rfc3339(state["since"]), state["step"] or None, state["said"], state["idle"]),
        created=rfc3339(mailbox["created"]),
        **{name: mailbox[name] for name in Mailbox.__struct_fields__ if name not in ("state", "created")},
    )  # fmt: skip


async def _checked(hub: Hub, scope: Scope, change: MailboxChange) -> Document:
    """Return the fields that change. Raises InvalidPayload."""
    names = [name for name in MailboxChange.__struct_fields__ if name not in ("mailbox", "on")]
    fields: Document = {name: value for name in names if (value := getattr(change, name)) is not UNSET}
    for name, longest in _LONGEST.items():
        if name not in fields:
            continue
        text = check_text(fields[name], name)
        fields[name] = text = text if name == "password" else text.strip()
        if not text and name != "checker":
            raise InvalidPayload(f"`{name}` may not be blank.")
        if len(text) > longest or any(each in text for each in "\r\n"):
            raise InvalidPayload(f"`{name}` has at most {longest} characters, in one line.")
    if "address" in fields:
        fields["address"] = check_email(fields["address"].strip()).lower()
        if "+" in fields["address"]:
            raise InvalidPayload(
                "`address` may have no plus: answers go to it with a mark behind one.", reason="mailbox_plus"
            )
    if fields.get("group") is not None and fields["group"] not in (await vocabulary(hub, scope)).groups:
        raise InvalidPayload("`group` names no group of agents.")
    return fields
