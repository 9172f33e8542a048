"""Two conversations of one contact become one, for the team. Why so stands in docs/decisions/0024.

The messages stay where they are stored: what becomes a part of another conversation is a thread that only grows no more.
Agents read both together; the contact's side sees each thread as before, so nobody is shown anything new. Whatever is
written into the part goes to the whole. One batch does all of it, so that there is nothing for a kill to fall between.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.announce import announce_state
from hub.chat.collections import CONVERSATIONS
from hub.chat.conversations import Id, get_conversation, present
from hub.chat.events import ConversationChanged
from hub.chat.inbox.labels import MOST as MOST_LABELS
from hub.chat.notices import Notices
from hub.chat.places import Places
from hub.chat.present import author_of
from hub.chat.records import Conversation
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.talks import put_talk, say_talked, talk_record
from storage.engine import Batch, Document, GuardFailed
from storage.filters import Eq, all_of

MOST = 50
"""Threads of one conversation."""
_TRIES = 5
_LETTERS = 20


class MergeConversations(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversation becomes a part of which: `other` of `conversation`."""

    conversation: Id
    other: Id


@verb(CONVERSATIONS_MANAGE)
async def merge_conversations(hub: Hub, actor: Actor, given: MergeConversations) -> Conversation:
    """Make a conversation a part of another one of the same contact; asked again it changes nothing.

    Raises NotFound; InvalidPayload for itself, for another person's, for one that is a part already, and where those who
    see one of them would not see the other; and Conflict.
    """
    for _ in range(_TRIES):
        into = await get_conversation(hub, actor, given.conversation)
        other = await get_conversation(hub, actor, given.other)
        if other.get("merged_into") == into["id"]:
            (state,) = await present(hub, actor, [into])
            return state
        _check(into, other)
        try:
            return await _merge(hub, actor, into, other)
        except GuardFailed:  # somebody wrote, decided or merged at this very moment
            continue
    raise Conflict


def _check(into: Document, other: Document) -> None:
    if into["id"] == other["id"]:
        raise InvalidPayload("A conversation can't be merged with itself.", reason="merge_itself")
    if "merged" in (into["status"], other["status"]):
        raise InvalidPayload(
            "One of them is a part of another conversation already. Open that one.", reason="merge_part"
        )
    if into["contact"] != other["contact"]:
        raise InvalidPayload(
            "These are conversations of two people. Merge the people first, then their conversations.",
            reason="merge_people",
        )
    # Whoever sees the part has to see the whole: what they write there goes on here. And who only claims to be this
    # contact must not be answered what another way of the contact asked.
    begun_elsewhere = other["browser"] is not None and other["browser"] != into["browser"]
    only_claimed = bool(into.get("claimed")) and other["browser"] != into["browser"]
    if begun_elsewhere or only_claimed:
        raise InvalidPayload(
            "They were begun in different browsers, and each of these sees only its own. They stay apart.",
            reason="merge_browsers",
        )
    if len(_parts(into)) + len(_parts(other)) + 1 > MOST:
        raise InvalidPayload(f"A conversation has at most {MOST} parts.", reason="merge_many", most=MOST)


def _parts(conversation: Document) -> list[Document]:
    return conversation.get("merged") or []


async def _merge(hub: Hub, actor: Actor, into: Document, other: Document) -> Conversation:
    now, scope, by = hub.clock.now(), actor.scope, author_of(actor)
    batch = Batch(scope)
    for each in (into, other):
        same = [Eq(name, each[name]) for name in ("position", "revision", "status")]
        batch.guard(CONVERSATIONS, each["id"], all_of(*same, Eq("notes", each.get("notes"))))
    part = {
        "conversation": other["id"],
        "by": by,
        "at": now,
        "position": other["position"],
        "notes": other.get("notes", 0),
    }
    opens = other["status"] == "open" and into["status"] != "open"
    changes: Document = {
        "merged": [*_parts(into), part, *_parts(other)], "touched": now, "updated": max(into["updated"], other["updated"]),
        "labels": list(dict.fromkeys([*into.get("labels", ()), *other.get("labels", ())]))[:MOST_LABELS],
        "rank": max(into.get("rank") or 0, other.get("rank") or 0) or None, "last": _newer(into, other),
        "waits": _longest(into, other),
    }  # fmt: skip
    if into["assignee"] is None and other["assignee"] is not None:
        changes |= {"assignee": other["assignee"], "assignee_name": other["assignee_name"]}
    if opens:
        changes |= {"status": "open", "snoozed_until": None}
    if letters := _letters(into, other):
        changes["part_letters"] = letters
    unread = other["unread"]["agent"]
    if unread and (opens or into["status"] == "open"):
        delay = await hub.part(Notices).delay(scope.app)
        if delay is not None:
            changes["notice"] = True
            await hub.part(Notices).order(batch, into["id"], delay)
    changed = batch.patch(CONVERSATIONS, into["id"], set=changes, inc={"revision": 1, "unread.agent": unread})
    gone = batch.patch(CONVERSATIONS, other["id"], set={
        "status": "merged", "merged_into": into["id"], "merged": [], "snoozed_until": None, "waits": None, "assignee": None,
        "assignee_name": None, "sla": None, "sla_due": None, "notice": False, "unread.agent": 0, "touched": now,
        "read.agent": other["position"],
    }, inc={"revision": 1})  # fmt: skip
    for each in _parts(other):
        batch.patch(
            CONVERSATIONS, each["conversation"], set={"merged_into": into["id"], "touched": now}, inc={"revision": 1}
        )
    put_talk(batch, into["contact"], await talk_record(hub, "merged", into["id"], by, now, other=other["id"]))
    facts: dict[str, Any] = {
        "word": "merged",
        "conversation": into["id"],
        "contact": into["contact"],
        "part": other["id"],
    }
    await hub.follow_up(batch, ConversationChanged, facts)
    outcome = await hub.commit(batch)
    hub.part(Places).forget(scope.app, other["id"])
    say_talked(hub, scope, into["contact"])
    announce_state(hub, scope, outcome[gone])
    announce_state(hub, scope, outcome[changed])
    (state,) = await present(hub, actor, [outcome[changed]])
    return state


def _newer(one: Document, two: Document) -> Document | None:
    known = [each["last"] for each in (one, two) if each.get("last")]
    return max(known, key=lambda last: int(last["at"]), default=None)


def _longest(one: Document, two: Document) -> int | None:
    """Return since when somebody waits: below zero, so that the oldest is the largest."""
    return max((each["waits"] for each in (one, two) if each.get("waits") is not None), default=None)


def _letters(into: Document, other: Document) -> list[str]:
    """Return the letters of all parts, so that the next one joins their threads in mail programs.

    They stand beside the conversation's own: a letter of it may be on its way just now, which keeps its own list.
    """
    own = (other.get("fallback") or {}).get("letters") or []
    return [*(into.get("part_letters") or ()), *(other.get("part_letters") or ()), *own][-_LETTERS:]
