"""Whose mail it is, and into which conversation it goes.

1. The signed address of an answer. Whoever has it was sent a mail of that conversation, so what comes to it is that person's,
   from whatever address; an agent's counts only from the agent's own address, because it speaks for the company.
2. What it answers: ids of letters that left here, and of mails that came in. They can be guessed, so the From has to be the
   address of the contact of that conversation, and no server may have found it forged.
3. Subject and sender, only where the company's mail server vouches for the sender (`proof`).

Everything else begins a conversation of its own, of the contact with that address: a forged From never writes into what
somebody else was talking about, and the company's answer goes to the address itself.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hub.accounts.applications import Member, member, members
from hub.chat.threads import contact_of_conversation, newest_open, thread_of_letter
from hub.core.hub import Hub
from hub.outreach.collections import MAILBOXES, MAILS
from hub.outreach.inbox.addresses import is_marked, read_mark
from hub.outreach.inbox.headers import bare_subject, is_reply
from hub.outreach.inbox.parsing import Incoming
from hub.outreach.inbox.proof import Proof, proof_of
from hub.people.contacts import contact_of_email, ids_of
from hub.people.merging.replacing import standing_contact
from storage.engine import Document, Scope, Sort
from storage.filters import Eq, fold

How = Literal["address", "reference", "subject", "new"]
_LATELY = 30 * 86_400_000
"""Milliseconds for which a subject alone still leads into a conversation."""
_MOST_IDS = 20


class Match(Struct, frozen=True):
    """Where a mail goes: a conversation, or none for a new one; whose it is; and the agent, where one writes.

    refused  why it goes nowhere, or empty
    refers   the conversation that it names without being the right person
    """

    how: How = "new"
    conversation: int | None = None
    contact: Document | None = None
    agent: Member | None = None
    proof: Proof = ""
    refused: str = ""
    refers: int | None = None


async def match(hub: Hub, scope: Scope, mailbox: Document, mail: Incoming) -> Match:
    """Return where a mail goes."""
    assert mail.sender is not None
    sender = mail.sender.email
    proof = proof_of(mail.sent_through, mailbox["checker"], sender)
    found = await _by_address(hub, scope, mail, proof)
    if found is not None:
        return found
    found = await _by_reference(hub, scope, mail, proof)
    if found is not None and (found.conversation or found.refused):
        return found
    refers = found.refers if found else None
    contact = await contact_of_email(hub, scope, sender)
    if contact is not None and proof == "proven" and refers is None:
        conversation = await _by_subject(hub, scope, contact, mail.subject)
        if conversation is not None:
            return Match("subject", conversation, contact, proof=proof)
    if proof == "forged":
        return Match(proof=proof, refused="forged")
    return Match("new", None, contact, proof=proof, refused="" if mailbox["begins"] else "no_new", refers=refers)


async def _by_address(hub: Hub, scope: Scope, mail: Incoming, proof: Proof) -> Match | None:
    boxes = (await hub.store.find(scope, MAILBOXES, limit=1000)).items
    for address in mail.to:
        for box in boxes:
            mark = read_mark(hub, scope.app, address.email, box["address"])
            if mark is None:
                if is_marked(address.email, box["address"]):
                    hub.log.warning("a reply address is none of ours", mailbox=box["id"], sender=_sender(mail))
                continue
            owner = await contact_of_conversation(hub, scope, mark.conversation)
            if owner is None:
                continue  # erased meanwhile
            kind, id = mark.who
            if kind == "agent":
                return await _of_agent(hub, scope, mark.conversation, id, mail, proof)
            contact, who = await standing_contact(hub, scope, owner), await standing_contact(hub, scope, id)
            if contact and who and contact["id"] == who["id"]:
                return Match("address", mark.conversation, contact, proof=proof)
    return None


async def _of_agent(hub: Hub, scope: Scope, conversation: int, id: int, mail: Incoming, proof: Proof) -> Match:
    agent = await member(hub, scope.app, id)
    if agent is None or fold(agent.email) != _sender(mail):
        return Match("address", refused="not_the_agent", proof=proof)
    if proof == "forged":
        return Match("address", refused="forged", proof=proof)
    owner = await contact_of_conversation(hub, scope, conversation)
    contact = await standing_contact(hub, scope, owner) if owner is not None else None
    return Match("address", conversation, contact, agent, proof)


async def _by_reference(hub: Hub, scope: Scope, mail: Incoming, proof: Proof) -> Match | None:
    refers = None
    for id in mail.after[:_MOST_IDS]:
        conversation, owner, to_agent = await _conversation_of(hub, scope, id)
        if conversation is None or owner is None:
            continue
        if to_agent:
            if proof == "proven" and any(fold(each.email) == _sender(mail) and each.id == to_agent
                                         for each in await members(hub, scope.app)):  # fmt: skip
                return await _of_agent(hub, scope, conversation, to_agent, mail, proof)
            return Match("reference", refused="not_the_agent", proof=proof)
        contact = await standing_contact(hub, scope, owner)
        if contact is not None and fold(contact.get("email") or "") == _sender(mail):
            if proof == "forged":
                return Match("reference", refused="forged", proof=proof)
            return Match("reference", conversation, contact, proof=proof)
        refers = refers or conversation
    return Match(refers=refers, proof=proof) if refers else None


async def _conversation_of(hub: Hub, scope: Scope, id: str) -> tuple[int | None, int | None, int]:
    """Return the conversation of a letter or a mail by its message id, whose it is, and the agent to whom it went, or 0."""
    thread = await thread_of_letter(hub, scope, id)
    if thread is not None:
        return thread.conversation, thread.contact, thread.to[1] if thread.to[0] == "agent" else 0
    page = await hub.store.find(scope, MAILS, Eq("message_id", id), sort=Sort(descending=True), limit=5)
    row = next((each for each in page.items if each["conversation"]), None)
    if row is None:
        return None, None, 0
    return row["conversation"], await contact_of_conversation(hub, scope, row["conversation"]), 0


async def _by_subject(hub: Hub, scope: Scope, contact: Document, subject: str) -> int | None:
    """Return the contact's newest open conversation, where the mail answers something or has the subject of its mails."""
    newest = await newest_open(hub, scope, ids_of(contact), hub.clock.now() - _LATELY)
    if newest is None:
        return None
    id: int = newest["id"]
    if is_reply(subject):
        return id
    page = await hub.store.find(scope, MAILS, Eq("conversation", id), limit=50)
    same = bare_subject(subject)
    return id if same and any(bare_subject(each["subject"]) == same for each in page.items) else None


def _sender(mail: Incoming) -> str:
    return fold(mail.sender.email) if mail.sender else ""
