"""Half-written replies and notes of agents, kept so that they go on with them on another device. Nobody else is told."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.collections import DRAFTS
from hub.chat.conversations import Id, get_conversation
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, TextTooLong
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Document, Duplicate, GuardFailed, Missing, Scope
from storage.filters import Eq

LEFT = "chat.drafts.left"
_LONGEST = 65_536
"""Bytes of a draft: more than can be sent, because what is too long to send is still not lost."""
_PAGE = 200
_KINDS = ("message", "note")


class KeepDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent has written so far; `written` is when, in milliseconds since 1970. Empty where it was sent or cleared."""

    conversation: Id
    kind: Literal["message", "note"]
    text: str
    written: Annotated[int, Meta(ge=0, lt=2**53)]


class AgentDraft(Struct, frozen=True):
    """A half-written reply or note; `written` is when, in milliseconds since 1970."""

    conversation: int
    kind: Literal["message", "note"]
    text: str
    written: int


class AgentDrafts(Struct, frozen=True):
    """All drafts of an agent."""

    drafts: list[AgentDraft]


@verb(CONVERSATIONS_MANAGE)
async def list_drafts(hub: Hub, actor: Actor) -> AgentDrafts:
    """Return what whoever asks has half written. Raises Forbidden for an API key, which is no agent."""
    found = [_shown(each) for each in await _of(hub, actor.scope, _me(actor))]
    return AgentDrafts(sorted(found, key=lambda each: each.written, reverse=True))


@verb(CONVERSATIONS_MANAGE)
async def keep_draft(hub: Hub, actor: Actor, given: KeepDraft) -> AgentDraft:
    """Keep what an agent has written so far, unless something newer is kept; return what is kept then.

    Raises NotFound, TextTooLong, and Forbidden for an API key.
    """
    if len(given.text.encode()) > _LONGEST:
        raise TextTooLong("A draft is longer than 64 KB. Shorten it, or save it as a file.")
    await get_conversation(hub, actor, given.conversation)
    # A clock that is ahead must not win for ever.
    written = min(given.written, hub.clock.now())
    id = _id(_me(actor), given.conversation, given.kind)
    for _ in range(5):
        stored = await hub.store.get(actor.scope, DRAFTS, id)
        if stored is not None and stored["written"] > written:
            return _shown(stored)
        kept: Document = {
            "id": id, "agent": actor.id, "conversation": given.conversation, "kind": given.kind, "text": given.text,
            "written": written,
        }  # fmt: skip
        batch = Batch(actor.scope)
        if stored is not None:
            batch.guard(DRAFTS, id, Eq("written", stored["written"]))
        if not given.text:
            if stored is not None:
                batch.delete(DRAFTS, id)
        elif stored is None:
            batch.insert(DRAFTS, kept)
        else:
            batch.patch(DRAFTS, id, set={"text": given.text, "written": written})
        try:
            await hub.commit(batch)
        except (Duplicate, GuardFailed, Missing):
            continue  # another device of the same agent, at the same moment
        return _shown(kept)
    raise Conflict


async def forget_agent(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Forget the drafts of a removed agent (a job)."""
    scope, batch = Scope(payload["app"]), Batch(Scope(payload["app"]))
    for each in await _of(hub, scope, payload["agent"]):
        batch.delete(DRAFTS, each["id"])
    await hub.commit(batch)


async def drop_drafts(hub: Hub, batch: Batch, conversation: int) -> None:
    """Let the drafts of a conversation go with it."""
    scope = Scope(batch.scope.app)
    for each in (await hub.store.find(scope, DRAFTS, Eq("conversation", conversation), limit=1000)).items:
        batch.delete(DRAFTS, each["id"])


async def _of(hub: Hub, scope: Scope, agent: int) -> list[Document]:
    found: list[Document] = []
    cursor = None
    while True:
        page = await hub.store.find(scope, DRAFTS, Eq("agent", agent), limit=_PAGE, cursor=cursor)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


def _me(actor: Actor) -> int:
    if actor.kind != "agent":
        raise Forbidden("Only agents have drafts: sign in as one.")
    return actor.id


def _id(agent: int, conversation: int, kind: str) -> int:
    """Return the id of the one draft that an agent has of a kind in a conversation: two devices can't make two of it."""
    return agent << 33 | conversation << 1 | _KINDS.index(kind)


def _shown(draft: Document) -> AgentDraft:
    return AgentDraft(draft["conversation"], draft["kind"], draft["text"], draft["written"])
