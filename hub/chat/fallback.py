"""Whoever is away gets what the company wrote another way: a while later, once, and only what was not read here.

A message of the company orders a job. When it is due the world is looked at again: what was read is left out, what came
meanwhile goes along, and whoever is there is given time. What is going to be sent is written down first, so that a
process that is killed between sending and marking sends the very same letter again, by which mail programs know it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from hub.accounts.away import AwayRule, away_rule, seconds_of
from hub.chat.channels import Channel, ChannelAway, Channels, Letter, Missed, Unreachable
from hub.chat.collections import CONVERSATIONS
from hub.chat.deliveries import announce_delivery, begin_delivery, mark_delivery
from hub.chat.missed import missed_by
from hub.chat.places import Place
from hub.chat.presence import Presence
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.people.merging.replacing import standing_contact
from hub.people.timeline import remember
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

FALL_BACK = "chat.fall_back"
_LETTERS = 20
"""Letters of a conversation that are remembered, for the thread in mail programs."""
_AGAIN, _SELDOM = 1_000, 15 * 60_000
"""Shortest and longest milliseconds until a channel that was away is tried again."""
_UNSET = 60_000
"""Milliseconds until it is looked again whether the application has set up the channel that a letter waits for."""
_GIVEN_UP = 2 * 86_400_000
"""Milliseconds after which what no channel took is not sent any more: it would be old news."""
_TAKEN_OVER = 3_600_000
"""Milliseconds after which a job goes on with what another one was at, and must have died over."""
_HURRY = 5_000
"""Milliseconds that a channel which is not patient waits for somebody to read here."""
_MARGIN = 2_000
_REMEMBERED = 50_000


class Fallback:
    """Orders the jobs: one for the messages of some time, as each job looks after all that was said until it is due."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._due: OrderedDict[tuple[int, int], int] = OrderedDict()

    async def follow(self, batch: Batch, place: Place, message: Document) -> int | None:
        """Put into the batch of a message that it is looked after later; return when, or None where that is cared for.

        A job of this conversation that is due no sooner than half the wait, and two seconds, will see the message.
        """
        if message["author"]["kind"] == "contact":
            return None
        rule = await away_rule(self._hub, batch.scope)
        channels = [each for each in self._hub.part(Channels).of(place.channel) if rule.allows(each.name)]
        if not channels:
            return None
        wait = int(seconds_of(self._hub, rule) * 1000)
        if any(not each.patient for each in channels):
            wait = min(wait, _HURRY)
        due = message["at"] + wait
        if self._due.get((batch.scope.app, place.id), 0) >= message["at"] + max(_MARGIN, wait // 2):
            return None
        payload = {"conversation": place.id, "contact": place.contact, "message": message["id"]}
        await self._hub.jobs.add(batch, FALL_BACK, payload, after=wait)
        return due

    def followed(self, app: int, conversation: int, due: int | None) -> None:
        """Remember when a job is due whose batch was committed."""
        if due is None:
            return
        self._due[app, conversation] = due
        self._due.move_to_end((app, conversation))
        if len(self._due) > _REMEMBERED:
            self._due.popitem(last=False)


async def fall_back(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Send what somebody has missed, where they are still away and have not read it (a job)."""
    conversation = await hub.store.get(scope, CONVERSATIONS, payload["conversation"])
    contact = conversation and await standing_contact(hub, scope, conversation["contact"])
    if not conversation or not contact:
        return  # erased meanwhile
    rule = await away_rule(hub, scope)
    state: Document = conversation.get("fallback") or {"through": None, "letters": []}
    if not state.get("sending"):
        begun = await _begin(hub, scope, conversation, contact, state, payload, rule)
        if begun is None:
            return
        state = begun
    sending = state["sending"]
    if sending["by"] != payload["message"] and sending["since"] > hub.clock.now() - _TAKEN_OVER:
        waited = payload.get("waited", 0)
        raise Later(_pause(_AGAIN, waited), waited=waited + 1)  # the job of a message before is at it
    while state.get("sending"):
        state = await _Turn(hub, scope, conversation, contact, state, payload, rule).take()


async def send_again(hub: Hub, scope: Scope, delivery: Document) -> bool:
    """Order that a letter to a contact is sent once more; return False where another one is being sent just now."""
    conversation = await hub.store.get(scope, CONVERSATIONS, delivery["conversation"])
    if conversation is None:
        return False
    state: Document = conversation.get("fallback") or {"through": None, "letters": []}
    now = hub.clock.now()
    job = f"again {delivery['id']} {now}"
    sending = {
        "by": job, "since": now, "after": delivery["after"], "through": delivery["through"],
        "channel": delivery["channel"], "delivery": delivery["id"], "tried": [],
    }  # fmt: skip
    if state.get("sending") and state["sending"]["delivery"] != delivery["id"]:
        return False
    batch = Batch(scope)
    mark_delivery(hub, batch, delivery["id"], "waiting", why="again")
    payload = {"conversation": conversation["id"], "contact": conversation["contact"], "message": job}
    await hub.jobs.add(batch, FALL_BACK, payload)
    return await _keep(hub, batch, conversation["id"], state, state | {"sending": sending})


async def _begin(
    hub: Hub,
    scope: Scope,
    conversation: Document,
    contact: Document,
    state: Document,
    payload: dict[str, Any],
    rule: AwayRule,
) -> Document | None:
    """Write down what is going to be sent, and return it; None where there is nothing to send, or nobody to send it to."""
    known = max(conversation["read"]["contact"], state["through"] or 0)
    missed = await missed_by(hub, scope, conversation, contact, known)
    if missed is None:
        return None
    channel = await hub.part(Channels).first(scope, rule, [], missed)
    wait = seconds_of(hub, rule) * 1000
    elsewhere = channel is not None and channel.elsewhere
    if not elsewhere and hub.part(Presence).online(scope.app, "contact", contact["id"]):
        looked = payload.get("looked", 0)
        raise Later(_pause(int(wait), looked), looked=looked + 1)
    patient = channel is None or channel.patient
    early = missed.messages[0]["at"] + int(wait if patient else min(wait, _HURRY)) - hub.clock.now()
    if early > 0:
        raise Later(early)
    first, now = missed.messages[0]["position"], hub.clock.now()
    batch = Batch(Scope(scope.app))
    if channel is None:
        if rule.mail or rule.push:  # else the application wants nobody to be told, and nobody is missed
            await _tell_unreachable(hub, batch, missed, state)
        return None
    delivery = await begin_delivery(
        hub, batch, conversation=conversation["id"], contact=contact["id"], to=("contact", contact["id"]),
        channel=channel.name, after=first - 1, through=missed.through,
    )  # fmt: skip
    sending = {
        "by": payload["message"], "since": now, "after": first - 1, "through": missed.through, "channel": channel.name,
        "delivery": delivery, "tried": [],
    }  # fmt: skip
    if not await _keep(hub, batch, conversation["id"], state, state | {"sending": sending}):
        raise Later(_AGAIN)
    await announce_delivery(hub, scope, delivery)
    return state | {"sending": sending}


async def _tell_unreachable(hub: Hub, batch: Batch, missed: Missed, state: Document) -> None:
    """Keep that there was no way to the person, so that the agent sees it; one row for all that follows."""
    known = state.get("unreachable")
    if known is None:
        known = await begin_delivery(
            hub, batch, conversation=missed.conversation, contact=missed.contact["id"],
            to=("contact", missed.contact["id"]), channel="", after=missed.messages[0]["position"] - 1,
            through=missed.through, state="unreachable", why="no_way",
        )  # fmt: skip
    else:
        mark_delivery(hub, batch, known, "unreachable", why="no_way", through=missed.through)
    after = state | {"through": missed.through, "unreachable": known}
    if await _keep(hub, batch, missed.conversation, state, after):
        await announce_delivery(hub, batch.scope, known)


class _Turn:
    """One channel's turn at what is being sent."""

    def __init__(
        self,
        hub: Hub,
        scope: Scope,
        conversation: Document,
        contact: Document,
        state: Document,
        payload: dict[str, Any],
        rule: AwayRule,
    ) -> None:
        self._hub, self._scope, self._rule, self._payload = hub, scope, rule, payload
        self._conversation, self._contact, self._state = conversation, contact, state
        self._sending: Document = state["sending"]

    async def take(self) -> Document:
        """Send by the channel whose turn it is; return what is left to do. Raises Later while the channel is away."""
        hub, sending = self._hub, self._sending
        missed = None
        if self._conversation["read"]["contact"] < sending["through"]:  # else it was read while the channel was away
            missed = await missed_by(
                hub, self._scope, self._conversation, self._contact, sending["after"], sending["through"], self._rule
            )
        if missed is None:
            return await self._end(None, "withdrawn", "read")
        channel = hub.part(Channels).named(sending["channel"])
        if channel is None or not self._rule.allows(channel.name):
            return await self._end(missed, "withdrawn", "switched_off")
        if not await channel.reaches(hub, self._scope, missed):
            return await self._end(missed, "withdrawn", "no_address")
        if channel.patient:
            early = missed.messages[0]["at"] + int(seconds_of(hub, self._rule) * 1000) - hub.clock.now()
            if early > 0:
                raise Later(early)
        if not await channel.works(hub, self._scope):
            return await self._wait(missed, "not_set_up", "", _UNSET)
        return await self._send(channel, missed)

    async def _send(self, channel: Channel, missed: Missed) -> Document:
        hub, word, why, said = self._hub, "sent", "", ""
        letter = await channel.write(hub, self._scope, missed, self._sending["delivery"])
        try:
            await channel.send(hub, self._scope, letter)
        except Unreachable as error:
            hub.log.warning(
                "a letter was refused", conversation=missed.conversation, channel=channel.name, error=str(error)
            )
            word, why, said = "refused", error.why, str(error)
        except Exception as error:
            hub.log.warning("a letter waits", conversation=missed.conversation, channel=channel.name, error=str(error))
            hint = error.after if isinstance(error, ChannelAway) else 0
            pause = hint or _pause(_AGAIN, self._payload.get("tries", 0))
            return await self._wait(missed, "channel_away", str(error), pause, letter)
        return await self._end(missed, word, why, said, letter)

    async def _wait(self, missed: Missed, why: str, said: str, pause: int, letter: Letter | None = None) -> Document:
        """Keep why the letter waits, and let the job come again; give up what has become old news."""
        if self._sending["since"] <= self._hub.clock.now() - _GIVEN_UP:
            return await self._end(missed, "failed", why, said, letter)
        batch = Batch(Scope(self._scope.app))
        mark_delivery(self._hub, batch, self._sending["delivery"], "waiting", why=why, said=said)
        try:
            await self._hub.commit(batch)
        except Missing:
            return {}  # erased meanwhile
        await announce_delivery(self._hub, self._scope, self._sending["delivery"])
        raise Later(pause, tries=self._payload.get("tries", 0) + 1)

    async def _end(
        self, missed: Missed | None, word: Any, why: str, said: str = "", letter: Letter | None = None
    ) -> Document:
        """Keep what became of the letter, and whose turn is next: return that, without `sending` where it was the last."""
        hub, sending = self._hub, self._sending
        batch = Batch(Scope(self._scope.app))
        mark_delivery(hub, batch, sending["delivery"], word, why=why, said=said, letter=letter.id if letter else "")
        letters = [*self._state["letters"], letter.id] if letter and word == "sent" else self._state["letters"]
        after: Document = {
            "through": max(self._state["through"] or 0, sending["through"]),
            "letters": letters[-_LETTERS:],
        }
        told = sending["delivery"]
        if missed is not None and (self._rule.both or word != "sent"):
            tried = [*sending["tried"], sending["channel"]]
            channel = await hub.part(Channels).first(self._scope, self._rule, tried, missed)
            if channel is not None:
                delivery = await begin_delivery(
                    hub, batch, conversation=missed.conversation, contact=self._contact["id"],
                    to=("contact", self._contact["id"]), channel=channel.name, after=sending["after"],
                    through=sending["through"],
                )  # fmt: skip
                turn = {"channel": channel.name, "delivery": delivery, "tried": tried, "since": hub.clock.now()}
                after = self._state | {"letters": letters[-_LETTERS:], "sending": sending | turn}
        if missed is not None and letter is not None:
            author = missed.messages[-1]["author"]
            by = {"kind": author["kind"], "id": author["id"], "name": author["name"]}
            facts: Document = {"name": letter.name, "conversation": missed.conversation}
            await remember(hub, batch, by, "contact", missed.contact["id"], sending["channel"], word, **facts)
        if not await _keep(hub, batch, self._conversation["id"], self._state, after):
            return {}  # another job took over, or it was erased
        await announce_delivery(hub, self._scope, told)
        return after


async def _keep(hub: Hub, batch: Batch, conversation: int, before: Document, after: Document) -> bool:
    """Keep how far it is, unless another job did meanwhile; return whether it was kept."""
    sending = before.get("sending") or {}
    batch.guard(CONVERSATIONS, conversation, Eq("fallback.through", before["through"]))
    batch.guard(CONVERSATIONS, conversation, Eq("fallback.sending.by", sending.get("by")))
    batch.guard(CONVERSATIONS, conversation, Eq("fallback.sending.delivery", sending.get("delivery")))
    batch.patch(CONVERSATIONS, conversation, set={"fallback": after})
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        return False
    return True


def _pause(first: int, tries: int) -> int:
    return int(min(_SELDOM, max(_AGAIN, first) * 2 ** min(tries, 20)))
