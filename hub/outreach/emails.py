"""E-mails to contacts: written down for each of them in one batch, and sent by jobs, so none is lost and none is sent twice
by a call that is sent again."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.applications import application, member
from hub.accounts.grants import CONTACTS_READ, EMAILS_SEND, SYSTEM
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.markup import plain_text
from hub.core.rendering import check_template, render
from hub.core.text import check_text
from hub.core.verb import verb
from hub.outreach.collections import CAMPAIGNS, EMAILS
from hub.outreach.mail.mail import Mail, MailLater, MailRefused
from hub.outreach.mail.sending import can_mail, send_mail
from hub.outreach.templates import LONGEST, Id, TemplateRef, get_template
from hub.people.contacts import own_values
from hub.people.merging.replacing import standing_contact
from hub.people.reachability import may_mail
from hub.people.records import RecordRef, read_record
from hub.people.references import standing_contacts
from hub.people.standard import STANDARD
from hub.people.timeline import line, tell
from hub.people.tracking.occurrences import occur
from hub.people.unsubscribing import unsubscribe_headers, unsubscribe_link
from hub.people.values import shown_value
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

SEND = "outreach.email"
MOST = 100
"""Contacts that one call writes to."""
_WAIT = 30_000
_GIVEN_UP = 2 * 86_400_000
"""Milliseconds after which a mail that no server took is not sent any more: it would be old news."""


class SendEmail(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An e-mail to some contacts: a template, or a subject and HTML in Liquid. `agent` is in whose name it comes."""

    contacts: Annotated[list[Id], Meta(min_length=1, max_length=MOST)]
    template: Id | None = None
    subject: str = ""
    content: str = ""
    agent: Id | None = None
    sender: str = ""


class Preview(Struct, frozen=True, forbid_unknown_fields=True):
    """Which template, as which contact would read it; without one, as somebody of whom nothing is known."""

    template: Id
    contact: Id | None = None


class Rendered(Struct, frozen=True):
    """What a contact reads."""

    subject: str
    content: str
    text: str


class Campaign(Struct, frozen=True):
    """What was sent together."""

    id: int


class EmailsOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose e-mails."""

    contact: Id
    limit: Annotated[int, Meta(ge=1, le=100)] = 100
    cursor: str | None = None


class Email(Struct, frozen=True):
    """An e-mail to a contact: `queued`, `sent`, `refused` by the mail server, `failed`, or held back as `unsubscribed`."""

    id: int
    status: str
    subject: str
    created: str
    sent: str | None


class Emails(Struct, frozen=True):
    """A page of e-mails, the oldest first, and how many there are."""

    emails: list[Email]
    count: int
    cursor: str | None


@verb(EMAILS_SEND)
async def send_email(hub: Hub, actor: Actor, given: SendEmail) -> Campaign:
    """Write an e-mail to contacts; it is sent a moment later, but to nobody who has unsubscribed.

    Raises NotFound for a contact, a template or an agent that is not there; InvalidPayload where there is nothing to say.
    """
    scope, now = Scope(actor.scope.app), hub.clock.now()
    if not 0 < len(given.contacts) <= MOST:
        raise InvalidPayload(f"Between 1 and {MOST} contacts can be written to at once.")
    subject, content = check_text(given.subject, "subject"), check_text(given.content, "content")
    if given.template is not None:
        template = await get_template(hub, actor, TemplateRef(given.template))
        subject, content = template.subject or subject, template.content
    for field, text in (("subject", subject), ("content", content)):
        if not text.strip():
            raise InvalidPayload(f"`{field}` may not be blank.")
        if len(text) > LONGEST[field]:
            raise InvalidPayload(f"`{field}` has no more than {LONGEST[field]} characters.")
        check_template(text, field)
    sender = check_text(given.sender, "sender").strip()[:254]
    if given.agent is not None:
        agent = await member(hub, scope.app, given.agent)
        if agent is None:
            raise NotFound("There is no agent by that id.")
        sender = sender or agent.name
    contacts = await standing_contacts(hub, scope, given.contacts)
    campaign = await hub.ids.next("email_campaign")
    batch = Batch(scope)
    batch.insert(CAMPAIGNS, {
        "id": campaign, "subject": subject, "content": content, "template": given.template, "agent": given.agent,
        "sender": sender, "created": now, "by": {"kind": actor.kind, "id": actor.id, "name": actor.name},
    })  # fmt: skip
    for contact in contacts:
        id = await hub.ids.next("email")
        batch.insert(EMAILS, {
            "id": id, "contact": contact, "campaign": campaign, "status": "queued", "subject": subject, "created": now,
            "sent": None, "tries": 0,
        })  # fmt: skip
        await hub.jobs.add(batch, SEND, {"email": id})
    await hub.commit(batch)
    return Campaign(campaign)


@verb(EMAILS_SEND)
async def preview_template(hub: Hub, actor: Actor, asked: Preview) -> Rendered:
    """Return a template as a contact would read it. Raises NotFound, InvalidPayload where it can't be filled in."""
    template = await get_template(hub, actor, TemplateRef(asked.template))
    contact = None
    if asked.contact is not None:
        contact = (await read_record(hub, actor, RecordRef(asked.contact))).document
    return await _rendered(hub, actor.scope, template.subject, template.content, contact)


@verb(CONTACTS_READ)
async def list_emails(hub: Hub, actor: Actor, asked: EmailsOf) -> Emails:
    """Return a page of the e-mails to a contact. Raises NotFound."""
    contact = (await read_record(hub, actor, RecordRef(asked.contact))).document["id"]
    mine = Eq("contact", contact)
    try:
        page = await hub.store.find(actor.scope, EMAILS, mine, limit=asked.limit, cursor=asked.cursor)
    except ValueError:
        raise NotFound from None
    shown = [
        Email(
            each["id"],
            each["status"],
            each["subject"],
            rfc3339(each["created"]),
            each["sent"] and rfc3339(each["sent"]),
        )
        for each in page.items
    ]
    return Emails(shown, await hub.store.count(actor.scope, EMAILS, mine), page.cursor)


async def deliver(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Send one e-mail that still waits (a job). Without a mail server it waits, for two days at most."""
    email = await hub.store.get(scope, EMAILS, payload["email"])
    if email is None or email["status"] != "queued":
        return
    campaign = await hub.store.get(scope, CAMPAIGNS, email["campaign"])
    actor = Actor("system", 0, "", Scope(scope.app), SYSTEM)
    try:
        contact = (await read_record(hub, actor, RecordRef(email["contact"]))).document
    except NotFound:
        return  # erased meanwhile, and this with it
    now = hub.clock.now()
    if contact.get("unsubscribed"):
        return await _ended(hub, scope, email, campaign, "unsubscribed")
    if campaign is None or not may_mail(contact) or email["created"] + _GIVEN_UP <= now:
        return await _ended(hub, scope, email, campaign, "failed")
    if not await can_mail(hub, scope.app):
        return await _again(hub, scope, email, _WAIT)
    try:
        read = await _rendered(hub, scope, campaign["subject"], campaign["content"], contact)
        sender = campaign["sender"] or (await application(hub, scope.app)).name
        mail = Mail(
            f"email-{scope.app}-{email['id']}",
            contact["email"],
            sender,
            read.subject,
            read.text,
            read.content,
            "",
            email["created"],
            headers=unsubscribe_headers(await _way_out(hub, scope, contact)),
        )
        await send_mail(hub, scope.app, mail)
    except (MailRefused, InvalidPayload) as error:
        hub.log.warning("an e-mail was refused", email=email["id"], error=str(error))
        status = "refused" if isinstance(error, MailRefused) else "failed"
        return await _ended(hub, scope, email, campaign, status)
    except MailLater as later:
        hub.log.warning("an e-mail waits for the mail server", email=email["id"], error=str(later))
        return await _again(hub, scope, email, later.wait(email["tries"]))
    await _sent(hub, scope, email, campaign, read.subject)


async def _sent(hub: Hub, scope: Scope, email: Document, campaign: Document, subject: str) -> None:
    """Keep that it was sent; count it for its contact in the same batch, as conditions ask who received what."""
    at, template = hub.clock.now(), campaign["template"]
    told = await _line(hub, {**email, "subject": subject}, campaign, "sent", at)
    fields = {"status": "sent", "sent": at, "subject": subject}
    keys = ["email_received", *([f"email_received:{template}"] if template is not None else [])]

    def also(batch: Batch, contact: Document) -> None:
        tell(batch, "contact", contact["id"], told)
        batch.guard(EMAILS, email["id"], Eq("status", "queued"))
        batch.patch(EMAILS, email["id"], set=fields)

    try:
        await occur(hub, scope, email["contact"], lambda _: [(key, at) for key in keys], also)
    except (NotFound, Conflict, Missing):
        await _became(hub, scope, email, fields)  # erased meanwhile, or another run of this job was quicker


async def _ended(hub: Hub, scope: Scope, email: Document, campaign: Document | None, status: str) -> None:
    """Keep that it was not sent, and why, and let the timeline tell it."""
    contact = await standing_contact(hub, Scope(scope.app), email["contact"])
    told = await _line(hub, email, campaign, status, hub.clock.now())
    await _became(hub, scope, email, {"status": status}, (contact["id"], told) if contact else None)


async def _line(hub: Hub, email: Document, campaign: Document | None, word: str, at: int) -> Document:
    by = (campaign or {}).get("by") or {"kind": "system", "id": 0, "name": ""}
    return await line(hub, by, "email", word, at=at, email=email["id"], name=email["subject"])


async def _became(
    hub: Hub, scope: Scope, email: Document, fields: Document, told: tuple[int, Document] | None = None
) -> None:
    batch = Batch(Scope(scope.app))
    if told:
        tell(batch, "contact", *told)
    batch.guard(EMAILS, email["id"], Eq("status", "queued"))
    batch.patch(EMAILS, email["id"], set=fields)
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        pass  # erased meanwhile, or another run of this job was quicker


async def _again(hub: Hub, scope: Scope, email: Document, after: int) -> None:
    batch = Batch(Scope(scope.app))
    batch.patch(EMAILS, email["id"], inc={"tries": 1})
    await hub.jobs.add(batch, SEND, {"email": email["id"]}, after=after)
    try:
        await hub.commit(batch)
    except Missing:
        pass  # erased meanwhile


async def _way_out(hub: Hub, scope: Scope, contact: Document) -> str:
    """Return the link by which a contact says that it wants no more of them."""
    return unsubscribe_link(hub, scope.app, contact["id"], (await application(hub, scope.app)).locale)


async def _rendered(hub: Hub, scope: Scope, subject: str, content: str, contact: Document | None) -> Rendered:
    """Return subject and content with what is known of the contact in `user`, the application in `app`, and the way out."""
    user: dict[str, Any] = {}
    if contact is not None:
        words = await vocabulary(hub, scope)
        user = {
            each.std: shown_value(each, contact.get(each.path)) for each in STANDARD["contact"] if "." not in each.path
        }
        name = " ".join(part for part in (contact.get("first_name"), contact.get("last_name")) if part)
        user |= {"id": contact["id"], "key": contact["key"], "user_key": contact["key"], "user_id": contact.get("custom_id"),
                 "name": contact.get("name") or name or contact.get("email")}  # fmt: skip
        user = own_values(contact, words, "contact") | user
    values: dict[str, Any] = {"user": user, "app": {"name": (await application(hub, scope.app)).name}}
    values["unsubscribe_url"] = await _way_out(hub, scope, contact) if contact is not None else ""
    html = render(content, values, html=True)
    title = " ".join(render(subject, values, html=False).split())
    return Rendered(title[: LONGEST["subject"]], html, plain_text(html))
