"""An agent is in one call at a time, or is asked beside one: a unique key says so, whichever devices take two at once."""

from __future__ import annotations

from hub.calls.collections import CALLS
from hub.core.actor import Actor
from hub.core.errors import CallBusy
from hub.core.hub import Hub
from storage.engine import Batch, Document, Scope

ENGAGED = "call.agent"


def engaged(call: Document) -> set[int]:
    """Return the agents who can take no other call: who is in it, calls somebody, or is asked beside it."""
    if call["state"] not in ("ringing", "talking"):
        return set()
    return {each for each in (call["agent"], (call.get("consult") or {}).get("agent")) if each}


def put_engaged(batch: Batch, before: Document | None, after: Document) -> None:
    """Put into the batch of a change whose key holds this call from then on."""
    had, has = engaged(before) if before else set(), engaged(after)
    for agent in sorted(has - had):
        batch.claim(ENGAGED, str(agent), after["id"])
    for agent in sorted(had - has):
        batch.release(ENGAGED, str(agent))


async def expect_free(hub: Hub, actor: Actor, other: int, wanted: Document) -> None:
    """Raise CallBusy for an agent who would be in two calls. A key that holds a call which is over is freed, to try again."""
    scope = Scope(actor.scope.app)
    holds = await hub.store.get(scope, CALLS, other)
    busy = engaged(wanted) & engaged(holds) if holds and other != wanted["id"] else set()
    if actor.id in busy:
        raise CallBusy("You are in a call. End it before you take another one.", reason="call_own")
    if busy:
        name = (wanted.get("consult") or {}).get("name", "")
        raise CallBusy(f"{name} can’t take a call now.", reason="call_not_free", name=name)
    batch = Batch(scope)
    for agent in engaged(wanted):
        if await hub.store.key(scope, ENGAGED, str(agent)) == other:
            batch.release(ENGAGED, str(agent))
    await hub.commit(batch)
