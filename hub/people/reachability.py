"""Whether mail reaches a contact: an address that does not exist, and somebody who complained, are written to no more."""

from __future__ import annotations

from typing import Literal

from hub.core.hub import Hub
from hub.people.editing import change_contact, commit_contact
from hub.people.merging.replacing import standing_contact
from hub.people.timeline import remember
from storage.engine import Batch, Document, Scope
from storage.filters import fold

EmailState = Literal["hard", "soft", "complained"]
"""No such address; not for now (a full mailbox); or the person has called a mail unwanted."""
_WORDS: dict[EmailState, str] = {"hard": "bounced", "soft": "bounced_soft", "complained": "complained"}
_SYSTEM = {"kind": "system", "id": 0, "name": ""}


def may_mail(contact: Document) -> bool:
    """Tell whether a contact has an address that mail reaches. A new address is tried whatever became of the old one."""
    email = contact.get("email")
    state = contact.get("email_state") or {}
    if not email or state.get("address") != fold(email):
        return bool(email)
    return state["kind"] == "soft"


async def mark_address(hub: Hub, scope: Scope, contact: int, address: str, state: EmailState, said: str) -> bool:
    """Keep what became of a mail to a contact's address, and let its timeline tell it; return whether it is its address.

    Whoever complained is unsubscribed as well.
    """
    document = await standing_contact(hub, scope, contact)
    if document is None or fold(document.get("email") or "") != fold(address):
        return False
    before = document.get("email_state") or {}
    if before.get("address") == fold(address) and before.get("kind") in ("hard", "complained") and state == "soft":
        return True
    fields: Document = {
        "email_state": {"kind": state, "address": fold(address), "said": said[:300], "at": hub.clock.now()}
    }
    if state == "complained":
        fields["unsubscribed"] = True
    batch = Batch(Scope(scope.app))
    change_contact(hub, batch, document["id"], fields)
    await remember(
        hub, batch, _SYSTEM, "contact", document["id"], "email", _WORDS[state], name=address, said=said[:300]
    )
    await commit_contact(hub, batch, document["id"], fields)
    return True
