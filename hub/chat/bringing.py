"""A conversation that was elsewhere: its messages with their times and authors. Nobody is told, for nobody wrote just now."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from hub.accounts.applications import member
from hub.accounts.grants import MOVING_IN
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.chat.dealings import keep_dealings
from hub.chat.present import PREVIEW
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound, Taken
from hub.core.hub import Hub
from hub.core.past import Arrival, Brought, Past, bring, digest_of, here, quietly
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.grouping.belonging import group_in
from hub.people.references import standing_contacts
from hub.people.talks import put_talk, talk_record
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Result, Scope
from storage.filters import Eq

_AT_ONCE = 100
"""Messages of one batch, which is one transaction."""
_TRIES = 5


class PastMessage(Struct, frozen=True):
    """A message that was written elsewhere; `past` says when and by whom. `context` is what was kept with it."""

    past: Past
    text: str
    source: str = "chat"
    context: dict[str, Any] = {}


class PastConversation(Struct, frozen=True):
    """A conversation that was elsewhere, with a contact of here; the agent in charge is one of here, or nobody."""

    past: Past
    contact: int
    status: Literal["open", "closed"]
    messages: list[PastMessage]
    assignee: int | None = None


class BroughtConversation(Struct, frozen=True):
    """What became of it, and how many of its messages came in now."""

    brought: Brought
    messages: int


@verb(MOVING_IN)
async def bring_conversation(hub: Hub, actor: Actor, given: PastConversation) -> BroughtConversation:
    """Make a conversation as it was elsewhere, or add what was written there since. Raises NotFound, Conflict."""
    scope = Scope(actor.scope.app)
    (contact,) = await standing_contacts(hub, scope, [given.contact])
    agent = await member(hub, scope.app, given.assignee) if given.assignee is not None else None
    state: Document = {
        "status": given.status, "assignee": agent.id if agent else None, "assignee_name": agent.name if agent else None,
    }  # fmt: skip
    moving = _Moving(hub, scope, given, contact, state)
    digest = digest_of([each.past.id for each in given.messages], given.status, given.assignee)
    brought = await bring(hub, scope, Arrival("conversation", given.past, digest), moving.make, moving.change)
    if brought.outcome in ("created", "updated"):
        with quietly():
            await keep_dealings(hub, scope, contact)
    return BroughtConversation(brought, moving.added)


class _Moving:
    """One conversation on its way."""

    def __init__(self, hub: Hub, scope: Scope, given: PastConversation, contact: int, state: Document) -> None:
        self._hub, self._scope, self._given = hub, scope, given
        self._contact, self._state = contact, state
        self.added = 0

    async def make(self, arrival: Arrival) -> tuple[int, bool]:
        """Make the conversation with its first messages, then add the others. Raises Taken."""
        hub, id = self._hub, await self._hub.ids.next("conversation")
        records = [(each, await self._record(each)) for each in self._messages()]
        some = records[:_AT_ONCE]
        begun = self._given.past.created or (some[0][1]["at"] if some else hub.clock.now())
        batch = Batch(self._scope)
        arrival.claim(batch, id)
        self._append(batch, id, some)
        last, position = _last(some), len(some)
        group: Result = group_in(batch, self._contact, (await vocabulary(hub, self._scope)).otherwise)
        document: Document = {
            "id": id, "contact": self._contact, "browser": None, "claimed": False, "begin": None, **self._state,
            "read": {"contact": position, "agent": position}, "delivered": {"contact": position, "agent": position},
            "unread": {"contact": 0, "agent": 0}, "last": last, "notes": 0, "revision": 1, "created": begun,
            "updated": last["at"] if last else begun, "position": position, "group": group,
        }  # fmt: skip
        batch.insert(CONVERSATIONS, document)
        by = some[0][1]["author"] if some else {"kind": "system", "id": 0, "name": ""}
        put_talk(batch, self._contact, await talk_record(hub, "begun", id, by, begun))
        if (await hub.commit(batch)).existing:
            raise Taken
        self.added += len(some)
        await self._add(id, records[_AT_ONCE:])
        return id, True

    async def change(self, id: int) -> None:
        """Add what was written there since, and let it be open or closed as it is there. Raises NotFound, Conflict."""
        wanted = self._messages()
        known = await here(
            self._hub, self._scope, "message", self._given.past.source, [each.past.id for each in wanted]
        )
        records = [(each, await self._record(each)) for each in wanted if each.past.id not in known]
        await self._add(id, records)
        await self._patch(id, [])

    async def _add(self, id: int, records: list[tuple[PastMessage, Document]]) -> None:
        for first in range(0, len(records), _AT_ONCE):
            await self._patch(id, records[first : first + _AT_ONCE])

    async def _patch(self, id: int, some: list[tuple[PastMessage, Document]]) -> None:
        for _ in range(_TRIES):
            document = await self._hub.store.get(self._scope, CONVERSATIONS, id)
            if document is None:
                raise NotFound
            head = document["position"]
            changes: Document = {name: value for name, value in self._state.items() if document[name] != value}
            batch = Batch(self._scope)
            batch.guard(CONVERSATIONS, id, Eq("position", head))
            self._append(batch, id, some)
            last = _last(some)
            if last:
                changes["position"] = head + len(some)
                for side in ("contact", "agent"):  # who had read all that was here has read it there too
                    if document["read"][side] == head:
                        changes |= {f"read.{side}": changes["position"], f"delivered.{side}": changes["position"]}
                if last["at"] >= document["updated"]:
                    changes |= {"last": last, "updated": last["at"]}
            if not changes:
                return
            batch.patch(CONVERSATIONS, id, set=changes, inc={"revision": 1})
            try:
                outcome = await self._hub.commit(batch)
            except GuardFailed:
                continue
            if outcome.existing:
                raise Conflict("The messages of this conversation are being brought in by somebody else.")
            self.added += len(some)
            return
        raise Conflict

    def _messages(self) -> list[PastMessage]:
        """Return the messages, each once, oldest first, none longer than one may be."""
        most = self._hub.settings.text_limit // 4  # a letter has at most four bytes
        found = []
        for each in {each.past.id: each for each in self._given.messages}.values():
            pieces = [each.text[start : start + most] for start in range(0, len(each.text), most)]
            for place, text in enumerate(pieces):
                past = each.past if not place else _part(each.past, place)
                found.append(PastMessage(past, text, each.source, each.context if not place else {}))
        return sorted(found, key=lambda each: each.past.created or 0)

    async def _record(self, message: PastMessage) -> Document:
        past = message.past
        record: Document = {
            "id": await self._hub.ids.next("message"), "client_id": None, "kind": "text",
            "text": check_text(message.text, "text"), "attachments": [],
            "author": past.author or {"kind": "system", "id": 0, "name": ""},
            "at": past.created or self._hub.clock.now(),
        }  # fmt: skip
        if message.source != "chat" or message.context:
            record["origin"] = {"source": message.source, "context": message.context}
        return record

    def _append(self, batch: Batch, id: int, some: list[tuple[PastMessage, Document]]) -> None:
        for message, record in some:
            Arrival("message", message.past, "").claim(batch, record["id"])
            batch.append(MESSAGES, id, record)


def _part(past: Past, place: int) -> Past:
    return Past(past.source, f"{past.id}/{place}", past.created, past.updated, past.author)


def _last(some: list[tuple[PastMessage, Document]]) -> Document | None:
    if not some:
        return None
    record = some[-1][1]
    return {"text": record["text"][:PREVIEW], "kind": "text", "author": record["author"], "at": record["at"]}
