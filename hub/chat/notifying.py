"""Tells one agent what waits in one conversation (a job), once: by the first way that reaches them, and nothing they saw.

What is going to be sent is written down first, with the row of its delivery. A process that is killed between sending and
marking sends the very same notice again, under the same id and tag.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts.notice_rules import Kind
from hub.accounts.team import Colleague, TeamFacts
from hub.chat.channels import ChannelAway, Unreachable
from hub.chat.collections import CONVERSATIONS, NOTICES
from hub.chat.deliveries import announce_delivery, begin_delivery, mark_delivery
from hub.chat.matters import Looker, Outlook, team_of
from hub.chat.notice_words import notice_of
from hub.chat.notices import Notices
from hub.chat.records import State
from hub.chat.telling import TELL_AGENT, unchanged, waits_for_team
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import All, Eq

_TURNS = 50
_AGAIN, _SELDOM = 1_000, 15 * 60_000
"""Shortest and longest milliseconds until a channel that was away is tried again."""
_GIVEN_UP = 2 * 86_400_000
"""Milliseconds after which what no channel took is not sent any more: it would be old news."""
_TAKEN_OVER = 3_600_000
"""Milliseconds after which a job goes on with what another one was at, and must have died over."""
_PAST, _LETTERS = 50, 20
_REASONS: dict[Kind, str] = {
    "mine": "message", "others": "message", "unassigned": "unassigned", "assigned": "assigned", "mention": "mention",
    "sla": "sla",
}  # fmt: skip


class Case(Struct, frozen=True):
    """One agent and one conversation, as they were read."""

    scope: Scope
    state: Document
    conversation: Document
    team: TeamFacts
    agent: Colleague | None


async def tell_agent(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Tell an agent what waits, as often as there is something (a job)."""
    for _ in range(_TURNS):
        case = await _case(hub, scope, payload["notice"])
        if case is None:
            return  # erased meanwhile
        mine = (case.state["sending"] or {}).get("turn") == payload["turn"]
        if case.state["news"] != payload["turn"] and not mine:
            return  # a newer job looks after it
        if case.state["sending"]:
            if not mine and case.state["sending"]["since"] > hub.clock.now() - _TAKEN_OVER:
                waited = payload.get("waited", 0)
                raise Later(_pause(waited), waited=waited + 1)  # an older job is at it
            await _go_on(hub, case, payload)
            continue
        found = Outlook()
        if case.agent is not None:
            found = await Looker(hub, scope, case.team, case.agent, case.conversation).look(case.state)
        if found.sending is not None:
            await _begin(hub, case, found, payload["turn"])
        elif await _rest(hub, case, found, payload["turn"]):
            if found.wakes is not None:
                raise Later(max(_AGAIN, found.wakes - hub.clock.now()), tries=0)
            return
    raise Later(_AGAIN)


async def send_again(hub: Hub, scope: Scope, delivery: Document) -> bool:
    """Order that a notice is sent once more; return False where another one is being sent, or it is not known any more."""
    key = f"{delivery['conversation']}:{delivery['to']['id']}"
    state = await hub.store.get(scope, NOTICES, await hub.store.key(scope, "notice.of", key) or 0)
    last = state and (state["sending"] or state.get("last"))
    if not state or not last or last["delivery"] != delivery["id"]:
        return False
    batch, turn = Batch(scope), state["news"] + 1
    batch.guard(NOTICES, state["id"], Eq("news", state["news"]))
    sending = last | {"turn": turn, "since": last["since"], "again": True}
    batch.patch(NOTICES, state["id"], set={"news": turn, "wakes": hub.clock.now(), "sending": sending})
    mark_delivery(hub, batch, delivery["id"], "waiting", why="again")
    await hub.jobs.add(batch, TELL_AGENT, {"notice": state["id"], "turn": turn})
    return await _try(hub, batch)


async def _case(hub: Hub, scope: Scope, id: int) -> Case | None:
    state = await hub.store.get(scope, NOTICES, id)
    conversation = state and await hub.store.get(scope, CONVERSATIONS, state["conversation"])
    if not state or not conversation:
        return None
    team, agent = await team_of(hub, scope, state["agent"])
    return Case(scope, state, conversation, team, agent)


async def _rest(hub: Hub, case: Case, found: Outlook, turn: int) -> bool:
    """Keep when the job looks again; False where something happened since it looked."""
    batch = Batch(case.scope)
    batch.guard(CONVERSATIONS, case.conversation["id"], unchanged(case.conversation))
    batch.guard(NOTICES, case.state["id"], Eq("news", turn))
    wakes = None if found.wakes is None else max(found.wakes, hub.clock.now() + _AGAIN)
    batch.patch(NOTICES, case.state["id"], set={"wakes": wakes, **_without(case.state, found.over)})
    return await _try(hub, batch)


async def _begin(hub: Hub, case: Case, found: Outlook, turn: int) -> None:
    """Write down what is going to be sent."""
    what = found.sending
    assert what is not None
    batch = Batch(case.scope)
    batch.guard(NOTICES, case.state["id"], All((Eq("news", turn), Eq("sending", None))))
    delivery = await begin_delivery(
        hub, batch, conversation=case.conversation["id"], contact=case.conversation["contact"],
        to=("agent", case.state["agent"]), channel=what.channel.name, reason=_REASONS[what.kind], after=what.after,
        through=what.through,
    )  # fmt: skip
    sending = {
        "turn": turn, "since": hub.clock.now(), "delivery": delivery, "channel": what.channel.name, "kind": what.kind,
        "event": what.event, "after": what.after, "through": what.through,
    }  # fmt: skip
    batch.patch(NOTICES, case.state["id"], set={"sending": sending, **_without(case.state, found.over)})
    if await _try(hub, batch):
        await announce_delivery(hub, case.scope, delivery)


async def _go_on(hub: Hub, case: Case, payload: dict[str, Any]) -> None:
    """Send what was written down, and mark it."""
    sending = case.state["sending"]
    channel = next((each for each in hub.part(Notices).working() if each.name == sending["channel"]), None)
    if case.agent is None or channel is None:
        await _mark(hub, case, "withdrawn", why="no_address" if case.agent is None else "switched_off")
        return
    looker = Looker(hub, case.scope, case.team, case.agent, case.conversation)
    over = await looker.is_over(sending["event"]) if sending["event"] else _is_read(case, sending)
    if over and not (sending.get("again") and sending["event"]):
        await _mark(hub, case, "withdrawn", why="read")
        return
    held = None if sending.get("again") else looker.held_until(sending["kind"], sending["since"])
    if held is not None:  # the channel was away until the agent came, or wants to be left alone
        raise Later(max(_AGAIN, held - hub.clock.now()))
    notice = await notice_of(hub, case.scope, case.agent, case.team, case.conversation, case.state)
    if notice is None:
        await _mark(hub, case, "withdrawn", why="read")
        return
    try:
        letter = await channel.send(hub, case.scope, case.agent.id, notice)
    except Unreachable as error:
        hub.log.warning("a notice was refused", agent=case.agent.id, channel=channel.name, error=str(error))
        await _mark(hub, case, "refused", why="refused", said=str(error))
    except Exception as error:
        hub.log.warning("a notice waits", agent=case.agent.id, channel=channel.name, error=str(error))
        if sending["since"] <= hub.clock.now() - _GIVEN_UP:
            await _mark(hub, case, "failed", why="channel_away", said=str(error))
            return
        batch = Batch(case.scope)
        mark_delivery(hub, batch, sending["delivery"], "waiting", why="channel_away", said=str(error))
        if await _try(hub, batch):
            await announce_delivery(hub, case.scope, sending["delivery"])
        tries = payload.get("tries", 0)
        hint = error.after if isinstance(error, ChannelAway) else 0
        raise Later(hint or _pause(tries), tries=tries + 1) from None
    else:
        await _mark(hub, case, "sent", letter=letter)


def _is_read(case: Case, sending: Document) -> bool:
    """Tell whether somebody of the team has read or answered meanwhile what was to be sent."""
    return bool(case.conversation["read"]["agent"] >= sending["through"]) or not waits_for_team(case.conversation)


async def _mark(hub: Hub, case: Case, word: State, *, why: str = "", said: str = "", letter: str = "") -> None:
    """Keep what became of it. What one channel does not take may go by the next one."""
    state, sending = case.state, case.state["sending"]
    batch = Batch(case.scope)
    batch.guard(NOTICES, state["id"], Eq("sending.delivery", sending["delivery"]))
    changes: Document = {"sending": None, "last": sending if word in ("refused", "failed") else None}
    if sending["event"] is not None:
        changes["events"] = [_tried(each, sending, word) for each in state["events"]]
    if sending["event"] is None or (sending["kind"] == "assigned" and word == "sent"):  # what waited was told with it
        changes[f"through.{sending['channel']}"] = sending["through"]
        if word == "sent":
            changes["told"] = max(state["told"], sending["through"])
    if letter and sending["channel"] == "email":
        changes["letters"] = [*state["letters"], letter][-_LETTERS:]
    batch.patch(NOTICES, state["id"], set=changes)
    mark_delivery(hub, batch, sending["delivery"], word, why=why, said=said, letter=letter)
    if await _try(hub, batch):
        await announce_delivery(hub, case.scope, sending["delivery"])


def _tried(event: Document, sending: Document, word: State) -> Document:
    mine = sending["event"]
    if (event["kind"], event["id"]) != (mine["kind"], mine["id"]):
        return event
    return event | {"tried": [*event["tried"], sending["channel"]], "told": event.get("told", False) or word == "sent"}


def _without(state: Document, over: list[Document]) -> Document:
    """Return what changes where an agent is not told of some events any more."""
    if not over:
        return {}
    gone = [{"kind": each["kind"], "id": each["id"]} for each in over]
    return {"events": [each for each in state["events"] if each not in over], "past": [*state["past"], *gone][-_PAST:]}


def _pause(tries: int) -> int:
    return int(min(_SELDOM, _AGAIN * 2 ** min(tries, 20)))


async def _try(hub: Hub, batch: Batch) -> bool:
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        return False
    return True
