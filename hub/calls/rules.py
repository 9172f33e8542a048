"""Whether an application takes calls, whom they ring, and for how long."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, convert, to_builtins

from hub.accounts.grants import CALLS_MANAGE, CALLS_READ
from hub.accounts.team import Team
from hub.calls.collections import CALL_RULES
from hub.calls.events import CallWaysChanged
from hub.calls.records import Id
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.contacts import get_contact
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Duplicate, Scope

Seconds = Annotated[int, Meta(ge=5, le=300)]
Code = Annotated[str, Meta(min_length=1, max_length=60)]


class CallRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How calls of an application ring.

    on              whether there are calls at all
    ring            `all` who are free at once, or `one` after the other
    assignee_first  whoever has the conversation, for one step before all others
    step            seconds until it rings others
    give_up         seconds until nobody answers
    record          which calls are recorded: `none`, `in` (contacts call), `out` (agents do), `all`; agents can record others
    announce        whether both hear a sound when recording begins
    keep_days       for how many days recordings are kept
    music           whether whoever waits hears music; such a call goes through a media worker from then on
    message         whether callers whom nobody answers can leave a spoken message
    launcher        whether the button stands beside the launcher of the closed chat, too
    hours           contacts can call inside of the opening hours only
    segment         only contacts in it can call; everybody where it is null
    codes           what can come out of a call: whoever had it chooses one afterwards
    """

    on: bool = False
    ring: Literal["all", "one"] = "all"
    assignee_first: bool = True
    step: Seconds = 20
    give_up: Seconds = 60
    record: Literal["none", "in", "out", "all"] = "none"
    announce: bool = True
    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    music: bool = False
    message: bool = False
    launcher: bool = False
    hours: bool = False
    segment: Id | None = None
    codes: Annotated[tuple[Code, ...], Meta(max_length=30)] = ()


async def may_call(hub: Hub, actor: Actor) -> bool:
    """Tell whether somebody can call now: agents where calls are on, contacts by the opening hours and the segment, too.

    Of a contact that is only claimed nothing is told, so it is in no segment.
    """
    rules = await hub.part(CallRulesKept).of(actor.scope.app)
    if not rules.on or actor.kind != "contact":
        return rules.on
    if rules.hours and not (await hub.part(Team).of(actor.scope.app)).hours.open_at(hub.clock.now()):
        return False
    if rules.segment is None:
        return True
    if actor.scope.browser is not None or actor.scope.contact is None:
        return False
    return rules.segment in ((await get_contact(hub, actor.scope, actor.scope.contact)).get("segments") or ())


class CallRulesKept(Kept[CallRules]):
    """The rules that this node was asked for."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "calls.rules", _read)


async def _read(hub: Hub, scope: Scope) -> CallRules:
    found = await hub.store.get(scope, CALL_RULES, scope.app)
    return convert(found["rules"], CallRules) if found else CallRules()


@verb(CALLS_READ)
async def get_call_rules(hub: Hub, actor: Actor) -> CallRules:
    """Return whether an application takes calls, and whom they ring."""
    return await hub.part(CallRulesKept).of(actor.scope.app)


@verb(CALLS_MANAGE)
async def set_call_rules(hub: Hub, actor: Actor, rules: CallRules) -> CallRules:
    """Say whether an application takes calls, and whom they ring, from now on.

    Raises InvalidPayload, Conflict, and NotFound for a segment that is not there.
    """
    app = actor.scope.app
    if rules.segment is not None and rules.segment not in (await vocabulary(hub, actor.scope)).segments:
        raise NotFound(f"There is no segment {rules.segment}.")
    for code in rules.codes:
        check_text(code, "codes")
    if len(set(rules.codes)) < len(rules.codes) or any(code != code.strip() for code in rules.codes):
        raise InvalidPayload("`codes` names something twice, or with blanks around it.", field="codes")
    batch = Batch(actor.scope)
    if await hub.store.get(actor.scope, CALL_RULES, app) is None:
        batch.insert(CALL_RULES, {"id": app, "rules": to_builtins(rules)})
    else:
        batch.patch(CALL_RULES, app, set={"rules": to_builtins(rules)})
    try:
        await hub.commit(batch)
    except Duplicate:
        raise Conflict from None
    hub.part(CallRulesKept).changed(app)
    hub.publish(CallWaysChanged(app=app))
    return rules
