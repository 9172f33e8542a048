"""What bounces and complaints say: marked on the contact and on the letter, where the letter is one that left here.

A report about a letter that nobody sent changes nothing: else a forged one could make the company fall silent to anybody.
"""

from __future__ import annotations

import re

from hub.chat.threads import letter_failed, thread_of_letter
from hub.core.hub import Hub
from hub.outreach.collections import EMAILS
from hub.outreach.inbox.marking import Mark
from hub.outreach.inbox.parsing import Incoming
from hub.people.merging.replacing import standing_contact
from hub.people.reachability import EmailState, mark_address
from storage.engine import Scope

_EMAIL = re.compile(r"<email-(\d{1,18})-(\d{1,18})@")


async def take_failures(hub: Hub, scope: Scope, mail: Incoming, mark: Mark) -> None:
    """Mark the contact of the letter that a bounce or a complaint is about."""
    for id in mail.sorted.about:
        found = await _letter(hub, scope, id)
        if found is None:
            continue
        contact, delivery, conversation = found
        failure = mail.sorted.failures[0] if mail.sorted.failures else None
        state: EmailState = "complained" if mail.sorted.kind == "complaint" else "soft"
        if failure and failure.hard and state == "soft":
            state = "hard"
        said = failure.said if failure else ""
        if delivery is not None:
            await letter_failed(hub, scope, delivery, "complained" if state == "complained" else "bounced", said)
        mark.row |= {"contact": contact, "conversation": conversation, "why": state}
        document = await standing_contact(hub, scope, contact)
        if document and document.get("email"):
            with mark.carried():
                await mark_address(hub, scope, contact, document["email"], state, said)
        await mark.alone()
        return
    mark.row["became"], mark.row["why"] = "kept_out", "unknown_letter"
    hub.log.info("a mail was kept out", mail=mark.row["id"], why="unknown_letter", kind=mail.sorted.kind)
    await mark.alone()


async def _letter(hub: Hub, scope: Scope, id: str) -> tuple[int, int | None, int | None] | None:
    """Return the contact to whom a letter went, its delivery and its conversation; None for one that did not leave here."""
    thread = await thread_of_letter(hub, scope, id)
    if thread is not None and thread.to[0] == "contact":
        return thread.contact, thread.delivery, thread.conversation
    ours = _EMAIL.match(id)
    if ours is None or int(ours[1]) != scope.app:
        return None
    email = await hub.store.get(scope, EMAILS, int(ours[2]))
    return (email["contact"], None, None) if email and email["status"] == "sent" else None
