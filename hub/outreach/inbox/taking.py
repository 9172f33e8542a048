"""A mail becomes what it is: a message, a mark on a contact, or a line in the log."""

from __future__ import annotations

from typing import Any

from hub.accounts.applications import application
from hub.accounts.grants import AGENT, CONTACT
from hub.accounts.system import system_of
from hub.chat.messages import Origin, SentMessage, send
from hub.chat.notes import NewNote, add_note
from hub.chat.places import Beginning
from hub.core.actor import Actor
from hub.core.errors import NotFound, Taken
from hub.core.hub import Hub
from hub.outreach.inbox.failures import take_failures
from hub.outreach.inbox.files import keep_files
from hub.outreach.inbox.keeping_out import kept_out
from hub.outreach.inbox.marking import Known, LostTurn, Mark, skip
from hub.outreach.inbox.matching import Match, match
from hub.outreach.inbox.parsing import Incoming
from hub.outreach.inbox.parts import File
from hub.outreach.inbox.telling import note_about
from hub.people.contacts import contact_of_email
from hub.people.editing import name_of
from hub.people.managing import NewContact, create_contact
from storage.engine import Document, GuardFailed, Scope

_NOTHING = "–"
"""Stands for a mail without a word, a subject or a file."""


async def take(hub: Hub, scope: Scope, mailbox: Document, mail: Incoming) -> str:
    """Make of a mail what it is, and read on behind it; return what it became.

    Raises LostTurn where another node has read on meanwhile.
    """
    row: Document = {
        "id": await hub.ids.next("mail"), "mailbox": mailbox["id"], "uid": mail.uid, "key": mail.key, "message_id": mail.message_id,
        "sender": mail.sender.email if mail.sender else "", "subject": mail.subject, "at": hub.clock.now(),
        "became": "kept_out", "why": "", "conversation": None, "contact": None,
    }  # fmt: skip
    mark = Mark(hub, scope, mailbox, mail, row)
    try:
        await _take(hub, scope, mailbox, mail, mark)
    except Known:
        await skip(hub, scope, mailbox, mail.uid, mail.at)
        return "known"
    except GuardFailed:
        raise LostTurn from None
    return str(row["became"])


async def _take(hub: Hub, scope: Scope, mailbox: Document, mail: Incoming, mark: Mark) -> None:
    row = mark.row
    if mail.sorted.kind in ("bounce", "complaint"):
        row["became"] = mail.sorted.kind
        return await take_failures(hub, scope, mail, mark)
    row["why"] = await kept_out(hub, scope, mailbox, mail)
    found = None
    if not row["why"]:
        found = await match(hub, scope, mailbox, mail)
        row["why"] = found.refused
    if found is None or found.refused:
        hub.log.info("a mail was kept out", mailbox=mailbox["id"], mail=row["id"], why=row["why"])
        return await mark.alone()
    await _write(hub, scope, mailbox, mail, found, mark)


async def _write(hub: Hub, scope: Scope, mailbox: Document, mail: Incoming, found: Match, mark: Mark) -> None:
    """Write the message, in the conversation that was found or in a new one."""
    actor, row = await _author(hub, scope, mail, found), mark.row
    text, whole = _text(hub, mail, new=found.conversation is None)
    kept, left_out = await keep_files(hub, scope, [*whole, *mail.files])
    if not text and not kept:
        text = mail.subject or _NOTHING
    begins = None
    if found.conversation is None:
        begins = Beginning(await hub.ids.next("conversation"), mailbox["group"], found.proof == "proven")
    row |= {"became": "message", "conversation": begins.id if begins else found.conversation, "how": found.how}
    row["contact"] = found.contact["id"] if found.contact else actor.id
    mark.note = note_about(
        (await application(hub, scope.app)).locale, mailbox, mail, found, left_out,
        whose=found.contact.get("email") if found.contact else None,
    )  # fmt: skip
    new = SentMessage(
        f"mail-{mail.key}", text, found.conversation, kept or None,
        origin=Origin("email", _context(mail, found)), begins=begins, uploader=system_of(scope),
    )  # fmt: skip
    with mark.carried():
        await send(hub, actor, new)
    await mark.alone()


async def _author(hub: Hub, scope: Scope, mail: Incoming, found: Match) -> Actor:
    """Return who writes: the agent, the contact, or a contact that is made now."""
    if found.agent is not None:
        agent = found.agent
        return Actor("agent", agent.id, agent.name, Scope(scope.app), AGENT)
    contact = found.contact or await _make_contact(hub, scope, mail)
    return Actor("contact", contact["id"], name_of(contact), Scope(scope.app, contact["id"]), CONTACT)


async def _make_contact(hub: Hub, scope: Scope, mail: Incoming) -> Document:
    assert mail.sender is not None
    values: dict[str, Any] = {"email": mail.sender.email}
    if mail.sender.name and "@" not in mail.sender.name:
        values["name"] = mail.sender.name
    try:
        await create_contact(hub, system_of(scope), NewContact(values))
    except Taken:
        pass  # somebody else made it at this moment
    contact = await contact_of_email(hub, scope, mail.sender.email)
    if contact is None:
        raise NotFound
    return contact


def _text(hub: Hub, mail: Incoming, *, new: bool) -> tuple[str, list[File]]:
    """Return the message: of a mail that begins a conversation with its subject, of a very long one its beginning.

    What is longer than a message may be comes along as a file.
    """
    text = f"{mail.subject}\n\n{mail.said}".strip() if new else mail.said
    limit = hub.settings.text_limit
    data = text.encode()
    if len(data) <= limit:
        return text, []
    return f"{data[: limit - 10].decode('utf-8', 'ignore')} …", [File("mail.txt", "text/plain", data)]


def _context(mail: Incoming, found: Match) -> dict[str, Any]:
    assert mail.sender is not None
    return {
        "from": mail.sender.email, "name": mail.sender.name, "subject": mail.subject, "message_id": mail.message_id,
        "matched": found.how, "proven": found.proof == "proven", "quoted": mail.quoted,
    }  # fmt: skip


async def write_note(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Tell the team what there is to know of a mail beside its message (a job)."""
    note = NewNote(f"mail-{payload['key']}", payload["conversation"], payload["text"])
    try:
        await add_note(hub, system_of(scope), note)
    except NotFound:
        pass  # erased meanwhile
