"""What somebody missed in a conversation."""

from __future__ import annotations

from hub.accounts.away import AwayRule
from hub.chat.channels import Missed
from hub.chat.collections import MESSAGES
from hub.chat.edited import as_now
from hub.core.hub import Hub
from storage.engine import Document, Scope

MOST = 100
"""Messages in one letter; of more, the newest ones."""


async def missed_by(
    hub: Hub,
    scope: Scope,
    conversation: Document,
    contact: Document,
    after: int,
    through: int | None = None,
    rule: AwayRule | None = None,
) -> Missed | None:
    """Return the company's messages behind a position, up to another one; None where there are none.

    What the person answered in the chat or by mail, they have read: whoever writes by a channel that says how it asks to be
    answered has not seen more than came to them by it. With a rule, as many of the messages before are added as it wants.
    """
    end = conversation["position"] if through is None else through
    after = max(after, end - MOST)
    records = await hub.store.read(scope, MESSAGES, conversation["id"], after=after, limit=max(1, end - after))
    messages: list[Document] = []
    for each in await as_now(hub, scope, records):
        if each["author"]["kind"] == "contact":
            if not (each.get("origin") or {}).get("way"):
                messages.clear()
        elif each["kind"] == "text" and each["position"] <= end and not (each.get("away") or each.get("deleted")):
            messages.append(each)  # that nobody was there is no news later
    if not messages:
        return None
    own = (conversation.get("fallback") or {}).get("letters") or []
    letters = [*(conversation.get("part_letters") or ()), *own]
    earlier: list[Document] = []
    if rule is not None and rule.earlier:
        earlier = await _before(hub, scope, conversation["id"], messages[0]["position"], rule.earlier)
    answers = await _has_written(hub, scope, conversation)
    way = await _way(hub, scope, conversation, end)
    return Missed(conversation["id"], contact, messages, letters, earlier, answers, way)


async def _before(hub: Hub, scope: Scope, conversation: int, position: int, number: int) -> list[Document]:
    after = max(0, position - 1 - number)
    if after == position - 1:
        return []
    records = await hub.store.read(scope, MESSAGES, conversation, after=after, limit=position - 1 - after)
    now = await as_now(hub, scope, records)
    return [each for each in now if each["kind"] == "text" and not each.get("deleted")]


async def _way(hub: Hub, scope: Scope, conversation: Document, end: int) -> Document | None:
    """Return how the person's latest message up to a position asks to be answered; None where it is that of the chat."""
    if conversation.get("channel") != "sms":
        return None
    after = max(0, end - MOST)
    records = await hub.store.read(scope, MESSAGES, conversation["id"], after=after, limit=max(1, end - after))
    own = [each for each in records if each["author"]["kind"] == "contact" and each["kind"] == "text"]
    return (own[-1].get("origin") or {}).get("way") if own else None


async def _has_written(hub: Hub, scope: Scope, conversation: Document) -> bool:
    """Tell whether the contact has written in the conversation: then what the company says is an answer to them."""
    if conversation.get("begin"):
        return True
    records = await hub.store.read(scope, MESSAGES, conversation["id"], limit=MOST)
    return any(each["author"]["kind"] == "contact" for each in records)
