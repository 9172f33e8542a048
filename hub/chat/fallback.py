"""Whoever is away gets what the company wrote another way: a while later, once, and only what was not read here.

Each message of the company orders a job. When it is due the world is looked at again: what was read is left out, what
came meanwhile goes along, and whoever is there is given time. What is going to be sent is written down first, so that a
process that is killed between sending and marking sends the very same letter again, by which mail programs know it.
"""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct

from hub.accounts.away import away_delay
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.chat.presence import Presence
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.people.merging.replacing import standing_contact
from hub.people.timeline import remember
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

FALL_BACK = "chat.fall_back"
_MOST = 100
"""Messages in one letter; of more, the newest ones."""
_LETTERS = 20
"""Letters of a conversation that are remembered, for the thread in mail programs."""
_AGAIN, _SELDOM = 1_000, 15 * 60_000
"""Shortest and longest milliseconds until a channel that was away is tried again."""
_GIVEN_UP = 2 * 86_400_000
"""Milliseconds after which what no channel took is not sent any more: it would be old news."""
_TAKEN_OVER = 3_600_000
"""Milliseconds after which a job goes on with what another one was at, and must have died over."""


class Missed(Struct, frozen=True):
    """What somebody missed: their document, the company's messages, and the ids of the letters that went before."""

    conversation: int
    contact: Document
    messages: list[Document]
    before: list[str]

    @property
    def through(self) -> int:
        """The position of the last message."""
        return int(self.messages[-1]["position"])


class Letter(Struct, frozen=True):
    """What is sent: its id, which is the same whenever the same is sent, what to call it, and what the channel made."""

    id: str
    name: str
    content: Any


class Unreachable(Exception):
    """The channel will never take this letter."""


class Channel(Protocol):
    """A way to reach a person who is not here."""

    name: str

    def works(self, hub: Hub) -> bool:
        """Tell whether the installation has it."""

    async def reaches(self, hub: Hub, scope: Scope, contact: Document) -> bool:
        """Tell whether the person can be reached by it."""

    async def write(self, hub: Hub, scope: Scope, missed: Missed) -> Letter:
        """Return the letter."""

    async def send(self, hub: Hub, letter: Letter) -> None:
        """Send it. Raises Unreachable where it never will be taken, anything else where it may be later."""


class Fallback:
    """The channels of this hub, the first one that reaches somebody is taken."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.channels: list[Channel] = []

    async def follow(self, batch: Batch, conversation: int, contact: int, message: Document) -> None:
        """Put into the batch of a message that it is looked after later."""
        if message["author"]["kind"] == "contact" or not any(each.works(self._hub) for each in self.channels):
            return
        delay = await away_delay(self._hub, batch.scope)
        if delay is not None:
            payload = {"conversation": conversation, "contact": contact, "message": message["id"], "delay": delay}
            await self._hub.jobs.add(batch, FALL_BACK, payload, after=int(delay * 1000))

    async def channel_for(self, scope: Scope, contact: Document) -> Channel | None:
        """Return the channel that reaches somebody."""
        for each in self.channels:
            if each.works(self._hub) and await each.reaches(self._hub, scope, contact):
                return each
        return None


async def fall_back(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Send what somebody has missed, where they are still away and have not read it (a job)."""
    conversation = await hub.store.get(scope, CONVERSATIONS, payload["conversation"])
    contact = conversation and await standing_contact(hub, scope, conversation["contact"])
    if not conversation or not contact:
        return  # erased meanwhile
    state: Document = conversation.get("fallback") or {"through": None, "letters": []}
    if not state.get("sending"):
        begun = await _begin(hub, scope, conversation, contact, state, payload)
        if begun is None:
            return
        state = begun
    sending = state["sending"]
    if sending["by"] != payload["message"] and sending["since"] > hub.clock.now() - _TAKEN_OVER:
        waited = payload.get("waited", 0)
        raise Later(_pause(_AGAIN, waited), waited=waited + 1)  # the job of a message before is at it
    missed = None
    if conversation["read"]["contact"] < sending["through"]:  # else it was read here while the channel was away
        missed = await _missed(hub, scope, conversation, contact, sending["after"], sending["through"])
    channel = await hub.part(Fallback).channel_for(scope, contact)
    if missed is None or channel is None:
        await _keep(hub, scope, conversation, state, _done(state, None))
    else:
        await _send(hub, scope, conversation, state, channel, missed, payload)


async def _begin(
    hub: Hub, scope: Scope, conversation: Document, contact: Document, state: Document, payload: dict[str, Any]
) -> Document | None:
    """Write down what is going to be sent, and return it; None where there is nothing to send, or nobody to send it to."""
    known = max(conversation["read"]["contact"], state["through"] or 0)
    missed = await _missed(hub, scope, conversation, contact, known)
    if missed is None or await hub.part(Fallback).channel_for(scope, contact) is None:
        return None
    if hub.part(Presence).online(scope.app, "contact", contact["id"]):
        looked = payload.get("looked", 0)
        raise Later(_pause(int(payload["delay"] * 1000), looked), looked=looked + 1)
    first, now = missed.messages[0]["position"], hub.clock.now()
    sending = {"by": payload["message"], "since": now, "after": first - 1, "through": missed.through}
    if not await _keep(hub, scope, conversation, state, state | {"sending": sending}):
        raise Later(_AGAIN)
    return state | {"sending": sending}


async def _send(
    hub: Hub,
    scope: Scope,
    conversation: Document,
    state: Document,
    channel: Channel,
    missed: Missed,
    payload: dict[str, Any],
) -> None:
    letter, word = await channel.write(hub, scope, missed), "sent"
    try:
        await channel.send(hub, letter)
    except Unreachable as error:
        hub.log.warning("a letter was refused", conversation=conversation["id"], channel=channel.name, error=str(error))
        word = "refused"
    except Exception as error:
        hub.log.warning("a letter waits", conversation=conversation["id"], channel=channel.name, error=str(error))
        if state["sending"]["since"] > hub.clock.now() - _GIVEN_UP:
            tries = payload.get("tries", 0)
            raise Later(_pause(_AGAIN, tries), tries=tries + 1) from None
        word = "failed"
    told = {"name": letter.name, "conversation": conversation["id"]}
    done = _done(state, letter if word == "sent" else None)
    await _keep(hub, scope, conversation, state, done, (missed, channel.name, word, told))


def _done(state: Document, letter: Letter | None) -> Document:
    letters = [*state["letters"], letter.id] if letter else state["letters"]
    return {"through": state["sending"]["through"], "letters": letters[-_LETTERS:]}


def _pause(first: int, tries: int) -> int:
    return int(min(_SELDOM, max(_AGAIN, first) * 2 ** min(tries, 20)))


async def _missed(
    hub: Hub, scope: Scope, conversation: Document, contact: Document, after: int, through: int | None = None
) -> Missed | None:
    """Return the company's messages behind a position, up to another one; None where there are none.

    What the person answered, they have read.
    """
    end = conversation["position"] if through is None else through
    after = max(after, end - _MOST)
    records = await hub.store.read(scope, MESSAGES, conversation["id"], after=after, limit=max(1, end - after))
    messages: list[Document] = []
    for each in records:
        if each["author"]["kind"] == "contact":
            messages.clear()
        elif each["kind"] == "text":
            messages.append(each)
    letters = (conversation.get("fallback") or {}).get("letters") or []
    return Missed(conversation["id"], contact, messages, list(letters)) if messages else None


async def _keep(
    hub: Hub,
    scope: Scope,
    conversation: Document,
    before: Document,
    after: Document,
    told: tuple[Missed, str, str, Document] | None = None,
) -> bool:
    """Keep how far it is, unless another job did meanwhile; return whether it was kept. A letter stands in the timeline."""
    batch = Batch(Scope(scope.app))
    batch.guard(CONVERSATIONS, conversation["id"], Eq("fallback.through", before["through"]))
    batch.guard(CONVERSATIONS, conversation["id"], Eq("fallback.sending.by", (before.get("sending") or {}).get("by")))
    batch.patch(CONVERSATIONS, conversation["id"], set={"fallback": after})
    if told:
        missed, kind, word, facts = told
        author = missed.messages[-1]["author"]
        by = {"kind": author["kind"], "id": author["id"], "name": author["name"]}
        await remember(hub, batch, by, "contact", missed.contact["id"], kind, word, **facts)
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        return False
    return True
