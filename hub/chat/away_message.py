"""Says by itself that the team is away: once in a conversation for each absence, and only to somebody who has just written.

Outside of the opening hours an absence lasts until the next opening; its number is that moment. Inside of them, while no
agent has the panel open, it lasts for the day: the team comes and goes, and nobody wants to read that twice.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from msgspec import Struct

from hub.accounts.opening import OPENING, AwayText
from hub.accounts.team import Team, TeamFacts
from hub.chat.announce import announce_message
from hub.chat.away_words import when_back
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.chat.events import MessageSent
from hub.chat.presence import Presence
from hub.chat.present import message_of
from hub.core.hub import Hub
from hub.core.weeks import midnight
from hub.people.merging.replacing import standing_contact
from hub.people.speaking import language_of
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import All, Eq, Ne

AWAY = "chat.say_away"
_SOON = 800
"""Milliseconds after which it is said: an answer to what was written, and not before it is seen."""
_REMEMBERED = 50_000


class Absence(Struct, frozen=True):
    """Why nobody is there: its number, what is said, and when somebody is back (UTC milliseconds), where that is known."""

    id: int
    said: AwayText
    back: int | None


class AwayMessages:
    """What this process has ordered, so that the messages of one absence order one job and not one each."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ordered: OrderedDict[tuple[int, int], int] = OrderedDict()

    async def follow(self, batch: Batch, conversation: int, message: Document) -> int | None:
        """Put into the batch of a contact's message what is said of an absence; return its number, None where none is."""
        if message["author"]["kind"] != "contact":
            return None
        absence = await absence_of(self._hub, batch.scope.app)
        if absence is None or self._ordered.get((batch.scope.app, conversation)) == absence.id:
            return None
        await self._hub.jobs.add(batch, AWAY, {"conversation": conversation}, after=_SOON)
        return absence.id

    def ordered(self, app: int, conversation: int, absence: int | None) -> None:
        """Remember what a batch that was committed has ordered."""
        if absence is not None:
            self._ordered[app, conversation] = absence
            self._ordered.move_to_end((app, conversation))
            if len(self._ordered) > _REMEMBERED:
                self._ordered.popitem(last=False)


async def absence_of(hub: Hub, app: int) -> Absence | None:
    """Return the absence of a team of which something is said now; None where it is there, or nothing is said."""
    team, now = await hub.part(Team).of(app), hub.clock.now()
    hours = team.hours
    if hours.closed.on and not hours.open_at(now):
        back = hours.opens(now)
        return Absence(back or 0, hours.closed, back)
    if hours.nobody.on and hours.open_at(now) and not _somebody(hub, app, team):
        return Absence(-midnight(hours.zone, now), hours.nobody, None)
    return None


def _somebody(hub: Hub, app: int, team: TeamFacts) -> bool:
    online = hub.part(Presence).online
    return any(online(app, "agent", agent) for agent in team.agents)


async def say_away(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Say that the team is away (a job), unless it is back, an agent has answered, or it was said before."""
    conversation = await hub.store.get(scope, CONVERSATIONS, payload["conversation"])
    absence = await absence_of(hub, scope.app)
    if conversation is None or absence is None:
        return
    author = (conversation.get("last") or {"author": {"kind": "contact"}})["author"]
    contact = await standing_contact(hub, scope, conversation["contact"])
    if author["kind"] != "contact" or contact is None:
        return
    team = await hub.part(Team).of(scope.app)
    text = _text(absence, contact, team, hub.clock.now())
    if not text:
        return
    record: Document = {
        "id": await hub.ids.next("message"), "client_id": None, "kind": "text", "text": text, "attachments": [],
        "author": {"kind": "automation", "id": 0, "name": team.name}, "at": hub.clock.now(), "away": True,
    }  # fmt: skip
    batch = Batch(scope)
    batch.guard(CONVERSATIONS, conversation["id"], All((Ne("away", absence.id), Eq("status", "open"))))
    position = batch.append(MESSAGES, conversation["id"], record)
    # The last words stay the contact's: it waits for an answer as before, and lists show what was asked.
    batch.patch(
        CONVERSATIONS, conversation["id"],
        set={"away": absence.id, "position": position, "updated": record["at"]}, inc={"unread.contact": 1},
    )  # fmt: skip
    facts = {"conversation": conversation["id"], "contact": conversation["contact"], "message": record["id"]}
    await hub.follow_up(batch, MessageSent, facts)
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        return  # said already, or closed
    message = message_of(hub, scope.app, conversation["id"], record | {"position": outcome[position]})
    announce_message(hub, scope, conversation["contact"], conversation["browser"], message)


def _text(absence: Absence, contact: Document, team: TeamFacts, now: int) -> str:
    language = language_of(contact, team.locale)
    text = str(getattr(absence.said, language) or absence.said.en or absence.said.pl).strip()
    return text.replace(OPENING, when_back(absence.back, team.hours.zone, now, language))
