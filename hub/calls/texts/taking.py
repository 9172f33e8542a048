"""A text message that came in becomes a message of whoever wrote it.

Texts of one sender wait for each other: two that come at once from somebody whom nobody knows yet would else make two contacts
and two conversations. A node that is killed over one leaves the turn to others after a while.
"""

from __future__ import annotations

import hashlib
import re

from hub.accounts.applications import application
from hub.accounts.grants import CONTACT
from hub.accounts.system import system_of
from hub.calls.carriers.facts import Fact, SmsCame
from hub.calls.carriers.stored import NUMBER_KEY, stored_number
from hub.calls.texts.stopping import put_wish, wish_of
from hub.calls.texts.telling import note_about
from hub.calls.texts.writers import contact_who_wrote, name_of_sender, number_of
from hub.chat.messages import Origin, SentMessage, send
from hub.chat.notes import NewNote, add_note
from hub.chat.places import Beginning, unclosed_by
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.people.editing import name_of
from hub.people.timeline import remember
from storage.engine import Batch, Document, Scope

_TURN = "phone.text_turn"
_TURN_LASTS = 60_000
"""Milliseconds after which whoever has the turn must have died: a job is cut off before, and done anew only then."""
_AGAIN = 500
_NOTHING = "–"
"""Stands for a text without a word, as one with a picture alone is."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


async def take_text(hub: Hub, scope: Scope, leg: int | None, fact: Fact) -> None:
    """Let a text message stand in a conversation (listener of `Desk`). Raises Later while another one of its sender is taken."""
    if not isinstance(fact, SmsCame):
        return
    scope = Scope(scope.app)
    id = await hub.store.key(scope, NUMBER_KEY, fact.to)
    if id is None:
        hub.log.warning("a text came to a number that is not ours", application=scope.app)
        return
    try:
        ours = await stored_number(hub, scope, id)
    except NotFound:
        return  # given back at this moment
    turn = hashlib.sha256((fact.from_ or fact.sms).encode("utf-8", "replace")).hexdigest()
    await _take_turn(hub, scope, turn)
    try:
        await _take(hub, scope, ours, fact)
    finally:
        batch = Batch(scope)
        batch.release(_TURN, turn)
        await hub.commit(batch)


async def _take_turn(hub: Hub, scope: Scope, turn: str) -> None:
    now = hub.clock.now()
    batch = Batch(scope)
    batch.claim(_TURN, turn, now)
    existing = (await hub.commit(batch)).existing
    if existing is None:
        return
    if existing.holds > now - _TURN_LASTS:
        raise Later(_AGAIN)
    batch = Batch(scope)
    batch.claim(_TURN, f"{turn} of {existing.holds}", now)  # of several who wait for a dead one, one goes on
    batch.hold(_TURN, turn, now)
    if (await hub.commit(batch)).existing is not None:
        raise Later(_AGAIN)


async def _take(hub: Hub, scope: Scope, ours: Document, came: SmsCame) -> None:
    number, wish = number_of(came.from_, ours["number"]), wish_of(came.text)
    contact = await contact_who_wrote(hub, scope, came, ours["number"])
    found = await unclosed_by(hub, scope, contact["id"], "sms")
    begins = None
    if found is None:
        begins = Beginning(await hub.ids.next("conversation"), ours["group"], channel="sms")
    context = {
        "from": number or name_of_sender(came.from_), "to": ours["number"], "number": ours["id"], "sms": came.sms[:200],
        "media": came.media,
    }  # fmt: skip
    way = {"by": "sms", "number": ours["id"], "to": number}
    new = SentMessage(_client_id(came), _text(hub, came.text), found, origin=Origin("sms", context, way), begins=begins)
    actor = Actor("contact", contact["id"], name_of(contact), Scope(scope.app, contact["id"]), CONTACT)
    message = await send(hub, actor, new)
    if wish is not None and number:
        await _keep_wish(hub, scope, contact["id"], number, wish)
    locale = (await application(hub, scope.app)).locale
    first = message.position == 1
    note = note_about(locale, media=came.media, nobody=first and not number, wish=wish if number else None)
    if note:
        await add_note(hub, system_of(scope), NewNote(_client_id(came), message.conversation, note))


async def _keep_wish(hub: Hub, scope: Scope, contact: int, number: str, wish: bool) -> None:
    batch = Batch(scope)
    put_wish(batch, number, wish)
    await remember(
        hub, batch, system_of(scope), "contact", contact, "sms", "stopped" if wish else "started", name=number
    )
    await hub.commit(batch)


def _client_id(came: SmsCame) -> str:
    """Return what makes the same text the same message, however often it is told."""
    name = f"sms-{came.sms}"
    return name if len(name) <= 64 else f"sms-{hashlib.sha256(came.sms.encode('utf-8', 'replace')).hexdigest()[:48]}"


def _text(hub: Hub, text: str) -> str:
    said = _UNSTORABLE.sub("", text).strip() or _NOTHING
    limit = hub.settings.text_limit
    data = said.encode()
    return said if len(data) <= limit else f"{data[: limit - 10].decode('utf-8', 'ignore')} …"
