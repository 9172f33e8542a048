"""One turn of a call: read it, let `machine` decide, commit on the condition that nobody was faster, tell both sides."""

from __future__ import annotations

from collections.abc import Callable

from hub.calls.collections import CALLS
from hub.calls.engaged import expect_free, put_engaged
from hub.calls.events import CallAccepted, CallChanged, CallEnded, CallRinging
from hub.calls.machine import Change, ended
from hub.calls.media.rooms import arrange, leave_room
from hub.calls.phone.hanging_up import put_hang_up
from hub.calls.phone.waking import PhoneNews
from hub.calls.records import Call, call_of
from hub.calls.tapes import put_tape
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound
from hub.core.hub import Hub
from hub.people.contacts import ContactRef, references
from hub.people.timeline import remember
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

_TRIES = 10
LIVE = "call.live"
"""The key of the one call that a contact has at a time."""


async def get_call(hub: Hub, actor: Actor, id: int) -> Document:
    """Return the stored call. Raises NotFound, also for one that the actor may not see."""
    call = await hub.store.get(actor.scope, CALLS, id)
    if call is None or not _may_see(actor, call):
        raise NotFound
    return call


def _may_see(actor: Actor, call: Document) -> bool:
    if actor.kind != "contact":
        return True
    if call.get("phone"):  # whoever holds the phone speaks over the trunk; browsers of the contact have no part in it
        return False
    if actor.scope.browser is not None:
        return call["browser"] == actor.scope.browser
    return call["contact"] == actor.scope.contact


async def turn(hub: Hub, actor: Actor, id: int, decide: Callable[[Document], Change]) -> Document:
    """Change a call and tell everybody in it; return it as it is then. Raises NotFound, Conflict, and what `decide` does."""
    for _ in range(_TRIES):
        call = await get_call(hub, actor, id)
        change = decide(call)
        if not change:
            return call
        after = await commit_turn(hub, actor, call, change)
        if after is not None:
            return after
    raise Conflict


async def commit_turn(hub: Hub, actor: Actor, call: Document, change: Change) -> Document | None:
    """Commit a change of a call as it was read and tell of it; return it as it is then, None where somebody was faster."""
    scope, id = Scope(actor.scope.app), call["id"]
    batch = Batch(scope)
    batch.guard(CALLS, id, Eq("revision", call["revision"]))
    changed = batch.patch(CALLS, id, set=change, inc={"revision": 1})
    put_engaged(batch, call, call | change)
    if change.get("state") == "ended":
        for line in live_keys(call):
            batch.release(LIVE, line)
        await put_end(hub, batch, call | change)
        await put_hang_up(hub, batch, call)
    tape = change.get("recording")
    if tape and (call["recording"] is None or call["recording"]["id"] != tape["id"]):
        await put_tape(hub, batch, call | change)
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        return None
    if outcome.existing is not None:
        await expect_free(hub, actor, outcome.existing.holds, call | change)
        return None
    after: Document = outcome[changed]
    _tell(hub, scope, call, after)
    return after


async def drop_call(hub: Hub, scope: Scope, call: Document) -> None:
    """Delete a call, as its contact is erased. One that goes on ends, and nothing is remembered of it."""
    over = call | ended(call, "lost", hub.clock.now())
    batch = Batch(scope)
    batch.guard(CALLS, call["id"], Eq("revision", call["revision"]))
    batch.delete(CALLS, call["id"])
    if call["state"] != "ended":
        put_engaged(batch, call, over)
        for line in live_keys(call):
            batch.release(LIVE, line)
        await put_hang_up(hub, batch, call)
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        return  # it changed at this very moment: it is found once more
    if call["state"] != "ended":
        _tell(hub, scope, call, over | {"revision": call["revision"] + 1})


def _tell(hub: Hub, scope: Scope, before: Document, after: Document) -> None:
    """Tell all who have a part in a call what it has become: both sides, the phone's line, and the media worker."""
    id, over = before["id"], after["state"] == "ended"
    announce(hub, scope, before, after)
    if before.get("phone"):
        hub.part(PhoneNews).say(id)
    if before["room"] and (over or after["room"] != before["room"]):
        hub.spawn("a call's room", leave_room(hub, before["room"]))
    if after["room"] and not over:
        hub.spawn("a call's room", arrange(hub, scope, id))


async def put_end(hub: Hub, batch: Batch, call: Document) -> None:
    """Put the line of the contact's timeline, and what else follows, into the batch in which a call ends."""
    seconds = (call["ended"] - call["answered"]) // 1000 if call["answered"] else 0
    word = "call_in" if call["direction"] == "in" else "call_out"
    facts = {"call": call["id"], "reason": call["reason"], "answered": call["answered"] is not None, "seconds": seconds}
    await remember(
        hub,
        batch,
        call["by"],
        "contact",
        call["contact"],
        "call",
        word,
        at=call["began"],
        agent=call["agent_name"],
        **facts,
    )
    await hub.follow_up(batch, CallEnded, {"contact": call["contact"], "direction": call["direction"], **facts})


def live_keys(call: Document) -> list[str]:
    """Return the names of the lines that a call takes: one for each browser that is not proven to be the contact's.

    A call of the company rings the contact's newest browser and whoever is proven to be the contact, so it takes both lines.
    A phone is a line of its own: whoever holds it is proven to be nobody, and no browser learns of the call.
    """
    if call.get("phone"):
        return [f"{call['contact']}:phone"]
    browser = call["browser"] or 0
    return [f"{call['contact']}:{each}" for each in sorted({browser, 0} if call["direction"] == "out" else {browser})]


def announce(hub: Hub, scope: Scope, before: Document, now: Document) -> None:
    """Tell both sides, and those whose devices ring or rang, what a call has become."""
    kind = {"talking": CallAccepted, "ended": CallEnded}.get(now["state"], CallRinging)
    if now["state"] == "message" or (before["state"] == now["state"] and before["state"] != "ringing"):
        kind = CallChanged
    agents = {*before["rings"], *now["rings"], *(each for each in (before["agent"], now["agent"]) if each)}
    agents |= {each["agent"] for each in (*before["listeners"], *now["listeners"])}
    agents |= {each["consult"]["agent"] for each in (before, now) if each.get("consult")}
    side = "phone" if now.get("phone") else ""
    who = {"contact": now["contact"], "browser": now["browser"], "agents": tuple(sorted(agents))}
    hub.publish(kind(app=scope.app, call=now, side=side, **who))


async def shown(hub: Hub, actor: Actor, call: Document) -> Call:
    """Return a call as the actor's side sees it."""
    return call_of(call, None if actor.kind == "contact" else await contact_of(hub, actor.scope, call))


async def contact_of(hub: Hub, scope: Scope, call: Document) -> ContactRef:
    """Return the contact of a call for agents; one that was erased has no name."""
    return (await references(hub, scope, [call["contact"]]))[call["contact"]]
