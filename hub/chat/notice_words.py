"""What a notice says: made of what is stored, so the same delivery always says the same."""

from __future__ import annotations

from hub.accounts.team import Colleague, TeamFacts
from hub.chat.collections import NOTES
from hub.chat.edited import notes_as_now
from hub.chat.matters import unread_by_team
from hub.chat.notices import Notice
from hub.core.hub import Hub
from hub.people.editing import name_of
from hub.people.merging.replacing import standing_contact
from storage.engine import Document, Scope

_LONGEST = 240
_LINES = 3
_WORDS = {
    "en": {
        "assigned": "{by} gave you the conversation with {who}", "mention": "{by} mentioned you: {who}", "file": "Sent a file",
        "warning.first": "{left} left for the first answer to {who}", "warning.next": "{left} left to answer {who}",
        "warning.resolution": "{left} left to close the conversation with {who}",
        "breach.first": "The first answer to {who} is late", "breach.next": "The answer to {who} is late",
        "breach.resolution": "The conversation with {who} should be closed by now",
    },
    "pl": {
        "assigned": "Masz nową rozmowę: {who} ({by})", "mention": "{by} wspomina o Tobie: {who}", "file": "Wysłano plik",
        "warning.first": "Zostało {left} na pierwszą odpowiedź: {who}", "warning.next": "Zostało {left} na odpowiedź: {who}",
        "warning.resolution": "Zostało {left} na zamknięcie rozmowy: {who}",
        "breach.first": "Pierwsza odpowiedź po terminie: {who}", "breach.next": "Odpowiedź po terminie: {who}",
        "breach.resolution": "Rozmowa powinna być już zamknięta: {who}",
    },
}  # fmt: skip


async def notice_of(
    hub: Hub, scope: Scope, agent: Colleague, team: TeamFacts, conversation: Document, state: Document
) -> Notice | None:
    """Return what is written down to be sent; None where nothing of it is left."""
    sending, event = state["sending"], state["sending"]["event"]
    language = language_for(agent, team)
    words = _WORDS[language]
    contact = await standing_contact(hub, scope, conversation["contact"])
    if contact is None:
        return None
    if event and event["kind"] == "mention":
        note = await hub.store.record(scope, NOTES, event["id"])
        messages = [each for each in await notes_as_now(hub, scope, [note] if note else []) if not each.get("deleted")]
    else:
        messages = await unread_by_team(hub, scope, conversation, sending["after"], sending["through"])
    if not messages and (event is None or event["kind"] == "mention"):
        return None
    who = name_of(contact)
    title = _title(words, event, who, sending["since"]) if event else who
    kind = sending["kind"]
    return Notice(
        delivery=sending["delivery"], kind="message" if kind in ("mine", "others") else kind,
        conversation=conversation["id"], title=title[:_LONGEST], body=_body(messages, words["file"]),
        url=f"/inbox/open/{conversation['id']}",
        tag=_tag(event, conversation["id"]),
        language=language, messages=messages, before=list(state["letters"]), at=sending["since"], who=who,
    )  # fmt: skip


def _title(words: dict[str, str], event: Document, who: str, now: int) -> str:
    if event["kind"] != "sla":
        return words[event["kind"]].format(by=event["by"], who=who)
    about = event["about"]
    return words[f"{about['what']}.{about['kind']}"].format(who=who, left=_span(about["due"] - now))


def _span(time: int) -> str:
    """Return milliseconds as their two largest units, one minute at least: 2 d 3 h, 1 h 5 min, 12 min."""
    minutes = max(1, round(time / 60_000))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = ((days, "d"), (hours, "h")) if days else ((hours, "h"), (rest, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _tag(event: Document | None, conversation: int) -> str:
    """Return what a notice replaces: the last one of the conversation; that a time is over, that it is nearly over."""
    if event is None or event["kind"] == "sla":
        return f"{'sla' if event else 'conversation'} {conversation}"
    return f"{event['kind']} {event['id']}"


def language_for(agent: Colleague, team: TeamFacts) -> str:
    """Return the language in which an agent is told."""
    chosen = agent.rules.language or team.locale
    return chosen if chosen in _WORDS else "en"


def _body(messages: list[Document], file: str) -> str:
    """Return the last words, one line for each message."""
    lines = [" ".join(text_of(each, file).split()) for each in messages[-_LINES:]]
    return "\n".join(line[:_LONGEST] for line in lines)


def text_of(message: Document, file: str) -> str:
    """Return what a message says: its text, or the names of its files."""
    return message["text"] or ", ".join(each["name"] for each in message.get("attachments", ())) or file
