"""The answer to an automatic message: only now there is a conversation, which begins with what was answered.

Until then the message was shown and nothing more, so that nobody's inbox fills with what nobody has answered.
"""

from __future__ import annotations

import msgspec

from hub.chat.automatic.texts import saying_for
from hub.chat.collections import MODALS
from hub.chat.modals.content import shown_blocks
from hub.chat.modals.showing import author_of_message
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.people.contacts import is_own
from hub.people.forms.fields import said
from hub.people.merging.replacing import standing_contact
from hub.people.speaking import language_of
from storage.engine import Document, Scope


async def opening_for(hub: Hub, actor: Actor, id: int) -> Document | None:
    """Return the message that a contact answers, as a record for its conversation; None where it was never shown it."""
    scope = Scope(actor.scope.app)
    document = await hub.store.get(scope, MODALS, id)
    contact = actor.scope.contact and await standing_contact(hub, scope, actor.scope.contact)
    if document is None or document["kind"] != "message" or not contact:
        return None
    if f"modal_seen:{id}" not in (contact.get("counts") or {}):
        return None
    known = contact if await is_own(hub, actor, contact) else None
    blocks = shown_blocks(hub, scope.app, document, await saying_for(hub, scope, known))
    language = language_of(contact, "en")
    pictures = [document["files"][str(each["file"])] for each in document["blocks"] if each["file"]]
    return {
        "id": await hub.ids.next("message"), "client_id": None, "kind": "text", "attachments": pictures,
        "text": "\n\n".join(said(each.text, language) for each in blocks if each.kind == "text"),
        "author": msgspec.to_builtins(await author_of_message(hub, scope, document)), "at": hub.clock.now(),
        "automatic": id, "name": document["name"],
    }  # fmt: skip
