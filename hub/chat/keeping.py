"""What chat keeps of a contact: its conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.chat.announce import announce_state
from hub.chat.attachments import erase_attachments, file_name
from hub.chat.collections import CONVERSATIONS, EDITS, MESSAGES, NOTE_EDITS, NOTES, NOTICES, RATINGS
from hub.chat.deliveries_kept import erase_deliveries
from hub.chat.drafts import drop_drafts
from hub.chat.inbox.indexing import forget_said
from hub.core.hub import Hub
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope, Sort
from storage.filters import All, Eq, Filter, Lt

_SENT_AGAIN = 600_000
"""Milliseconds in which a client may send a message once more because the answer was lost."""
_LAST = 20
_CHUNK = 200


class ChatKeeper:
    """Conversations go where their contact goes."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next conversations of some contacts be another one's."""
        scope = Scope(batch.scope.app)
        moved: list[Result] = []
        for document in await next_of(hub, scope, CONVERSATIONS, "contact", others, limit):
            batch.guard(CONVERSATIONS, document["id"], Eq("contact", document["contact"]))
            changes = {"contact": into, "touched": hub.clock.now()}
            moved.append(batch.patch(CONVERSATIONS, document["id"], set=changes, inc={"revision": 1}))
            await _know_again(hub, batch, document, into)
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Show everybody in a conversation whose it is now."""
        for document in documents:
            announce_state(hub, scope, document)

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield conversations with their messages and notes, and the files."""
        cursor = None
        while True:
            page = await hub.store.find(scope, CONVERSATIONS, Eq("contact", contact["id"]), cursor=cursor)
            for document in page.items:
                async for item in _whole(hub, scope, document):
                    yield item
            cursor = page.cursor
            if cursor is None:
                return

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase a part of the next conversation; its document last, for it is how the rest is found."""
        found = await next_of(hub, scope, CONVERSATIONS, "contact", contacts, 1)
        return await erase_conversation(hub, scope, found[0]) if found else Counter()


async def _know_again(hub: Hub, batch: Batch, conversation: Document, into: int) -> None:
    """Let what was sent just before be one message still when its client, as the other contact now, sends it again."""
    since, other = hub.clock.now() - _SENT_AGAIN, conversation["contact"]
    for record in await hub.store.read(batch.scope, MESSAGES, conversation["id"], limit=_LAST, newest=True):
        author = record["author"]
        if (
            record["at"] < since
            or record.get("client_id") is None
            or (author["kind"], author["id"]) != ("contact", other)
        ):
            continue
        for hand in {0, conversation["browser"] or 0}:
            name = f"{hand}:{record['client_id']}"
            holds = await hub.store.key(batch.scope, "message.client_id", f"contact:{other}:{name}")
            if (
                holds is not None
                and await hub.store.key(batch.scope, "message.client_id", f"contact:{into}:{name}") is None
            ):
                batch.hold("message.client_id", f"contact:{into}:{name}", holds)


async def _whole(hub: Hub, scope: Scope, document: Document) -> AsyncIterator[Item]:
    records = {}
    for kind, stream in (("messages", MESSAGES), ("notes", NOTES)):
        found, after = [], 0
        while some := await hub.store.read(scope, stream, document["id"], after=after, limit=500):
            found += some
            after = some[-1]["position"]
        records[kind] = found
    if edits := await hub.store.get_many(scope, EDITS, [each["id"] for each in records["messages"]]):
        records["edits"] = list(edits.values())
    if edits := await hub.store.get_many(scope, NOTE_EDITS, [each["id"] for each in records["notes"]]):
        records["note_edits"] = list(edits.values())
    if ratings := (await hub.store.find(scope, RATINGS, Eq("conversation", document["id"]), limit=1000)).items:
        records["ratings"] = list(ratings)
    inside = {kind: len(found) for kind, found in records.items() if found}
    yield Item("conversations", document | records, inside=inside)
    for record in records["messages"]:
        for file in record["attachments"]:
            stored = file_name(scope.app, file["id"], "original")
            yield Item("attachments", file, stored, f"{file['id']}-{file['name']}")


async def count_old_conversations(hub: Hub, scope: Scope, before: int) -> int:
    """Return how many conversations have been closed since before a moment."""
    return await hub.store.count(scope, CONVERSATIONS, _old(before))


def _old(before: int) -> Filter:
    return All((Eq("status", "closed"), Lt("updated", before)))


async def expire_conversations(hub: Hub, scope: Scope, before: int, place: str) -> str | None:
    """Erase some of the conversations that have been closed since before a moment; return None when there are no more."""
    page = await hub.store.find(scope, CONVERSATIONS, _old(before), sort=Sort("updated"), limit=20)
    for document in page.items:
        for part in document.get("merged") or ():  # nothing else would find them when the whole has gone
            thread = await hub.store.get(scope, CONVERSATIONS, part["conversation"])
            while thread is not None and "conversations" not in await erase_conversation(hub, scope, thread):
                pass
        while "conversations" not in await erase_conversation(hub, scope, document):
            pass
    return "" if page.items else None


async def erase_conversation(hub: Hub, scope: Scope, document: Document) -> Counter[str]:
    """Erase the next messages or notes of a conversation, or when there are none, the conversation."""
    id = document["id"]
    records = await hub.store.read(scope, MESSAGES, id, limit=_CHUNK)
    if records:
        erased = await erase_attachments(hub, scope, [file["id"] for each in records for file in each["attachments"]])
        batch = Batch(scope)
        for edit in await hub.store.get_many(scope, EDITS, [each["id"] for each in records]):
            batch.delete(EDITS, edit)
        for record in records:
            author = record["author"]
            for hand in {0, document["browser"] or 0}:
                batch.release("message.client_id", f"{author['kind']}:{author['id']}:{hand}:{record['client_id']}")
                batch.release("message.client_id", f"contact:{document['contact']}:{hand}:{record['client_id']}")
        await hub.commit(batch)
        await hub.store.erase(scope, MESSAGES, id, through=records[-1]["position"], limit=_CHUNK)
        return erased + Counter({"messages": len(records)})
    notes = await hub.store.read(scope, NOTES, id, limit=_CHUNK)
    if notes:
        batch = Batch(scope)
        for edit in await hub.store.get_many(scope, NOTE_EDITS, [each["id"] for each in notes]):
            batch.delete(NOTE_EDITS, edit)
        for note in notes:
            batch.release("note.client_id", f"{note['author']['kind']}:{note['author']['id']}:{note['client_id']}")
        await hub.commit(batch)
        await hub.store.erase(scope, NOTES, id, through=notes[-1]["position"], limit=_CHUNK)
        return Counter({"notes": len(notes)})
    if deliveries := await erase_deliveries(hub, scope, id):
        return deliveries
    await forget_said(hub, scope, id)
    batch = Batch(scope)
    for told in (await hub.store.find(scope, NOTICES, Eq("conversation", id), limit=1000)).items:
        batch.release("notice.of", f"{id}:{told['agent']}")
        batch.delete(NOTICES, told["id"])
    await drop_drafts(hub, batch, id)
    for rating in (await hub.store.find(scope, RATINGS, Eq("conversation", id), limit=1000)).items:
        batch.delete(RATINGS, rating["id"])
    if document.get("begin"):
        batch.release("conversation.begin", document["begin"])
    batch.delete(CONVERSATIONS, id)
    await hub.commit(batch)
    return Counter({"conversations": 1})
