"""A colleague is asked beside a call: the states of that, in plain Python, as machine.py has those of the call itself.

The contact waits and hears music. The colleague has a device of their own in the call's room; without one it rings theirs. It ends
with the contact handed over, or with the agent going back; whatever dies, the call itself goes on.
"""

from __future__ import annotations

from hub.calls.machine import GONE_AFTER, Change, check_leg, told
from hub.core.actor import Actor
from hub.core.errors import CallOver, Forbidden
from storage.engine import Document


def asked(call: Document, actor: Actor, to: int, name: str, now: int, step: int) -> Change:
    """The agent asks a colleague, whose devices ring for so many milliseconds."""
    _expect_agent(call, actor)
    if call.get("consult"):
        raise CallOver(reason="call_not_now")
    consult = {"agent": to, "name": name, "leg": None, "seen": None, "ends": now + step}
    return {"consult": consult} | told(call, now, "consulted", actor, name)


def taken(call: Document, actor: Actor, leg: str, now: int) -> Change:
    """The colleague answers, on this device. Once more from the same one changes nothing."""
    consult = call["consult"]
    if consult["leg"] == leg:
        return {}
    if consult["leg"]:
        raise CallOver("You are in this call on another device.", reason="call_elsewhere")
    check_leg(call, leg)
    return {"consult": consult | {"leg": leg, "seen": now}} | told(call, now, "consult_taken", actor)


def over(call: Document, actor: Actor | None, now: int) -> Change:
    """The colleague is asked no more: one of the two ended it, nobody answered, or a device is gone."""
    return {"consult": None} | told(call, now, "consult_over", actor) if call.get("consult") else {}


def joined(call: Document, actor: Actor, to: int, now: int) -> Change:
    """The colleague has the call from now on, on the device that they answered on."""
    _expect_agent(call, actor)
    consult = call.get("consult")
    if not consult or not consult["leg"] or consult["agent"] != to:
        raise CallOver("This colleague has not answered.", reason="call_not_now")
    return {
        "consult": None, "agent": to, "agent_name": consult["name"], "legs.agent": consult["leg"], "seen.agent": now,
        "held": [side for side in call["held"] if side != "agent"],
        "muted": [side for side in call["muted"] if side != "agent"],
    } | told(call, now, "handed", actor, consult["name"])  # fmt: skip


def is_asked(call: Document, actor: Actor) -> bool:
    """Tell whether somebody is the colleague who is asked now."""
    consult = call.get("consult")
    if not consult or call["state"] != "talking":
        return False
    return actor.kind == "agent" and actor.id == consult["agent"]


def gone(call: Document, now: int) -> bool:
    """Tell whether a colleague did not answer in time, or was too long without a sign of life."""
    consult = call.get("consult")
    if not consult:
        return False
    return now - consult["seen"] > GONE_AFTER if consult["leg"] else consult["ends"] <= now


def _expect_agent(call: Document, actor: Actor) -> None:
    if call["state"] != "talking":
        raise CallOver(reason="call_over" if call["state"] == "ended" else "call_not_now")
    if actor.kind != "agent" or call["agent"] != actor.id:
        raise Forbidden("Only who talks asks a colleague.", reason="call_of_others")
