"""What the other tenant calls the verbs of the inbox with, for the matrix of all verbs (tests/live/test_tenants.py)."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hub.accounts.grants import OWNER
from hub.accounts.transcripts import TranscriptRule
from hub.chat import combining
from hub.chat.inbox import bulk, labels, marking, searching, views
from hub.chat.inbox.asking import InboxQuestion
from hub.chat.states import ConversationRef
from hub.chat.transcripts import exporting
from hub.core.actor import Actor
from hub.core.hub import Hub
from tests.support.cast import Agent, Visitor


async def inbox_of_acme(hub: Hub, actor: Actor) -> dict[str, Any]:
    """Make one of everything, by the verbs; return the ids."""
    owner = Actor(actor.kind, actor.id, actor.name, actor.scope, OWNER)
    label = await labels.create_conversation_label(hub, owner, labels.NewConversationLabel("Acme's secret label"))
    new = views.NewInboxView("Acme's secret view", InboxQuestion(), shared=True)
    view = await views.create_inbox_view(hub, owner, new)
    many = bulk.ChangeConversations("reopen", where=InboxQuestion(status=["closed"]))
    operation = await bulk.change_conversations(hub, owner, many)
    return {"conversation_label": label.id, "inbox_view": view.id, "inbox_operation": operation.id}


class Inbox:
    """Acme with Ada and Ben at work, and Vera, who wrote last."""

    vera: Visitor

    def __init__(self, company: Any, token: str, ada: Agent, ben: Agent) -> None:
        self.company, self._token, self.ada, self.ben = company, token, ada, ben

    async def talk(self, text: str) -> int:
        """Let another visitor begin a conversation; return its id."""
        self.vera = await self.company.visitor()
        return int((await self.vera.says(text))["conversation"])

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask our own API as Ada."""
        request = urllib.request.Request(
            f"{self.company.house.url}/api/app/{path}", None if body is None else json.dumps(body).encode(),
            method=method, headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )  # fmt: skip
        return json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request).read()) or b"null")


async def becomes(ask: Callable[[], Awaitable[Any]], expected: Any, within: float = 8.0) -> None:
    """Ask again and again until the answer is as expected; raise AssertionError when it is not within the time."""
    deadline = asyncio.get_running_loop().time() + within
    while (answer := await ask()) != expected:
        assert asyncio.get_running_loop().time() < deadline, answer
        await asyncio.sleep(0.05)


@pytest.fixture
async def inbox(acme: Any) -> Inbox:
    """Return Acme's inbox with Ada and Ben."""
    return Inbox(acme, await acme.token(), await acme.agent(), await acme.agent("ben@acme.example"))


INBOX_INPUTS: dict[str, Any] = {
    "chat.states.let_pend": lambda ids: ConversationRef(ids["conversation"]),
    "chat.inbox.marking.prioritise_conversation": lambda ids: marking.PrioritiseConversation(
        ids["conversation"], "high"
    ),
    "chat.inbox.marking.label_conversation": lambda ids: marking.LabelConversation(ids["conversation"]),
    "chat.inbox.labels.list_conversation_labels": None,
    "chat.inbox.labels.count_conversation_labels": None,
    "chat.inbox.labels.create_conversation_label": lambda ids: labels.NewConversationLabel("Globex's own"),
    "chat.inbox.labels.change_conversation_label": lambda ids: labels.ConversationLabelChange(
        ids["conversation_label"], "Theirs"
    ),
    "chat.inbox.labels.delete_conversation_label": lambda ids: labels.ConversationLabelRef(ids["conversation_label"]),
    "chat.inbox.labels.merge_conversation_labels": lambda ids: labels.ConversationLabelMerge(
        ids["conversation_label"], [ids["conversation_label"] + 1]
    ),
}
INBOX_INPUTS |= {
    "chat.combining.merge_conversations": lambda ids: combining.MergeConversations(
        ids["conversation"], ids["conversation"] + 1
    ),
    "accounts.transcripts.get_transcript_rule": None,
    "accounts.transcripts.set_transcript_rule": lambda ids: TranscriptRule(True),
    "chat.transcripts.exporting.export_transcript": lambda ids: exporting.TranscriptOf(ids["conversation"]),
    "chat.transcripts.exporting.mail_transcript": lambda ids: exporting.MailTranscript(
        ids["conversation"], "gus@globex.example"
    ),
    "chat.transcripts.exporting.link_transcript": lambda ids: ConversationRef(ids["conversation"]),
    "chat.transcripts.exporting.mail_own_transcript": lambda ids: ConversationRef(ids["conversation"]),
    "chat.inbox.views.list_inbox_views": None,
    "chat.inbox.views.count_inbox_views": None,
    "chat.inbox.views.create_inbox_view": lambda ids: views.NewInboxView("Globex's own", InboxQuestion()),
    "chat.inbox.views.change_inbox_view": lambda ids: views.InboxViewChange(ids["inbox_view"], "Theirs"),
    "chat.inbox.views.delete_inbox_view": lambda ids: views.InboxViewRef(ids["inbox_view"]),
    "chat.inbox.views.list_view": lambda ids: views.ListView(ids["inbox_view"]),
    "chat.inbox.bulk.change_conversations": lambda ids: bulk.ChangeConversations(
        "close", conversations=[ids["conversation"]]
    ),
    "chat.inbox.bulk.get_inbox_operation": lambda ids: bulk.InboxOperationRef(ids["inbox_operation"]),
    "chat.inbox.bulk.cancel_inbox_operation": lambda ids: bulk.InboxOperationRef(ids["inbox_operation"]),
    "chat.inbox.bulk.undo_inbox_operation": lambda ids: bulk.InboxOperationRef(ids["inbox_operation"]),
    "chat.inbox.searching.search_conversations": lambda ids: searching.SearchConversations("secret"),
    "chat.inbox.views.find_in_inbox": lambda ids: views.FindInInbox(InboxQuestion()),
}
INBOX_HARMLESS = {"create_conversation_label", "create_inbox_view"}
INBOX_EMPTY = {
    "search_conversations",
    "list_inbox_views",
    "count_inbox_views",
    "find_in_inbox",
    "get_transcript_rule",
    "list_conversation_labels",
    "count_conversation_labels",
}
