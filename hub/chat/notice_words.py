"""What a notice says: made of what is stored, so the same delivery always says the same."""

from __future__ import annotations

from hub.accounts.team import Colleague, TeamFacts
from hub.chat.collections import NOTES
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
    },
    "pl": {
        "assigned": "Masz nową rozmowę: {who} ({by})", "mention": "{by} wspomina o Tobie: {who}", "file": "Wysłano plik",
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
        messages = [note] if note else []
    else:
        messages = await unread_by_team(hub, scope, conversation, sending["after"], sending["through"])
    if not messages and (event is None or event["kind"] == "mention"):
        return None
    who = name_of(contact)
    title = words[event["kind"]].format(by=event["by"], who=who) if event else who
    kind = sending["kind"]
    return Notice(
        delivery=sending["delivery"], kind="message" if kind in ("mine", "others") else kind,
        conversation=conversation["id"], title=title[:_LONGEST], body=_body(messages, words["file"]),
        url=f"/inbox/open/{conversation['id']}",
        tag=f"{event['kind']} {event['id']}" if event else f"conversation {conversation['id']}",
        language=language, messages=messages, before=list(state["letters"]), at=sending["since"], who=who,
    )  # fmt: skip


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
