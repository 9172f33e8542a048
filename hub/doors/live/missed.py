"""What a node missed while the bus was away, read from the store: the state and the messages of what changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from hub.chat.collections import CONVERSATIONS, MESSAGES, NOTES
from hub.chat.edited import as_now, notes_as_now
from hub.chat.events import ConversationChanged, MessageSent, NoteAdded
from hub.chat.present import message_of, note_of
from hub.core.event import Event
from hub.core.hub import Hub
from storage.engine import Document, Scope, Sort
from storage.filters import Gte

_NEWEST = 200
"""Records looked at per conversation: one that grew by more shows a gap, which its clients fill by `resume`."""


async def missed_events(hub: Hub, scope: Scope, since: int) -> AsyncIterator[Event]:
    """Yield what happened in an application's conversations since a time, per conversation in order.

    What was shown already is among it: messages and notes are told by their position, a state may be shown twice.
    """
    seen: set[int] = set()
    for field in ("updated", "touched"):
        cursor = None
        while True:
            page = await hub.store.find(
                scope, CONVERSATIONS, Gte(field, since), sort=Sort(field, descending=True), cursor=cursor
            )
            for document in page.items:
                if document["id"] not in seen:
                    seen.add(document["id"])
                    async for event in _of_conversation(hub, scope, document, since):
                        yield event
            cursor = page.cursor
            if cursor is None:
                break


async def _of_conversation(hub: Hub, scope: Scope, document: Document, since: int) -> AsyncIterator[Event]:
    app, id, contact, browser = scope.app, document["id"], document["contact"], document["browser"]
    yield ConversationChanged(app=app, conversation=id, contact=contact, browser=browser, document=document)
    for record in await as_now(hub, scope, await hub.store.read(scope, MESSAGES, id, limit=_NEWEST, newest=True)):
        if record["at"] >= since:
            message = message_of(hub, app, id, record)
            yield MessageSent(app=app, conversation=id, contact=contact, browser=browser, message=message)
    for record in await notes_as_now(hub, scope, await hub.store.read(scope, NOTES, id, limit=_NEWEST, newest=True)):
        if record["at"] >= since:
            yield NoteAdded(app=app, conversation=id, contact=contact, browser=browser, note=note_of(id, record))
