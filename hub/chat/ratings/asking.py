"""Asks how a conversation was: a job that its closing orders, so that a killed process forgets nobody and asks nobody twice.

A rating has the id of the record that says "closed": there is one per closing, whatever is done again.
"""

from __future__ import annotations

from typing import Any

from hub.accounts.applications import application
from hub.accounts.events import LetterOrdered
from hub.accounts.mailing import MailOut, letter
from hub.chat.announce import announce_state
from hub.chat.collections import CONVERSATIONS, MESSAGES, RATINGS
from hub.chat.events import ConversationChanged
from hub.chat.presence import Presence
from hub.chat.ratings.links import rating_link
from hub.chat.ratings.rules import Asking, RatingRules
from hub.core.event import Event
from hub.core.hub import Hub
from hub.people.merging.replacing import standing_contact
from hub.people.reachability import may_mail
from hub.people.speaking import language_of
from storage.engine import Batch, Document, Duplicate, GuardFailed, Missing, Scope
from storage.filters import All, Eq

ASK = "ratings.ask"
MINUTE = 60_000
_WORTH = 14 * 86_400_000
"""Milliseconds for which the mail with the question is worth sending."""
_LAST = 100
_PAGE = 500


class AskWhenClosed:
    """Orders the question in the batch that closes a conversation; a part of the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def put(self, batch: Batch, event: type[Event], facts: dict[str, Any]) -> None:
        """Put into the batch of a closing that the visitor is asked, where the application wants that."""
        if event is not ConversationChanged or facts["word"] != "closed":
            return
        rules = await self._hub.part(Asking).of(batch.scope.app)
        if rules.on:
            await self._hub.jobs.add(batch, ASK, {"conversation": facts["conversation"]}, after=rules.wait * MINUTE)


async def ask(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Ask how a conversation was (a job), unless it is open again, was asked about, or nobody talked with anybody."""
    hub.part(Asking).forget(scope.app)
    rules = await hub.part(Asking).of(scope.app)
    conversation = await hub.store.get(scope, CONVERSATIONS, payload["conversation"])
    if conversation is None or conversation["status"] != "closed" or not rules.on:
        return
    closing = await _closing(hub, scope, conversation)
    now = hub.clock.now()
    if (
        closing is None
        or closing["at"] + rules.wait * MINUTE > now
        or not await _worth_asking(hub, scope, conversation, rules)
    ):
        return  # closed once more meanwhile: that closing has a job of its own
    if await hub.store.get(scope, RATINGS, closing["id"]) is not None:
        return
    rating = {
        "id": closing["id"], "conversation": conversation["id"], "asked": now, "agent": _agent(conversation, closing),
        "group": conversation.get("group"), "labels": conversation.get("labels") or [], "score": None, "comment": "",
        "answered": None,
    }  # fmt: skip
    batch = Batch(scope)
    batch.guard(
        CONVERSATIONS, conversation["id"], All((Eq("status", "closed"), Eq("position", conversation["position"])))
    )
    batch.insert(RATINGS, rating)
    asked = {"id": rating["id"], "asked": now, "score": None, "comment": "", "answered": None}
    changed = batch.patch(CONVERSATIONS, conversation["id"], set={"rating": asked, "touched": now}, inc={"revision": 1})
    if rules.mail:
        await _mail(hub, batch, conversation, rating, rules)
    try:
        outcome = await hub.commit(batch)
    except Duplicate:
        return
    except (GuardFailed, Missing):
        batch = Batch(scope)  # something was said at this very moment: look at it as it is now
        await hub.jobs.add(batch, ASK, payload)
        await hub.commit(batch)
        return
    announce_state(hub, scope, outcome[changed])


async def _closing(hub: Hub, scope: Scope, conversation: Document) -> Document | None:
    """Return the record of the last closing; None where it lies so far back that nobody remembers it."""
    newest = await hub.store.read(scope, MESSAGES, conversation["id"], limit=_LAST, newest=True)
    return next((each for each in reversed(newest) if each["kind"] == "event" and each["text"] == "closed"), None)


async def _worth_asking(hub: Hub, scope: Scope, conversation: Document, rules: RatingRules) -> bool:
    """Tell whether the contact and somebody of the team talked: of spam and automatic messages nobody asks how it was."""
    if not set(rules.except_labels).isdisjoint(conversation.get("labels") or ()):
        return False
    wrote: set[str] = set()
    after = 0
    while records := await hub.store.read(scope, MESSAGES, conversation["id"], after=after, limit=_PAGE):
        wrote |= {each["author"]["kind"] for each in records if each["kind"] == "text"}
        if {"contact", "agent"} <= wrote:
            return True
        after = records[-1]["position"]
    return False


def _agent(conversation: Document, closing: Document) -> Document | None:
    """Return whose conversation it was: of whoever is in charge, else of whoever closed it."""
    if conversation.get("assignee") is not None:
        return {"id": conversation["assignee"], "name": conversation["assignee_name"]}
    author = closing["author"]
    return {"id": author["id"], "name": author["name"]} if author["kind"] == "agent" else None


async def _mail(hub: Hub, batch: Batch, conversation: Document, rating: Document, rules: RatingRules) -> None:
    """Order a mail for a contact who is away, can be reached, and has not said that it wants none."""
    scope = Scope(batch.scope.app)
    contact = await standing_contact(hub, scope, conversation["contact"])
    if contact is None or conversation.get("claimed") or not may_mail(contact) or contact.get("unsubscribed"):
        return
    away = not hub.part(Presence).online(scope.app, "contact", contact["id"])
    if not away or not await hub.part(MailOut).is_open(hub, scope.app):
        return
    app = await application(hub, scope.app)
    language, now = language_of(contact, app.locale), rating["asked"]
    link = rating_link(hub, app.id, rating["id"], language)
    ordered = letter(app.name, contact["email"], language, "rate", link, now, now + _WORTH, company=app.name)
    if own := getattr(rules, f"question_{language}"):
        ordered["text"] = own
    ordered |= {"id": f"rating-{app.id}-{rating['id']}", "contact": contact["id"]}
    await hub.follow_up(batch, LetterOrdered, ordered)
