"""The log of calls: which there were, and which one has now."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.grants import CALLS_READ
from hub.calls.collections import CALLS
from hub.calls.records import Call, Direction, Id, State, call_of
from hub.calls.turning import LIVE, get_call, shown
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import references
from storage.engine import Document, Scope, Sort
from storage.filters import EVERYTHING, Eq, Filter, all_of

PAGE = 50
_LIVE = 200
"""Calls of a moment that are looked through."""


class FindCalls(Struct, frozen=True, forbid_unknown_fields=True):
    """Which calls: in a state, of an agent, a contact or a conversation; `in` came from contacts, `out` from agents.

    `missed` are those that a contact made and nobody took.
    """

    state: State | None = None
    direction: Direction | None = None
    agent: Id | None = None
    contact: Id | None = None
    conversation: Id | None = None
    missed: bool = False
    cursor: str | None = None


class FoundCalls(Struct, frozen=True):
    """A page of calls, newest first; without a cursor there are no more."""

    calls: list[Call]
    cursor: str | None


class CallOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call."""

    call: Id


@verb(CALLS_READ)
async def list_calls(hub: Hub, actor: Actor, asked: FindCalls) -> FoundCalls:
    """Return a page of calls, newest first. Raises InvalidPayload for a cursor that was not made here."""
    named = {
        "state": asked.state,
        "direction": asked.direction,
        "agent": asked.agent,
        "contact": asked.contact,
        "conversation": asked.conversation,
    }
    filters: list[Filter] = [Eq(field, value) for field, value in named.items() if value is not None]
    if asked.missed:
        filters += [Eq("direction", "in"), Eq("answered", None), Eq("state", "ended")]
    try:
        page = await hub.store.find(
            actor.scope, CALLS, all_of(*filters) if filters else EVERYTHING, sort=Sort("began", descending=True),
            limit=PAGE, cursor=asked.cursor, scan=True,
        )  # fmt: skip
    except ValueError:
        raise InvalidPayload("`cursor` is none that an earlier page gave.", reason="cursor") from None
    return FoundCalls(await _shown(hub, actor.scope, page.items), page.cursor)


@verb(CALLS_READ)
async def read_call(hub: Hub, actor: Actor, which: CallOf) -> Call:
    """Return a call with its history. Raises NotFound."""
    return await shown(hub, actor, await get_call(hub, actor, which.call))


async def live_calls(hub: Hub, actor: Actor) -> list[Call]:
    """Return the calls that ring or go on where somebody is: what a page has to show when it comes back."""
    if actor.kind == "contact":
        scope = actor.scope
        id = await hub.store.key(scope, LIVE, f"{scope.contact}:{scope.browser or 0}")
        call = None if id is None else await hub.store.get(scope, CALLS, id)
        # Never one on a phone: a number proves nobody, and the browser may be somebody else's.
        return [call_of(call, None)] if call and call["state"] != "ended" and not call.get("phone") else []
    found: list[Document] = []
    for state in ("ringing", "talking"):
        page = await hub.store.find(actor.scope, CALLS, Eq("state", state), sort=Sort("began"), limit=_LIVE)
        found += [each for each in page.items if _has(each, actor.id)]
    return await _shown(hub, actor.scope, found)


def _has(call: Document, agent: int) -> bool:
    return agent in (call["agent"], (call.get("consult") or {}).get("agent")) or agent in call["rings"]


async def _shown(hub: Hub, scope: Scope, calls: list[Document]) -> list[Call]:
    contacts = await references(hub, scope, (each["contact"] for each in calls))
    return [call_of(each, contacts[each["contact"]]) for each in calls]
