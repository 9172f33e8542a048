"""Which contact wrote a text message: the one with the number, or one that has only the name which stands in its place.

Companies and banks send from a name ("ALLEGRO") or a short number, and some senders hide theirs. Nobody can answer those. The
same name is the same contact again, as the same number is; whoever hides is a new contact each time, as with calls.
"""

from __future__ import annotations

from hub.accounts.system import system_of
from hub.calls.carriers.dialing import NUMBER
from hub.calls.carriers.facts import SmsCame
from hub.calls.phone.numbers import contact_of_number, international, prefix_of, unknown_contact
from hub.core.hub import Hub
from hub.people.contacts import get_contact
from hub.people.managing import NewContact, create_contact
from hub.people.merging.replacing import standing_contact
from storage.engine import Batch, Document, Scope

_KEY = "phone.sender"
"""Unique keys: the name of a sender without a number → its contact."""
_SHORT = 8
"""Digits of the longest short number; what people have is longer in every country that we know the prefix of."""
_NAME = 60


def number_of(sender: str, ours: str) -> str:
    """Return the number (E.164) that a text came from, and that can be answered; "" for a name, a short number, or none."""
    if NUMBER.fullmatch(sender):
        return sender
    digits = sender.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal() and len(digits) > _SHORT):
        return ""
    return international(sender, prefix_of(ours))


def name_of_sender(sender: str) -> str:
    """Return the name that stands in the place of a number, without what is not to be seen."""
    return "".join(char for char in sender if char.isprintable()).strip()[:_NAME]


async def contact_who_wrote(hub: Hub, scope: Scope, came: SmsCame, ours: str) -> Document:
    """Return the contact, made where there is none. Two texts of one sender at once have to wait for each other (taking.py)."""
    if number := number_of(came.from_, ours):
        return await contact_of_number(hub, scope, number, prefix_of(ours))
    name = name_of_sender(came.from_)
    key = f"name {name}" if name else f"text {came.sms}"
    id = await hub.store.key(scope, _KEY, key)
    found = await standing_contact(hub, scope, id) if id is not None else None
    if found is not None:
        return found
    contact = await _named(hub, scope, name) if name else await unknown_contact(hub, scope)
    batch = Batch(scope)
    batch.hold(_KEY, key, contact["id"])
    await hub.commit(batch)
    return contact


async def _named(hub: Hub, scope: Scope, name: str) -> Document:
    made = await create_contact(hub, system_of(scope), NewContact({"name": name}))
    return await get_contact(hub, scope, made.id)
